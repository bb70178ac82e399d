"""Failures on demand."""

import re
from dataclasses import dataclass, field
from typing import Final

from simulator.exchange import JsonObject, Request, Response

_MEMBERS: Final = frozenset(
    {"match", "times", "status", "headers", "body", "delay_seconds", "close_connection"}
    | {"after_accept", "lose_answer"}
)


class InvalidFault(ValueError):
    """A fault rule that cannot be understood."""


@dataclass(slots=True)
class FaultRule:
    """One rule: which requests it strikes, how often, and what it does to them.

    `times` counts down to 0, where the rule is spent; None never ends.  A rule with a delay and no
    status only slows the request.  A rule with `after_accept` lets the write be accepted and makes
    its long-running operation fail, with the error in `body`.  One with `lose_answer` lets the
    request do its work, and drops the connection in the place of the answer.
    """

    method: str | None
    path: re.Pattern[str]
    times: int | None
    status: int | None
    headers: dict[str, str]
    body: object
    delay_seconds: float
    close_connection: bool
    after_accept: bool
    lose_answer: bool
    source: JsonObject = field(repr=False)

    @classmethod
    def from_json(cls, rule: JsonObject) -> "FaultRule":
        """Read a rule as the control interface takes it.

        Raises:
            InvalidFault: an unknown member, a bad path pattern, or a rule that does nothing.
        """
        unknown = rule.keys() - _MEMBERS
        if unknown:
            raise InvalidFault(f"A fault has no member {', '.join(sorted(unknown))}.")
        match = rule.get("match") or {}
        try:
            path = re.compile(match.get("path", ""), re.IGNORECASE)
        except re.error as error:
            raise InvalidFault(f"The path pattern of a fault is wrong: {error}") from error
        effects = ("status", "delay_seconds", "close_connection", "after_accept", "lose_answer")
        if not any(rule.get(effect) for effect in effects):
            raise InvalidFault(f"A fault needs one of {', '.join(effects)}.")
        return cls(
            method=match.get("method"),
            path=path,
            times=rule.get("times"),
            status=rule.get("status"),
            headers={name: str(value) for name, value in (rule.get("headers") or {}).items()},
            body=rule.get("body"),
            delay_seconds=rule.get("delay_seconds") or 0.0,
            close_connection=bool(rule.get("close_connection")),
            after_accept=bool(rule.get("after_accept")),
            lose_answer=bool(rule.get("lose_answer")),
            source=rule,
        )

    def strikes(self, request: Request) -> bool:
        """Tell whether the rule is not spent and fits the request."""
        return (
            self.times != 0
            and self.method in {None, request.method}
            and self.path.search(request.path) is not None
        )

    def spend(self) -> None:
        """Count one use."""
        if self.times is not None:
            self.times -= 1

    def response(self) -> Response | None:
        """Return the answer that the rule gives; None when the request goes on as usual."""
        if self.status is None:
            return None
        if isinstance(self.body, str):
            return Response(self.status, self.body.encode(), self.headers)
        if self.body is None:
            return Response(self.status, b"", self.headers)
        return Response.json(self.body, self.status, self.headers)

    def as_json(self) -> JsonObject:
        """Return the rule as it was given, with the uses that are left."""
        return {**self.source, "times": self.times}


class Faults:
    """The rules in force, in the order in which they were given."""

    def __init__(self) -> None:
        self.rules: list[FaultRule] = []

    def next_for(self, request: Request, *, after_accept: bool = False) -> FaultRule | None:
        """Return the first rule that strikes a request, and count its use."""
        for rule in self.rules:
            if rule.after_accept == after_accept and rule.strikes(request):
                rule.spend()
                return rule
        return None
