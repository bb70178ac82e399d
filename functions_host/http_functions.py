"""HTTP triggers: what a request becomes for a function, and what its answer becomes on the wire.

Source: azure-functions-host, `GrpcMessageConversionExtensions.cs` (what a worker is sent);
azure-functions, `http.py` (the datum that a response becomes).
"""

from collections.abc import Mapping
from http.cookies import SimpleCookie

from azure.functions.meta import Datum

from functions_host.http_message import Request, Response
from functions_host.http_routes import RouteMatch
from functions_host.invocation import Arrival, Failed, Invoker, Succeeded


def answer(request: Request, found: RouteMatch, base_url: str, invoker: Invoker) -> Response:
    """Run the function for a request; 500 without a body when it fails."""
    match invoker.start(found.function, request_arrival(request, found, base_url)).result():
        case Succeeded(response):
            return _response(response)
        case Failed():
            return Response(500)


def request_arrival(request: Request, found: RouteMatch, base_url: str) -> Arrival:
    """Give what the trigger hands to its function: text values, and the body as bytes."""
    host = request.header("Host")
    url = (f"http://{host}" if host else base_url) + request.target
    return Arrival(
        Datum(
            {
                "method": _text(request.method),
                "url": _text(url),
                "headers": _texts(request.lower_case_headers()),
                "query": _texts(request.query),
                "params": _texts(found.parameters),
                "body": Datum(request.body, "bytes"),
            },
            "http",
        )
    )


def _response(datum: Datum | None) -> Response:
    """Turn an HTTP output into a response; text alone is answered with status 200."""
    if datum is None or datum.type is None:
        return Response(200)
    if datum.type != "http":
        body = datum.value if isinstance(datum.value, bytes) else str(datum.value).encode()
        return Response(200, (("Content-Type", "text/plain; charset=utf-8"),), body)
    parts = datum.value
    headers = [(str(name), str(value.value)) for name, value in parts["headers"].items()]
    return Response(
        status=int(parts["status_code"].value),
        headers=(*headers, *_cookie_headers(parts["cookies"] or [])),
        body=parts["body"].value,
    )


def _cookie_headers(cookies: list[SimpleCookie]) -> list[tuple[str, str]]:
    return [
        ("Set-Cookie", morsel.OutputString()) for cookie in cookies for morsel in cookie.values()
    ]


def _texts(values: Mapping[str, str]) -> dict[str, Datum]:
    """Give each value that is not empty: the host leaves empty ones out for Python workers."""
    return {name: _text(value) for name, value in values.items() if value}


def _text(value: str) -> Datum:
    return Datum(value, "string")
