"""One write of a plan at a time: noted, sent, followed, and read back; or taken back likewise.

A write is noted before it is sent.  Whoever finds one noted, and no operation to ask after, reads
the resource: that alone tells whether the write was made.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from shared.exposure.layers import Reason
from shared.network.ids import ResourceId
from shared.remediation.lifecycle import PlanEvent, PlanState
from shared.remediation.rollback import Written, undos
from shared.usecases.interfaces import Clock
from shared.usecases.plan_record import PORTCULLIS, Made, PlanRecord, Seen, Writing, noted
from shared.usecases.remediation_interfaces import (
    ChangeWriter,
    Failed,
    FailureKind,
    Forgotten,
    PlanStore,
    Progress,
    Running,
    Standing,
    WireRequest,
    WriteFailedError,
    WriteFailure,
)

ATTEMPTS: Final = 8
"""How often one write is tried while nothing but time stands against it."""
FIRST_WAIT_SECONDS: Final = 5.0
LONGEST_WAIT_SECONDS: Final = 300.0
SETTLE_SECONDS: Final = 5.0
_ELSE: Final = "somebody else changed {name} in the meantime; that change stands"
_AGAIN: Final = frozenset({FailureKind.STALE, FailureKind.SUPERSEDED})
"""Failures after which the resource is looked at again: it may still be as it was."""


@dataclass(frozen=True, slots=True)
class WritingDesk:
    """What a write needs of the outside world."""

    plans: PlanStore
    writer: ChangeWriter
    clock: Clock


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a step of writing came to.

    Without an event the record is saved, and the next step is due after `wait_seconds`.  With one
    writing is over, and the record is to be saved with the event.
    """

    record: PlanRecord
    event: PlanEvent | None = None
    text: str = ""
    wait_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class _Task:
    """An edit to be made, or to be taken back.

    `start` is how its target must read for the write to be sent, `standing` tells of what it reads
    now whether the write is in it, and `request` gives the write; None where nothing is to be sent.
    """

    number: int
    is_undo: bool
    words: str
    start: Seen
    standing: Callable[[Seen], Standing]
    request: Callable[[Seen], WireRequest | None]
    subject: ResourceId

    @property
    def drift_event(self) -> PlanEvent:
        """What befalls the plan when somebody else wrote first."""
        if self.is_undo:
            return PlanEvent.RESTORE_FAILS
        return PlanEvent.WRITE_FAILS if self.number else PlanEvent.SUPERSEDE


def write_next(desk: WritingDesk, record: PlanRecord) -> Outcome:
    """Send the next edit of a plan, or follow the one that was sent.

    In the state `rolling-back` the edits that were made are taken back, the last one first, unless
    somebody else has changed any of what they wrote.

    Raises:
        EditImpossibleError: an edit does not fit what is there.
        StoreError: the store did not do its part.
    """
    try:
        return _next(desk, record)
    except WriteFailedError as error:
        wait = error.failure.retry_after_seconds or SETTLE_SECONDS
        return Outcome(record, wait_seconds=wait)


def _next(desk: WritingDesk, record: PlanRecord) -> Outcome:
    if record.state is PlanState.ROLLING_BACK:
        if not record.made:
            return Outcome(record, PlanEvent.RESTORED)
        if record.writing is None and (changed := _changed_since(desk, record)) is not None:
            return Outcome(record, PlanEvent.RESTORE_FAILS, changed.text)
        step = _Write(desk, record, _undoing(desk, record))
    elif len(record.made) == len(record.plan.edits):
        return Outcome(record, PlanEvent.WRITTEN)
    else:
        step = _Write(desk, record, _making(desk, record))
    return step.begin() if record.writing is None else step.follow(record.writing)


def _making(desk: WritingDesk, record: PlanRecord) -> _Task:
    number = len(record.made)
    edit = record.plan.edits[number]
    earlier = [one.after for one in record.made if one.after.resource == edit.target]
    start = earlier[-1] if earlier else record.image_of(edit.target)
    return _Task(
        number,
        is_undo=False,
        words=record.plan.steps[number],
        start=start,
        standing=lambda now: desk.writer.standing(edit, start, now),
        request=lambda now: desk.writer.request(edit, now),
        subject=edit.subject,
    )


def _changed_since(desk: WritingDesk, record: PlanRecord) -> Reason | None:
    """Say what somebody else changed of all that is to be taken back; None where nothing was."""
    made = [
        Written(one.number, one.after.resource, one.before.digest, one.after.digest)
        for one in record.made
    ]
    now = {one.target: desk.writer.image(one.target).digest for one in made}
    left = undos(made, now)
    return left if isinstance(left, Reason) else None


def _undoing(desk: WritingDesk, record: PlanRecord) -> _Task:
    last = record.made[-1]

    def standing(now: Seen) -> Standing:
        if now.digest == last.before.digest:
            return Standing.AFTER
        return Standing.BEFORE if now.digest == last.after.digest else Standing.OTHER

    return _Task(
        last.number,
        is_undo=True,
        words=f"Taking back: {record.plan.steps[last.number]}",
        start=last.after,
        standing=standing,
        request=lambda now: desk.writer.restoration(last.before, now),
        subject=record.plan.edits[last.number].subject,
    )


class _Write:
    """One write of one plan."""

    def __init__(self, desk: WritingDesk, record: PlanRecord, task: _Task) -> None:
        self._desk = desk
        self._record = record
        self._task = task
        self._now = desk.clock.now()

    def begin(self) -> Outcome:
        """Send the write if everything reads as it must; nothing is noted of a mere look."""
        task, now = self._task, self._desk.writer.image(self._task.start.resource)
        if not now.is_settled:
            return self._wait(SETTLE_SECONDS)
        standing = task.standing(now)
        if task.is_undo and standing is Standing.AFTER:
            return self._done(now)
        if standing is not Standing.BEFORE or not self._is_undisturbed():
            return self._drifted()
        request = task.request(now)
        if request is None:
            return self._done(now)
        writing = Writing(task.number, task.is_undo, now, self._now)
        noted_first = noted(self._record, "writes", PORTCULLIS, self._now, task.words)
        self._save(replace(noted_first, writing=writing))
        try:
            token = self._desk.writer.begin(request)
        except WriteFailedError as error:
            return self._not_accepted(error.failure)
        return self._save(replace(self._record, writing=replace(writing, token=token)))

    def follow(self, writing: Writing) -> Outcome:
        """Ask after the operation, then read back what it left."""
        progress = self._desk.writer.resume(writing.token) if writing.token else Forgotten()
        if isinstance(progress, Running):
            return self._wait(progress.retry_after_seconds)
        now = self._desk.writer.image(self._task.start.resource)
        if not now.is_settled:
            return self._wait(SETTLE_SECONDS)
        return self._ended(progress, now)

    def _ended(self, progress: Progress, now: Seen) -> Outcome:
        """Tell by what is there now what became of a write whose operation is over."""
        failure = progress.failure if isinstance(progress, Failed) else None
        match self._task.standing(now):
            case Standing.AFTER:
                if failure is None or self._task.is_undo:
                    return self._done(now)
                return Outcome(self._with_made(now), PlanEvent.WRITE_FAILS, failure.words)
            case Standing.BEFORE if failure is not None:
                return self._failed_after_start(failure)
            case Standing.BEFORE if isinstance(progress, Forgotten):
                return self._unknown()
            case _:
                return self._drifted()

    def _is_undisturbed(self) -> bool:
        """Tell whether the whole resource around the target is as our own edits left it."""
        if self._task.is_undo:
            return True
        return all(
            self._desk.writer.image(one.resource).digest == one.digest
            for one in self._record.subjects
            if one.resource == self._task.subject
        )

    def _done(self, now: Seen) -> Outcome:
        """Note that the write is in, or taken back."""
        if self._task.is_undo:
            record = replace(self._record, made=self._record.made[:-1])
            words = self._task.words
        else:
            record, words = self._with_made(now), "read back as it should be"
        through = noted(record, "wrote", PORTCULLIS, self._now, words)
        return self._save(replace(through, writing=None, attempts=0))

    def _with_made(self, now: Seen) -> PlanRecord:
        made = Made(self._task.number, self._task.start, now)
        subjects = tuple(
            self._desk.writer.image(one.resource) if one.resource == self._task.subject else one
            for one in self._record.subjects
        )
        return replace(self._record, made=(*self._record.made, made), subjects=subjects)

    def _not_accepted(self, failure: WriteFailure) -> Outcome:
        """React to a write that was refused, or of which nobody knows whether it was accepted."""
        kind = failure.kind
        may_come_again = kind.is_retryable or kind in _AGAIN
        if not may_come_again or self._record.attempts >= ATTEMPTS:
            return self._failed(failure, accepted=kind is FailureKind.UNREACHABLE)
        kept = self._record.writing if kind is FailureKind.UNREACHABLE else None
        return self._again(failure.words, failure.retry_after_seconds, kept)

    def _unknown(self) -> Outcome:
        """Send a write anew that is not in: its sender died, or its answer was lost."""
        if self._record.attempts >= ATTEMPTS:
            failure = WriteFailure(FailureKind.UNREACHABLE, "Unreachable", "no write got through")
            return self._failed(failure, accepted=False)
        return self._again("the write is not in; it is sent anew", 0.0, None)

    def _failed_after_start(self, failure: WriteFailure) -> Outcome:
        """React to a write that was accepted, and failed without a trace."""
        if failure.kind not in _AGAIN or self._record.attempts >= ATTEMPTS:
            return self._failed(failure, accepted=True)
        return self._again(failure.words, failure.retry_after_seconds, None)

    def _again(self, words: str, seconds: float | None, writing: Writing | None) -> Outcome:
        attempts = self._record.attempts + 1
        if seconds is None:
            seconds = min(FIRST_WAIT_SECONDS * 2 ** (attempts - 1), LONGEST_WAIT_SECONDS)
        tried = replace(self._record, attempts=attempts, writing=writing)
        return self._save(noted(tried, "waits", PORTCULLIS, self._now, words), seconds)

    def _failed(self, failure: WriteFailure, *, accepted: bool) -> Outcome:
        if self._task.is_undo:
            return Outcome(self._record, PlanEvent.RESTORE_FAILS, failure.words)
        if self._task.number or accepted:
            return Outcome(self._record, PlanEvent.WRITE_FAILS, failure.words)
        is_drift = failure.kind.is_drift
        event = PlanEvent.SUPERSEDE if is_drift else PlanEvent.REFUSED
        return Outcome(self._record, event, failure.words)

    def _drifted(self) -> Outcome:
        text = _ELSE.format(name=self._task.start.resource.name)
        return Outcome(self._record, self._task.drift_event, text)

    def _wait(self, seconds: float) -> Outcome:
        return Outcome(self._record, wait_seconds=seconds)

    def _save(self, record: PlanRecord, seconds: float = 0.0) -> Outcome:
        due = self._now + timedelta(seconds=seconds)
        self._record = replace(self._desk.plans.save(replace(record, due=due)), recent=())
        return Outcome(self._record, wait_seconds=seconds)
