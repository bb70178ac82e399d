"""Sets and rules as Hypothesis draws them, small enough to meet and overlap often."""

from __future__ import annotations

from typing import Final

from hypothesis import strategies as st

from shared.network.security_rule import Access, Direction, Endpoint, SecurityRule
from shared.network.service_tags import ServiceTag
from shared.packetset.addresses import AddressSet, Family
from shared.packetset.intervals import IntervalSet
from shared.packetset.packets import Packet, PacketSet
from shared.packetset.protocols import ALL_PORTS

UNIVERSE: Final = range(16)
"""Every integer that `interval_sets` draws from."""

BORDER: Final = range(Family.IPV6.offset - 8, Family.IPV6.offset + 8)
"""The numbers around the place where the IPv4 addresses end and the IPv6 addresses begin."""

PORTS: Final = range(6)
SOURCES: Final = range(8)


def spans(numbers: range) -> st.SearchStrategy[list[tuple[int, int]]]:
    """Draw inclusive spans in any order; they may touch and overlap."""
    ends = st.tuples(st.sampled_from(numbers), st.sampled_from(numbers))
    return st.lists(ends.map(lambda pair: (min(pair), max(pair))), max_size=5)


def interval_sets(numbers: range = UNIVERSE) -> st.SearchStrategy[IntervalSet]:
    """Draw sets of some of the numbers."""
    return spans(numbers).map(IntervalSet.of)


def address_sets(numbers: range = BORDER) -> st.SearchStrategy[AddressSet]:
    """Draw sets of addresses at some places of the line."""
    return interval_sets(numbers).map(AddressSet)


@st.composite
def prefixes(draw: st.DrawFn) -> str:
    """Draw a prefix of either family as text, with any bits behind its length."""
    family = draw(st.sampled_from(Family))
    number = draw(st.integers(0, (1 << family.bits) - 1))
    length = draw(st.integers(0, family.bits))
    return f"{_written(family, number)}/{length}"


@st.composite
def ranges(draw: st.DrawFn) -> tuple[str, str]:
    """Draw the first and last address of a range of one family as texts."""
    family = draw(st.sampled_from(Family))
    numbers = st.integers(0, (1 << family.bits) - 1)
    first, last = sorted((draw(numbers), draw(numbers)))
    return _written(family, first), _written(family, last)


def _written(family: Family, number: int) -> str:
    if family is Family.IPV4:
        return ".".join(str(number >> shift & 255) for shift in (24, 16, 8, 0))
    return ":".join(f"{number >> shift & 65535:x}" for shift in range(112, -16, -16))


def packets() -> st.SearchStrategy[Packet]:
    """Draw single packets of the small space."""
    return st.builds(Packet, st.sampled_from(SOURCES), st.sampled_from(PORTS))


def boxes() -> st.SearchStrategy[PacketSet]:
    """Draw boxes of sources by source ports."""
    return st.builds(PacketSet.of, address_sets(SOURCES), interval_sets(PORTS))


@st.composite
def packet_sets(draw: st.DrawFn) -> PacketSet:
    """Draw unions of a few boxes."""
    union = PacketSet()
    for box in draw(st.lists(boxes(), max_size=3)):
        union = union.union(box)
    return union


PLACES: Final = ("198.51.100.0/25", "198.51.100.64/26", "203.0.113.7", "20.0.0.0/6", "0.0.0.0/0")
"""Prefixes of the internet that hold, cut or miss each other."""

TAGS: Final = ("Internet", "Storage", "AzureCloud", "VirtualNetwork", "AzureLoadBalancer")


def endpoints() -> st.SearchStrategy[Endpoint]:
    """Draw sources: everywhere, some prefixes, or some tags."""
    prefixes_named = st.lists(st.sampled_from(PLACES), min_size=1, max_size=2)
    tags_named = st.lists(st.sampled_from(TAGS), min_size=1, max_size=2)
    return st.one_of(
        st.just(Endpoint(everywhere=True)),
        prefixes_named.map(lambda texts: Endpoint(addresses=AddressSet.of(texts))),
        tags_named.map(lambda names: Endpoint(tags=tuple(map(ServiceTag.parse, names)))),
    )


@st.composite
def rule_lists(draw: st.DrawFn, max_size: int = 6) -> list[SecurityRule]:
    """Draw inbound rules about one destination and port, each with a priority of its own."""
    priorities = draw(st.lists(st.integers(100, 120), unique=True, max_size=max_size))
    return [draw(rules(priority)) for priority in priorities]


@st.composite
def rules(draw: st.DrawFn, priority: int, access: Access | None = None) -> SecurityRule:
    """Draw an inbound rule of this priority."""
    ports = st.sampled_from([ALL_PORTS, IntervalSet.span(0, 1023), IntervalSet.span(53, 2000)])
    return SecurityRule(
        name=f"rule-{priority}",
        priority=priority,
        direction=Direction.INBOUND,
        access=access or draw(st.sampled_from([Access.ALLOW, Access.DENY])),
        source=draw(endpoints()),
        source_ports=draw(ports),
    )
