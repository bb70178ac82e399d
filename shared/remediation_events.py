"""What remediation says of itself: the events that `telemetry` logs."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import ClassVar

from shared.usecases.remediate import StepTaken, Tended


@dataclass(frozen=True, slots=True)
class PlansMade:
    """What is open in a subscription was planned for."""

    NAME: ClassVar = "plans.made"
    LEVEL: ClassVar = logging.INFO

    subscription: str
    proposals: int
    made: int
    withdrawn: int
    undone: int
    skipped: int


@dataclass(frozen=True, slots=True)
class PlanAdvanced:
    """A plan took a step, and stands in this state now."""

    NAME: ClassVar = "plan.advanced"
    LEVEL: ClassVar = logging.INFO

    plan: str
    state: str


@dataclass(frozen=True, slots=True)
class RemediationAbandoned:
    """A step of a plan, or the planning for a subscription, failed for good for now."""

    NAME: ClassVar = "remediation.abandoned"
    LEVEL: ClassVar = logging.ERROR

    plan: str
    subscription: str


@dataclass(frozen=True, slots=True)
class RemediationsTended:
    """Plans were ended because their time was over, gone on with, or told late."""

    NAME: ClassVar = "remediations.tended"
    LEVEL: ClassVar = logging.INFO

    expired: int
    resumed: int
    told: int


def event_of_step(step: StepTaken) -> PlansMade | PlanAdvanced:
    """Give the event of what one message about remediation came to."""
    planned = step.planned
    if planned is None:
        return PlanAdvanced(step.plan, step.state)
    return PlansMade(
        planned.subscription,
        len(planned.proposals),
        planned.made,
        planned.withdrawn,
        planned.undone,
        len(planned.skipped),
    )


def event_of_tending(tended: Tended) -> RemediationsTended:
    """Give the event of what the timer found to do."""
    return RemediationsTended(tended.expired, tended.resumed, tended.told)
