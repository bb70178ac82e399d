"""judge: security groups and exposures judged per second, once they are parsed."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from benchmarks.benchmark import Benchmark, Figures
from benchmarks.estates import (
    MACHINES_PER_GROUP,
    RULES_PER_GROUP,
    Shape,
    estate_rows,
    security_group_rows,
)
from benchmarks.places import Json
from benchmarks.stopwatch import Stopwatch
from shared.adapters.payloads import SnapshotBuilder
from shared.checks.check import Facts
from shared.checks.nsg_open import NSG_OPEN
from shared.exposure.assessment import Question
from shared.exposure.exposure import Exposure
from shared.network.snapshot import Snapshot

REPETITIONS: Final = 3
_MANY_RULES: Final = (100, 500)
_OBSERVED: Final = datetime(2026, 1, 1, tzinfo=UTC)


def _measure(size: int) -> Figures:
    snapshot = _snapshot(security_group_rows(size))
    rules = sum(len(group.rules) for group in snapshot.security_groups.values())
    seconds = _group_seconds(snapshot)
    few = seconds / rules * 1e6
    figures: dict[str, float | int] = {
        "groups_per_second": round(size / seconds),
        "rules_per_second": round(rules / seconds),
        f"microseconds_per_rule_at_{RULES_PER_GROUP}_rules": round(few, 2),
    }
    for count in _MANY_RULES:
        # As many rules altogether, so that only the length of a group differs.
        groups = max(1, size * RULES_PER_GROUP // count)
        many = _group_seconds(_snapshot(security_group_rows(groups, count)))
        per_rule = many / (groups * count) * 1e6
        figures[f"microseconds_per_rule_at_{count}_rules"] = round(per_rule, 2)
    return figures | _exposure_figures(size * MACHINES_PER_GROUP)


def _exposure_figures(machines: int) -> dict[str, float | int]:
    """Judge machines with a group for five of them, then the same machines behind one group."""
    apart = _snapshot(estate_rows(Shape(machines)))
    apart_seconds, apart_found = _exposures(apart)
    shared_seconds, shared_found = _exposures(_behind_one_group(apart))
    return {
        "exposures_per_second": round(len(apart_found) / apart_seconds),
        "shared_group_exposures_count": len(shared_found),
        "shared_group_judgements_count": len({id(one.verdict) for one in shared_found}),
        "shared_group_time_ratio": round(shared_seconds / apart_seconds, 2),
    }


def _snapshot(rows: Iterable[Json]) -> Snapshot:
    builder = SnapshotBuilder()
    for row in rows:
        builder.add_row(row)
    return builder.build(_OBSERVED)


def _fresh(snapshot: Snapshot) -> Snapshot:
    """Give the snapshot with groups that remember nothing of an earlier judgement."""
    return replace(
        snapshot,
        security_groups={group.id: replace(group) for group in snapshot.security_groups.values()},
    )


def _group_seconds(snapshot: Snapshot) -> float:
    """Give the best time that the check takes for all groups of a snapshot."""
    times = []
    for _ in range(REPETITIONS):
        facts = Facts(_fresh(snapshot), Question())
        watch = Stopwatch()
        deque(NSG_OPEN.run(facts), maxlen=0)
        times.append(watch.lap())
    return min(times)


def _exposures(snapshot: Snapshot) -> tuple[float, tuple[Exposure, ...]]:
    """Give the best time that all exposures of a snapshot take, and the exposures."""
    times: list[float] = []
    found: tuple[Exposure, ...] = ()
    for _ in range(REPETITIONS):
        fresh = _fresh(snapshot)
        watch = Stopwatch()
        found = Facts(fresh, Question()).exposures
        times.append(watch.lap())
    return min(times), found


def _behind_one_group(snapshot: Snapshot) -> Snapshot:
    """Give the snapshot with one security group before every interface, and none on subnets."""
    group = next(iter(snapshot.security_groups))
    interfaces = snapshot.network_interfaces.values()
    subnets = snapshot.subnets.values()
    return replace(
        snapshot,
        network_interfaces={one.id: replace(one, security_group=group) for one in interfaces},
        subnets={one.id: replace(one, security_group=None) for one in subnets},
    )


JUDGE: Final = Benchmark("judge", "security groups", small=500, usual=2_000, measure=_measure)
