"""burst: many events of one deployment, each twice and in any order, against a clean sweep."""

from __future__ import annotations

import random
import uuid
from typing import Final

from benchmarks.benchmark import Benchmark, Figures
from benchmarks.estates import Shape
from benchmarks.notified import running_app
from benchmarks.stopwatch import Stopwatch

_MACHINES: Final = 200
_SPREAD_SECONDS: Final = 10.0


def _measure(size: int) -> Figures:
    """Open and close security groups by chance; afterwards a sweep has the last word."""
    with running_app(Shape(_MACHINES)) as app:
        app.sweep()
        app.subscribe(event_copies=2, event_spread_seconds=_SPREAD_SECONDS, quota_queries=None)
        groups = app.closed_groups()
        app.forget()
        chance, correlation = random.Random("burst"), str(uuid.uuid4())
        opened: set[str] = set()
        watch = Stopwatch()
        for _ in range(size):
            group = chance.choice(groups)
            if group in opened:
                app.close_ssh(group, correlation)
            else:
                app.open_ssh(group, correlation)
            opened ^= {group}
        writing_seconds = watch.lap()
        app.settle()
        settling_seconds = watch.lap()
        noticed, before = app.noticed(), app.states()
        app.sweep()
        after = app.states()
        poisoned = app.poisoned()
    return {
        "seconds": round(writing_seconds + settling_seconds, 1),
        "writing_seconds": round(writing_seconds, 1),
        "after_last_write_seconds": round(settling_seconds, 1),
        "events_per_second": round(size / (writing_seconds + settling_seconds), 1),
        "deliveries_count": 2 * size,
        "cards_count": len(noticed.told_at),
        "cards_told_twice_count": noticed.repeated_cards,
        "arm_reads_count": noticed.arm_reads,
        "queries_count": noticed.queries,
        "findings_count": len(after),
        "findings_that_differ_count": sum(
            before.get(one) != after.get(one) for one in before.keys() | after.keys()
        ),
        "poison_messages_count": poisoned,
    }


BURST: Final = Benchmark("burst", "events", small=20, usual=1_000, measure=_measure)
