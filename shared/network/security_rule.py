"""One rule of a network security group, as read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from shared.network.ids import ResourceId
from shared.network.service_tags import ServiceTag
from shared.packetset.addresses import NO_ADDRESSES, AddressSet
from shared.packetset.intervals import IntervalSet
from shared.packetset.protocols import ALL_PORTS, Protocol


class Direction(StrEnum):
    """Which way the flows go that a rule is about."""

    INBOUND = "Inbound"
    OUTBOUND = "Outbound"


class Access(StrEnum):
    """What a rule does with the flows that it matches.

    `ALWAYS_ALLOW` exists in security admin rules only: deliver, skip the security groups.
    """

    ALLOW = "Allow"
    DENY = "Deny"
    ALWAYS_ALLOW = "AlwaysAllow"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One side of a rule: the union of everything that its fields name.

    `everywhere` is `*` or `Any` and holds both families.  `addresses` are the literal prefixes,
    addresses and ranges; `ipv4_everywhere` marks that one of them is a literal `0.0.0.0/0`, whose
    meaning for IPv6 is not documented.  `tags` are service tags.  `unstated` marks
    a side whose fields were all empty; it is read as everywhere.  `unresolved` marks a side that
    names something else whose addresses are not known (a network group).

    Source: Microsoft Learn, "Network security groups", augmented security rules.
    """

    everywhere: bool = False
    addresses: AddressSet = NO_ADDRESSES
    tags: tuple[ServiceTag, ...] = ()
    application_security_groups: tuple[ResourceId, ...] = ()
    ipv4_everywhere: bool = False
    unstated: bool = False
    unresolved: bool = False


EVERYWHERE = Endpoint(everywhere=True)


def is_just_in_time(name: str) -> bool:
    """Tell whether just-in-time access made a rule: Defender opens and closes it by itself.

    Source: Microsoft's public support notes on just-in-time access, names of rules.
    """
    return name.lower().startswith("securitycenter-jitrule")


@dataclass(frozen=True, slots=True)
class SecurityRule:
    """A security rule; lower `priority` is tried first.

    `unstated` marks one that leaves protocol, a side or its ports empty.  What is empty is read as
    everything, and doubted in a Deny.

    Source: Microsoft Learn, "Network security groups", security rules.
    """

    name: str
    priority: int
    direction: Direction
    access: Access
    protocol: Protocol = Protocol.ANY
    source: Endpoint = EVERYWHERE
    source_ports: IntervalSet = ALL_PORTS
    destination: Endpoint = EVERYWHERE
    destination_ports: IntervalSet = ALL_PORTS
    unstated: bool = False
