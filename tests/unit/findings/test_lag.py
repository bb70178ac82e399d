"""How long a change took until people were told."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from shared.findings.finding import Transition
from shared.findings.lag import Lag, lag_of, percentile
from tests.recording_samples import finding, minutes, opened


def step(occurred: datetime | None = None, received: datetime | None = None) -> Transition:
    transition = opened(finding(), minutes(2)).transition
    assert transition is not None
    return replace(transition, occurred=occurred, received=received)


def test_lag_counts_from_the_change() -> None:
    told = step(occurred=minutes(0), received=minutes(1))
    assert lag_of(told, minutes(3)) == Lag(60.0, 120.0, 180.0)


def test_step_of_a_sweep_has_no_lag() -> None:
    assert lag_of(step(), minutes(3)) is None


def test_clock_of_azure_that_is_ahead_makes_no_negative_lag() -> None:
    told = step(occurred=minutes(2.5), received=minutes(1))
    assert lag_of(told, minutes(3)) == Lag(0.0, 0.0, 30.0)


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [([3.0], 0.5, 3.0), ([4.0, 1.0], 0.5, 1.0), ([*map(float, range(1, 101))], 0.95, 95.0)],
)
def test_percentile_is_the_least_that_covers_the_share(
    values: list[float], share: float, expected: float
) -> None:
    assert percentile(values, share) == expected


@pytest.mark.parametrize(("values", "share"), [([], 0.5), ([1.0], 0.0), ([1.0], 1.1)])
def test_percentile_of_nothing_is_refused(values: list[float], share: float) -> None:
    with pytest.raises(ValueError, match="no percentile"):
        percentile(values, share)
