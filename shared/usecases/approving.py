"""Decisions about plans: a person approves, rejects, or wants one undone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import assert_never

from shared.exposure.layers import Reason
from shared.remediation.approval import (
    APPROVER_ROLE,
    Approval,
    ApprovalRules,
    ImageDigest,
    Principal,
    Request,
    decision_refusal,
    is_over,
    plan_hash,
)
from shared.remediation.lifecycle import PlanEvent, PlanState, TransitionRefused
from shared.remediation.plan import PlanId
from shared.usecases.interfaces import (
    Clock,
    PortcullisError,
    Queue,
    StoreConflictError,
    WorkQueue,
)
from shared.usecases.plan_record import PORTCULLIS, PlanRecord, stepped
from shared.usecases.remediation_interfaces import ChangeWriter, PlanStore


class Decision(StrEnum):
    """What a person may decide about a plan."""

    APPROVE = "approve"
    REJECT = "reject"
    ROLL_BACK = "roll-back"


class UnknownPlanError(PortcullisError):
    """There is no plan of this id."""

    def __init__(self, plan_id: str) -> None:
        """Keep the id."""
        super().__init__(f"there is no plan {plan_id[:64]!r}")
        self.plan_id = plan_id


class DecisionRefusedError(PortcullisError):
    """A decision that this person cannot take, or not now; `reason` has a stable code."""

    def __init__(self, reason: Reason) -> None:
        """Keep the reason."""
        super().__init__(reason.text)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class DecisionDesk:
    """What decisions need of the outside world."""

    plans: PlanStore
    writer: ChangeWriter
    queue: WorkQueue
    clock: Clock
    rules: ApprovalRules


def decide(
    desk: DecisionDesk,
    plan_id: PlanId,
    decision: Decision,
    principal: Principal,
    shown_hash: str,
) -> PlanRecord:
    """Take a person's decision, and put what follows from it on the queue.

    An approval is bound to `shown_hash`, that of the plan and images which the person saw; the
    images are read anew for it.  A repeat is refused, for the plan has then left its state.

    Raises:
        UnknownPlanError: there is no such plan.
        DecisionRefusedError: the person may not decide this, or not now.
        WriteFailedError: the resources could not be read.
        StoreError: the store or the queue did not do its part.
    """
    record = _the_plan(desk.plans, plan_id)
    match decision:
        case Decision.APPROVE:
            decided = _approved(desk, record, principal, shown_hash)
        case Decision.REJECT:
            decided = _stepped(desk, record, PlanEvent.REJECT, principal)
        case Decision.ROLL_BACK:
            decided = _stepped(desk, record, PlanEvent.ROLL_BACK, principal)
        case _:
            assert_never(decision)
    is_work = decided.state in {PlanState.APPROVED, PlanState.ROLLING_BACK}
    due = desk.clock.now() if is_work else None
    try:
        saved = desk.plans.save(replace(decided, due=due, news=False))
    except StoreConflictError as error:
        reason = Reason("decided-meanwhile", "somebody else changed the plan: look at it again")
        raise DecisionRefusedError(reason) from error
    if is_work:
        desk.queue.send(Queue.REMEDIATIONS, {"plan": str(plan_id)})
    return saved


def expire(plans: PlanStore, clock: Clock, rules: ApprovalRules) -> int:
    """End plans on which nobody decided in time, or that were not begun in time; count them.

    Raises:
        StoreError: the plans could not be read or written.
    """
    expired = 0
    for record in list(plans.plans(None, {PlanState.AWAITING_APPROVAL, PlanState.APPROVED})):
        since = record.approval.at if record.approval else record.since
        if not is_over(since, clock.now(), rules):
            continue
        ended = stepped(record, PlanEvent.EXPIRE, PORTCULLIS, clock.now(), "its time is over")
        try:
            plans.save(replace(ended, due=None, news=False))
        except StoreConflictError:
            continue
        expired += 1
    return expired


def _the_plan(plans: PlanStore, plan_id: PlanId) -> PlanRecord:
    record = plans.plan(plan_id)
    if record is None:
        raise UnknownPlanError(plan_id)
    return record


def _approved(
    desk: DecisionDesk, record: PlanRecord, principal: Principal, shown_hash: str
) -> PlanRecord:
    now = desk.clock.now()
    asked = Request(_hash_now(desk.writer, record), record.since, record.openers)
    refusal = decision_refusal(asked, principal, shown_hash, now, desk.rules)
    if refusal is not None:
        raise DecisionRefusedError(refusal)
    approved = _stepped(desk, record, PlanEvent.APPROVE, principal)
    return replace(approved, approval=Approval(shown_name(principal), now, shown_hash))


def _stepped(
    desk: DecisionDesk, record: PlanRecord, event: PlanEvent, principal: Principal
) -> PlanRecord:
    if APPROVER_ROLE not in principal.roles:
        text = f"the role {APPROVER_ROLE} is needed to decide on plans"
        raise DecisionRefusedError(Reason("not-an-approver", text))
    try:
        return stepped(record, event, shown_name(principal), desk.clock.now())
    except TransitionRefused as error:
        raise DecisionRefusedError(Reason("wrong-state", str(error))) from error


def _hash_now(writer: ChangeWriter, record: PlanRecord) -> str:
    """Give the hash of the plan with the images as they are now."""
    seen = [writer.image(image.resource) for image in (*record.images, *record.subjects)]
    return plan_hash(record.plan, [ImageDigest(one.resource, one.digest) for one in seen])


def shown_name(principal: Principal) -> str:
    """Give how a person is shown: by a name where there is one."""
    return min(principal.names, default=principal.id)
