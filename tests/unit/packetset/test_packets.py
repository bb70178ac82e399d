"""Sets of packets: their one form, and the packet that stands for them."""

from __future__ import annotations

import pytest

from shared.packetset.addresses import NO_ADDRESSES, AddressSet, address_number, address_text
from shared.packetset.intervals import IntervalSet
from shared.packetset.packets import NO_PACKETS, Packet, PacketSet
from shared.packetset.protocols import ALL_PORTS

OFFICE = AddressSet.parse("203.0.113.0/24")
BRANCH = AddressSet.parse("198.51.100.7")
LOW_PORTS = IntervalSet.span(0, 1023)


def test_box_without_sources_is_the_empty_set() -> None:
    assert PacketSet.of(NO_ADDRESSES) == NO_PACKETS
    assert not PacketSet.of(NO_ADDRESSES)


def test_halves_of_the_ports_with_equal_sources_are_one_slice() -> None:
    high = PacketSet.of(OFFICE, IntervalSet.span(1024, 65535))
    assert PacketSet.of(OFFICE, LOW_PORTS).union(high).slices == ((0, 65535, OFFICE),)


def test_neighbouring_ports_with_other_sources_stay_apart() -> None:
    high = PacketSet.of(BRANCH, IntervalSet.span(1024, 65535))
    together = PacketSet.of(OFFICE, LOW_PORTS).union(high)
    assert together.slices == ((0, 1023, OFFICE), (1024, 65535, BRANCH))


def test_hole_in_the_ports_leaves_two_slices() -> None:
    dns = PacketSet.of(OFFICE, IntervalSet.span(53, 53))
    assert PacketSet.of(OFFICE).subtract(dns).slices == ((0, 52, OFFICE), (54, 65535, OFFICE))


def test_membership_needs_the_source_and_the_port() -> None:
    packets = PacketSet.of(OFFICE, LOW_PORTS)
    inside = address_number("203.0.113.9")
    assert Packet(inside, 1023) in packets
    assert Packet(inside, 1024) not in packets
    assert Packet(address_number("203.0.114.9"), 1023) not in packets


def test_sources_come_from_any_port() -> None:
    packets = PacketSet.of(OFFICE, LOW_PORTS).union(PacketSet.of(BRANCH))
    assert packets.sources == OFFICE.union(BRANCH)
    assert NO_PACKETS.sources == NO_ADDRESSES


def test_union_with_nothing_is_the_set_itself() -> None:
    office = PacketSet.of(OFFICE)
    assert office.union(NO_PACKETS) is office
    assert NO_PACKETS.union(office) is office


@pytest.mark.parametrize(
    ("sources", "ports", "source", "source_port"),
    [
        pytest.param(OFFICE, ALL_PORTS, "203.0.113.1", 1024, id="second-of-its-block"),
        pytest.param(BRANCH, ALL_PORTS, "198.51.100.7", 1024, id="alone-in-its-block"),
        pytest.param(OFFICE, LOW_PORTS, "203.0.113.1", 0, id="privileged-ports-only"),
        pytest.param(
            OFFICE, IntervalSet.span(2000, 3000), "203.0.113.1", 2000, id="first-usable-port"
        ),
        pytest.param(
            OFFICE,
            IntervalSet.of([(22, 22), (1024, 1024)]),
            "203.0.113.1",
            1024,
            id="unprivileged-port-preferred",
        ),
    ],
)
def test_witness_looks_like_an_ordinary_client(
    sources: AddressSet, ports: IntervalSet, source: str, source_port: int
) -> None:
    witness = PacketSet.of(sources, ports).witness()
    assert (address_text(witness.source), witness.source_port) == (source, source_port)


def test_empty_set_has_no_witness() -> None:
    with pytest.raises(ValueError, match="no witness"):
        NO_PACKETS.witness()
