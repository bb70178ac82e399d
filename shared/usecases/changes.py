"""Changes: what Azure tells of is noted at once, and assessed by one worker a subscription.

A change is marked before anything else, and its mark goes only after what it touches was judged
and recorded, so nothing is lost whenever a worker dies.  Whoever gets the subscription works off
every mark there is, others leave theirs to it: five hundred writes of one deployment are a handful
of assessments.  Before it goes it gives the subscription back and looks once more, since a mark may
have come after it looked and before it left.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, TypeAlias

from shared.findings.attribution import Told, attributed_to_changes
from shared.findings.comparison import Stored
from shared.findings.coverage import Coverage
from shared.findings.exemption import Exemption
from shared.findings.finding import Cause, FindingState
from shared.findings.mention import speaks_of
from shared.findings.resource_change import ResourceChange
from shared.network.ids import ResourceId
from shared.usecases.assess import Assessment, record
from shared.usecases.change_message import change_message, look_message
from shared.usecases.interfaces import (
    ChangeMarks,
    InvalidEventError,
    Mark,
    Neighbourhood,
    Queue,
    ThrottledError,
)
from shared.usecases.notify import Announcer, Delivery, deliver_changes
from shared.usecases.partial_sweep import (
    is_subscription,
    subscription_resource,
    sweep_for_changes,
)
from shared.usecases.sweep import Judge, Surroundings
from shared.usecases.touched import SETTLED_CHECKS, settled

ReadEvent: TypeAlias = Callable[[str, datetime], ResourceChange | None]
"""Reads an event that came in at a time; None where it cannot matter.

Raises InvalidEventError for what is no event.
"""

MARKS_AT_ONCE: Final = 25
"""More would touch so much at once that whole subscriptions had to be swept."""
LEASE: Final = timedelta(minutes=3)
"""How long a subscription waits for a worker that died; each round of work prolongs it."""
LONGEST_WORK: Final = timedelta(minutes=5)
"""After that a new message goes on with the work: a function may run for ten minutes."""
AFTER_FAILURE: Final = timedelta(minutes=10)
BEREFT_AT_ONCE: Final = 50
"""With more machines whose findings speak of something gone, their subscriptions are swept."""
_READINGS: Final = 3
_RETRY_SECONDS: Final = 60.0


class Receipt(StrEnum):
    """What became of an event that came in."""

    QUEUED = "queued"
    IGNORED = "ignored"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ChangeDesk:
    """What the assessment of changes needs of the outside world."""

    surroundings: Surroundings
    marks: ChangeMarks
    judge: Judge
    announcer: Announcer
    exemptions: Sequence[Exemption] = ()


@dataclass(slots=True)
class Work:
    """What one worker did: all zero where another one has the subscription."""

    subscription: str
    marks: int = 0
    rounds: int = 0
    arm_reads: int = 0
    queries: int = 0
    steps: int = 0
    postponed: str = ""
    deliveries: list[Delivery] = field(default_factory=list)


def receive_event(text: str, read: ReadEvent, desk: ChangeDesk) -> Receipt:
    """Put what an event tells of on the queue, and keep what is no event.

    A repeat puts it there again, which is harmless.

    Raises:
        StoreError: the queue or the table did not do its part; let the event come again.
    """
    received = desk.surroundings.clock.now()
    try:
        change = read(text, received)
    except InvalidEventError as error:
        desk.marks.refuse(text, str(error), received)
        return Receipt.REFUSED
    if change is None:
        return Receipt.IGNORED
    desk.surroundings.queue.send(Queue.CHANGES, change_message(change))
    return Receipt.QUEUED


def note_change(desk: ChangeDesk, change: ResourceChange, owner: str) -> Work:
    """Mark a change, and assess all that is marked in its subscription unless another one does.

    `owner` names the message, so that its next delivery takes up what a killed one began; a
    second delivery assesses again, which changes nothing.

    Raises:
        InventoryError: Azure could not be read; worth another try.
        StoreError: the store or the queue did not do its part; worth another try.
    """
    desk.marks.mark(change)
    return look_again(desk, change.subject.subscription, owner)


def look_again(desk: ChangeDesk, subscription: str, owner: str) -> Work:
    """Assess all that is marked in a subscription and tell it, unless another one does.

    Raises:
        InventoryError: Azure could not be read; worth another try.
        StoreError: the store or the queue did not do its part; worth another try.
    """
    return _Worker(desk, subscription, owner).run()


def abandon_change(desk: ChangeDesk, subscription: str) -> None:
    """Put off what failed for good: its mark stays, and is looked at again after a while.

    Raises:
        StoreError: the queue did not do its part.
    """
    _ask_to_look(desk, subscription, AFTER_FAILURE)


class _Worker:
    """Works off the marks of one subscription for as long as it is this worker's."""

    def __init__(self, desk: ChangeDesk, subscription: str, owner: str) -> None:
        self._desk = desk
        self._subscription = subscription
        self._owner = owner
        self._work = Work(subscription)
        self._awaits_sweep = False
        self._overtaken = 0

    def run(self) -> Work:
        began = self._now()
        while self._claim():
            try:
                is_over = self._work_on(began)
            except ThrottledError as error:
                self._put_off("azure", error.retry_after_seconds or _RETRY_SECONDS)
                is_over = True
            finally:
                self._desk.marks.release(self._subscription, self._owner)
            if is_over or not self._open_marks():
                break
        return self._work

    def _work_on(self, began: datetime) -> bool:
        """Assess and tell until nothing is marked, or the time is over, which is told."""
        while marks := self._open_marks():
            if self._work.rounds:
                self._tell(waiting={mark.change.run for mark in marks})
            if self._now() - began > LONGEST_WORK:
                self._put_off("time", 0.0)
                return True
            if not self._assess(marks) or not self._claim():
                return True
        self._tell()
        return False

    def _claim(self) -> bool:
        now = self._now()
        return self._desk.marks.claim(self._subscription, self._owner, now, now + LEASE)

    def _open_marks(self) -> Sequence[Mark]:
        """Give the marks that can be worked on now."""
        found = self._desk.marks.marks(self._subscription, MARKS_AT_ONCE)
        return [
            mark
            for mark in found
            if not (self._awaits_sweep and is_subscription(mark.change.resource))
        ]

    def _assess(self, marks: Sequence[Mark]) -> bool:
        """Judge what some changes touch, record it, and let their marks go.

        False where sweeps with newer data came first again and again: that must wait.
        """
        changed: dict[str, datetime] = {}
        single = [mark for mark in marks if not is_subscription(mark.change.resource)]
        whole = [mark for mark in marks if is_subscription(mark.change.resource)]
        self._work.rounds += 1
        if single:
            latest = max(mark.change.received for mark in single)
            neighbourhood = self._neighbourhood(single)
            if self._record(neighbourhood, single):
                return self._read_again()
            changed.update(dict.fromkeys(neighbourhood.wide, latest))
        changed.update((self._subscription, mark.change.received) for mark in whole)
        waits = sweep_for_changes(self._desk.surroundings, changed) if changed else {}
        for subscription, wait in waits.items():
            self._wait_for_sweep(subscription, wait, marks)
        assessed = single if self._subscription in waits else [*single, *whole]
        self._overtaken = 0
        self._desk.marks.settle(assessed)
        self._work.marks += len(assessed)
        return True

    def _read_again(self) -> bool:
        self._overtaken += 1
        if self._overtaken < _READINGS:
            return True
        self._put_off("sweeps", _RETRY_SECONDS)
        return False

    def _neighbourhood(self, marks: Sequence[Mark]) -> Neighbourhood:
        """Read around what changed, and around what spoke of anything that is gone."""
        inventory = self._desk.surroundings.inventory
        changed = [mark.change.resource for mark in marks]
        found = self._counted(inventory.around(changed))
        bereft = self._bereft(found)
        if len(bereft) > BEREFT_AT_ONCE:
            return replace(found, wide=found.wide | {one.subscription for one in bereft})
        return self._counted(inventory.around([*changed, *bereft])) if bereft else found

    def _bereft(self, found: Neighbourhood) -> Sequence[ResourceId]:
        """Name what has findings that speak of something gone, and was not looked at.

        Only findings that a change can settle count: others wait for the sweep.

        Nothing tells any more which machine a deleted address belonged to, but the finding does.
        """
        if not found.gone:
            return []
        records = (entry.record for entry in self._stored())
        return sorted(
            {
                record.finding.resource
                for record in records
                if record.state is not FindingState.RESOLVED
                and record.finding.check in SETTLED_CHECKS
                and record.finding.resource not in found.touched
                and speaks_of(record.finding, found.gone)
            }
        )

    def _stored(self) -> Iterator[Stored]:
        return self._desk.surroundings.findings.findings(self._subscription)

    def _counted(self, found: Neighbourhood) -> Neighbourhood:
        self._work.arm_reads += found.arm_reads
        self._work.queries += found.queries
        return found

    def _record(self, found: Neighbourhood, marks: Sequence[Mark]) -> bool:
        """Record what is judged, by subscription; True where newer data came first."""
        is_overtaken = False
        for assessment in _assessments(self._desk, found, marks):
            surroundings = self._desk.surroundings
            recorded = record(assessment, surroundings.findings, surroundings.clock)
            is_overtaken |= recorded.stale
            self._work.steps += len(recorded.transitions)
            subscription = assessment.coverage.subscription
            if recorded.transitions and subscription != self._subscription:
                _ask_to_look(self._desk, subscription)
        return is_overtaken

    def _wait_for_sweep(self, subscription: str, wait: timedelta, marks: Sequence[Mark]) -> None:
        """Leave a mark for the next sweep of a subscription, and have it looked at in time."""
        latest = max((mark.change for mark in marks), key=lambda change: change.received)
        resource = subscription_resource(subscription)
        self._desk.marks.mark(replace(latest, resource=resource))
        self._awaits_sweep |= subscription == self._subscription
        _ask_to_look(self._desk, subscription, wait)

    def _tell(self, waiting: Collection[str] = ()) -> None:
        """Tell what changed here; what the receiver wants later is asked for then."""
        if self._work.postponed:
            return
        delivery = deliver_changes(self._subscription, self._desk.announcer, waiting)
        self._work.deliveries.append(delivery)
        if delivery.retry_after_seconds is not None:
            self._put_off("receiver", delivery.retry_after_seconds)

    def _put_off(self, reason: str, seconds: float) -> None:
        self._work.postponed = reason
        _ask_to_look(self._desk, self._subscription, timedelta(seconds=seconds))

    def _now(self) -> datetime:
        return self._desk.surroundings.clock.now()


def _ask_to_look(desk: ChangeDesk, subscription: str, wait: timedelta = timedelta()) -> None:
    message = look_message(subscription)
    desk.surroundings.queue.send(Queue.CHANGES, message, wait.total_seconds())


def _assessments(
    desk: ChangeDesk, found: Neighbourhood, marks: Sequence[Mark]
) -> Iterator[Assessment]:
    """Cut the judgement of a neighbourhood into subscriptions, and to what it settles."""
    judgement = settled(found, desk.judge(found.snapshot))
    told = [Told(mark.change, mark.first) for mark in marks]
    attribution = attributed_to_changes(told, found.snapshot)
    for subscription in sorted({resource.subscription for resource in found.touched}):
        coverage = Coverage(
            subscription,
            found.snapshot.observed_at,
            unread=[gap for gap in found.snapshot.unread if _concerns(gap.scope, subscription)],
            unjudged=judgement.unjudged,
            only=found.touched,
        )
        yield Assessment(
            coverage,
            [one for one in judgement.findings if one.resource.subscription == subscription],
            Cause.EVENT,
            marks[0].change.run,
            desk.exemptions,
            attribution,
        )


def _concerns(scope: ResourceId, subscription: str) -> bool:
    return scope.subscription in {"", subscription}
