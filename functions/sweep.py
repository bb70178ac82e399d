"""The sweep: a timer plans it, the shard queue works it off, the poison queue gives shards up."""

from __future__ import annotations

import os
from typing import Final

import azure.functions as func

from functions.messages import QueuedWork
from shared import telemetry
from shared.usecases.interfaces import Queue
from shared.usecases.sweep import abandon_shard as give_up
from shared.usecases.sweep import assess_shard as assess
from shared.usecases.sweep import plan_sweep
from shared.wiring import functions_runtime

STORAGE: Final = "AzureWebJobsStorage"

blueprint = func.Blueprint()  # type: ignore[no-untyped-call]  # as the library has it


@blueprint.timer_trigger("timer", "%PORTCULLIS_SWEEP_SCHEDULE%")
@blueprint.retry(
    strategy="exponential_backoff",
    max_retry_count="3",
    minimum_interval="00:00:30",
    maximum_interval="00:05:00",
)
def sweep_estate(timer: func.TimerRequest, context: func.Context) -> None:
    """Plan a sweep; one that cannot be planned now is tried again before the next is due."""
    del timer
    with telemetry.unit_of_work(context.function_name, context.invocation_id):
        runtime = functions_runtime(os.environ)
        telemetry.report_plan(plan_sweep(runtime.surroundings, runtime.settings.scope))


@blueprint.queue_trigger("message", Queue.SHARDS.value, STORAGE)
def assess_shard(message: func.QueueMessage, context: func.Context) -> None:
    """Assess one shard; an error brings the message back, and the fifth one to the poison queue."""
    with telemetry.unit_of_work(context.function_name, context.invocation_id):
        work = QueuedWork.parse(message.get_body())
        sweep, shard = work.sweep, work.shard
        runtime = functions_runtime(os.environ)
        assess(runtime.surroundings, runtime.judge, sweep, shard)
        runtime.remediation.ask_for_plans(sweep, shard)
        telemetry.report(telemetry.ShardAssessed(sweep, shard))


@blueprint.queue_trigger("message", f"{Queue.SHARDS}-poison", STORAGE)
def abandon_shard(message: func.QueueMessage, context: func.Context) -> None:
    """Mark a shard unread; what is no message of ours fails, and so stays where it can be seen."""
    with telemetry.unit_of_work(context.function_name, context.invocation_id):
        work = QueuedWork.parse(message.get_body())
        sweep, shard = work.sweep, work.shard
        give_up(functions_runtime(os.environ).surroundings, sweep, shard)
        telemetry.report(telemetry.ShardAbandoned(sweep, shard))
