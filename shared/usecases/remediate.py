"""What the queue and the timer of remediation do: plan, take one step, and look after the rest."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from shared.findings.finding import FindingState
from shared.remediation.plan import PlanId
from shared.remediation.rehearsal import EXPOSURE_CHECKS
from shared.usecases.applying import ACTIVE, ApplyingDesk, advance
from shared.usecases.approving import DecisionDesk, expire
from shared.usecases.interfaces import Queue, StoreConflictError, SweepStore
from shared.usecases.plan_news import PlanTelling, tell_plan, tell_plans
from shared.usecases.plan_record import PORTCULLIS, noted
from shared.usecases.planning import WAITING, Planned, PlanningDesk, plan_subscription

OVERDUE: Final = timedelta(minutes=5)
"""A step that is due for so long has lost its message."""


@dataclass(frozen=True, slots=True)
class RemediationDesk:
    """What remediation needs of the outside world."""

    planning: PlanningDesk
    applying: ApplyingDesk
    decisions: DecisionDesk
    telling: PlanTelling


@dataclass(frozen=True, slots=True)
class StepTaken:
    """What one message came to: plans made for a subscription, or a plan's state after a step."""

    planned: Planned | None = None
    plan: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class Tended:
    """What the timer found to do."""

    expired: int
    resumed: int
    told: int


def ask_for_plans(desk: PlanningDesk, sweeps: SweepStore, sweep_id: str, number: int) -> int:
    """Ask for plans for the subscriptions of a shard where something is open or planned.

    Gives how many.  A repeat asks again, which plans nothing twice.

    Raises:
        StoreError: the store or the queue did not do its part.
    """
    sweep = sweeps.sweep(sweep_id)
    asked = 0
    for shard in sweep.shards if sweep else ():
        for subscription in shard.subscriptions if shard.number == number else ():
            if _is_of_interest(desk, subscription):
                desk.queue.send(Queue.REMEDIATIONS, {"look": subscription})
                asked += 1
    return asked


def _is_of_interest(desk: PlanningDesk, subscription: str) -> bool:
    """Tell whether something is open, or a plan waits, in a subscription."""
    is_open = any(
        entry.record.state is FindingState.OPEN and entry.record.finding.check in EXPOSURE_CHECKS
        for entry in desk.findings.findings(subscription)
    )
    return is_open or next(desk.plans.plans(subscription, WAITING), None) is not None


def work_on(desk: RemediationDesk, plan_id: str, look: str, owner: str) -> StepTaken:
    """Take the step that a message asks for, tell what came of it, and ask for the next.

    A second delivery does what is left to do.

    Raises:
        UnknownPlanError: there is no such plan.
        InventoryError: Azure could not be read; worth another try.
        StoreError: the store or the queue did not do its part; worth another try.
    """
    if look:
        planned = plan_subscription(desk.planning, look)
        for record in planned.records:
            if record.news:
                tell_plan(desk.telling, record)
        return StepTaken(planned=planned)
    advanced = advance(desk.applying, PlanId(plan_id), owner)
    if advanced.again_seconds is not None:
        message = {"plan": plan_id}
        desk.planning.queue.send(Queue.REMEDIATIONS, message, advanced.again_seconds)
    if advanced.record.news:
        tell_plan(desk.telling, advanced.record)
    return StepTaken(plan=plan_id, state=advanced.record.state.value)


def abandon_plan(desk: RemediationDesk, plan_id: str) -> None:
    """Note that a step failed for good; the timer tries it again while the plan is on its way.

    Raises:
        StoreError: the store did not do its part.
    """
    record = desk.planning.plans.plan(PlanId(plan_id)) if plan_id else None
    if record is None or record.state not in ACTIVE:
        return
    now = desk.planning.clock.now()
    text = "a step failed again and again; it is tried again later"
    kept = noted(replace(record, due=now), "waits", PORTCULLIS, now, text)
    try:
        desk.planning.plans.save(kept)
    except StoreConflictError:
        return


def tend(desk: RemediationDesk) -> Tended:
    """Expire what is over, go on with what is overdue, and tell what was not told.

    Raises:
        StoreError: the store or the queue did not do its part.
    """
    plans, clock = desk.planning.plans, desk.planning.clock
    expired = expire(plans, clock, desk.decisions.rules)
    overdue = [
        record
        for record in plans.plans(None, ACTIVE)
        if record.due is None or record.due + OVERDUE < clock.now()
    ]
    for record in overdue:
        desk.planning.queue.send(Queue.REMEDIATIONS, {"plan": str(record.plan.id)})
    return Tended(expired, len(overdue), tell_plans(desk.telling))
