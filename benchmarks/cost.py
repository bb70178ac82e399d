"""`python -m benchmarks.cost`: what an estate costs in a month, reckoned from measured figures.

`cost_figures.json` keeps what was measured, and what is assumed of an estate and of Azure.  With
`--measure` it is measured anew.  The tables that are printed stand in `docs/cost.md`.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any, Final

from shared.usecases.changes import FIRST_BREATH_SECONDS
from shared.usecases.confirm import READS_PER_SHARD
from shared.usecases.packing import SweepLimits

FIGURES: Final = Path(__file__).with_name("cost_figures.json")
ESTATES: Final = (1_000, 10_000, 100_000)
DAYS: Final = 30
RUNS_A_DAY: Final = {
    "tell_pending": 288,
    "count_findings": 720,
    "read_sessions": 144,
    "tend_remediations": 288,
}
"""What timers come to that run more often than daily, by their usual schedules."""
_SHORTEST_SECONDS: Final = 1.0
"""What Flex Consumption charges for the shortest execution.

Source: Microsoft Learn, "Flex Consumption plan hosting", billing.
"""
_QUOTA_QUERIES: Final = 15
_QUOTA_SECONDS: Final = 5
"""Source: Microsoft Learn, "Guidance for throttled requests in Azure Resource Graph"."""
_MIB: Final = 1_024 * 1_024


@dataclass(frozen=True, slots=True)
class Taken:
    """What some work takes: seconds of a processor, and requests by where they go."""

    processor_seconds: float
    queries: float
    arm_reads: float
    storage_requests: float

    def seconds(self, assumed: Mapping[str, float]) -> float:
        """Give how long it lasts, with the answers that Azure is assumed to need."""
        return (
            self.processor_seconds
            + self.queries * assumed["seconds_for_a_query"]
            + self.arm_reads * assumed["seconds_for_a_read"]
            + self.storage_requests * assumed["seconds_for_a_storage_request"]
        )


@dataclass(frozen=True, slots=True)
class Month:
    """What one estate takes in thirty days, and what one sweep of it takes."""

    machines: int
    shards: int
    executions: float
    gigabyte_seconds: float
    storage_requests: float
    events: float
    log_mib: float
    sweep_queries: float
    sweep_reads: float
    sweep_minutes: float


def month(machines: int, figures: Mapping[str, Any]) -> Month:
    """Reckon an estate of some machines; shares of a sweep grow with them, as they were measured.

    A shard waits for the quota of Resource Graph as long as the whole sweep does, because all
    of them share it: that is the most it can be.
    """
    assumed: Mapping[str, float] = figures["assumed"]
    shards = ceil(machines * _rows_for_a_machine(figures) / SweepLimits().rows)
    sweep = sweep_of(machines, shards, figures)
    changed = Taken(**figures["change"])
    waits = (ceil(sweep.queries / _QUOTA_QUERIES) - 1) * _QUOTA_SECONDS
    shard_seconds = sweep.seconds(assumed) / shards + waits
    sweeps = assumed["sweeps_a_day"] * DAYS
    events = assumed["events_a_day_for_1000_machines"] * machines / 1_000 * DAYS
    changes = assumed["changes_a_day_for_1000_machines"] * machines / 1_000 * DAYS
    timers = sum(RUNS_A_DAY.values()) * DAYS
    work = (
        (sweeps * 2 + timers + events, _SHORTEST_SECONDS),
        (sweeps * shards, max(shard_seconds, _SHORTEST_SECONDS)),
        (changes, changed.seconds(assumed) + FIRST_BREATH_SECONDS),
    )
    executions = sum(runs for runs, _ in work)
    idle = Taken(**figures["idle"])
    return Month(
        machines=machines,
        shards=shards,
        executions=executions,
        gigabyte_seconds=sum(runs * seconds for runs, seconds in work)
        * assumed["instance_gigabytes"],
        storage_requests=sweeps * sweep.storage_requests
        + changes * changed.storage_requests
        + timers * idle.storage_requests,
        events=events,
        log_mib=executions * assumed["log_bytes_for_an_execution"] / _MIB,
        sweep_queries=sweep.queries,
        sweep_reads=sweep.arm_reads,
        sweep_minutes=shard_seconds / 60,
    )


def sweep_of(machines: int, shards: int, figures: Mapping[str, Any]) -> Taken:
    """Give what a sweep takes of which a share of the findings is new.

    A sweep that finds nothing new, and one that finds all, lie on the lines through the sizes that
    were measured.  What is new is confirmed by reads, no more than a shard may make; the smaller
    size stays below that bound.
    """
    (small, less), (large, more) = sorted(
        (int(size), one) for size, one in figures["sweeps"].items()
    )
    share = float(figures["assumed"]["share_of_findings_that_is_new"])

    def at(part: str, name: str) -> float:
        low, high = float(less[part][name]), float(more[part][name])
        return high + (high - low) / (large - small) * (machines - large)

    def with_news(name: str) -> float:
        return (1 - share) * at("again", name) + share * at("first", name)

    reads = share * float(less["first"]["arm_reads"]) / small * machines
    return Taken(
        processor_seconds=with_news("processor_seconds"),
        queries=at("again", "queries"),
        arm_reads=min(reads, READS_PER_SHARD * shards),
        storage_requests=with_news("storage_requests"),
    )


def tables(figures: Mapping[str, Any]) -> Sequence[str]:
    """Write the tables of `docs/cost.md`: a month, one sweep, and what is assumed."""
    months = [month(machines, figures) for machines in ESTATES]
    written = (_monthly(months), _by_sweep(months), _assumptions(figures))
    return ["".join(f"{line}\n" for line in lines) for lines in written]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables, after measuring anew where that is asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cost", description=__doc__)
    parser.add_argument("--measure", action="store_true", help="measure anew, some minutes long")
    figures = json.loads(FIGURES.read_text(encoding="utf-8"))
    if parser.parse_args(arguments).measure:
        from benchmarks.cost_measuring import measure  # noqa: PLC0415 - starts whole servers

        figures |= measure()
        FIGURES.write_text(f"{json.dumps(figures, indent=2)}\n", encoding="utf-8")
    print("\n".join(tables(figures)), end="")
    return 0


def _rows_for_a_machine(figures: Mapping[str, Any]) -> float:
    size, largest = max((int(size), one) for size, one in figures["sweeps"].items())
    return float(largest["rows"]) / size


def _monthly(months: Sequence[Month]) -> Iterator[str]:
    yield "| machines | executions | GB-seconds | storage transactions | events | log, MiB |"
    yield "|---:|---:|---:|---:|---:|---:|"
    for one in months:
        values = (one.executions, one.gigabyte_seconds, one.storage_requests, one.events)
        cells = [f"{_rounded(value):,}" for value in (*values, one.log_mib)]
        yield f"| {one.machines:,} | {' | '.join(cells)} |"


def _by_sweep(months: Sequence[Month]) -> Iterator[str]:
    yield "| machines | shards | Resource Graph queries | reads of Resource Manager | minutes |"
    yield "|---:|---:|---:|---:|---:|"
    for one in months:
        counts = (one.shards, _rounded(one.sweep_queries), _rounded(one.sweep_reads))
        cells = " | ".join(f"{count:,}" for count in counts)
        yield f"| {one.machines:,} | {cells} | {one.sweep_minutes:.1f} |"


def _assumptions(figures: Mapping[str, Any]) -> Iterator[str]:
    yield "| assumed | value |"
    yield "|---|---:|"
    for name, value in figures["assumed"].items():
        yield f"| {name.replace('_', ' ')} | {value:,} |"


def _rounded(value: float) -> int:
    """Keep two figures: the reckoning is no better than that."""
    number = round(value)
    places = max(len(str(number)) - 2, 0)
    return round(number, -places)


if __name__ == "__main__":
    raise SystemExit(main())
