"""The description of the JSON API, OpenAPI 3.1; `docs/openapi.json` is the same, written down.

`python -m dashboard.openapi` prints it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Final

from dashboard.filters import CHECK_IDS, EVERY, LARGEST_PAGE, PAGE_SIZE
from dashboard.openapi_schemas import SCHEMAS
from dashboard.posture_address import Level
from shared.checks.result import Severity
from shared.exposure.documents import Json, JsonObject
from shared.findings.finding import FindingState
from shared.findings.posture import Requirement, Standing
from shared.findings.session import SessionOutcome
from shared.remediation.lifecycle import PlanState

VERSION: Final = "1.0.0"
_PROBLEMS: Final = {
    "400": "An unknown name, or a value that means nothing",
    "401": "Nobody is signed in",
    "403": "Whoever is signed in may not read this",
    "503": "Settings are not valid, or storage does not answer",
}


def document() -> JsonObject:
    """Give the description as plain JSON data."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Portcullis",
            "version": VERSION,
            "description": (
                "What Portcullis has recorded. Sign-in is that of App Service: call with an Entra"
                " ID token for the app's registration, of somebody with the app role reader."
            ),
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "security": [{"entra": []}],
        "paths": dict(_paths()),
        "components": {
            "schemas": dict(SCHEMAS),
            "securitySchemes": {
                "entra": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
            },
        },
    }


def _paths() -> Mapping[str, Json]:
    fingerprint = _named_in_path("fingerprint", "^[0-9a-fA-F]{64}$", "A finding's id")
    sweep = _named_in_path("sweep", r"^[0-9]{8}T[0-9]{6}\.[0-9]{6}Z(-part)?$", "A sweep's id")
    plan = _named_in_path("plan", "^[0-9a-f]{8,64}$", "A plan's id")
    return {
        "/api/v1/findings": _get(
            "findings", "Findings in brief, the worst first", "FindingList", _finding_filters()
        ),
        "/api/v1/findings/{fingerprint}": _get(
            "finding", "One finding with its evidence", "Finding", (fingerprint,), missing=True
        ),
        "/api/v1/findings/{fingerprint}/history": _get(
            "history",
            "The steps of a finding, newest first",
            "History",
            (fingerprint,),
            missing=True,
        ),
        "/api/v1/sweeps": _get("sweeps", "The latest sweeps, newest first", "SweepList"),
        "/api/v1/sweeps/{sweep}": _get("sweep", "One sweep", "Sweep", (sweep,), missing=True),
        "/api/v1/posture": _get(
            "posture",
            "The scorecard that sweeps kept: of a place, and part of what lies in it",
            "Posture",
            _posture_filters(),
            missing=True,
        ),
        "/api/v1/posture/machine": _get(
            "postureOfMachine",
            "The scorecard of one machine with every proof",
            "PostureOfMachine",
            ({**_query("id", {"type": "string"}, "The machine's resource id"), "required": True},),
            missing=True,
        ),
        "/api/v1/sessions": _get(
            "sessions", "Sessions of one day, Bastion by Bastion", "SessionList", _session_filters()
        ),
        "/api/v1/exemptions": _get("exemptions", "Every exemption", "ExemptionList"),
        "/api/v1/plans": _get(
            "plans",
            "Plans, those that wait for a decision first",
            "PlanList",
            (_several("state", [*map(str, PlanState), EVERY], "Every one unless told otherwise"),),
        ),
        "/api/v1/plans/{plan}": _get("plan", "One plan", "Plan", (plan,), missing=True),
        "/api/v1/openapi.json": _get("openapi", "This description", "Anything"),
        "/api/health": _probe("health", "Whether the app lives", "Health"),
        "/api/ready": _probe("ready", "Whether settings are valid and storage answers", "Ready"),
    }


def _get(
    operation: str,
    summary: str,
    schema: str,
    parameters: Sequence[JsonObject] = (),
    *,
    missing: bool = False,
) -> JsonObject:
    problems = {**_PROBLEMS, **({"404": "There is none"} if missing else {})}
    answer: JsonObject = {
        "operationId": operation,
        "summary": summary,
        "responses": {
            "200": _answer(summary, "application/json", schema),
            **{
                status: _answer(text, "application/problem+json", "Problem")
                for status, text in sorted(problems.items())
            },
        },
    }
    return {"get": {**answer, "parameters": list(parameters)} if parameters else answer}


def _probe(operation: str, summary: str, schema: str) -> JsonObject:
    responses = {"200": _answer(summary, "application/json", schema)}
    if operation == "ready":
        responses["503"] = _answer("It is not", "application/json", schema)
    return {
        "get": {
            "operationId": operation,
            "summary": summary,
            "security": [],
            "responses": responses,
        }
    }


def _answer(text: str, media_type: str, schema: str) -> JsonObject:
    reference: JsonObject = {"$ref": f"#/components/schemas/{schema}"}
    return {"description": text, "content": {media_type: {"schema": reference}}}


def _finding_filters() -> Sequence[JsonObject]:
    return (
        _several("state", [*map(str, FindingState), EVERY], "Open ones unless told otherwise"),
        _several("severity", [*map(str, Severity)], "Every one unless told otherwise"),
        _several("check", sorted(CHECK_IDS), "Every one unless told otherwise"),
        _query("subscription", {"type": "string"}, "A subscription's id"),
        _query("q", {"type": "string", "maxLength": 200}, "Stands in the resource's id or title"),
        *_paging(),
    )


def _posture_filters() -> Sequence[JsonObject]:
    levels: JsonObject = {"type": "string", "enum": [*map(str, Level)]}
    requirements: JsonObject = {"type": "string", "enum": [*map(str, Requirement)]}
    return (
        _query("subscription", {"type": "string"}, "A subscription's id; else the estate"),
        _query("network", {"type": "string"}, "A virtual network's resource id"),
        _query("level", levels, "What to list; else what lies next below the place"),
        _query("requirement", requirements, "Which one `answer` is about; else any"),
        _several("answer", [*map(str, Standing)], "Machines that stand so, and places with any"),
        *_paging(),
    )


def _session_filters() -> Sequence[JsonObject]:
    outcomes: JsonObject = {"type": "string", "enum": [*map(str, SessionOutcome), EVERY]}
    return (
        _query("day", {"type": "string", "format": "date"}, "A day, UTC; else the latest with any"),
        _query("machine", {"type": "string", "maxLength": 200}, "A machine's name or id"),
        _query("user", {"type": "string", "maxLength": 200}, "A user name or e-mail address"),
        _query("outcome", outcomes, "How it ended"),
        *_paging(),
    )


def _paging() -> Sequence[JsonObject]:
    limit: JsonObject = {
        "type": "integer",
        "minimum": 1,
        "maximum": LARGEST_PAGE,
        "default": PAGE_SIZE,
    }
    return (
        _query("limit", limit, "How many at most; a page may be shorter and yet go on"),
        _query("after", {"type": "string"}, "Where to go on; comes in `next`"),
    )


def _several(name: str, values: Sequence[str], text: str) -> JsonObject:
    schema: JsonObject = {"type": "array", "items": {"type": "string", "enum": list(values)}}
    return {**_query(name, schema, text), "style": "form", "explode": True}


def _query(name: str, schema: JsonObject, text: str) -> JsonObject:
    return {"name": name, "in": "query", "description": text, "schema": schema}


def _named_in_path(name: str, pattern: str, text: str) -> JsonObject:
    schema: JsonObject = {"type": "string", "pattern": pattern}
    return {"name": name, "in": "path", "required": True, "description": text, "schema": schema}


if __name__ == "__main__":
    print(json.dumps(document(), indent=2))  # noqa: T201 - printing it is what this does
