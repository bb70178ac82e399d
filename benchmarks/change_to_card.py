"""change-to-card: from a write in Azure to the card in the channel, one change at a time."""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Sequence
from math import ceil
from typing import Final

from benchmarks.benchmark import Benchmark, Figures
from benchmarks.estates import Shape
from benchmarks.notified import App, Noticed, running_app

_MACHINES: Final = 100
_PAUSE_SECONDS: Final = (2.0, 5.0)
"""Between changes the app's queues fall idle, and are looked at less and less often."""


def _measure(size: int) -> Figures:
    """Open and close security groups in turn; every change is told before the next one."""
    with running_app(Shape(_MACHINES)) as app:
        app.sweep()
        app.subscribe()
        groups = app.closed_groups()
        chance = random.Random("pauses")
        noticed = [_one_change(app, groups, number, chance) for number in range(size)]
    first = sorted((one.told_at[0] - one.asked_at).total_seconds() for one in noticed)
    last = sorted((one.told_at[-1] - one.asked_at).total_seconds() for one in noticed)
    return {
        "p50_seconds": round(_percentile(first, 0.5), 2),
        "p95_seconds": round(_percentile(first, 0.95), 2),
        "slowest_seconds": round(first[-1], 2),
        "last_card_p95_seconds": round(_percentile(last, 0.95), 2),
        "mean_arm_reads_count": round(sum(one.arm_reads for one in noticed) / size, 2),
        "most_arm_reads_count": max(one.arm_reads for one in noticed),
        "mean_queries_count": round(sum(one.queries for one in noticed) / size, 2),
        "most_queries_count": max(one.queries for one in noticed),
    }


def _one_change(app: App, groups: Sequence[str], number: int, chance: random.Random) -> Noticed:
    """Make one change, opening before closing, and give what was noticed of it."""
    time.sleep(chance.uniform(*_PAUSE_SECONDS))
    app.forget()
    change = app.close_ssh if number % 2 else app.open_ssh
    change(groups[number // 2 % len(groups)], str(uuid.uuid4()))
    app.await_card()
    app.settle()
    return app.noticed()


def _percentile(ordered: Sequence[float], share: float) -> float:
    """Give the smallest value that at least this share of the values do not exceed."""
    return ordered[ceil(share * len(ordered)) - 1]


CHANGE_TO_CARD: Final = Benchmark(
    "change-to-card", "single changes", small=2, usual=40, measure=_measure
)
