"""Laws of sets of packets, and their agreement with Python's sets of pairs."""

from __future__ import annotations

from itertools import pairwise, product

from hypothesis import assume, given

from shared.packetset.addresses import AddressSet
from shared.packetset.intervals import IntervalSet
from shared.packetset.packets import NO_PACKETS, Packet, PacketSet
from tests.property.strategies import (
    PORTS,
    SOURCES,
    address_sets,
    interval_sets,
    packet_sets,
    packets,
)

sets = packet_sets()
EVERY_PACKET = [Packet(source, port) for source, port in product(SOURCES, PORTS)]


def members(packet_set: PacketSet) -> frozenset[Packet]:
    return frozenset(packet for packet in EVERY_PACKET if packet in packet_set)


@given(address_sets(SOURCES), interval_sets(PORTS))
def test_box_holds_every_pair_of_source_and_port(sources: AddressSet, ports: IntervalSet) -> None:
    pairs = {p for p in EVERY_PACKET if p.source in sources and p.source_port in ports}
    assert members(PacketSet.of(sources, ports)) == pairs


@given(packets())
def test_single_packet_is_a_set_of_its_own(packet: Packet) -> None:
    assert members(PacketSet.single(packet)) == {packet}


@given(sets, sets)
def test_algebra_is_that_of_the_members(a: PacketSet, b: PacketSet) -> None:
    assert members(a.union(b)) == members(a) | members(b)
    assert members(a.intersect(b)) == members(a) & members(b)
    assert members(a.subtract(b)) == members(a) - members(b)
    assert a.is_subset(b) == (members(a) <= members(b))
    assert bool(a) == bool(members(a))


@given(sets, sets)
def test_equal_members_have_equal_form_and_hash(a: PacketSet, b: PacketSet) -> None:
    assert (a == b) == (members(a) == members(b))
    assert a != b or (a.slices, hash(a)) == (b.slices, hash(b))


@given(sets)
def test_slices_ascend_are_never_empty_and_neighbours_differ(a: PacketSet) -> None:
    assert all(first <= last and sources for first, last, sources in a.slices)
    assert all(before[1] < after[0] for before, after in pairwise(a.slices))
    touching = [pair for pair in pairwise(a.slices) if pair[0][1] + 1 == pair[1][0]]
    assert all(before[2] != after[2] for before, after in touching)


@given(sets)
def test_sources_are_those_of_any_packet(a: PacketSet) -> None:
    found = {number for number in SOURCES if number in a.sources}
    assert found == {packet.source for packet in members(a)}


@given(sets)
def test_witness_is_a_member(a: PacketSet) -> None:
    assume(a)
    assert a.witness() in a


@given(sets, sets)
def test_union_and_intersection_are_commutative(a: PacketSet, b: PacketSet) -> None:
    assert a.union(b) == b.union(a)
    assert a.intersect(b) == b.intersect(a)


@given(sets, sets, sets)
def test_union_and_intersection_are_associative(a: PacketSet, b: PacketSet, c: PacketSet) -> None:
    assert a.union(b).union(c) == a.union(b.union(c))
    assert a.intersect(b).intersect(c) == a.intersect(b.intersect(c))


@given(sets, sets, sets)
def test_union_and_intersection_distribute_over_each_other(
    a: PacketSet, b: PacketSet, c: PacketSet
) -> None:
    assert a.intersect(b.union(c)) == a.intersect(b).union(a.intersect(c))
    assert a.union(b.intersect(c)) == a.union(b).intersect(a.union(c))


@given(sets, sets)
def test_union_and_intersection_are_idempotent_and_absorb_each_other(
    a: PacketSet, b: PacketSet
) -> None:
    assert a.union(a) == a.intersect(a) == a
    assert a.union(a.intersect(b)) == a.intersect(a.union(b)) == a


@given(sets, sets)
def test_difference_and_intersection_are_a_partition(a: PacketSet, b: PacketSet) -> None:
    without, within = a.subtract(b), a.intersect(b)
    assert without.union(within) == a
    assert without.intersect(within) == NO_PACKETS


@given(sets)
def test_no_packets_are_neutral_for_union_and_absorbing_for_intersection(a: PacketSet) -> None:
    assert (a.union(NO_PACKETS), NO_PACKETS.union(a), a.subtract(NO_PACKETS)) == (a, a, a)
    assert (a.intersect(NO_PACKETS), NO_PACKETS.subtract(a)) == (NO_PACKETS, NO_PACKETS)
    assert a.subtract(a) == NO_PACKETS
