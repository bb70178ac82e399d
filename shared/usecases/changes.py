"""Changes: what Azure tells of is noted at once, and assessed by one worker a subscription.

A change is marked when it comes in, and its mark goes only after what it touches was judged and
recorded, so nothing is lost whenever a worker dies.  Whoever gets the subscription works off every
mark there is, others leave theirs to it: five hundred writes of one deployment are a handful of
assessments.  Before it goes it gives the subscription back and looks once more, since a mark may
have come after it looked and before it left.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from shared.findings.attribution import Told, attributed_to_changes
from shared.findings.comparison import Stored
from shared.findings.coverage import Coverage
from shared.findings.exemption import Exemption
from shared.findings.finding import Cause, FindingState
from shared.network.ids import ResourceId
from shared.usecases.assess import Assessment, record
from shared.usecases.change_interfaces import ChangeMarks, Mark
from shared.usecases.change_message import look_message
from shared.usecases.confirm import Confirmation, Sight
from shared.usecases.exemptions import in_force
from shared.usecases.interfaces import Neighbourhood, Queue, ThrottledError
from shared.usecases.notify import Announcer, Delivery, deliver_changes
from shared.usecases.partial_sweep import (
    is_subscription,
    subscription_resource,
    sweep_for_changes,
)
from shared.usecases.sweep import Judge, Surroundings
from shared.usecases.touched import is_bereft, settled

MARKS_AT_ONCE: Final = 25
"""More would touch so much at once that whole subscriptions had to be swept."""
LEASE: Final = timedelta(minutes=3)
"""How long a subscription waits for a worker that died; each round of work prolongs it."""
LONGEST_WORK: Final = timedelta(minutes=5)
"""After that a new message goes on with the work: a function may run for ten minutes."""
AFTER_FAILURE: Final = timedelta(minutes=10)
BEREFT_AT_ONCE: Final = 50
"""With more machines whose findings speak of something gone, their subscriptions are swept."""
REMEMBERED: Final = timedelta(minutes=10)
"""How long what changed is read anew wherever it lies near, since the index may not show it yet."""
READS_PER_LOOK: Final = 60
"""How many resources are read to confirm what is told while the index is behind."""
FIRST_BREATH_SECONDS: Final = 1.0
LONGEST_BREATH_SECONDS: Final = 8.0
"""While changes keep coming the worker waits for more of them, longer each time."""
_READINGS: Final = 3
_RETRY_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class ChangeDesk:
    """What the assessment of changes needs of the outside world."""

    surroundings: Surroundings
    marks: ChangeMarks
    judge: Judge
    announcer: Announcer


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


def look_again(desk: ChangeDesk, subscription: str, owner: str) -> Work:
    """Assess all that is marked in a subscription and tell it, unless another one does.

    `owner` names the message, so that its next delivery takes up what a killed one began; a
    second delivery assesses again, which changes nothing.

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
        self._breath = FIRST_BREATH_SECONDS

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
        looked = None
        while marks := self._open_marks():
            if looked is not None and all(mark.change.received >= looked for mark in marks):
                marks = self._after_a_breath()
            looked = self._now()
            if self._work.rounds:
                self._tell(waiting={mark.change.run for mark in marks})
            if self._now() - began > LONGEST_WORK:
                self._put_off("time", 0.0)
                return True
            if not self._assess(marks) or not self._claim():
                return True
        self._tell()
        return False

    def _after_a_breath(self) -> Sequence[Mark]:
        """Let a flood of changes go on for a while, and give all that is marked then."""
        self._desk.surroundings.clock.sleep(self._breath)
        self._breath = min(2 * self._breath, LONGEST_BREATH_SECONDS)
        return self._open_marks()

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
        self._desk.marks.settle(assessed, self._now())
        self._work.marks += len(assessed)
        return True

    def _read_again(self) -> bool:
        self._overtaken += 1
        if self._overtaken < _READINGS:
            return True
        self._put_off("sweeps", _RETRY_SECONDS)
        return False

    def _neighbourhood(self, marks: Sequence[Mark]) -> Neighbourhood:
        """Read around what changed, and around what a change may have left behind."""
        inventory = self._desk.surroundings.inventory
        changed = [mark.change.resource for mark in marks]
        recent = self._desk.marks.recent(self._subscription, self._now() - REMEMBERED)
        found = self._counted(inventory.around(changed, recent))
        bereft = self._bereft(found)
        if len(bereft) > BEREFT_AT_ONCE:
            return replace(found, wide=found.wide | {one.subscription for one in bereft})
        return self._counted(inventory.around([*changed, *bereft], recent)) if bereft else found

    def _bereft(self, found: Neighbourhood) -> Sequence[ResourceId]:
        """Name what has findings that a change bereaved of their ground, and was not looked at.

        Nothing tells any more which machine a deleted address belonged to, but the finding does.
        """
        if not found.gone and not found.loose:
            return []
        records = (entry.record for entry in self._stored())
        standing = (one.finding for one in records if one.state is not FindingState.RESOLVED)
        return sorted({one.resource for one in standing if is_bereft(one, found)})

    def _stored(self) -> Iterator[Stored]:
        return self._desk.surroundings.findings.findings(self._subscription)

    def _counted(self, found: Neighbourhood) -> Neighbourhood:
        self._work.arm_reads += found.arm_reads
        self._work.queries += found.queries
        return found

    def _record(self, found: Neighbourhood, marks: Sequence[Mark]) -> bool:
        """Record what is judged, by subscription; True where newer data came first."""
        is_overtaken = False
        for assessment in self._confirmed(found, marks):
            surroundings = self._desk.surroundings
            recorded = record(assessment, surroundings.findings, surroundings.clock)
            is_overtaken |= recorded.stale
            self._work.steps += len(recorded.transitions)
            subscription = assessment.coverage.subscription
            if recorded.transitions and subscription != self._subscription:
                _ask_to_look(self._desk, subscription)
        return is_overtaken

    def _confirmed(self, found: Neighbourhood, marks: Sequence[Mark]) -> Sequence[Assessment]:
        """Judge; where the index is behind, what it alone shows is confirmed by direct reads."""
        desk, surroundings = self._desk, self._desk.surroundings
        sight = Sight(found.snapshot, desk.judge(found.snapshot))

        def assess(sight: Sight) -> Sequence[Assessment]:
            return list(_assessments(desk, found, sight, marks))

        if not found.is_behind:
            return assess(sight)
        confirmed = Confirmation(
            surroundings.inventory,
            surroundings.findings,
            desk.judge,
            surroundings.clock,
            READS_PER_LOOK,
        ).confirmed(sight, assess, found.fresh)
        self._work.arm_reads += confirmed.reads
        return confirmed.assessments

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
    desk: ChangeDesk, found: Neighbourhood, sight: Sight, marks: Sequence[Mark]
) -> Iterator[Assessment]:
    """Cut the judgement of a neighbourhood into subscriptions, and to what it settles."""
    judgement = settled(found, sight.judgement)
    told = [Told(mark.change, mark.first) for mark in marks]
    attribution = attributed_to_changes(told, sight.snapshot)
    for subscription in sorted({resource.subscription for resource in found.touched}):
        coverage = Coverage(
            subscription,
            sight.snapshot.observed_at,
            unread=[gap for gap in sight.snapshot.unread if _concerns(gap.scope, subscription)],
            unjudged=judgement.unjudged,
            only=found.touched,
        )
        yield Assessment(
            coverage,
            [one for one in judgement.findings if one.resource.subscription == subscription],
            Cause.EVENT,
            marks[0].change.run,
            _exemptions(desk, subscription),
            attribution,
        )


def _exemptions(desk: ChangeDesk, subscription: str) -> Sequence[Exemption]:
    exemptions = desk.surroundings.exemptions
    return () if exemptions is None else in_force(exemptions, [subscription])


def _concerns(scope: ResourceId, subscription: str) -> bool:
    return scope.subscription in {"", subscription}
