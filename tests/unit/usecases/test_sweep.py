from __future__ import annotations

from datetime import timedelta

import pytest

from shared.checks.result import Unjudged
from shared.findings.finding import FindingState
from shared.network.ids import ResourceId
from shared.network.snapshot import Unread
from shared.usecases.interfaces import InventoryError, Queue, Scope, Shard, ShardState
from shared.usecases.sweep import STALLED_AFTER, UNREAD_KEPT, UnknownShardError, assess_shard
from tests.recording_samples import CHECK, finding, minutes, vm
from tests.sweep_stage import EVERYTHING, ONE_EACH, A, B, C, Estate, Stage


def test_planned_sweep_is_recorded_and_each_shard_sent() -> None:
    stage = Stage()
    sweep = stage.plan(limits=ONE_EACH)
    assert stage.now(sweep) == sweep
    assert sweep.shards == (Shard(0, (A,)), Shard(1, (B,)))
    assert stage.queue.sent(Queue.SHARDS) == [
        {"sweep": sweep.id, "shard": 0},
        {"sweep": sweep.id, "shard": 1},
    ]


def test_small_subscriptions_share_a_shard() -> None:
    assert [shard.subscriptions for shard in Stage().plan().shards] == [(A, B)]


def test_sweep_of_nothing_is_closed_and_told_at_once() -> None:
    stage = Stage(Estate(visible=[]))
    sweep = stage.plan()
    assert stage.now(sweep).closed is not None
    assert stage.told() == [sweep.id]


@pytest.mark.parametrize(
    ("scope", "visible", "vanished"),
    [
        pytest.param(EVERYTHING, [A, B], (), id="all-there"),
        pytest.param(EVERYTHING, [A], (B,), id="seen-before"),
        pytest.param(EVERYTHING, [A, B, C], (), id="new-one"),
        pytest.param(Scope((A, C.upper())), [A], (C,), id="configured"),
        pytest.param(Scope((A,)), [A], (), id="no-longer-configured"),
    ],
)
def test_subscription_that_should_be_seen_and_is_not_has_vanished(
    scope: Scope, visible: list[str], vanished: tuple[str, ...]
) -> None:
    stage = Stage()
    stage.sweep_all()
    stage.estate.visible = visible
    assert stage.sweep_all(60, scope).vanished == vanished


def test_vanished_subscription_stays_so_until_it_is_seen_again() -> None:
    stage = Stage()
    stage.sweep_all()
    stage.estate.visible = [A]
    assert [stage.sweep_all(at).vanished for at in (60, 120)] == [(B,), (B,)]
    stage.estate.visible = [A, B]
    assert stage.sweep_all(180).vanished == ()


def test_findings_of_vanished_subscription_stay_open() -> None:
    stage = Stage(Estate(found=[finding(of=B)]))
    stage.sweep_all()
    stage.estate.visible, stage.estate.found = [A], []
    stage.sweep_all(60)
    assert stage.states(B) == {"web": FindingState.OPEN}


def test_assessed_shard_is_recorded_by_subscription() -> None:
    stage = Stage(Estate(found=[finding(of=A), finding("db", of=B)]))
    stage.sweep_all()
    assert stage.states(A) == {"web": FindingState.OPEN}
    assert stage.states(B) == {"db": FindingState.OPEN}


def test_steps_name_the_sweep_that_made_them() -> None:
    stage = Stage(Estate(found=[finding(of=A)]))
    sweep = stage.sweep_all()
    assert [event.transition.run for event in stage.findings.events(A)] == [sweep.id]


def test_what_is_gone_is_resolved_by_the_next_sweep() -> None:
    stage = Stage(Estate(found=[finding(of=A)]))
    stage.sweep_all()
    stage.estate.found = []
    stage.sweep_all(60)
    assert stage.states(A) == {"web": FindingState.RESOLVED}


@pytest.mark.parametrize(
    "gap",
    [ResourceId("/subscriptions"), ResourceId(f"/subscriptions/{A}"), vm(of=A)],
    ids=["everything", "subscription", "resource"],
)
def test_what_was_unread_is_not_resolved(gap: ResourceId) -> None:
    stage = Stage(Estate(found=[finding(of=A)]))
    stage.sweep_all()
    stage.estate.found, stage.estate.unread = [], [Unread(gap, "403")]
    sweep = stage.sweep_all(60)
    assert stage.states(A) == {"web": FindingState.OPEN}
    assert sweep.shards[0].unread == (gap.text,)


def test_watermark_waits_for_a_subscription_that_was_unread() -> None:
    stage = Stage()
    stage.sweep_all()
    stage.estate.unread = [Unread(ResourceId(f"/subscriptions/{A}"), "403")]
    stage.sweep_all(60)
    marks = [stage.findings.watermark(of).observed_at for of in (A, B)]
    assert marks == [minutes(0), minutes(60)]


def test_what_could_not_be_judged_is_not_resolved() -> None:
    stage = Stage(Estate(found=[finding(of=A)]))
    stage.sweep_all()
    stage.estate.found, stage.estate.unjudged = [], [Unjudged(CHECK, vm(of=A), "no rows")]
    stage.sweep_all(60)
    assert stage.states(A) == {"web": FindingState.OPEN}


def test_finding_on_a_subscription_of_another_shard_is_left_to_that_one() -> None:
    stage = Stage(Estate(found=[finding(of=A), finding(of=B)]))
    sweep = stage.plan(limits=ONE_EACH)
    stage.assess(sweep, 0)
    assert (list(stage.states(A)), list(stage.states(B))) == (["web"], [])


def test_done_shard_holds_counts_of_what_was_seen() -> None:
    estate = Estate(
        found=[finding(of=A)],
        unread=[Unread(vm("dark", of=A), "403")],
        unjudged=[Unjudged(CHECK, vm("odd", of=B), "no rows")],
    )
    shard = Stage(estate).sweep_all().shards[0]
    assert shard.state is ShardState.DONE
    assert shard.counts == {
        "virtual_machines": 7,
        "subscriptions": 2,
        "findings": 1,
        "unjudged": 1,
        "unread": 1,
        "overtaken": 0,
        "unconfirmed": 0,
        "withheld": 0,
    }


def test_very_many_unread_scopes_are_counted_and_not_all_named() -> None:
    gaps = [Unread(vm(f"vm{number}", of=A), "403") for number in range(UNREAD_KEPT + 5)]
    shard = Stage(Estate(unread=gaps)).sweep_all().shards[0]
    assert shard.counts is not None
    assert (shard.counts["unread"], len(shard.unread)) == (UNREAD_KEPT + 5, UNREAD_KEPT)


def test_subscription_with_newer_data_is_left_alone_and_counted() -> None:
    stage = Stage()
    stage.sweep_all(60)
    stage.estate.found, stage.estate.observed_at = [finding(of=A)], minutes(30)
    stage.clock.present = minutes(61)
    sweep = stage.plan()
    stage.assess(sweep)
    counts = stage.now(sweep).shards[0].counts
    assert counts is not None
    assert counts["overtaken"] == 2
    assert stage.states(A) == {}


def test_last_shard_closes_the_sweep_and_tells() -> None:
    stage = Stage()
    sweep = stage.plan(limits=ONE_EACH)
    stage.assess(sweep, 1)
    assert (stage.now(sweep).closed, stage.told()) == (None, [])
    stage.assess(sweep, 0)
    closed = stage.now(sweep)
    assert (closed.closed, closed.announced, stage.told()) == (minutes(0), True, [sweep.id])


def test_second_delivery_reads_nothing_and_tells_nothing() -> None:
    stage = Stage()
    sweep = stage.sweep_all()
    stage.assess(sweep)
    assert (stage.estate.reads, stage.told()) == (1, [sweep.id])


def test_shard_that_cannot_be_read_waits_for_another_try() -> None:
    stage = Stage()
    sweep = stage.plan()
    stage.estate.fails = True
    with pytest.raises(InventoryError):
        stage.assess(sweep)
    assert stage.now(sweep) == sweep


def test_abandoned_shard_leaves_its_subscriptions_unread() -> None:
    stage = Stage(Estate(found=[finding(of=A)]))
    stage.sweep_all()
    stage.clock.present = minutes(60)
    sweep = stage.plan()
    stage.abandon(sweep)
    (shard,) = stage.now(sweep).shards
    assert shard.state is ShardState.UNREAD
    assert shard.unread == (f"/subscriptions/{A}", f"/subscriptions/{B}")
    assert stage.states(A) == {"web": FindingState.OPEN}


def test_abandoned_last_shard_closes_the_sweep() -> None:
    stage = Stage()
    sweep = stage.plan(limits=ONE_EACH)
    stage.assess(sweep, 0)
    stage.abandon(sweep, 1)
    assert stage.now(sweep).closed is not None
    assert stage.told() == [sweep.id]


def test_abandoning_a_done_shard_keeps_its_outcome() -> None:
    stage = Stage()
    sweep = stage.sweep_all()
    stage.abandon(sweep)
    assert stage.now(sweep) == sweep
    assert stage.told() == [sweep.id]


@pytest.mark.parametrize(("sweep", "number"), [("20260101T000000.000000Z", 0), (None, 9)])
def test_unknown_shard_is_named(sweep: str | None, number: int) -> None:
    stage = Stage()
    known = stage.plan().id
    with pytest.raises(UnknownShardError) as caught:
        assess_shard(stage.surroundings, stage.estate.judge, sweep or known, number)
    assert (caught.value.sweep, caught.value.number) == (sweep or known, number)


def test_stalled_sweep_is_closed_with_its_waiting_shards_unread() -> None:
    stage = Stage()
    stalled = stage.plan(limits=ONE_EACH)
    stage.assess(stalled, 0)
    stage.clock.present += STALLED_AFTER + timedelta(seconds=1)
    stage.plan()
    states = [shard.state for shard in stage.now(stalled).shards]
    assert states == [ShardState.DONE, ShardState.UNREAD]
    assert stage.told() == [stalled.id]


def test_sweep_still_at_work_is_not_given_up() -> None:
    stage = Stage()
    working = stage.plan()
    stage.clock.present += STALLED_AFTER
    stage.plan()
    assert stage.now(working) == working
