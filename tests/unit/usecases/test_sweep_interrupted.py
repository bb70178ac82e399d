"""Sweeps that are killed at any write, delivered twice, or worked on by several at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from threading import Event

import pytest

from shared.checks.result import Json
from shared.findings.finding import FindingRecord, Transition
from shared.usecases.interfaces import Queue, Shard, Sweep
from shared.usecases.sweep import STALLED_AFTER
from tests.memory_store import Killed, MemoryQueue, MemorySweepStore
from tests.recording_samples import finding, minutes, subscription
from tests.sweep_stage import ONE_EACH, A, B, Estate, Stage

PATIENCE_SECONDS = 5.0


@dataclass(frozen=True)
class Outcome:
    """What a sweep leaves behind, as far as a kill must not change it."""

    shards: tuple[Shard, ...]
    is_closed: bool
    is_announced: bool
    records: list[FindingRecord]
    steps: list[Sequence[Transition]]
    told: set[object]


def outcome(stage: Stage, sweep: Sweep) -> Outcome:
    for each in stage.findings.subscriptions():
        stage.findings.settle(list(stage.findings.events(each)))
    now = stage.now(sweep)
    records = [stored.record for of in (A, B) for stored in stage.findings.findings(of)]
    return Outcome(
        shards=now.shards,
        is_closed=now.closed is not None,
        is_announced=now.announced,
        records=records,
        steps=[stage.findings.history(record.finding.fingerprint) for record in records],
        told=set(stage.told()),
    )


def staged() -> tuple[Stage, Sweep]:
    """Give a stage with a sweep behind it and the next one planned, which changes a lot."""
    kept, gone, new = ([finding(f"{name}{n}", of=A) for n in range(2)] for name in ("k", "g", "n"))
    stage = Stage(Estate(found=[*kept, *gone, finding(of=B)]))
    stage.sweep_all()
    stage.estate.found = [*kept, *new]
    stage.clock.present = stage.estate.observed_at = minutes(60)
    return stage, stage.plan()


def writes_of_assessment() -> int:
    stage, sweep = staged()
    stage.kill_at(None)
    stage.assess(sweep)
    return stage.queue.writes.done


@pytest.mark.parametrize("deadly", range(writes_of_assessment()))
def test_kill_at_any_write_of_a_shard_is_made_good_by_the_next_delivery(deadly: int) -> None:
    whole, sweep = staged()
    whole.assess(sweep)
    killed, same = staged()
    killed.kill_at(deadly)
    with pytest.raises(Killed):
        killed.assess(same)
    killed.kill_at(None)
    killed.assess(same)
    assert outcome(killed, same) == outcome(whole, sweep)


def test_concurrent_deliveries_of_one_shard_end_as_one() -> None:
    once, sweep = staged()
    once.assess(sweep)
    twice, same = staged()
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: twice.assess(same), range(2)))
    assert outcome(twice, same) == outcome(once, sweep)


def test_concurrent_last_shards_close_and_tell_once() -> None:
    stage = Stage(Estate(visible=[subscription(number) for number in range(8)]))
    sweep = stage.plan(limits=ONE_EACH)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(partial(stage.assess, sweep), range(8)))
    assert stage.now(sweep).announced
    assert stage.told() == [sweep.id]


@dataclass
class Meeting:
    """Where shard 1 waits after it finished, and the closer while it tells."""

    finished: Event = field(default_factory=Event)
    telling: Event = field(default_factory=Event)
    concluded: Event = field(default_factory=Event)


@dataclass
class HeldSweeps(MemorySweepStore):
    """Holds shard 1 between finishing and closing until the sweep's end is being told."""

    meeting: Meeting = field(default_factory=Meeting)

    def finish(self, sweep_id: str, shard: Shard) -> bool:
        first = super().finish(sweep_id, shard)
        if shard.number == 1:
            self.meeting.finished.set()
            self.meeting.telling.wait(PATIENCE_SECONDS)
        return first


@dataclass
class HeldQueue(MemoryQueue):
    """Holds whoever tells of a sweep's end until shard 1 is through."""

    meeting: Meeting = field(default_factory=Meeting)

    def send(self, queue: Queue, message: Mapping[str, Json], delay_seconds: float = 0) -> None:
        super().send(queue, message, delay_seconds)
        if queue is Queue.NOTIFICATIONS:
            self.meeting.telling.set()
            self.meeting.concluded.wait(PATIENCE_SECONDS)


def test_shard_that_finds_the_sweep_closed_leaves_the_telling_to_the_closer() -> None:
    meeting = Meeting()
    stage = Stage(sweeps=HeldSweeps(meeting=meeting), queue=HeldQueue(meeting=meeting))
    sweep = stage.plan(limits=ONE_EACH)
    with ThreadPoolExecutor(2) as pool:
        held = pool.submit(stage.assess, sweep, 1)
        meeting.finished.wait(PATIENCE_SECONDS)
        closer = pool.submit(stage.assess, sweep, 0)
        held.result()
        meeting.concluded.set()
        closer.result()
    assert stage.told() == [sweep.id]


@pytest.mark.parametrize("deadly", range(3))
def test_kill_while_planning_leaves_a_sweep_that_is_given_up_later(deadly: int) -> None:
    stage = Stage()
    stage.kill_at(deadly)
    with pytest.raises(Killed):
        stage.plan(limits=ONE_EACH)
    stage.kill_at(None)
    stage.clock.present += 2 * STALLED_AFTER
    stage.plan()
    older = stage.sweeps.latest(2)[1:]
    assert [(sweep.closed is not None, sweep.announced) for sweep in older] == (
        [(True, True)] if deadly else []
    )
