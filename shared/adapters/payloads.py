"""Snapshots from Resource Graph rows: JSON in, Azure objects out, raw rows dropped at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

import msgspec

from shared.adapters.admin_rule_rows import (
    ConfigurationSnapshot,
    assembled,
    effective_answer,
    effective_configurations,
    network_manager,
    rule_snapshot,
)
from shared.adapters.authorization_rows import (
    management_groups,
    role_assignment,
    role_definition,
)
from shared.adapters.balancer_rows import load_balancer
from shared.adapters.bastion_rows import (
    bastion_host,
    diagnostic_settings,
    extension,
    shareable_links,
)
from shared.adapters.compute_rows import virtual_machine
from shared.adapters.firewall_rows import (
    firewall,
    firewall_policy,
    ip_group,
    rule_collection_group,
)
from shared.adapters.gateway_rows import application_gateway
from shared.adapters.network_rows import (
    network_interface,
    public_ip_address,
    route_table,
    security_group,
    virtual_network,
)
from shared.adapters.references import missing_dependencies, missing_neighbours
from shared.adapters.scale_set_rows import scale_set, scale_set_instance, scale_set_interface
from shared.adapters.tag_file import TagFileError, service_tag_table
from shared.adapters.wire import Envelope, UnreadBody
from shared.network.admin_rules import AdminRule, AdminRules
from shared.network.ids import InvalidResourceIdError, ResourceId, resource_id
from shared.network.service_tags import NO_SERVICE_TAGS
from shared.network.snapshot import Snapshot, Unread

RowReader: TypeAlias = Callable[[ResourceId, Envelope], Any]

_ROW: Final = msgspec.json.Decoder(Envelope)
_UNREAD: Final = msgspec.json.Decoder(UnreadBody)
_SCALE_SET: Final = "microsoft.compute/virtualmachinescalesets"

READERS: Final[Mapping[str, tuple[str, RowReader]]] = {
    "microsoft.compute/virtualmachines": ("virtual_machines", virtual_machine),
    _SCALE_SET: ("scale_sets", scale_set),
    f"{_SCALE_SET}/virtualmachines": ("virtual_machines", scale_set_instance),
    f"{_SCALE_SET}/virtualmachines/networkinterfaces": ("network_interfaces", scale_set_interface),
    f"{_SCALE_SET}/virtualmachines/networkinterfaces/ipconfigurations/publicipaddresses": (
        "public_ips",
        public_ip_address,
    ),
    "microsoft.network/networkinterfaces": ("network_interfaces", network_interface),
    "microsoft.network/publicipaddresses": ("public_ips", public_ip_address),
    "microsoft.network/networksecuritygroups": ("security_groups", security_group),
    "microsoft.network/virtualnetworks": ("virtual_networks", virtual_network),
    "microsoft.network/routetables": ("route_tables", route_table),
    "microsoft.network/loadbalancers": ("load_balancers", load_balancer),
    "microsoft.network/azurefirewalls": ("firewalls", firewall),
    "microsoft.network/firewallpolicies": ("firewall_policies", firewall_policy),
    "microsoft.network/firewallpolicies/rulecollectiongroups": (
        "rule_collection_groups",
        rule_collection_group,
    ),
    "microsoft.network/ipgroups": ("ip_groups", ip_group),
    "microsoft.network/applicationgateways": ("gateways", application_gateway),
    "microsoft.network/bastionhosts": ("bastions", bastion_host),
    "microsoft.compute/virtualmachines/extensions": ("extensions", extension),
    "microsoft.authorization/roleassignments": ("role_assignments", role_assignment),
    "microsoft.authorization/roledefinitions": ("role_definitions", role_definition),
    "microsoft.resources/subscriptions": ("management_groups", management_groups),
    "portcullis/diagnostic-settings": ("diagnostic_settings", diagnostic_settings),
    "portcullis/shareable-links": ("shareable_links", shareable_links),
    "microsoft.network/networkmanagers": ("network_managers", network_manager),
    "portcullis/effective-security-admin-rules": ("admin_rules", effective_answer),
}
"""For each type of row the part of the snapshot that it belongs to, and what reads it."""

SILENT_TYPES: Final = frozenset(
    {
        "microsoft.resources/subscriptions/resourcegroups",
        "microsoft.network/applicationsecuritygroups",
        "microsoft.network/natgateways",
        "microsoft.network/publicipprefixes",
    }
)
"""Types that belong to the picture and open no way in by themselves."""

UNREAD_TYPE: Final = "portcullis/unread"
"""The type of the row by which a saved snapshot keeps what could not be read."""

_TAGS_TYPE: Final = "portcullis/service-tags"
_EFFECTIVE_TYPE: Final = "microsoft.network/effectivesecurityadminrules"
_RULE_SNAPSHOT_TYPE: Final = (
    "microsoft.network/networkmanagers/securityadminconfigurations/rulecollections/rules/snapshots"
)


class InvalidPayloadError(Exception):
    """A text that is no JSON object with the members of a Resource Graph row."""


class SnapshotBuilder:
    """Collects rows into a `Snapshot`; the last row about a resource wins.

    A row that is known by its type and cannot be read becomes an entry of `Snapshot.unread`; a row
    of another type is counted.
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        self._parts: dict[str, dict[ResourceId, Any]] = {part: {} for part, _ in READERS.values()}
        self._in_force: dict[ResourceId, tuple[ConfigurationSnapshot, ...]] = {}
        self._rule_snapshots: dict[ConfigurationSnapshot, dict[ResourceId, AdminRule]] = {}
        self._tags = NO_SERVICE_TAGS
        self._unread: dict[ResourceId, str] = {}
        self._ignored = 0

    def add_row(self, row: Mapping[str, object]) -> None:
        """Take one row as the SDK gives it.

        Raises:
            InvalidPayloadError: it has no id.
        """
        self.add_json(msgspec.json.encode(row))

    def add_json(self, text: bytes) -> None:
        """Take one row as JSON text.

        Raises:
            InvalidPayloadError: the text is not JSON, not an object or has no id.
        """
        try:
            envelope = _ROW.decode(text)
            identity = resource_id(envelope.id)
        except (msgspec.DecodeError, InvalidResourceIdError) as error:
            raise InvalidPayloadError(str(error)) from error
        try:
            if self._unread:
                self._unread.pop(identity, None)
            self._take(envelope.type.lower(), identity, envelope)
        except (msgspec.DecodeError, TagFileError, ValueError) as error:
            self._unread[identity] = f"the row could not be understood: {error}"

    def _take(self, row_type: str, identity: ResourceId, row: Envelope) -> None:
        if row_type in READERS:
            part, read = READERS[row_type]
            self._parts[part][identity] = read(identity, row)
        elif row_type == _EFFECTIVE_TYPE:
            network = identity.parent("providers") or identity
            self._in_force[network] = effective_configurations(identity, row)
        elif row_type == _RULE_SNAPSHOT_TYPE:
            snapshot, rule = rule_snapshot(identity, row)
            self._rule_snapshots.setdefault(snapshot, {})[rule.id] = rule
        elif row_type == _TAGS_TYPE:
            self._tags = service_tag_table(bytes(row.properties), identity.text)
        elif row_type == UNREAD_TYPE:
            self._unread[identity] = _UNREAD.decode(row.properties).reason
        elif row_type not in SILENT_TYPES:
            self._ignored += 1

    def mark_unread(self, scope: str, reason: str) -> None:
        """Note that a resource or `/subscriptions/<id>` could not be read.

        Raises:
            InvalidPayloadError: the scope is no resource id.
        """
        try:
            self._unread[ResourceId(scope)] = reason
        except InvalidResourceIdError as error:
            raise InvalidPayloadError(str(error)) from error

    def so_far(self) -> Snapshot:
        """Give what was added until now, of no time in particular, to see what it still lacks."""
        return self._snapshot(datetime.min.replace(tzinfo=UTC))

    def missing_references(self) -> tuple[ResourceId, ...]:
        """Name what rows refer to and no row gave, sorted: worth a read by id."""
        snapshot = self.so_far()
        dependencies = {target for target, _ in missing_dependencies(snapshot)}
        return tuple(sorted(dependencies.union(missing_neighbours(snapshot))))

    def build(self, observed_at: datetime) -> Snapshot:
        """Give everything that was added, as of `observed_at` (aware, UTC).

        What a verdict depends on and no row tells of is unread.
        """
        for missing, referrer in missing_dependencies(self._snapshot(observed_at)):
            self._unread.setdefault(missing, f"{referrer} refers to it and no row tells of it")
        return self._snapshot(observed_at)

    def _snapshot(self, observed_at: datetime) -> Snapshot:
        networks = self._parts["virtual_networks"].values()
        return Snapshot(
            **{**self._parts, "admin_rules": self._admin_rules()},
            observed_at=observed_at,
            subnets={subnet.id: subnet for network in networks for subnet in network.subnets},
            service_tags=self._tags,
            unread=tuple(Unread(scope, why) for scope, why in sorted(self._unread.items())),
            ignored_rows=self._ignored,
        )

    def _admin_rules(self) -> dict[ResourceId, AdminRules]:
        """Give the admin rules of each network; what ARM said itself wins over Resource Graph."""
        indexed = {
            network: assembled(snapshots, self._rule_snapshots)
            for network, snapshots in self._in_force.items()
        }
        return {**indexed, **self._parts["admin_rules"]}
