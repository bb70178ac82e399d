"""Changes: Event Grid brings them, a queue has them assessed, the poison queue puts them off."""

from __future__ import annotations

import os
from typing import Final

import azure.functions as func

from functions.messages import QueuedWork
from shared import telemetry
from shared.change_events import ChangeAbandoned
from shared.usecases.change_inbox import receive_event
from shared.usecases.changes import abandon_change as put_off
from shared.usecases.changes import look_again
from shared.usecases.interfaces import Queue
from shared.wiring import functions_runtime

STORAGE: Final = "AzureWebJobsStorage"

blueprint = func.Blueprint()  # type: ignore[no-untyped-call]  # as the library has it


@blueprint.event_grid_trigger("event")
def on_resource_event(event: str, context: func.Context) -> None:
    """Mark a change and have it looked at; a malformed event is kept, counted and done with.

    The event comes as its text: the library's own types refuse some of what Event Grid may send,
    and Event Grid gives up on an endpoint that fails.
    """
    with telemetry.unit_of_work(context.function_name, context.invocation_id):
        received = receive_event(event, functions_runtime(os.environ).change_inbox)
        telemetry.report_receipt(received)


@blueprint.queue_trigger("message", Queue.CHANGES.value, STORAGE)
def assess_change(message: func.QueueMessage, context: func.Context) -> None:
    """Assess what is marked; an error brings the message back, and the fifth one puts it off."""
    with telemetry.unit_of_work(context.function_name, context.invocation_id):
        subscription = QueuedWork.parse(message.get_body()).subscription
        desk = functions_runtime(os.environ).change_desk
        telemetry.report_changes(look_again(desk, subscription, str(message.id)))


@blueprint.queue_trigger("message", f"{Queue.CHANGES}-poison", STORAGE)
def abandon_change(message: func.QueueMessage, context: func.Context) -> None:
    """Put off what failed for good; what is no message of ours fails, and so stays to be seen."""
    with telemetry.unit_of_work(context.function_name, context.invocation_id):
        subscription = QueuedWork.parse(message.get_body()).subscription
        put_off(functions_runtime(os.environ).change_desk, subscription)
        telemetry.report(ChangeAbandoned(subscription))
