"""The Event Grid endpoint: handshakes, and one invocation for each event that is posted.

Source: Microsoft Learn, "Azure Event Grid trigger for Azure Functions" and "Endpoint validation
with Event Grid event schema"; the Event Grid extension's own handling of `aeg-event-type`;
CloudEvents "HTTP 1.1 Web Hooks for Event Delivery", section 4, for the OPTIONS handshake.
"""

import json
from collections.abc import Sequence
from typing import Final

from azure.functions.meta import Datum

from functions_host.http_message import Request, Response
from functions_host.invocation import Arrival, Failed, Invoker
from functions_host.loader import HostedFunction

PATH: Final = "/runtime/webhooks/eventgrid"
_CLOUD_EVENTS: Final = ("application/cloudevents+json", "application/cloudevents-batch+json")


class InvalidPost(Exception):
    """A post to the endpoint is not what Event Grid sends."""


def answer(request: Request, functions: Sequence[HostedFunction], invoker: Invoker) -> Response:
    """Answer a request to the endpoint.

    `functions` are those with an Event Grid trigger.  All events of one post
    run at once; 500 when any of them fails, so that Event Grid sends the post again.
    """
    name = _function_name(request)
    function = next((one for one in functions if one.name.lower() == name.lower()), None)
    if function is None:
        return Response.text(f"cannot find function: '{name}'", 404)
    if request.method == "OPTIONS":
        return _cloud_events_handshake(request)
    try:
        return _answer_post(request, function, invoker)
    except InvalidPost as error:
        return Response.text(str(error), 400)


def event_arrival(event: object) -> Arrival:
    """Give what the trigger hands to its function for one event."""
    return Arrival(Datum(json.dumps(event), "json"))


def _answer_post(request: Request, function: HostedFunction, invoker: Invoker) -> Response:
    match _event_kind(request):
        case "notification":
            return _notify(function, _events(request.body), invoker)
        case "subscriptionvalidation":
            return _validation(_events(request.body))
        case "unsubscribe":
            return Response(202)
    raise InvalidPost("header aeg-event-type is missing or unknown")


def _notify(
    function: HostedFunction, events: list[dict[str, object]], invoker: Invoker
) -> Response:
    running = [invoker.start(function, event_arrival(event)) for event in events]
    failures = [
        str(outcome.error)
        for outcome in [one.result() for one in running]
        if isinstance(outcome, Failed)
    ]
    return Response.text(failures[0], 500) if failures else Response(202)


def _function_name(request: Request) -> str:
    names = {name.lower(): value for name, value in request.query.items()}
    return names.get("functionname", "")


def _event_kind(request: Request) -> str:
    """Give the kind of the post; CloudEvents say by their media type that they are events."""
    if kind := request.header("aeg-event-type").lower():
        return kind
    media_type = request.header("Content-Type").partition(";")[0].strip().lower()
    return "notification" if media_type in _CLOUD_EVENTS else ""


def _events(body: bytes) -> list[dict[str, object]]:
    try:
        document = json.loads(body)
    except ValueError as error:
        raise InvalidPost(f"the body is not JSON: {error}") from error
    events = document if isinstance(document, list) else [document]
    if not all(isinstance(event, dict) for event in events):
        raise InvalidPost("every event must be a JSON object")
    return events


def _validation(events: list[dict[str, object]]) -> Response:
    details = events[0].get("data") if events else None
    code = details.get("validationCode") if isinstance(details, dict) else None
    if not isinstance(code, str):
        raise InvalidPost("the validation event has no data.validationCode")
    return Response.json({"validationResponse": code})


def _cloud_events_handshake(request: Request) -> Response:
    origin = request.header("WebHook-Request-Origin")
    if not origin:
        return Response.text("header WebHook-Request-Origin is missing", 400)
    allowed = (("WebHook-Allowed-Origin", origin), ("WebHook-Allowed-Rate", "*"))
    return Response(200, (*allowed, ("Allow", "POST, OPTIONS")))
