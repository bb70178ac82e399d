"""Remediation: a queue plans and applies step by step, a timer looks after what was left."""

from __future__ import annotations

import os
from typing import Final

import azure.functions as func

from functions.messages import QueuedWork
from shared import telemetry
from shared.remediation_events import RemediationAbandoned, event_of_step, event_of_tending
from shared.usecases.interfaces import Queue
from shared.usecases.remediate import abandon_plan as give_up
from shared.usecases.remediate import tend, work_on
from shared.wiring import functions_runtime

STORAGE: Final = "AzureWebJobsStorage"
EVERY_FIVE_MINUTES: Final = "50 */5 * * * *"

blueprint = func.Blueprint()  # type: ignore[no-untyped-call]  # as the library has it


@blueprint.queue_trigger("message", Queue.REMEDIATIONS.value, STORAGE)
def remediate(message: func.QueueMessage, context: func.Context) -> None:
    """Plan for a subscription, or take the next step of a plan; a further step is a new message.

    Every step reads the settings anew, the emergency stop among them.
    """
    with telemetry.unit_of_work(context.function_name, context.invocation_id):
        work = QueuedWork.parse(message.get_body())
        desk = functions_runtime(os.environ).remediation.desk
        taken = work_on(desk, work.plan, work.look, str(message.id))
        telemetry.report(event_of_step(taken))


@blueprint.queue_trigger("message", f"{Queue.REMEDIATIONS}-poison", STORAGE)
def abandon_remediation(message: func.QueueMessage, context: func.Context) -> None:
    """Note on a plan what failed for good; the timer goes on with it later."""
    with telemetry.unit_of_work(context.function_name, context.invocation_id):
        work = QueuedWork.parse(message.get_body())
        give_up(functions_runtime(os.environ).remediation.desk, work.plan)
        telemetry.report(RemediationAbandoned(work.plan, work.look))


@blueprint.timer_trigger("timer", EVERY_FIVE_MINUTES)
def tend_remediations(timer: func.TimerRequest, context: func.Context) -> None:
    """End what is over, go on with what lost its message, and tell what was not told."""
    del timer
    with telemetry.unit_of_work(context.function_name, context.invocation_id):
        done = tend(functions_runtime(os.environ).remediation.desk)
        telemetry.report(event_of_tending(done))
