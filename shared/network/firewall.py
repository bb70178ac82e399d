"""Azure Firewall: its addresses, and the DNAT rules of it and its policies."""

from __future__ import annotations

from dataclasses import dataclass

from shared.network.ids import ResourceId
from shared.packetset.addresses import NO_ADDRESSES, AddressSet
from shared.packetset.intervals import EMPTY as NO_PORTS
from shared.packetset.intervals import IntervalSet


@dataclass(frozen=True, slots=True)
class DnatRule:
    """One DNAT rule of TCP.

    `sources` are literal, `source_groups` IP groups besides; none of both is read as everywhere
    (`everywhere`).  `destinations` are addresses of the firewall; `translated_address` is a number
    of the address line, None when the rule translates to a name (`translated_name`).

    Source: Microsoft Learn, "Filter inbound Internet traffic with Azure Firewall DNAT".
    """

    collection: ResourceId
    name: str
    sources: AddressSet = NO_ADDRESSES
    source_groups: tuple[ResourceId, ...] = ()
    everywhere: bool = False
    destinations: AddressSet = NO_ADDRESSES
    ports: IntervalSet = NO_PORTS
    translated_address: int | None = None
    translated_name: str = ""
    translated_port: int = 0


@dataclass(frozen=True, slots=True)
class FirewallPolicy:
    """A firewall policy and the one that it inherits from."""

    id: ResourceId
    base: ResourceId | None = None
    groups: tuple[ResourceId, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleCollectionGroup:
    """The DNAT rules of one rule collection group of a policy."""

    id: ResourceId
    rules: tuple[DnatRule, ...] = ()


@dataclass(frozen=True, slots=True)
class Firewall:
    """A firewall in a subnet, or in a virtual hub (`subnet` None).

    `hub_addresses` are the public addresses that a hub's firewall holds itself, as numbers;
    `private_address` is its own private one.
    """

    id: ResourceId
    public_ips: tuple[ResourceId, ...] = ()
    hub_addresses: tuple[int, ...] = ()
    private_address: int | None = None
    subnet: ResourceId | None = None
    policy: ResourceId | None = None
    rules: tuple[DnatRule, ...] = ()


@dataclass(frozen=True, slots=True)
class IpGroup:
    """An IP group."""

    id: ResourceId
    addresses: AddressSet = NO_ADDRESSES
