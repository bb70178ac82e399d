"""Sets of integers: their one form, and what cannot be one."""

from __future__ import annotations

import pytest

from shared.packetset.intervals import EMPTY, IntervalSet


@pytest.mark.parametrize(
    ("spans", "bounds"),
    [
        pytest.param([], (), id="none"),
        pytest.param([(3, 3)], (3, 4), id="one-number"),
        pytest.param([(1, 4), (5, 9)], (1, 10), id="touching-are-merged"),
        pytest.param([(1, 4), (6, 9)], (1, 5, 6, 10), id="gap-of-one-stays"),
        pytest.param([(6, 9), (1, 7)], (1, 10), id="overlapping-out-of-order"),
        pytest.param([(1, 9), (3, 4)], (1, 10), id="one-within-the-other"),
        pytest.param([(0, 0), (0, 0)], (0, 1), id="twice-the-same"),
    ],
)
def test_spans_are_kept_as_disjoint_half_open_bounds(
    spans: list[tuple[int, int]], bounds: tuple[int, ...]
) -> None:
    assert IntervalSet.of(spans).bounds == bounds


@pytest.mark.parametrize(
    "bounds",
    [
        pytest.param((1,), id="an-end-missing"),
        pytest.param((4, 2), id="turned"),
        pytest.param((1, 1), id="empty-interval"),
        pytest.param((1, 3, 3, 5), id="touching"),
        pytest.param((4, 6, 1, 2), id="descending"),
    ],
)
def test_bounds_that_are_not_canonical_are_refused(bounds: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="not the bounds of disjoint intervals"):
        IntervalSet(bounds)


def test_turned_span_is_refused() -> None:
    with pytest.raises(ValueError, match="not the bounds"):
        IntervalSet.span(5, 3)


@pytest.mark.parametrize(
    ("number", "member"), [(0, False), (1, True), (4, True), (5, False), (7, True), (8, False)]
)
def test_both_ends_of_a_span_are_members(number: int, *, member: bool) -> None:
    assert (number in IntervalSet.of([(1, 4), (7, 7)])) is member


def test_count_has_no_limit() -> None:
    assert IntervalSet.span(0, (1 << 130) - 1).count == 1 << 130


def test_empty_set_is_false_and_without_members() -> None:
    assert (bool(EMPTY), EMPTY.count, list(EMPTY.spans)) == (False, 0, [])
