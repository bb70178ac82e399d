"""The dashboard: one function that answers every address, and a timer that counts findings."""

from __future__ import annotations

import os
from functools import cache
from typing import Final

import azure.functions as func

from shared import telemetry
from shared.wiring import functions_runtime

EVERY_TWO_MINUTES: Final = "20 */2 * * * *"
_FAILED: Final = (
    "<!doctype html><html lang=en><title>Portcullis</title><h1>Something went wrong</h1>"
    "<p>This page failed. The app's log has the reason, under the number below.</p><p><code>{}"
)
_NOTHING_LOADED: Final = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"

blueprint = func.Blueprint()  # type: ignore[no-untyped-call]  # as the library has it


@blueprint.route("{*path}", methods=["GET", "HEAD", "POST"], auth_level=func.AuthLevel.ANONYMOUS)
async def pages(req: func.HttpRequest, context: func.Context) -> func.HttpResponse:
    """Answer a request; who may ask is for the dashboard to decide, with no key in any address."""
    try:
        with telemetry.unit_of_work(context.function_name, context.invocation_id):
            answer: func.HttpResponse = await _dashboard().handle_async(req, context)
            return answer
    except Exception:  # noqa: BLE001 - reported above, and nobody tries a request again
        return func.HttpResponse(
            _FAILED.format(context.invocation_id),
            status_code=500,
            mimetype="text/html",
            headers={"Content-Security-Policy": _NOTHING_LOADED, "Cache-Control": "no-store"},
        )


@blueprint.timer_trigger("timer", EVERY_TWO_MINUTES)
def count_findings(timer: func.TimerRequest, context: func.Context) -> None:
    """Count what changed since the last count; a run that fails leaves its work to the next one."""
    del timer
    with telemetry.unit_of_work(context.function_name, context.invocation_id):
        functions_runtime(os.environ).reports.recount()


@cache
def _dashboard() -> func.AsgiMiddleware:
    """Make the dashboard when it is first asked for, so that no other function waits for it."""
    from dashboard.application import application

    return func.AsgiMiddleware(application(os.environ))  # type: ignore[no-untyped-call]  # as above
