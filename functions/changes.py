"""Changes: Event Grid brings them, a queue has them assessed, the poison queue puts them off."""

from __future__ import annotations

import os
from typing import Final

import azure.functions as func

from functions.messages import QueuedWork
from shared import telemetry
from shared.usecases.changes import abandon_change as put_off
from shared.usecases.changes import look_again, note_change, receive_event
from shared.usecases.interfaces import Queue
from shared.wiring import functions_runtime

STORAGE: Final = "AzureWebJobsStorage"

blueprint = func.Blueprint()  # type: ignore[no-untyped-call]  # as the library has it


@blueprint.event_grid_trigger("event")
def on_resource_event(event: str, context: func.Context) -> None:
    """Put a change on the queue; an event that is malformed is kept, counted and done with.

    The event comes as its text: the library's own types refuse some of what Event Grid may send,
    and Event Grid gives up on an endpoint that fails.
    """
    with telemetry.unit_of_work(context.function_name, context.invocation_id):
        runtime = functions_runtime(os.environ)
        receipt = receive_event(event, runtime.read_event, runtime.change_desk)
        telemetry.report_receipt(receipt)


@blueprint.queue_trigger("message", Queue.CHANGES.value, STORAGE)
def assess_change(message: func.QueueMessage, context: func.Context) -> None:
    """Assess what changed; an error brings the message back, and the fifth one puts it off."""
    with telemetry.unit_of_work(context.function_name, context.invocation_id):
        work = QueuedWork.parse(message.get_body())
        desk = functions_runtime(os.environ).change_desk
        owner = str(message.id)
        if work.is_look:
            done = look_again(desk, work.subscription, owner)
        else:
            done = note_change(desk, work.change, owner)
        telemetry.report_changes(done)


@blueprint.queue_trigger("message", f"{Queue.CHANGES}-poison", STORAGE)
def abandon_change(message: func.QueueMessage, context: func.Context) -> None:
    """Put off what failed for good; what is no message of ours fails, and so stays to be seen."""
    with telemetry.unit_of_work(context.function_name, context.invocation_id):
        subscription = QueuedWork.parse(message.get_body()).subscription
        put_off(functions_runtime(os.environ).change_desk, subscription)
        telemetry.report(telemetry.ChangeAbandoned(subscription))
