"""Laws of sets of integers, and their agreement with Python's own sets."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from shared.packetset.intervals import EMPTY, IntervalSet
from tests.property.strategies import UNIVERSE, interval_sets, spans

sets = interval_sets()


def members(numbers: IntervalSet) -> frozenset[int]:
    """List the members one by one; beyond the universe on both sides there must be none."""
    return frozenset(number for number in range(-2, len(UNIVERSE) + 2) if number in numbers)


@given(spans(UNIVERSE))
def test_set_of_spans_holds_the_numbers_of_every_span(drawn: list[tuple[int, int]]) -> None:
    expected = {number for first, last in drawn for number in range(first, last + 1)}
    assert members(IntervalSet.of(drawn)) == expected


@given(sets, sets)
def test_union_holds_the_members_of_either(a: IntervalSet, b: IntervalSet) -> None:
    assert members(a.union(b)) == members(a) | members(b)


@given(sets, sets)
def test_intersection_holds_the_members_of_both(a: IntervalSet, b: IntervalSet) -> None:
    assert members(a.intersect(b)) == members(a) & members(b)


@given(sets, sets)
def test_difference_holds_the_members_of_the_first_alone(a: IntervalSet, b: IntervalSet) -> None:
    assert members(a.subtract(b)) == members(a) - members(b)


@given(sets, sets)
def test_subset_is_that_of_the_members(a: IntervalSet, b: IntervalSet) -> None:
    assert a.is_subset(b) == (members(a) <= members(b))


@given(sets)
def test_count_and_truth_are_those_of_the_members(a: IntervalSet) -> None:
    assert (a.count, bool(a)) == (len(members(a)), bool(members(a)))


@given(sets, sets)
def test_equal_members_have_equal_form_and_hash(a: IntervalSet, b: IntervalSet) -> None:
    assert (a == b) == (members(a) == members(b))
    assert a != b or (a.bounds, hash(a)) == (b.bounds, hash(b))


@given(st.lists(st.sampled_from(UNIVERSE), unique=True))
def test_form_does_not_depend_on_the_order_of_spans(drawn: list[int]) -> None:
    singles = [(number, number) for number in drawn]
    assert IntervalSet.of(singles).bounds == IntervalSet.of(sorted(singles)).bounds


@given(sets, sets)
def test_union_is_commutative(a: IntervalSet, b: IntervalSet) -> None:
    assert a.union(b) == b.union(a)


@given(sets, sets)
def test_intersection_is_commutative(a: IntervalSet, b: IntervalSet) -> None:
    assert a.intersect(b) == b.intersect(a)


@given(sets, sets, sets)
def test_union_is_associative(a: IntervalSet, b: IntervalSet, c: IntervalSet) -> None:
    assert a.union(b).union(c) == a.union(b.union(c))


@given(sets, sets, sets)
def test_intersection_is_associative(a: IntervalSet, b: IntervalSet, c: IntervalSet) -> None:
    assert a.intersect(b).intersect(c) == a.intersect(b.intersect(c))


@given(sets, sets, sets)
def test_intersection_distributes_over_union(
    a: IntervalSet, b: IntervalSet, c: IntervalSet
) -> None:
    assert a.intersect(b.union(c)) == a.intersect(b).union(a.intersect(c))


@given(sets, sets, sets)
def test_union_distributes_over_intersection(
    a: IntervalSet, b: IntervalSet, c: IntervalSet
) -> None:
    assert a.union(b.intersect(c)) == a.union(b).intersect(a.union(c))


@given(sets)
def test_union_and_intersection_are_idempotent(a: IntervalSet) -> None:
    assert a.union(a) == a.intersect(a) == a


@given(sets, sets)
def test_union_and_intersection_absorb_each_other(a: IntervalSet, b: IntervalSet) -> None:
    assert a.union(a.intersect(b)) == a.intersect(a.union(b)) == a


@given(sets)
def test_empty_set_is_neutral_for_union_and_absorbing_for_intersection(a: IntervalSet) -> None:
    assert (a.union(EMPTY), EMPTY.union(a), a.subtract(EMPTY)) == (a, a, a)
    assert (a.intersect(EMPTY), EMPTY.subtract(a), a.subtract(a)) == (EMPTY, EMPTY, EMPTY)


@given(sets, sets)
def test_difference_and_intersection_are_a_partition(a: IntervalSet, b: IntervalSet) -> None:
    without, within = a.subtract(b), a.intersect(b)
    assert without.union(within) == a
    assert not without.intersect(within)
    assert without.count + within.count == a.count


@given(sets, sets, sets)
def test_difference_takes_away_a_union_one_after_the_other(
    a: IntervalSet, b: IntervalSet, c: IntervalSet
) -> None:
    assert a.subtract(b.union(c)) == a.subtract(b).subtract(c)
    assert a.subtract(b.intersect(c)) == a.subtract(b).union(a.subtract(c))


@given(sets)
def test_spans_ascend_and_never_touch(a: IntervalSet) -> None:
    assert all(last + 1 < first for (_, last), (first, _) in pairwise(a.spans))
    assert IntervalSet.of(a.spans) == a
