"""Telling: the end of a sweep sets it off, and a timer comes back for what was left."""

from __future__ import annotations

import os
from typing import Final

import azure.functions as func

from functions.messages import QueuedWork
from shared import telemetry
from shared.sweep_events import event_of_end
from shared.usecases.interfaces import Queue
from shared.usecases.notify import deliver_pending, deliver_sweep
from shared.wiring import functions_runtime

STORAGE: Final = "AzureWebJobsStorage"
EVERY_FIVE_MINUTES: Final = "30 */5 * * * *"
SHORTEST_DELAY_SECONDS: Final = 1.0
"""A receiver that says "in 0 seconds" is not asked in a tight loop."""

blueprint = func.Blueprint()  # type: ignore[no-untyped-call]  # as the library has it


@blueprint.queue_trigger("message", Queue.NOTIFICATIONS.value, STORAGE)
def tell_sweep(message: func.QueueMessage, context: func.Context) -> None:
    """Tell the news of one sweep; what the receiver wants later goes back on the queue for then.

    That is no failed try: a channel that is busy for hours costs no news.
    """
    with telemetry.unit_of_work(context.function_name, context.invocation_id):
        sweep = QueuedWork.parse(message.get_body()).sweep
        runtime = functions_runtime(os.environ)
        ended = event_of_end(runtime.sweeps.sweep(sweep))
        if ended is not None:
            telemetry.report(ended)
        delivery = deliver_sweep(sweep, runtime.announcer, runtime.sweeps)
        telemetry.report_delivery(sweep, delivery)
        if delivery.retry_after_seconds is not None:
            delay = max(delivery.retry_after_seconds, SHORTEST_DELAY_SECONDS)
            runtime.queue.send(Queue.NOTIFICATIONS, {"sweep": sweep}, delay)


@blueprint.queue_trigger("message", f"{Queue.NOTIFICATIONS}-poison", STORAGE)
def abandon_announcement(message: func.QueueMessage, context: func.Context) -> None:
    """Report a sweep whose telling failed for good; its news stays in the outbox."""
    with telemetry.unit_of_work(context.function_name, context.invocation_id):
        sweep = QueuedWork.parse(message.get_body()).sweep
        telemetry.report(telemetry.AnnouncementAbandoned(sweep))


@blueprint.timer_trigger("timer", EVERY_FIVE_MINUTES)
def tell_pending(timer: func.TimerRequest, context: func.Context) -> None:
    """Tell what is still in the outbox, also where the message of its sweep was lost."""
    del timer
    with telemetry.unit_of_work(context.function_name, context.invocation_id):
        runtime = functions_runtime(os.environ)
        delivery = deliver_pending(runtime.announcer, runtime.sweeps)
        telemetry.report_delivery("pending", delivery)
