"""The words in which an estate is planned, short enough that a plain machine is one line.

A plan says what there is and what a reader must find there; the shapes turn it into ARM resources.
"""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from simulator.estate.story import CLOSED, DoorKind, Outcome

ALLOW: Final = "Allow"
DENY: Final = "Deny"


@dataclass(frozen=True, slots=True)
class Rule:
    """One security rule.

    A tuple fills the plural property of ARM, a text the singular one.  The application security
    groups are names in the same resource group and take the place of the address beside them.
    """

    name: str
    priority: int
    access: str
    source: str | tuple[str, ...] = "*"
    port: str | tuple[str, ...] = "22"
    protocol: str = "Tcp"
    destination: str | tuple[str, ...] = "*"
    source_port: str | tuple[str, ...] = "*"
    source_asgs: tuple[str, ...] = ()
    destination_asgs: tuple[str, ...] = ()
    direction: str = "Inbound"
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """One network security group, and what its own rules let in on port 22.

    `stops_bastion` is for one on a Bastion's subnet that stops what the Bastion needs.
    """

    name: str
    rules: tuple[Rule, ...] = ()
    outcome: Outcome = CLOSED
    stops_bastion: bool = False


@dataclass(frozen=True, slots=True)
class Route:
    """One user-defined route; `hop` is the address of an appliance."""

    name: str
    prefix: str
    hop_type: str
    hop: str | None = None


@dataclass(frozen=True, slots=True)
class RouteTable:
    """One route table."""

    name: str
    routes: tuple[Route, ...]


@dataclass(frozen=True, slots=True)
class PublicAddress:
    """One public address; None stands for an address or a SKU that ARM leaves out."""

    address: str | None
    sku: str | None = "Standard"
    tier: str = "Regional"

    @property
    def version(self) -> int:
        """IP version, 4 while no address is allocated."""
        return 4 if self.address is None else ipaddress.ip_address(self.address).version


@dataclass(frozen=True, slots=True)
class NatGateway:
    """One NAT gateway with its public address, which lets nobody in."""

    name: str
    public: PublicAddress


@dataclass(frozen=True, slots=True)
class Subnet:
    """One subnet; two prefixes make it dual-stack, `delegation` names the service it is for."""

    name: str
    prefixes: tuple[str, ...]
    group: Group | None = None
    route_table: RouteTable | None = None
    nat_gateway: NatGateway | None = None
    delegation: str | None = None


@dataclass(frozen=True, slots=True)
class IpConfiguration:
    """One private address of a NIC, its public one and its application security groups by name.

    `pools` and `nat_rules` are ids at load balancers that the configuration belongs to.
    """

    subnet: str
    address: str
    public: PublicAddress | None = None
    asgs: tuple[str, ...] = ()
    pools: tuple[str, ...] = ()
    nat_rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Interface:
    """One NIC; the first configuration is the primary one."""

    configurations: tuple[IpConfiguration, ...]
    group: Group | None = None
    forwards: bool = False


class Login(StrEnum):
    """How people sign in to a machine."""

    ENTRA = "Entra ID, by extension and system-assigned identity"
    KEY = "SSH key"
    PASSWORD = "password"  # noqa: S105 - the way of signing in, not a secret
    UNSAID = "unsaid, the machine has no OS profile"


@dataclass(frozen=True, slots=True)
class Machine:
    """One virtual machine; the first interface is the primary one.

    `scale_set` is the id of the flexible scale set that the machine belongs to.
    """

    name: str
    interfaces: tuple[Interface, ...]
    login: Login = Login.ENTRA
    windows: bool = False
    running: bool = True
    tags: Mapping[str, str] = field(default_factory=dict)
    scale_set: str | None = None

    @property
    def stem(self) -> str:
        """The name without its prefix, from which NICs and addresses take theirs."""
        return self.name.removeprefix("vm-")


@dataclass(frozen=True, slots=True)
class Way:
    """A way in that is no address of the machine's own, and what is expected of it.

    `opener` is the id of what opens the door, `public_ip` that of the public address.
    """

    kind: DoorKind
    opener: str
    front_port: int
    public_ip: str
    public: PublicAddress
    outcome: Outcome
    port: int = 22
    rule: str | None = None


@dataclass(frozen=True, slots=True)
class Trap:
    """A machine that acts out a tricky case, with one outcome for each of its public addresses.

    `ways` are the doors of others that lead to it.  With `has_access_gap`, nobody but owners holds
    all the roles that opening it through Bastion takes.
    """

    machine: Machine
    shows: str
    outcomes: tuple[Outcome, ...]
    facts: tuple[int, ...] = ()
    bastion_reaches: bool | None = None
    ways: tuple[Way, ...] = ()
    has_access_gap: bool = False


@dataclass(frozen=True, slots=True)
class PrivateEndpoint:
    """A private endpoint to a storage account, which brings a NIC without a machine."""

    name: str
    subnet: str
    address: str
    storage_account: str


class BastionSku(StrEnum):
    """The SKUs of Bastion that Larkspur has."""

    DEVELOPER = "Developer"
    STANDARD = "Standard"


@dataclass(frozen=True, slots=True)
class BastionHost:
    """A Bastion host in the site's AzureBastionSubnet; one for developers is shared instead.

    `is_audited` tells whether its audit log goes anywhere, `linked_machines` have shareable links.
    """

    name: str
    public: PublicAddress | None = None
    sku: BastionSku = BastionSku.STANDARD
    is_audited: bool = True
    linked_machines: tuple[str, ...] = ()


def single(
    subnet: str, address: str, public: str | None = None, group: Group | None = None
) -> tuple[Interface]:
    """One NIC with one private address and, if given, a Standard public one and an NSG."""
    door = None if public is None else PublicAddress(public)
    return (Interface((IpConfiguration(subnet, address, door),), group),)
