"""Changes are marked, assessed together by one worker a subscription, recorded and told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.findings.finding import Cause, FindingState
from shared.findings.resource_change import ResourceChange
from shared.usecases.change_inbox import Receipt, Received
from shared.usecases.changes import (
    AFTER_FAILURE,
    LEASE,
    REMEMBERED,
    abandon_change,
)
from shared.usecases.interfaces import (
    InvalidEventError,
    InventoryError,
    NotificationError,
    Queue,
    ThrottledError,
)
from shared.usecases.notify import deliver_changes
from shared.usecases.partial_sweep import INDEX_LAG, SPACING
from tests.change_stage import ANA, ChangeStage, change
from tests.e2e.card_browser import texts_of
from tests.memory_store import Killed
from tests.recording_samples import NOON, OTHER_SUBSCRIPTION, SUBSCRIPTION, vm


@pytest.fixture
def stage() -> ChangeStage:
    found = ChangeStage()
    found.world.set("web", is_open=True)
    return found


def test_change_becomes_a_finding_and_a_card(stage: ChangeStage) -> None:
    work = stage.note(change())
    assert (work.marks, work.rounds, work.steps) == (1, 1, 1)
    assert stage.open_names() == {"web"}
    assert len(stage.channel.cards) == 1
    assert stage.marks.marks(SUBSCRIPTION, 10) == ()


def test_step_says_who_did_it_and_when_it_was_received_judged_and_told(stage: ChangeStage) -> None:
    stage.clock.sleep(3)
    stage.note(change())
    (step,) = stage.steps()
    assert (step.cause, step.run, step.actor) == (Cause.EVENT, "event-c0ffee", ANA)
    assert (step.occurred, step.received) == (NOON, NOON + timedelta(seconds=1))
    assert step.told is not None
    assert NOON + timedelta(seconds=3) < step.at <= step.told
    (lag,) = stage.lags.lags()
    assert (lag.received, lag.judged >= 3, lag.told >= lag.judged) == (1.0, True, True)


def test_change_that_closes_is_told(stage: ChangeStage) -> None:
    stage.note(change())
    stage.world.set("web", is_open=False)
    stage.clock.sleep(60)
    stage.note(change(event="event-2"), "message-2")
    assert stage.open_names() == set()
    assert len(stage.channel.cards) == 2


def test_deleted_machine_is_resolved_once_it_is_gone(stage: ChangeStage) -> None:
    stage.note(change())
    del stage.world.machines[vm()]
    stage.note(change(event="event-2", deleted=True), "message-2")
    assert stage.open_names() == set()


def test_machine_whose_finding_names_what_is_gone_is_looked_at(stage: ChangeStage) -> None:
    stage.world.doors[vm()] = vm("address")
    stage.note(change())
    stage.world.set("web", is_open=False)
    stage.note(change("address", "event-2", deleted=True), "message-2")
    assert stage.world.asked[-1] == [vm("address"), vm()]
    assert stage.open_names() == set()
    assert stage.steps()[0].run == "event-c0ffee"


def test_what_changed_lately_is_read_anew_around_the_next_change(stage: ChangeStage) -> None:
    stage.note(change())
    stage.clock.sleep(60)
    stage.note(change("db", "event-2"), "message-2")
    stage.clock.sleep(REMEMBERED.total_seconds() + 1)
    stage.note(change("db", "event-3"), "message-3")
    assert [list(one) for one in stage.world.recent] == [[], [vm()], []]


def test_step_that_only_an_index_behind_shows_is_confirmed(stage: ChangeStage) -> None:
    stage.world.beside[vm()] = vm("db")
    stage.world.set("db", is_open=True)
    stage.note(change())
    assert stage.world.confirmed == []
    stage.world.is_behind = True
    stage.world.set("web", is_open=False)
    stage.world.set("db", is_open=False)
    stage.clock.sleep(60)
    work = stage.note(change(event="event-2"), "message-2")
    assert stage.world.confirmed == [[vm("db")]]
    assert (work.arm_reads, stage.open_names()) == (3, set())


def test_flood_of_changes_is_assessed_less_and_less_often(stage: ChangeStage) -> None:
    numbers = iter(range(100))

    def more() -> None:
        if (number := next(numbers)) < 4:
            stage.marks.mark(change(event=f"more-{number}", occurred=stage.clock.now()))

    stage.world.before_reading = more
    began = stage.clock.now()
    assert stage.note(change()).rounds == 5
    assert timedelta(seconds=15) < stage.clock.now() - began < timedelta(seconds=16)


def test_second_delivery_changes_nothing_and_tells_nothing(stage: ChangeStage) -> None:
    stage.note(change())
    before = stage.steps()
    work = stage.note(change())
    assert (work.steps, stage.steps(), len(stage.channel.cards)) == (0, before, 1)


def test_changes_of_one_resource_are_assessed_together(stage: ChangeStage) -> None:
    for number in range(500):
        stage.marks.mark(change(event=f"event-{number}"))
    stage.note(change(event="event-last"))
    assert len(stage.world.asked) == 1


def test_whoever_finds_the_subscription_taken_leaves_its_mark(stage: ChangeStage) -> None:
    stage.marks.claim(SUBSCRIPTION, "another", NOON, NOON + LEASE)
    assert stage.note(change()).rounds == 0
    assert len(stage.marks.marks(SUBSCRIPTION, 10)) == 1


def test_lease_of_a_worker_that_died_ends(stage: ChangeStage) -> None:
    stage.marks.claim(SUBSCRIPTION, "dead", NOON, NOON + LEASE)
    stage.clock.sleep(LEASE.total_seconds() + 1)
    stage.note(change())
    assert stage.open_names() == {"web"}


def test_killed_worker_takes_its_subscription_up_again_at_once(stage: ChangeStage) -> None:
    stage.kill_at(2)
    with pytest.raises(Killed):
        stage.note(change())
    stage.kill_at(None)
    stage.note(change())
    assert stage.open_names() == {"web"}


def test_change_that_comes_while_another_is_read_is_assessed_by_the_same_worker(
    stage: ChangeStage,
) -> None:
    def meanwhile() -> None:
        stage.world.before_reading = lambda: None
        stage.world.set("db", is_open=True)
        assert stage.note(change("db", "event-2"), "message-2").rounds == 0

    stage.world.before_reading = meanwhile
    assert stage.note(change()).rounds == 2
    assert stage.open_names() == {"web", "db"}


def test_news_of_one_deployment_waits_for_the_rest_of_it(stage: ChangeStage) -> None:
    names = [f"vm-{number:03}" for number in range(150)]
    for name in names:
        stage.world.set(name, is_open=True)
        stage.marks.mark(change(name, name))
    stage.note(change())
    assert stage.open_names() == {"web", *names}
    (card,) = stage.channel.cards
    assert "ana@contoso.example" in " ".join(texts_of(card))
    assert "c0ffee" in " ".join(texts_of(card))


def test_changes_of_several_people_are_told_apart(stage: ChangeStage) -> None:
    bob = replace(ANA, name="bob@contoso.example", correlation_id="beef")
    stage.world.set("db", is_open=True)
    stage.marks.mark(change("db", "event-2", actor=bob))
    stage.note(change())
    assert {(step.run, step.actor) for step in stage.steps()} == {
        ("event-c0ffee", ANA),
        ("event-beef", bob),
    }


def test_receiver_that_wants_it_later_is_asked_again_then(stage: ChangeStage) -> None:
    stage.channel.answers = [NotificationError("busy", 30.0)]
    work = stage.note(change())
    assert (work.postponed, stage.looks(), stage.channel.cards) == ("receiver", [SUBSCRIPTION], [])
    stage.look()
    assert len(stage.channel.cards) == 1


def test_azure_that_wants_it_later_is_asked_again_then(stage: ChangeStage) -> None:
    def throttle() -> None:
        raise ThrottledError("slow down", 17.0)

    stage.world.before_reading = throttle
    assert stage.note(change()).postponed == "azure"
    stage.world.before_reading = lambda: None
    stage.look()
    assert stage.open_names() == {"web"}


def test_failure_brings_the_message_back_and_frees_the_subscription(stage: ChangeStage) -> None:
    def fail() -> None:
        raise InventoryError("no answer")

    stage.world.before_reading = fail
    with pytest.raises(InventoryError):
        stage.note(change())
    stage.world.before_reading = lambda: None
    stage.look(owner="another")
    assert stage.open_names() == {"web"}


def test_failure_for_good_is_looked_at_again_later(stage: ChangeStage) -> None:
    stage.marks.mark(change())
    abandon_change(stage.desk, SUBSCRIPTION)
    assert stage.looks() == [SUBSCRIPTION]
    assert AFTER_FAILURE > LEASE
    stage.look()
    assert stage.open_names() == {"web"}


def test_sweep_with_newer_data_makes_the_change_be_read_again(stage: ChangeStage) -> None:
    def sweep() -> None:
        stage.world.before_reading = lambda: None
        later = stage.clock.now() + timedelta(seconds=0.0015)
        watermark = stage.findings.watermark(SUBSCRIPTION)
        stage.findings.write(SUBSCRIPTION, [], watermark, later)

    stage.world.before_reading = sweep
    assert stage.note(change()).rounds == 2
    assert stage.open_names() == {"web"}


def test_change_elsewhere_is_told_there(stage: ChangeStage) -> None:
    stage.world.set("spoke", is_open=True, of=OTHER_SUBSCRIPTION)
    stage.world.beside[vm()] = vm("spoke", OTHER_SUBSCRIPTION)
    stage.note(change())
    assert stage.looks() == [OTHER_SUBSCRIPTION]
    stage.look(OTHER_SUBSCRIPTION)
    assert len(stage.channel.cards) == 2


def test_killed_telling_is_made_good_by_the_next_worker(stage: ChangeStage) -> None:
    stage.note(change())
    told = stage.writes.done
    again = ChangeStage()
    again.world.set("web", is_open=True)
    again.kill_at(told - 3)
    with pytest.raises(Killed):
        again.note(change())
    again.kill_at(None)
    again.look(owner="message-1")
    assert deliver_changes(SUBSCRIPTION, again.desk.announcer).left == 0
    assert again.channel.cards


def writes_of_a_change() -> int:
    whole = ChangeStage()
    whole.world.set("web", is_open=True)
    whole.note(change())
    return whole.writes.done


@pytest.mark.parametrize("deadly", range(writes_of_a_change()))
def test_kill_at_any_write_is_made_good_by_the_next_delivery(
    stage: ChangeStage, deadly: int
) -> None:
    stage.kill_at(deadly)
    with pytest.raises(Killed):
        stage.note(change())
    stage.kill_at(None)
    stage.note(change())
    assert stage.open_names() == {"web"}
    assert stage.marks.marks(SUBSCRIPTION, 10) == ()
    assert list(stage.findings.events(SUBSCRIPTION)) == []
    assert stage.channel.cards


class TestWholeSubscriptions:
    """Changes that may touch a subscription as a whole have it swept, now and once more."""

    def test_wide_change_plans_a_sweep_and_one_more_when_the_index_has_surely_caught_up(
        self, stage: ChangeStage
    ) -> None:
        stage.world.wide = frozenset({SUBSCRIPTION})
        stage.note(change())
        (sweep,) = stage.sweeps.latest(10, partial=True)
        assert [shard.subscriptions for shard in sweep.shards] == [(SUBSCRIPTION,)]
        assert stage.looks() == [SUBSCRIPTION]
        stage.clock.sleep(SPACING.total_seconds())
        stage.look()
        assert len(stage.sweeps.latest(10, partial=True)) == 2
        assert stage.marks.marks(SUBSCRIPTION, 10) == ()

    def test_further_changes_wait_their_turn(self, stage: ChangeStage) -> None:
        stage.world.wide = frozenset({SUBSCRIPTION})
        for number in range(5):
            stage.note(change(event=f"event-{number}"), f"message-{number}")
            stage.clock.sleep(1)
        assert len(stage.sweeps.latest(10, partial=True)) == 1
        assert SPACING > INDEX_LAG

    def test_partial_sweep_is_no_sweep_of_the_estate(self, stage: ChangeStage) -> None:
        stage.world.wide = frozenset({SUBSCRIPTION})
        stage.note(change())
        assert stage.sweeps.latest(10) == ()


class TestReceiving:
    """What Event Grid brings is marked, ignored, or kept as refused."""

    def test_change_that_matters_is_marked_and_looked_at(self, stage: ChangeStage) -> None:
        what = change()
        assert stage.receive(what) == Received(Receipt.QUEUED, what.run)
        (message,) = stage.queue.sent(Queue.CHANGES)
        stage.deliver(message, "message-1")
        assert stage.steps()[0].after is FindingState.OPEN

    def test_burst_of_changes_asks_for_a_look_at_once_and_one_after_it(
        self, stage: ChangeStage
    ) -> None:
        for number in range(1_000):
            stage.receive(change(event=f"event-{number}"))
            stage.clock.sleep(0.0005)
        assert stage.looks() == [SUBSCRIPTION, SUBSCRIPTION]
        stage.clock.sleep(1)
        stage.receive(change(event="event-last"))
        assert len(stage.looks()) == 3

    def test_look_whose_message_could_not_be_sent_is_asked_for_again(
        self, stage: ChangeStage
    ) -> None:
        stage.kill_at(1)
        with pytest.raises(Killed):
            stage.receive(change())
        stage.kill_at(None)
        stage.receive(change())
        assert stage.looks() == [SUBSCRIPTION]

    def test_clock_that_goes_back_leaves_no_change_unseen(self, stage: ChangeStage) -> None:
        stage.receive(change())
        stage.receive(change(event="event-2"))
        stage.clock.sleep(-60)
        stage.receive(change(event="event-3"))
        assert len(stage.looks()) == 3

    def test_change_that_cannot_matter_is_ignored(self, stage: ChangeStage) -> None:
        assert stage.take("x", lambda _text, _at: None) == Received(Receipt.IGNORED)
        assert stage.queue.messages == []

    def test_what_is_no_event_is_kept_and_counted(self, stage: ChangeStage) -> None:
        def refuse(_text: str, _at: object) -> ResourceChange:
            raise InvalidEventError("no JSON")

        assert stage.take("rubbish", refuse) == Received(Receipt.REFUSED)
        assert (stage.marks.refused, stage.marks.refused_count()) == ([("rubbish", "no JSON")], 1)
