"""The host's own pages: status, list of functions, and running a function by hand.

Source: Microsoft Learn, "Manually run a non HTTP-triggered function"; azure-functions-host,
`FunctionsController.cs` and `HostController.cs`, for statuses and property names.
"""

import hashlib
import json
import platform
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, assert_never

import azure.functions as func

from functions_host.event_grid import event_arrival
from functions_host.http_functions import request_arrival
from functions_host.http_message import Request, Response
from functions_host.http_routes import RouteMatch
from functions_host.invocation import Arrival, Invoker
from functions_host.loader import HostedFunction
from functions_host.queues import admin_arrival
from functions_host.timers import timer_arrival
from functions_host.triggers import (
    EventGridTrigger,
    HttpTrigger,
    QueueTrigger,
    TimerTrigger,
)

PREFIX: Final = "/admin/"
_FUNCTIONS: Final = "/admin/functions"


@dataclass(frozen=True, slots=True)
class Administration:
    """Answers for one running host; `functions` are all of the app's, disabled ones too."""

    app_dir: Path
    base_url: str
    functions: Sequence[HostedFunction]
    invoker: Invoker
    began: float = field(default_factory=time.monotonic)

    def answer(self, request: Request) -> Response:
        """Answer a request under `/admin/`."""
        path = request.path.rstrip("/")
        match request.method, path.lower():
            case "GET", "/admin/host/status":
                return Response.json(self._status())
            case "GET" | "POST", "/admin/host/ping":
                return Response(200)
            case "GET", "/admin/functions":
                return Response.json([_described(one) for one in self.functions])
        function = self._named(path)
        if request.method == "POST" and path.lower().startswith(f"{_FUNCTIONS}/"):
            return self._run(function, request.body)
        if request.method == "GET" and function is not None:
            return Response.json(_described(function))
        return Response(404)

    def overview(self) -> Response:
        """Answer a request for `/`: the state, and each function with its trigger."""
        return Response.json(
            {
                "state": "Running",
                "functions": [_described(one) for one in self.functions],
            }
        )

    def _run(self, function: HostedFunction | None, body: bytes) -> Response:
        try:
            given = _input(body)
        except ValueError as error:
            return Response.text(f'the body must be JSON with an "input" of text: {error}', 400)
        if function is None:
            return Response(404)
        try:
            arrival = _arrival(function, given, self.base_url)
        except ValueError as error:
            return Response.text(f"this function's input must be JSON: {error}", 400)
        self.invoker.start(function, arrival)
        return Response(202)

    def _named(self, path: str) -> HostedFunction | None:
        folder, _, name = path.rpartition("/")
        if folder.lower() != _FUNCTIONS:
            return None
        return next((one for one in self.functions if one.name.lower() == name.lower()), None)

    def _status(self) -> dict[str, object]:
        identity = hashlib.sha256(str(self.app_dir).encode()).hexdigest()[:32]
        return {
            "id": identity,
            "state": "Running",
            "version": func.__version__,
            "versionDetails": f"local host, azure-functions {func.__version__}",
            "instanceId": identity,
            "computerName": platform.node(),
            "processUptime": round((time.monotonic() - self.began) * 1000),
        }


def _input(body: bytes) -> str:
    document = json.loads(body)
    given = document.get("input") if isinstance(document, dict) else None
    if given is not None and not isinstance(given, str):
        return json.dumps(given)
    if not isinstance(document, dict):
        raise ValueError("it is no object")  # noqa: TRY004  # the caller answers 400 for both
    return given or ""


def _arrival(function: HostedFunction, given: str, base_url: str) -> Arrival:
    """Give what each kind of trigger makes of the text."""
    match function.trigger:
        case TimerTrigger():
            return timer_arrival(is_past_due=False, status=None)
        case QueueTrigger():
            return admin_arrival(given)
        case EventGridTrigger():
            return event_arrival(json.loads(given))
        case HttpTrigger(route=route):
            request = Request("POST", f"/{route}", (), given.encode())
            return request_arrival(request, RouteMatch(function, {}), base_url)
        case unknown:
            assert_never(unknown)


def _described(function: HostedFunction) -> dict[str, object]:
    return {
        "name": function.name,
        "trigger": next(one.type for one in function.bindings if not one.is_output),
        "config": {
            "bindings": [
                {
                    **{key: _plain(value) for key, value in binding.properties.items()},
                    "direction": "out" if binding.is_output else "in",
                }
                for binding in function.bindings
            ]
        },
    }


def _plain(value: object) -> object:
    if isinstance(value, list | tuple):
        return [_plain(element) for element in value]
    return value if value is None or isinstance(value, bool | int) else str(value)
