"""Machines, interfaces, addresses, networks and routes as Azure describes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from shared.network.ids import ResourceId
from shared.network.machine_login import NOTHING_TOLD, MachineLogin
from shared.packetset.addresses import NO_ADDRESSES, AddressSet, Family


class OperatingSystem(StrEnum):
    """The operating system of a machine, where its description tells."""

    LINUX = "Linux"
    WINDOWS = "Windows"


@dataclass(frozen=True, slots=True)
class VirtualMachine:
    """A virtual machine.

    `power_state` is the text behind `PowerState/` in lower case, or None when it is not known;
    `network_interfaces` are the ids that the machine lists; `scale_set` is the uniform set that it
    is an instance of, and `has_latest_model` tells whether it was made or upgraded from that set's
    model as it stands.
    """

    id: ResourceId
    network_interfaces: tuple[ResourceId, ...] = ()
    power_state: str | None = None
    operating_system: OperatingSystem | None = None
    scale_set: ResourceId | None = None
    has_latest_model: bool = True
    login: MachineLogin = NOTHING_TOLD
    tags: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def is_latent(self) -> bool:
        """Whether it is known to be neither running nor starting; Azure may say `unknown`."""
        return self.power_state not in {None, "unknown", "running", "starting"}


@dataclass(frozen=True, slots=True)
class IpConfiguration:
    """One IP configuration of a network interface; `private_ip` is a number of the address line."""

    name: str
    family: Family = Family.IPV4
    private_ip: int | None = None
    subnet: ResourceId | None = None
    public_ip: ResourceId | None = None
    application_security_groups: tuple[ResourceId, ...] = ()
    balancer_pools: tuple[ResourceId, ...] = ()
    nat_rules: tuple[ResourceId, ...] = ()
    nat_pools: tuple[ResourceId, ...] = ()


@dataclass(frozen=True, slots=True)
class NetworkInterface:
    """A network interface of a machine, or of nothing."""

    id: ResourceId
    virtual_machine: ResourceId | None = None
    security_group: ResourceId | None = None
    ip_configurations: tuple[IpConfiguration, ...] = ()
    forwards: bool = False

    @property
    def application_security_groups(self) -> frozenset[ResourceId]:
        """The application security groups that any of its configurations is a member of."""
        named = (one.application_security_groups for one in self.ip_configurations)
        return frozenset[ResourceId]().union(*named)


class Sku(StrEnum):
    """The SKU of a public IP address or load balancer; a missing one is Basic."""

    BASIC = "Basic"
    STANDARD = "Standard"
    STANDARD_V2 = "StandardV2"


@dataclass(frozen=True, slots=True)
class PublicIpAddress:
    """A public IP address resource; `address` is None while none is allocated."""

    id: ResourceId
    sku: Sku = Sku.BASIC
    family: Family = Family.IPV4
    address: str | None = None
    attached_to: ResourceId | None = None


@dataclass(frozen=True, slots=True)
class Subnet:
    """A subnet of a virtual network; `bastion` is the host that it says lives in it."""

    id: ResourceId
    prefixes: AddressSet = NO_ADDRESSES
    security_group: ResourceId | None = None
    route_table: ResourceId | None = None
    bastion: ResourceId | None = None


@dataclass(frozen=True, slots=True)
class Peering:
    """One side's half of a peering.

    `usable` is Connected with access allowed; `remote_space` is what this side says of the other.
    `whole` is False where some subnets are peered and others are not.
    """

    remote: ResourceId
    usable: bool
    remote_space: AddressSet = NO_ADDRESSES
    whole: bool = True


@dataclass(frozen=True, slots=True)
class VirtualNetwork:
    """A virtual network with its subnets and its halves of peerings.

    `services` are the names of the services that its subnets are delegated to, in lower case.
    """

    id: ResourceId
    space: AddressSet = NO_ADDRESSES
    subnets: tuple[Subnet, ...] = ()
    peerings: tuple[Peering, ...] = ()
    services: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Route:
    """One user-defined route; `prefix` is None for a service tag as destination."""

    prefix: AddressSet | None
    next_hop: str


@dataclass(frozen=True, slots=True)
class RouteTable:
    """A route table with its user-defined routes."""

    id: ResourceId
    routes: tuple[Route, ...] = ()
