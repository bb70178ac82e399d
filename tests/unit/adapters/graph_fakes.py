"""A clock that never waits, and Resource Graph as a list of answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

from shared.adapters.graph_exchange import Answer, GraphExchange, UnreachableError
from shared.adapters.query_pacing import QueryPacer

START = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
JITTER = 0.25

Body: TypeAlias = dict[str, Any]


class FakeClock:
    """Moves on when somebody sleeps."""

    def __init__(self) -> None:
        self.moment = START
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self.moment

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.moment += timedelta(seconds=seconds)


class ScriptedEndpoint:
    """Gives one answer after the other; an error in their place is raised."""

    def __init__(self, *answers: Answer | UnreachableError) -> None:
        self._answers = list(answers)
        self.requests: list[Body] = []

    def post(self, body: bytes) -> Answer:
        self.requests.append(json.loads(body))
        answer = self._answers.pop(0)
        if isinstance(answer, UnreachableError):
            raise answer
        return answer


class ComputedEndpoint:
    """Answers each request by a function."""

    def __init__(self, answer: Callable[[Body], Answer]) -> None:
        self._answer = answer
        self.requests: list[Body] = []

    def post(self, body: bytes) -> Answer:
        self.requests.append(json.loads(body))
        return self._answer(self.requests[-1])


def page(
    rows: Sequence[Mapping[str, object]] = (),
    *,
    total: int | None = None,
    token: str | None = None,
    truncated: str = "false",
    headers: Mapping[str, str] | None = None,
) -> Answer:
    body = {
        "totalRecords": len(rows) if total is None else total,
        "count": len(rows),
        "resultTruncated": "true" if token else truncated,
        "facets": [],
        "data": list(rows),
    }
    if token is not None:
        body["$skipToken"] = token
    return Answer(200, headers or {}, json.dumps(body).encode())


def ids(*names: str) -> list[dict[str, object]]:
    return [{"id": name} for name in names]


def refusal(
    status: int,
    code: str = "Refused",
    *,
    detail: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    error: Body = {"code": code, "message": "No."}
    if detail is not None:
        error["details"] = [{"code": detail, "message": "Because."}]
    return Answer(status, headers or {}, json.dumps({"error": error}).encode())


def too_large() -> Answer:
    return refusal(400, "BadRequest", detail="ResponsePayloadTooLarge")


def exchange_with(endpoint: ScriptedEndpoint | ComputedEndpoint, clock: FakeClock) -> GraphExchange:
    return GraphExchange(endpoint, clock, QueryPacer(clock, lambda: JITTER))
