"""Service tags: a timer fetches the list that verdicts go by."""

from __future__ import annotations

import os
from typing import Final

import azure.functions as func

from shared import telemetry
from shared.wiring import functions_runtime

SCHEDULE_SETTING: Final = "PORTCULLIS_SERVICE_TAGS_SCHEDULE"
ON_SUNDAYS: Final = "0 30 3 * * 0"
SCHEDULE: Final = f"%{SCHEDULE_SETTING}%" if os.environ.get(SCHEDULE_SETTING) else ON_SUNDAYS
"""Azure Functions refuses to start a trigger that names a setting which is not there."""

blueprint = func.Blueprint()  # type: ignore[no-untyped-call]  # as the library has it


@blueprint.timer_trigger("timer", SCHEDULE)
@blueprint.retry(
    strategy="exponential_backoff",
    max_retry_count="5",
    minimum_interval="00:05:00",
    maximum_interval="00:40:00",
)
def refresh_service_tags(timer: func.TimerRequest, context: func.Context) -> None:
    """Fetch the list and keep it; until one comes, the stored one is used for as long as it may."""
    del timer
    with telemetry.unit_of_work(context.function_name, context.invocation_id):
        tags = functions_runtime(os.environ).service_tags.refresh()
        telemetry.report(
            telemetry.ServiceTagsRefreshed(tags.table.change_number, len(tags.table.prefixes))
        )
