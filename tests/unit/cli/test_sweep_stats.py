"""`portcullis sweep --stats` tells how sweeps went and how fast changes are told."""

from __future__ import annotations

from datetime import timedelta

from cli.sweep_stats import lag_report, stats_report
from shared.findings.lag import Lag
from shared.usecases.interfaces import Shard, Sweep, sweep_id
from tests.change_stage import ChangeStage, change
from tests.memory_marks import MemoryLags
from tests.recording_samples import NOON, SUBSCRIPTION


def report(stage: ChangeStage) -> list[str]:
    return list(stats_report(stage.sweeps, stage.lags, stage.marks, stage.findings))


def test_nothing_yet_is_told_as_such() -> None:
    assert report(ChangeStage()) == [
        "Last sweeps: none",
        "Last sweeps because of changes: none",
        "Changes told: none yet",
        "Changes that wait to be assessed: 0",
        "Events refused as malformed: 0",
    ]


def test_sweeps_changes_that_wait_and_refused_events_are_told() -> None:
    stage = ChangeStage()
    for partial in (False, True):
        name = sweep_id(NOON, partial=partial)
        shards = (Shard(0, (SUBSCRIPTION,)),)
        closed = None if partial else NOON + timedelta(seconds=90)
        stage.sweeps.create(Sweep(name, NOON, shards, closed=closed))
    stage.world.set("web", is_open=True)
    stage.note(change())
    stage.marks.mark(change("db"))
    stage.marks.refuse("rubbish", "no JSON", NOON)
    told = report(stage)
    assert told[:4] == [
        "Last sweeps:",
        "  20261103T120000.123456Z: 1 subscription, 90.0 s",
        "Last sweeps because of changes:",
        "  20261103T120000.123456Z-part: 1 subscription, not finished",
    ]
    assert told[-2:] == ["Changes that wait to be assessed: 1", "Events refused as malformed: 1"]


def test_lags_are_told_by_stage() -> None:
    lags = [Lag(1.0, 2.0, float(number)) for number in range(1, 101)]
    book = MemoryLags()
    book.note("run", lags)
    assert list(lag_report(book.lags())) == [
        "Changes told: 100 findings; seconds since the change in Azure:",
        "  received: p50 1.0, p95 1.0",
        "  judged: p50 2.0, p95 2.0",
        "  told: p50 50.0, p95 95.0",
    ]
