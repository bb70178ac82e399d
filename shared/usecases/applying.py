"""Applying a plan, one step at a time: whoever dies in between leaves behind what the next needs.

Before a write is sent, the plan's record says so; after that only the image of the resource tells
whether the write was made, and so a write is never sent twice.  What is not as it was when the plan
was approved was changed by somebody else, and that change stands.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final, assert_never

from shared.exposure.layers import Reason
from shared.network.ids import ResourceId
from shared.remediation.approval import ApprovalRules, approval_refusal
from shared.remediation.lifecycle import PlanEvent, PlanState
from shared.remediation.limits import HOUR, Go, Limits, Pace, Place, Stop, Wait, may_write
from shared.remediation.plan import PlanId
from shared.remediation.rollback import drift
from shared.usecases.approving import UnknownPlanError
from shared.usecases.interfaces import StoreConflictError
from shared.usecases.plan_record import PORTCULLIS, PlanRecord, noted, stepped
from shared.usecases.remediation_interfaces import (
    ChangeWriter,
    EditImpossibleError,
    PlanStore,
    SubjectReader,
    WriteFailedError,
)
from shared.usecases.verifying import (
    Looks,
    estate_around,
    record_outcome,
    rehearsed_again,
    shortfalls,
    still_open,
)
from shared.usecases.writing import Outcome, WritingDesk, write_next

_STOP: Final = "the emergency stop is set"
_UNTOLD: Final = "{} of its findings stay open: not everything about their resources can be told"
LEASE: Final = timedelta(minutes=10)
"""A function ends within that; a subject waits no longer for a worker that died."""
BUSY_SECONDS: Final = 30.0
STOPPED_SECONDS: Final = 300.0
LOOKS: Final = 10
"""How often verification is tried while the estate cannot be told."""
LOOK_SECONDS: Final = 60.0
ACTIVE: Final = frozenset(
    {PlanState.APPROVED, PlanState.APPLYING, PlanState.VERIFYING, PlanState.ROLLING_BACK}
)
"""The states in which there is something to do without a person."""


@dataclass(frozen=True, slots=True)
class ApplyingDesk:
    """What applying needs of the outside world; `limits` reads the settings anew."""

    plans: PlanStore
    writer: ChangeWriter
    subjects: SubjectReader
    looks: Looks
    rules: ApprovalRules
    limits: Callable[[], Limits]


@dataclass(frozen=True, slots=True)
class Advance:
    """Where a plan stands after a step; `again_seconds` says when the next is due, if one is."""

    record: PlanRecord
    again_seconds: float | None = None


def advance(desk: ApplyingDesk, plan_id: PlanId, owner: str) -> Advance:
    """Take the next step of a plan, unless another worker is at it.

    `owner` names the message, so that its next delivery goes on at once where a killed one ended.
    A plan on which there is nothing to do stays as it is, however often it is asked about.

    Raises:
        UnknownPlanError: there is no such plan.
        InventoryError: Azure could not be read; worth another try.
        StoreError: the store did not do its part; worth another try.
    """
    now = desk.looks.clock.now()
    if not desk.plans.claim(f"plan {plan_id}", owner, now, now + LEASE):
        record = desk.plans.plan(plan_id)
        if record is None:
            raise UnknownPlanError(plan_id)
        return Advance(record, BUSY_SECONDS if record.state in ACTIVE else None)
    try:
        record = desk.plans.plan(plan_id)
        if record is None:
            raise UnknownPlanError(plan_id)
        desk.plans.settle(record)
        return _Step(desk, replace(record, recent=())).take()
    finally:
        desk.plans.release(f"plan {plan_id}", owner)


class _Step:
    """One step of one plan."""

    def __init__(self, desk: ApplyingDesk, record: PlanRecord) -> None:
        self._desk = desk
        self._record = record
        self._now = desk.looks.clock.now()

    def take(self) -> Advance:
        """Do what the state asks for."""
        match self._record.state:
            case PlanState.APPROVED:
                return self._within_lease(self._start)
            case PlanState.APPLYING | PlanState.ROLLING_BACK:
                return self._within_lease(self._write)
            case PlanState.VERIFYING:
                return self._verify()
            case _:
                return Advance(self._record)

    def _within_lease(self, work: Callable[[], Advance]) -> Advance:
        """Work while nobody else writes the same resources; keep them until the plan is through."""
        holder = str(self._record.plan.id)
        subjects = sorted(self._record.plan.subjects)
        held = [
            subject
            for subject in subjects
            if self._desk.plans.claim(subject.key, holder, self._now, self._now + LEASE)
        ]
        if len(held) < len(subjects):
            self._release(held)
            return self._later("waits", "another plan is writing there", BUSY_SECONDS)
        advanced = work()
        if advanced.record.state not in {PlanState.APPLYING, PlanState.ROLLING_BACK}:
            self._release(subjects)
        return advanced

    def _release(self, subjects: Sequence[ResourceId]) -> None:
        for subject in subjects:
            self._desk.plans.release(subject.key, str(self._record.plan.id))

    def _start(self) -> Advance:
        """Begin to write, if all is as it was when the plan was approved and nothing forbids it."""
        record, approval = self._record, self._record.approval
        refusal = (
            Reason("not-approved", "nobody approved the plan")
            if approval is None
            else approval_refusal(
                approval, current_hash=record.hash, now=self._now, rules=self._desk.rules
            )
        )
        if refusal is not None:
            event = PlanEvent.EXPIRE if "expired" in refusal.code else PlanEvent.SUPERSEDE
            return self._end(event, refusal.text)
        return self._held(is_start=True) or self._disturbed() or self._begin()

    def _disturbed(self) -> Advance | None:
        """See whether all is as it was approved, and the rehearsal passes again; None if so."""
        record = self._record
        before = (*record.images, *record.subjects)
        try:
            seen = [self._desk.writer.image(one.resource) for one in before]
        except WriteFailedError as error:
            return self._later("waits", error.failure.words, BUSY_SECONDS)
        if not all(one.is_settled for one in seen):
            return self._later("waits", "another operation is running there", BUSY_SECONDS)
        approved = {one.resource: one.digest for one in before}
        changed = drift(approved, {one.resource: one.digest for one in seen})
        if changed is not None:
            return self._end(PlanEvent.SUPERSEDE, changed.text)
        estate = estate_around(self._desk.looks, record.plan)
        objections = rehearsed_again(self._desk.looks, record.plan, estate)
        if not objections:
            return None
        return self._end(PlanEvent.SUPERSEDE, "; ".join(one.text for one in objections))

    def _begin(self) -> Advance:
        """Enter the plan into the ledger, and let it begin."""
        ledger = self._desk.plans.ledger()
        begun = (*(at for at in ledger.begun if at > self._now - HOUR), self._now)
        try:
            self._desk.plans.enter(replace(ledger, begun=begun))
        except StoreConflictError:
            return Advance(self._record, 1.0)
        return self._save(stepped(self._record, PlanEvent.START, PORTCULLIS, self._now), 0.0)

    def _held(self, *, is_start: bool) -> Advance | None:
        """Ask the settings, read anew, whether a write may be sent now; None where it may."""
        record, limits = self._record, self._desk.limits()
        places: list[Place] = []
        pace = Pace()
        if record.state is PlanState.ROLLING_BACK:
            return self._later("stopped", _STOP, STOPPED_SECONDS) if limits.stopped else None
        if is_start:
            about = self._desk.subjects.about(record.plan.subjects)
            places = [one.place for one in about.values()]
            ledger = self._desk.plans.ledger()
            pace = Pace(ledger.begun, len(ledger.failures))
        is_approved = record.approval is not None and record.approval.actor != PORTCULLIS
        decision = may_write(limits, places, pace, self._now, approved=is_approved or not is_start)
        match decision:
            case Go():
                return None
            case Stop(reason=reason):
                return self._later("stopped", reason.text, STOPPED_SECONDS)
            case Wait(until=until, reason=reason):
                return self._later("waits", reason.text, (until - self._now).total_seconds())
            case _:
                assert_never(decision)

    def _write(self) -> Advance:
        """Go on with the edits, or with taking them back."""
        if self._record.writing is None and (held := self._held(is_start=False)) is not None:
            return held
        desk = WritingDesk(self._desk.plans, self._desk.writer, self._desk.looks.clock)
        try:
            done = write_next(desk, self._record)
        except EditImpossibleError as error:
            event = PlanEvent.WRITE_FAILS if self._record.made else PlanEvent.SUPERSEDE
            done = Outcome(self._record, event, str(error))
        if done.event is None:
            return Advance(done.record, done.wait_seconds)
        self._record = done.record
        return self._after_writing(done.event, done.text)

    def _after_writing(self, event: PlanEvent, text: str) -> Advance:
        match event:
            case PlanEvent.WRITTEN:
                return self._save(stepped(self._record, event, PORTCULLIS, self._now, text), 0.0)
            case PlanEvent.WRITE_FAILS:
                self._count(failed=True)
                failed = stepped(self._record, event, PORTCULLIS, self._now, text)
                return self._save(replace(failed, writing=None), 0.0)
            case PlanEvent.RESTORED:
                return self._restored(text)
            case _:
                self._count(failed=event is not PlanEvent.SUPERSEDE)
                return self._end(event, text)

    def _verify(self) -> Advance:
        """Judge the estate again; done only where it is seen to be closed."""
        looks, plan = self._desk.looks, self._record.plan
        snapshot = estate_around(looks, plan)
        found = shortfalls(looks, plan, snapshot)
        if not found:
            actor = self._record.approval.actor if self._record.approval else PORTCULLIS
            record_outcome(looks, plan, snapshot, actor)
            self._count(failed=False)
            untold = still_open(looks, plan)
            return self._end(PlanEvent.VERIFIED, _UNTOLD.format(untold) if untold else "")
        text = "; ".join(one.text for one in found)
        if all(one.code == "cannot-be-told" for one in found) and self._record.attempts < LOOKS:
            tried = replace(self._record, attempts=self._record.attempts + 1)
            return self._save(
                noted(tried, "looks-again", PORTCULLIS, self._now, text), LOOK_SECONDS
            )
        self._count(failed=True)
        failed = stepped(self._record, PlanEvent.VERIFICATION_FAILS, PORTCULLIS, self._now, text)
        return self._save(failed, 0.0)

    def _restored(self, text: str) -> Advance:
        """Record what stands open again, and end."""
        looks, plan = self._desk.looks, self._record.plan
        record_outcome(looks, plan, estate_around(looks, plan), PORTCULLIS)
        return self._end(PlanEvent.RESTORED, text or self._record.note)

    def _count(self, *, failed: bool) -> None:
        """Note in the ledger how a plan ended; where others write it too, once more."""
        for _ in range(LOOKS):
            ledger = self._desk.plans.ledger()
            failures = (*ledger.failures, self._now) if failed else ()
            if failures == ledger.failures:
                return
            try:
                self._desk.plans.enter(replace(ledger, failures=failures))
            except StoreConflictError:
                continue
            return

    def _end(self, event: PlanEvent, text: str) -> Advance:
        """Leave the plan in a state in which nothing is to be done, and have it told."""
        ended = stepped(self._record, event, PORTCULLIS, self._now, text)
        kept = replace(ended, writing=None, due=None, news=True)
        return Advance(self._desk.plans.save(kept))

    def _later(self, event: str, text: str, seconds: float) -> Advance:
        """Come back after a while; why is noted once."""
        record = self._record
        if record.note != text:
            record = replace(noted(record, event, PORTCULLIS, self._now, text), note=text)
        return self._save(record, seconds)

    def _save(self, record: PlanRecord, seconds: float) -> Advance:
        due = self._now + timedelta(seconds=seconds)
        return Advance(self._desk.plans.save(replace(record, due=due)), seconds)
