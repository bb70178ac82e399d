"""A snapshot of an estate: what was read, when, and what could not be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from shared.network.admin_rules import AdminRules, NetworkManager
from shared.network.application_gateway import ApplicationGateway
from shared.network.authorization import RoleAssignment, RoleDefinition
from shared.network.bastion import BastionHost, DiagnosticSettings, ShareableLinks
from shared.network.firewall import Firewall, FirewallPolicy, IpGroup, RuleCollectionGroup
from shared.network.ids import ResourceId
from shared.network.load_balancer import LoadBalancer
from shared.network.machine_login import Extension
from shared.network.scale_set import ScaleSet
from shared.network.security_group import NetworkSecurityGroup
from shared.network.service_tags import NO_SERVICE_TAGS, ServiceTagTable
from shared.network.topology import (
    NetworkInterface,
    PublicIpAddress,
    RouteTable,
    Subnet,
    VirtualMachine,
    VirtualNetwork,
)


@dataclass(frozen=True, slots=True)
class Unread:
    """A part of the scope that could not be read: a resource id or `/subscriptions/<id>`."""

    scope: ResourceId
    reason: str


@dataclass(frozen=True)
class Snapshot:
    """Everything that was read of an estate, by resource id.

    `unread` names what should have been read and could not be; a resource that is referred to
    but neither here nor there was not visible to the reader.  `admin_rules` are by the virtual
    network that they are in force on, `management_groups` the names, in lower case, of all that
    each subscription lies in.  `service_tags` is the list that was read with the estate, empty
    when none was.  `observed_at` is aware, in UTC.
    """

    observed_at: datetime
    virtual_machines: Mapping[ResourceId, VirtualMachine] = field(default_factory=dict)
    network_interfaces: Mapping[ResourceId, NetworkInterface] = field(default_factory=dict)
    public_ips: Mapping[ResourceId, PublicIpAddress] = field(default_factory=dict)
    security_groups: Mapping[ResourceId, NetworkSecurityGroup] = field(default_factory=dict)
    virtual_networks: Mapping[ResourceId, VirtualNetwork] = field(default_factory=dict)
    subnets: Mapping[ResourceId, Subnet] = field(default_factory=dict)
    route_tables: Mapping[ResourceId, RouteTable] = field(default_factory=dict)
    load_balancers: Mapping[ResourceId, LoadBalancer] = field(default_factory=dict)
    scale_sets: Mapping[ResourceId, ScaleSet] = field(default_factory=dict)
    firewalls: Mapping[ResourceId, Firewall] = field(default_factory=dict)
    firewall_policies: Mapping[ResourceId, FirewallPolicy] = field(default_factory=dict)
    rule_collection_groups: Mapping[ResourceId, RuleCollectionGroup] = field(default_factory=dict)
    ip_groups: Mapping[ResourceId, IpGroup] = field(default_factory=dict)
    gateways: Mapping[ResourceId, ApplicationGateway] = field(default_factory=dict)
    bastions: Mapping[ResourceId, BastionHost] = field(default_factory=dict)
    diagnostic_settings: Mapping[ResourceId, DiagnosticSettings] = field(default_factory=dict)
    shareable_links: Mapping[ResourceId, ShareableLinks] = field(default_factory=dict)
    extensions: Mapping[ResourceId, Extension] = field(default_factory=dict)
    role_assignments: Mapping[ResourceId, RoleAssignment] = field(default_factory=dict)
    role_definitions: Mapping[ResourceId, RoleDefinition] = field(default_factory=dict)
    management_groups: Mapping[ResourceId, frozenset[str]] = field(default_factory=dict)
    admin_rules: Mapping[ResourceId, AdminRules] = field(default_factory=dict)
    network_managers: Mapping[ResourceId, NetworkManager] = field(default_factory=dict)
    service_tags: ServiceTagTable = NO_SERVICE_TAGS
    unread: tuple[Unread, ...] = ()
    ignored_rows: int = 0

    @property
    def complete(self) -> bool:
        """Whether everything in scope was read."""
        return not self.unread
