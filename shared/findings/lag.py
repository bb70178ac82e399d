"""Lag: how long a change in Azure took until people were told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from shared.findings.finding import Transition


@dataclass(frozen=True, slots=True)
class Lag:
    """Seconds from a change until its event was received, until it was judged, until it was told.

    The time of the change is Azure's and the others are ours: a clock that is behind makes no lag
    less than nothing.
    """

    received: float
    judged: float
    told: float


def lag_of(step: Transition, told: datetime) -> Lag | None:
    """Give the lag of a step that an event brought and that is told now; None for any other."""
    if step.occurred is None or step.received is None:
        return None
    times = (step.received, step.at, told)
    received, judged, until_told = (
        max(0.0, (time - step.occurred).total_seconds()) for time in times
    )
    return Lag(received, judged, until_told)


def percentile(seconds: Sequence[float], share: float) -> float:
    """Give the smallest value that at least this share of the values do not exceed.

    Raises:
        ValueError: there are no values, or the share is not above 0 and at most 1.
    """
    if not seconds or not 0 < share <= 1:
        raise ValueError(f"no percentile {share} of {len(seconds)} values")
    return sorted(seconds)[ceil(share * len(seconds)) - 1]
