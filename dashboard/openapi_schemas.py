"""The shapes of what the JSON API gives, as JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from dashboard.posture_address import Level
from shared.checks.result import Severity
from shared.exposure.documents import JsonObject
from shared.findings.finding import ActorKind, Cause, FindingState
from shared.findings.posture import Requirement, Standing
from shared.findings.session import SessionOutcome
from shared.remediation.lifecycle import PlanState
from shared.remediation.wording import PlanKind

_TEXT: Final[JsonObject] = {"type": "string"}
_COUNT: Final[JsonObject] = {"type": "integer", "minimum": 0}
_FLAG: Final[JsonObject] = {"type": "boolean"}
_TIME: Final[JsonObject] = {"type": "string", "format": "date-time"}
_NO_TIME: Final[JsonObject] = {"type": ["string", "null"], "format": "date-time"}
_NO_TEXT: Final[JsonObject] = {"type": ["string", "null"]}
_NEXT: Final[JsonObject] = {
    "type": ["string", "null"],
    "description": "The address of the next part; null at the end",
}


def _object(**members: JsonObject) -> JsonObject:
    """Describe an object that has each of its members."""
    return {"type": "object", "required": list(members), "properties": members}


def _list(items: JsonObject) -> JsonObject:
    return {"type": "array", "items": items}


def _one(name: str) -> JsonObject:
    return {"$ref": f"#/components/schemas/{name}"}


def _word(words: Sequence[str]) -> JsonObject:
    return {"type": "string", "enum": [str(word) for word in words]}


_SEVERITY: Final = _word(list(Severity))
_STATE: Final = _word(list(FindingState))
_KNOWN: Final[Mapping[str, JsonObject]] = {
    "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    "check": _TEXT,
    "resource": _TEXT,
    "severity": _SEVERITY,
    "title": _TEXT,
    "state": _STATE,
    "first_seen": _TIME,
    "since": _TIME,
    "observed_at": _TIME,
}
_PLAN: Final[Mapping[str, JsonObject]] = {
    "id": _TEXT,
    "title": _TEXT,
    "state": _word(list(PlanState)),
    "since": _TIME,
    "subscription": _TEXT,
    "kind": _word(list(PlanKind)),
    "cause": _TEXT,
    "closes": _COUNT,
    "rehearsal_passed": _FLAG,
    "url": _TEXT,
}
_STANDING: Final = _word(list(Standing))
_HEAD: Final[Mapping[str, JsonObject]] = {"observed_at": _TIME, "sweep": _TEXT}
_PLACE: Final[Mapping[str, JsonObject]] = {
    "id": {**_NO_TEXT, "description": "Null for the estate"},
    "machines": _COUNT,
    "complete": _FLAG,
    "requirements": _object(
        **{
            requirement.value: _object(
                standing=_STANDING, **{standing.value: _COUNT for standing in Standing}
            )
            for requirement in Requirement
        }
    ),
}
_MACHINE: Final[Mapping[str, JsonObject]] = {
    "vm": _TEXT,
    "networks": _list(_TEXT),
    "requirements": _object(
        **{
            requirement.value: _object(standing=_STANDING, evidence=_list(_one("Proof")))
            for requirement in Requirement
        }
    ),
}

SCHEMAS: Final[Mapping[str, JsonObject]] = {
    "Anything": {"type": "object"},
    "Problem": _object(
        type=_TEXT, title=_TEXT, status={"type": "integer"}, detail=_TEXT, instance=_TEXT
    ),
    "FindingSummary": _object(**_KNOWN, url=_TEXT),
    "FindingList": _object(findings=_list(_one("FindingSummary")), next=_NEXT),
    "Finding": _object(
        **_KNOWN,
        controls=_list(_TEXT),
        evidence={"type": "object"},
        exempt_until=_NO_TIME,
        history=_TEXT,
    ),
    "Actor": _object(
        name=_TEXT,
        kind=_word(list(ActorKind)),
        client=_TEXT,
        operation=_TEXT,
        correlation_id=_TEXT,
    ),
    "Transition": _object(
        at=_TIME,
        observed_at=_TIME,
        before={"enum": [*map(str, FindingState), None]},
        after=_STATE,
        severity=_SEVERITY,
        severity_before={"enum": [*map(str, Severity), None]},
        cause=_word(list(Cause)),
        run=_TEXT,
        actor={"oneOf": [_one("Actor"), {"type": "null"}]},
        occurred=_NO_TIME,
        received=_NO_TIME,
        told=_NO_TIME,
    ),
    "History": _object(fingerprint=_KNOWN["fingerprint"], history=_list(_one("Transition"))),
    "Sweep": _object(
        id=_TEXT,
        started=_TIME,
        closed=_NO_TIME,
        partial=_FLAG,
        complete=_FLAG,
        shards=_COUNT,
        shards_done=_COUNT,
        subscriptions=_COUNT,
        virtual_machines=_COUNT,
        findings=_COUNT,
        unread_count=_COUNT,
        unread=_list(_TEXT),
        vanished=_list(_TEXT),
    ),
    "SweepList": _object(sweeps=_list(_one("Sweep"))),
    "Proof": _object(standing=_STANDING, check=_TEXT, resource=_TEXT, text=_TEXT),
    "Posture": _object(
        oldest=_NO_TIME,
        newest=_NO_TIME,
        place=_object(**_PLACE),
        level=_word(list(Level)),
        subscriptions=_list(_object(**_HEAD, **_PLACE)),
        networks=_list(_object(**_PLACE)),
        machines=_list(_object(**_MACHINE)),
        next=_NEXT,
    ),
    "PostureOfMachine": _object(**_HEAD, **_MACHINE),
    "Session": _object(
        time=_TIME,
        bastion=_TEXT,
        outcome=_word(list(SessionOutcome)),
        message=_TEXT,
        machine=_NO_TEXT,
        target_address=_TEXT,
        target_port={"type": ["integer", "null"]},
        client_address=_TEXT,
        client_port={"type": ["integer", "null"]},
        user_name=_TEXT,
        email=_TEXT,
        protocol=_TEXT,
        tunnel=_TEXT,
        duration_seconds={"type": ["number", "null"]},
    ),
    "SessionList": _object(sessions=_list(_one("Session")), next=_NEXT),
    "Exemption": _object(
        id=_TEXT,
        state=_word(["in force", "ended", "expired"]),
        scope=_TEXT,
        check=_NO_TEXT,
        reason=_TEXT,
        owner=_TEXT,
        expires=_TIME,
        origin=_word(["record", "tag"]),
        created=_TIME,
        created_by=_TEXT,
        subscriptions=_list(_TEXT),
        ended=_NO_TIME,
        ended_by=_TEXT,
    ),
    "ExemptionList": _object(
        schema=_TEXT,
        exemptions=_list(_one("Exemption")),
        refused_tags=_list(_object(resource=_TEXT, fault=_TEXT)),
    ),
    "PlanSummary": _object(**_PLAN),
    "PlanList": _object(plans=_list(_one("PlanSummary"))),
    "Plan": _object(
        **_PLAN,
        hash=_TEXT,
        note=_TEXT,
        openers=_list(_TEXT),
        approval={"oneOf": [_object(actor=_TEXT, at=_TIME), {"type": "null"}]},
        plan={"type": "object"},
        history=_list(
            _object(
                at=_TIME,
                actor=_TEXT,
                event=_TEXT,
                before={"enum": [*map(str, PlanState), None]},
                after=_word(list(PlanState)),
                text=_TEXT,
            )
        ),
    ),
    "Health": _object(status=_word(["live"])),
    "Ready": _object(
        status=_word(["ready", "not ready"]),
        settings=_word(["ok", "not valid"]),
        storage=_word(["ok", "not reachable", "not asked"]),
    ),
}
