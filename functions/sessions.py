"""Sessions: a timer reads what is new in the audit logs of Bastions, and tells its signals."""

from __future__ import annotations

import os
from typing import Final

import azure.functions as func

from shared import telemetry
from shared.usecases.interfaces import InventoryError
from shared.usecases.live_sessions import live_sessions
from shared.usecases.session_signals import tell_signals
from shared.usecases.sessions import read_sessions as read
from shared.wiring import Runtime, functions_runtime

SCHEDULE_SETTING: Final = "PORTCULLIS_SESSIONS_SCHEDULE"
EVERY_TEN_MINUTES: Final = "15 */10 * * * *"
SCHEDULE: Final = f"%{SCHEDULE_SETTING}%" if os.environ.get(SCHEDULE_SETTING) else EVERY_TEN_MINUTES
"""Azure Functions refuses to start a trigger that names a setting which is not there."""

blueprint = func.Blueprint()  # type: ignore[no-untyped-call]  # as the library has it


@blueprint.timer_trigger("timer", SCHEDULE)
def read_sessions(timer: func.TimerRequest, context: func.Context) -> None:
    """Read the logs of the accounts in the settings; without any, nothing is asked of anybody.

    What one run does not get done, or fails at, the next one does.
    """
    del timer
    with telemetry.unit_of_work(context.function_name, context.invocation_id):
        runtime = functions_runtime(os.environ)
        if not runtime.settings.sessions.log_accounts:
            return
        try:
            telemetry.report_sessions(read(runtime.session_reading))
        finally:
            telemetry.report_signals(tell_signals(runtime.signal_telling))
            telemetry.report_unread_bastions(_note_use(runtime))


def _note_use(runtime: Runtime) -> int | None:
    """Note which Bastions are in use; the identity may lack the permission to ask for that.

    Gives how many did not answer, None when they could not be listed.
    """
    try:
        return len(live_sessions(runtime.live_bastions, runtime.clock, runtime.sessions).unread)
    except InventoryError:
        return None
