"""The outbox is told at least once, in as few cards as a reader wants, and never lost."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from shared.checks.result import Json, Severity
from shared.findings.comparison import Change
from shared.findings.finding import Cause, Finding, FindingRecord, FindingState, Transition
from shared.usecases.interfaces import (
    EventState,
    NotificationError,
    NotificationRefusedError,
    OutboxEvent,
    Shard,
    Sweep,
    sweep_id,
)
from shared.usecases.notify import (
    OWN_MESSAGE,
    Announcer,
    Delivery,
    deliver_pending,
    deliver_sweep,
    refusals,
    retry_refused,
)
from tests.e2e.card_browser import texts_of
from tests.memory_store import Killed, MemoryFindingStore, MemorySweepStore, Writes
from tests.recording_samples import NOON, OTHER_SUBSCRIPTION, SUBSCRIPTION, finding

RUN = sweep_id(NOON)
LATER = sweep_id(NOON + timedelta(hours=1))


@dataclass
class Channel:
    """A receiver that keeps cards, and answers as `answers` says, one error or None a card."""

    answers: Sequence[Exception | None] = ()
    cards: list[Mapping[str, Json]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._answers: Iterator[Exception | None] = iter(self.answers)

    def send(self, card: Mapping[str, Json]) -> None:
        if (error := next(self._answers, None)) is not None:
            raise error
        self.cards.append(card)

    def headlines(self) -> list[str]:
        """Give the second text of each card, which is its headline or the finding's key."""
        return [" / ".join(list(texts_of(card))[:3]) for card in self.cards]


@dataclass
class StillClock:
    """A clock that counts what it was asked to wait."""

    time: datetime = NOON
    slept: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


@dataclass
class Office:
    """Everything round one announcer."""

    channel: Channel | None = field(default_factory=Channel)
    min_severity: Severity = Severity.INFO
    store: MemoryFindingStore = field(default_factory=MemoryFindingStore)
    sweeps: MemorySweepStore = field(default_factory=MemorySweepStore)
    clock: StillClock = field(default_factory=StillClock)

    def announcer(self) -> Announcer:
        return Announcer(self.store, self.channel, self.clock, min_severity=self.min_severity)

    def happens(self, *steps: Transition) -> None:
        """Record steps as the store would while it assesses."""
        for step in steps:
            subscription = step.finding.resource.subscription
            known = self.store.finding(step.finding.fingerprint)
            record = FindingRecord(step.finding, step.after, step.observed_at, step.at, step.at)
            change = Change(record, known.version if known else None, step)
            self.store.write(subscription, [change], self.store.watermark(subscription))

    def sweep(self) -> Delivery:
        return deliver_sweep(RUN, self.announcer(), self.sweeps)

    def pending(self) -> Delivery:
        return deliver_pending(self.announcer(), self.sweeps)

    def closed_sweep(self, run: str = RUN, started: datetime = NOON) -> None:
        """Record a sweep that found nothing to do, and so closed at once."""
        self.sweeps.create(Sweep(run, started, (), closed=started))

    def wait(self, time: timedelta) -> None:
        """Let some time pass."""
        self.clock.time += time

    def outbox(self) -> list[OutboxEvent]:
        return [
            event
            for subscription in self.store.subscriptions()
            for event in self.store.events(subscription)
        ]


def opens(about: Finding, run: str = RUN) -> Transition:
    return Transition(about, None, FindingState.OPEN, NOON, NOON, Cause.SWEEP, run)


def opened(count: int, run: str = RUN, of: str = SUBSCRIPTION) -> list[Transition]:
    return [opens(finding(f"vm-{number:03}", of=of), run) for number in range(count)]


def closes(step: Transition) -> Transition:
    at = NOON + timedelta(minutes=5)
    return replace(
        step, before=FindingState.OPEN, after=FindingState.RESOLVED, at=at, observed_at=at
    )


def test_new_finding_is_told_and_leaves_the_outbox() -> None:
    office = Office(Channel())
    office.happens(*opened(1))
    assert office.sweep() == Delivery(cards=1, told=1)
    assert office.outbox() == []


def test_told_finding_keeps_its_history() -> None:
    office = Office(Channel())
    (step,) = opened(1)
    office.happens(step)
    office.sweep()
    assert office.store.history(step.finding.fingerprint) == (step,)


def test_second_delivery_finds_nothing_to_tell() -> None:
    office = Office(Channel())
    office.happens(*opened(3))
    office.sweep()
    assert office.sweep() == Delivery()


def test_handful_is_told_one_by_one_at_one_card_a_second() -> None:
    office = Office(Channel())
    office.happens(*opened(5))
    assert office.sweep().cards == 5
    assert office.clock.slept == [1.0] * 4


def test_more_than_a_handful_in_several_subscriptions_is_one_digest() -> None:
    office = Office(Channel())
    office.happens(*opened(3), *opened(3, of=OTHER_SUBSCRIPTION))
    assert office.sweep() == Delivery(cards=1, told=6)
    assert office.outbox() == []


def test_card_of_its_own_has_the_evidence() -> None:
    channel = Channel()
    office = Office(channel)
    rules: Mapping[str, Json] = {"rules": [{"rule": "allow-ssh", "priority": 100}]}
    office.happens(opens(finding(check="nsg-ssh-open", evidence=rules)))
    office.sweep()
    assert "**allow-ssh**, priority 100" in list(texts_of(channel.cards[0]))


def test_everything_that_closed_is_one_card() -> None:
    channel = Channel()
    office = Office(channel)
    steps = opened(7)
    office.happens(*steps)
    office.sweep()
    office.happens(*(closes(step) for step in steps))
    assert office.sweep() == Delivery(cards=1, told=7)
    assert channel.headlines()[-1].startswith("CLOSED / 7 findings closed")


def test_news_of_another_run_is_left_alone() -> None:
    office = Office(Channel())
    office.happens(*opened(2, run=LATER))
    assert office.sweep() == Delivery()
    assert len(office.outbox()) == 2


def test_milder_finding_is_settled_without_a_card() -> None:
    office = Office(Channel(), min_severity=Severity.HIGH)
    office.happens(opens(finding("a", Severity.MEDIUM)), opens(finding("b", Severity.HIGH)))
    assert office.sweep() == Delivery(cards=1, told=1, quiet=1)
    assert office.outbox() == []


def test_step_that_is_no_news_is_settled_without_a_card() -> None:
    office = Office(Channel())
    office.happens(replace(opens(finding()), after=FindingState.EXEMPT))
    assert office.sweep() == Delivery(quiet=1)
    assert office.outbox() == []


def test_without_a_receiver_everything_is_settled_and_stays_in_the_history() -> None:
    office = Office(None)
    steps = opened(8)
    office.happens(*steps)
    assert office.sweep() == Delivery(quiet=8)
    assert office.outbox() == []
    assert office.store.history(steps[0].finding.fingerprint) == (steps[0],)


def test_throttled_receiver_stops_the_delivery_with_its_delay() -> None:
    office = Office(Channel([None, NotificationError("later", 42.0)]))
    office.happens(*opened(4))
    assert office.sweep() == Delivery(cards=1, told=1, left=3, retry_after_seconds=42.0)
    assert len(office.outbox()) == 3


def test_failing_receiver_that_names_no_delay_is_tried_again_in_a_minute() -> None:
    office = Office(Channel([NotificationError("no answer")]))
    office.happens(*opened(1))
    assert office.sweep().retry_after_seconds == 60.0


def test_what_a_throttled_receiver_left_is_told_later() -> None:
    channel = Channel([NotificationError("later", 1.0)])
    office = Office(channel)
    office.happens(*opened(4))
    office.sweep()
    assert office.sweep() == Delivery(cards=4, told=4)


def test_refused_card_is_kept_with_its_reason_and_the_others_are_told() -> None:
    office = Office(Channel([NotificationRefusedError("too large")]))
    office.happens(*opened(2))
    assert office.sweep() == Delivery(cards=1, told=1, refused=1)
    (kept,) = office.outbox()
    assert (kept.state, kept.reason) == (EventState.REFUSED, "too large")


def test_refused_card_is_not_sent_again() -> None:
    channel = Channel([NotificationRefusedError("too large")])
    office = Office(channel)
    office.happens(*opened(1))
    office.sweep()
    assert (office.sweep(), office.pending(), channel.cards) == (Delivery(), Delivery(), [])


def test_refusals_are_counted_by_reason_the_most_frequent_first() -> None:
    gone, large = NotificationRefusedError("404"), NotificationRefusedError("413")
    office = Office(Channel([large, gone, gone]))
    office.happens(*opened(4))
    office.sweep()
    assert list(refusals(office.store).items()) == [("404", 2), ("413", 1)]


def test_refused_cards_are_told_once_the_receiver_is_mended() -> None:
    office = Office(Channel([NotificationRefusedError("404")] * 2))
    office.happens(*opened(2), *opened(1, "event-1", OTHER_SUBSCRIPTION))
    office.sweep()
    assert retry_refused(office.store) == 2
    assert (refusals(office.store), retry_refused(office.store)) == ({}, 0)
    assert office.sweep() == Delivery(cards=2, told=2)
    assert [event.state for event in office.outbox()] == [EventState.PENDING]


@pytest.mark.parametrize("deadly", range(6))
def test_delivery_that_was_killed_is_told_again_and_not_lost(deadly: int) -> None:
    channel = Channel()
    office = Office(channel)
    office.happens(*opened(3))
    office.store.writes.deadly = office.store.writes.done + deadly
    with pytest.raises(Killed):
        office.sweep()
    office.store.writes = Writes()
    office.sweep()
    assert {headline.split(" / ")[1] for headline in channel.headlines()} == {
        f"Finding {step.finding.fingerprint[:12]}" for step in opened(3)
    }


def test_backstop_tells_a_sweep_whose_message_was_lost() -> None:
    office = Office(Channel())
    office.closed_sweep()
    office.happens(*opened(2))
    office.wait(OWN_MESSAGE)
    assert office.pending() == Delivery(cards=2, told=2)


def test_backstop_leaves_a_sweep_that_just_closed_to_its_message() -> None:
    office = Office(Channel())
    office.closed_sweep()
    office.happens(*opened(2))
    office.wait(timedelta(minutes=9, seconds=59))
    assert office.pending() == Delivery()
    assert office.sweep() == Delivery(cards=2, told=2)


def test_backstop_leaves_a_throttled_sweep_alone_until_the_receiver_is_ready() -> None:
    office = Office(Channel([NotificationError("busy", 3600.0)]))
    office.closed_sweep()
    office.happens(*opened(2))
    office.wait(timedelta(minutes=1))
    office.sweep()
    office.wait(timedelta(hours=1))
    assert office.pending() == Delivery()
    office.wait(OWN_MESSAGE)
    assert office.pending() == Delivery(cards=2, told=2)


def test_backstop_tells_the_changes_beside_a_sweep_that_just_closed() -> None:
    office = Office(Channel())
    office.closed_sweep()
    office.happens(*opened(2), *opened(1, "change-1", OTHER_SUBSCRIPTION))
    assert office.pending() == Delivery(cards=1, told=1)


def test_backstop_leaves_a_sweep_that_is_at_work_to_its_end() -> None:
    office = Office(Channel())
    office.sweeps.create(Sweep(RUN, NOON, (Shard(0, (SUBSCRIPTION,)),)))
    office.happens(*opened(2))
    assert office.pending() == Delivery()
    assert len(office.outbox()) == 2


def test_backstop_tells_of_a_sweep_that_is_stuck() -> None:
    office = Office(Channel(), clock=StillClock(NOON + timedelta(hours=6)))
    office.sweeps.create(Sweep(RUN, NOON, (Shard(0, (SUBSCRIPTION,)),)))
    office.happens(*opened(2))
    assert office.pending().cards == 2


def test_backstop_makes_one_digest_for_each_sweep() -> None:
    office = Office(Channel())
    for run, started in ((RUN, NOON), (LATER, NOON + timedelta(hours=1))):
        office.closed_sweep(run, started)
    office.happens(*opened(6), *opened(6, LATER, OTHER_SUBSCRIPTION))
    office.wait(timedelta(hours=2))
    assert office.pending() == Delivery(cards=2, told=12)


def test_backstop_tells_changes_between_the_sweeps_together() -> None:
    channel = Channel()
    office = Office(channel)
    office.happens(*(opens(finding(f"vm-{n}"), run=f"event-{n}") for n in range(6)))
    assert office.pending() == Delivery()
    office.wait(OWN_MESSAGE)
    assert office.pending() == Delivery(cards=1, told=6)
    assert "changes between sweeps" in channel.headlines()[0]


def test_backlog_is_told_a_hundred_cards_at_a_time() -> None:
    channel = Channel()
    office = Office(channel)
    for number in range(120):
        started = NOON + timedelta(minutes=number)
        run = sweep_id(started)
        office.closed_sweep(run, started)
        office.happens(opens(finding(f"vm-{number}"), run))
    office.wait(timedelta(hours=3))
    assert office.pending() == Delivery(cards=100, told=100, left=20, retry_after_seconds=60.0)
    assert office.pending() == Delivery(cards=20, told=20)
