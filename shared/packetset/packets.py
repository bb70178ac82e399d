"""Sets of packets towards one destination: source address by source port."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from shared.packetset.addresses import NO_ADDRESSES, AddressSet
from shared.packetset.intervals import IntervalSet
from shared.packetset.protocols import ALL_PORTS

FIRST_UNPRIVILEGED_PORT = 1024


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet: where it comes from.  `source` is a number of the address line."""

    source: int
    source_port: int


@dataclass(frozen=True, slots=True)
class PacketSet:
    """Packets to one destination address, port and protocol, told apart by where they come from.

    `slices` are (first source port, last source port, source addresses), ascending and disjoint;
    neighbours with equal addresses are merged and empty ones left out.  That form is canonical:
    equal sets have equal slices.

    Laws: as for `IntervalSet`, with union, intersection and difference of sets of pairs.
    """

    slices: tuple[tuple[int, int, AddressSet], ...] = ()

    @classmethod
    def of(cls, sources: AddressSet, ports: IntervalSet = ALL_PORTS) -> PacketSet:
        """Give the box of source addresses by source ports."""
        if not sources:
            return NO_PACKETS
        return cls(tuple((first, last, sources) for first, last in ports.spans))

    def __bool__(self) -> bool:
        """Tell whether there is any packet."""
        return bool(self.slices)

    def __contains__(self, packet: Packet) -> bool:
        """Tell whether `packet` is a member."""
        return any(
            first <= packet.source_port <= last and packet.source in sources
            for first, last, sources in self.slices
        )

    @classmethod
    def single(cls, packet: Packet) -> PacketSet:
        """Give the set of one packet."""
        port, source = packet.source_port, packet.source
        return cls(((port, port, AddressSet(IntervalSet.span(source, source))),))

    @property
    def sources(self) -> AddressSet:
        """The addresses that send any packet of the set, from whichever port."""
        if len(self.slices) == 1:
            return self.slices[0][2]
        found = NO_ADDRESSES
        for _, _, sources in self.slices:
            found = found.union(sources)
        return found

    def union(self, other: PacketSet) -> PacketSet:
        """Give the packets of either."""
        if not self.slices:
            return other
        if not other.slices:
            return self
        return _combined(self, other, AddressSet.union)

    def intersect(self, other: PacketSet) -> PacketSet:
        """Give the packets of both."""
        if not self.slices or not other.slices:
            return NO_PACKETS
        return _combined(self, other, AddressSet.intersect)

    def subtract(self, other: PacketSet) -> PacketSet:
        """Give the packets that `other` lacks."""
        if not self.slices or not other.slices:
            return self
        return _combined(self, other, AddressSet.subtract)

    def is_subset(self, other: PacketSet) -> bool:
        """Tell whether every packet is in `other`."""
        return not self.subtract(other)

    def witness(self) -> Packet:
        """Give one member: from an unprivileged port where there is one, else the first port.

        The source is the lowest address but one of its block (the lowest is often the name of
        a network), or the lowest where it stands alone.

        Raises:
            ValueError: the set is empty.
        """
        if not self.slices:
            message = "an empty set of packets has no witness"
            raise ValueError(message)
        usable = (piece for piece in self.slices if piece[1] >= FIRST_UNPRIVILEGED_PORT)
        first, last, sources = next(usable, self.slices[0])
        low, high = next(sources.numbers.spans)
        port = FIRST_UNPRIVILEGED_PORT if first <= FIRST_UNPRIVILEGED_PORT <= last else first
        return Packet(source=low + 1 if low < high else low, source_port=port)


NO_PACKETS = PacketSet()


def _combined(
    left: PacketSet, right: PacketSet, combine: Callable[[AddressSet, AddressSet], AddressSet]
) -> PacketSet:
    """Combine the source addresses of two sets, source port by source port."""
    if len(left.slices) == len(right.slices) == 1:
        # One range of ports on both sides, most often all of them, is what nearly every rule has.
        (first, last, mine), (also_first, also_last, theirs) = left.slices[0], right.slices[0]
        if first == also_first and last == also_last:
            sources = combine(mine, theirs)
            if sources is mine:
                return left
            return PacketSet(((first, last, sources),)) if sources else NO_PACKETS
    return _merged((f, n, combine(a, b)) for f, n, a, b in _aligned(left, right))


def _aligned(
    left: PacketSet, right: PacketSet
) -> Iterator[tuple[int, int, AddressSet, AddressSet]]:
    """Cut both sets at each other's source ports and pair the addresses of every piece."""
    mine, theirs = left.slices, right.slices
    cuts = sorted({cut for f, n, _ in (*mine, *theirs) for cut in (f, n + 1)})
    i = j = 0
    for begin, end in pairwise(cuts):
        while i < len(mine) and mine[i][1] < begin:
            i += 1
        while j < len(theirs) and theirs[j][1] < begin:
            j += 1
        a = mine[i][2] if i < len(mine) and mine[i][0] <= begin else NO_ADDRESSES
        b = theirs[j][2] if j < len(theirs) and theirs[j][0] <= begin else NO_ADDRESSES
        yield begin, end - 1, a, b


def _merged(pieces: Iterator[tuple[int, int, AddressSet]]) -> PacketSet:
    """Join neighbours with equal addresses and drop empty pieces."""
    slices: list[tuple[int, int, AddressSet]] = []
    for first, last, sources in pieces:
        if not sources:
            continue
        if slices and slices[-1][1] + 1 == first and slices[-1][2] == sources:
            slices[-1] = (slices[-1][0], last, sources)
        else:
            slices.append((first, last, sources))
    return PacketSet(tuple(slices))
