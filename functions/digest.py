"""The digest: a timer sends it, if the settings name a time for it."""

from __future__ import annotations

import os
from typing import Final

import azure.functions as func

from shared import telemetry
from shared.usecases.digest import send_digest as send
from shared.wiring import functions_runtime

SCHEDULE_SETTING: Final = "PORTCULLIS_DIGEST_SCHEDULE"
ON_MONDAYS: Final = "0 0 7 * * 1"
SCHEDULE: Final = f"%{SCHEDULE_SETTING}%" if os.environ.get(SCHEDULE_SETTING) else ON_MONDAYS
"""Azure Functions refuses to start a trigger that names a setting which is not there."""

blueprint = func.Blueprint()  # type: ignore[no-untyped-call]  # as the library has it


@blueprint.timer_trigger("timer", SCHEDULE)
@blueprint.retry(
    strategy="exponential_backoff",
    max_retry_count="4",
    minimum_interval="00:01:00",
    maximum_interval="00:30:00",
)
def send_digest(timer: func.TimerRequest, context: func.Context) -> None:
    """Send the state of the estate; what failed is tried again, and told by the next one else.

    Without the setting nobody asked for it, and nothing is sent.
    """
    del timer
    with telemetry.unit_of_work(context.function_name, context.invocation_id):
        if os.environ.get(SCHEDULE_SETTING):
            telemetry.report_digest(send(functions_runtime(os.environ).digest_desk))
