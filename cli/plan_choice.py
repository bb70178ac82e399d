"""Which plan a command means, and who decides about it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final

import typer

from shared.checks.result import Json
from shared.remediation.approval import APPROVER_ROLE, Principal
from shared.rendering.visible_text import visible
from shared.usecases.interfaces import Queue
from shared.usecases.plan_record import PlanRecord
from shared.usecases.remediation_interfaces import PlanStore, WireRequest

_SIGNED_IN: Final = re.compile(r"(?P<name>.*) \((?P<id>[0-9a-fA-F-]{36})\)")


class WorkStaysHere:
    """A queue for a process that does the work itself: no message is put."""

    def send(self, queue: Queue, message: Mapping[str, Json], delay_seconds: float = 0) -> None:
        """Put nothing."""
        del queue, message, delay_seconds


def the_plan(plans: PlanStore, prefix: str) -> PlanRecord:
    """Give the plan whose id begins so."""
    wanted = prefix.strip().lower()
    found = [one for one in plans.plans() if wanted and str(one.plan.id).startswith(wanted)]
    if not found:
        raise typer.BadParameter(f"no plan's id begins with {prefix!r}; see portcullis plan")
    if len(found) > 1:
        raise typer.BadParameter(f"{len(found)} plans' ids begin with {prefix!r}")
    return found[0]


def person(signed_in: str) -> Principal:
    """Give who is signed in as somebody who may decide: Azure itself says what they may write."""
    found = _SIGNED_IN.fullmatch(signed_in)
    roles = frozenset({APPROVER_ROLE})
    if found is None:
        return Principal(signed_in, frozenset({signed_in}), roles)
    return Principal(found["id"], frozenset({found["name"]}), roles)


def call_lines(calls: list[WireRequest]) -> Iterator[str]:
    """Write requests as they would be sent."""
    for call in calls:
        yield f"{call.method} {visible(call.path)}?api-version={call.api_version}"
        yield from (f"  {name}: {visible(value)}" for name, value in call.headers.items())
        if call.body:
            text = json.dumps(json.loads(call.body), indent=2)
            yield from (f"  {line}" for line in text.splitlines())


def call_documents(calls: list[WireRequest]) -> list[Json]:
    """Give requests as data."""
    return [
        {
            "method": call.method,
            "path": call.path,
            "api_version": call.api_version,
            "headers": dict(call.headers),
            "body": json.loads(call.body) if call.body else None,
        }
        for call in calls
    ]
