"""Asks the dashboard as the Functions host does, without one: through the ASGI middleware."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import azure.functions as func

from dashboard.application import application


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    text: str


def ask(
    environ: Mapping[str, str],
    path: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    host: str = "127.0.0.1:7071",
) -> Answer:
    """Send one request."""
    request = func.HttpRequest(
        method,
        f"http://{host}{path}",
        headers={"host": host, **(headers or {})},
        params={},
        body=body,
    )
    middleware = func.AsgiMiddleware(application(environ))  # type: ignore[no-untyped-call]  # as the library has it
    with ThreadPoolExecutor(1) as thread:  # a browser's loop may be running in this one
        answer = thread.submit(lambda: asyncio.run(middleware.handle_async(request))).result()
    return Answer(
        answer.status_code,
        {name.lower(): value for name, value in answer.headers.items()},
        answer.get_body().decode(),
    )
