"""`portcullis sweep --stats`: how the last sweeps went, and how fast changes are told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from shared.findings.lag import Lag, percentile
from shared.rendering.scan_summary import counted
from shared.usecases.change_interfaces import ChangeMarks
from shared.usecases.interfaces import FindingStore, LagBook, Sweep, SweepStore

SWEEPS_SHOWN: Final = 5
MARKS_COUNTED: Final = 1_000
_STAGES: Final = ("received", "judged", "told")


def stats_report(
    sweeps: SweepStore, lags: LagBook, marks: ChangeMarks, findings: FindingStore
) -> Iterator[str]:
    """Tell it, as lines."""
    yield from _sweeps("Last sweeps", sweeps.latest(SWEEPS_SHOWN))
    yield from _sweeps("Last sweeps because of changes", sweeps.latest(SWEEPS_SHOWN, partial=True))
    yield from lag_report(lags.lags())
    waiting = sum(len(marks.marks(one, MARKS_COUNTED)) for one in findings.subscriptions())
    yield f"Changes that wait to be assessed: {waiting:,}"
    refused = marks.refused_count()
    yield f"Events refused as malformed: {refused:,}"


def lag_report(lags: Sequence[Lag]) -> Iterator[str]:
    """Tell how long changes took until their events were received, judged and told."""
    if not lags:
        yield "Changes told: none yet"
        return
    yield f"Changes told: {counted(len(lags), 'finding')}; seconds since the change in Azure:"
    for stage in _STAGES:
        seconds = [getattr(lag, stage) for lag in lags]
        half, most = percentile(seconds, 0.5), percentile(seconds, 0.95)
        yield f"  {stage}: p50 {half:.1f}, p95 {most:.1f}"


def _sweeps(title: str, sweeps: Sequence[Sweep]) -> Iterator[str]:
    if not sweeps:
        yield f"{title}: none"
        return
    yield f"{title}:"
    for sweep in sweeps:
        subscriptions = sum(len(shard.subscriptions) for shard in sweep.shards)
        how_long = "not finished"
        if sweep.closed is not None:
            how_long = f"{(sweep.closed - sweep.started).total_seconds():.1f} s"
        yield f"  {sweep.id}: {counted(subscriptions, 'subscription')}, {how_long}"
