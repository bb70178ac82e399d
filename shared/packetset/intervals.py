"""Sets of integers as canonical disjoint intervals."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from operator import lt


@dataclass(frozen=True, slots=True)
class IntervalSet:
    """A set of integers, kept as the strictly increasing bounds of half-open intervals.

    `bounds` is (a0, b0, a1, b1, ...) and means [a0, b0) with [a1, b1) and so on.  Touching
    intervals are always merged, so equal sets have equal bounds, compare and hash equal.

    Laws: union, intersection and difference are those of sets (commutative, associative,
    distributive, idempotent), and `a.subtract(b)` with `a.intersect(b)` is a partition of `a`.
    """

    bounds: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Refuse bounds that are not strictly increasing pairs."""
        bounds = self.bounds
        if len(bounds) % 2 or not all(map(lt, bounds, bounds[1:])):
            message = f"not the bounds of disjoint intervals: {bounds[:8]}"
            raise ValueError(message)

    @classmethod
    def span(cls, first: int, last: int) -> IntervalSet:
        """Give every integer from `first` to `last`, both included."""
        return cls((first, last + 1))

    @classmethod
    def of(cls, spans: Iterable[tuple[int, int]]) -> IntervalSet:
        """Give the union of inclusive spans in any order; empty for none."""
        merged: list[int] = []
        for first, last in sorted(spans):
            if merged and first <= merged[-1]:
                merged[-1] = max(merged[-1], last + 1)
            else:
                merged += (first, last + 1)
        return cls(tuple(merged))

    def __bool__(self) -> bool:
        """Tell whether there is any member."""
        return bool(self.bounds)

    def __contains__(self, number: int) -> bool:
        """Tell whether `number` is a member."""
        return bisect_right(self.bounds, number) % 2 == 1

    @property
    def count(self) -> int:
        """How many members there are, without a limit."""
        return sum(self.bounds[1::2]) - sum(self.bounds[::2])

    @property
    def spans(self) -> Iterator[tuple[int, int]]:
        """The intervals in ascending order, both ends included."""
        bounds = self.bounds
        return ((bounds[i], bounds[i + 1] - 1) for i in range(0, len(bounds), 2))

    def union(self, other: IntervalSet) -> IntervalSet:
        """Give the members of either."""
        if not other.bounds or self.bounds == other.bounds:
            return self
        return IntervalSet.of((*self.spans, *other.spans)) if self.bounds else other

    def intersect(self, other: IntervalSet) -> IntervalSet:
        """Give the members of both; the cost grows with the set of fewer intervals."""
        few, many = self.bounds, other.bounds
        if len(few) > len(many):
            few, many = many, few
        pieces = [_clip(many, few[i], few[i + 1]) for i in range(0, len(few), 2)]
        return _from_pieces(pieces, self, other)

    def overlaps(self, other: IntervalSet) -> bool:
        """Tell whether any member is common to both, without making the intersection."""
        few, many = self.bounds, other.bounds
        if not few or not many or few[-1] <= many[0] or many[-1] <= few[0]:
            return False
        if len(few) > len(many):
            few, many = many, few
        return any(_meets(many, few[i], few[i + 1]) for i in range(0, len(few), 2))

    def subtract(self, other: IntervalSet) -> IntervalSet:
        """Give the members that `other` lacks."""
        mine = self.bounds
        if not mine or not other.bounds:
            return self
        holes = _clip(other.bounds, mine[0], mine[-1])
        if not holes:
            return self
        edges = (mine[0], *holes, mine[-1])
        pieces = [_clip(mine, edges[i], edges[i + 1]) for i in range(0, len(edges), 2)]
        return _from_pieces(pieces, self)

    def is_subset(self, other: IntervalSet) -> bool:
        """Tell whether every member is a member of `other`."""
        return not self.subtract(other).bounds


EMPTY = IntervalSet()


def _clip(bounds: tuple[int, ...], begin: int, end: int) -> tuple[int, ...]:
    """Give the bounds of the part that lies in [begin, end)."""
    first, last = bisect_right(bounds, begin), bisect_left(bounds, end)
    if first % 2 == 0 and last % 2 == 0:
        return bounds[first:last]
    head = (begin,) if first % 2 and begin < end else ()
    tail = (end,) if last % 2 and begin < end else ()
    return head + bounds[first:last] + tail


def _meets(bounds: tuple[int, ...], begin: int, end: int) -> bool:
    """Tell whether any part lies in [begin, end), which is not empty."""
    place = bisect_right(bounds, begin)
    return place % 2 == 1 or (place < len(bounds) and bounds[place] < end)


def _from_pieces(pieces: list[tuple[int, ...]], *likely: IntervalSet) -> IntervalSet:
    """Join the bounds of pieces that do not touch; one of the `likely` sets is reused if equal."""
    bounds = pieces[0] if len(pieces) == 1 else tuple(chain.from_iterable(pieces))
    if not bounds:
        return EMPTY
    for known in likely:
        if known.bounds == bounds:
            return known
    return IntervalSet(bounds)
