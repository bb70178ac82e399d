"""Findings as SARIF 2.1.0, for code scanning and whatever else reads it.

Source: OASIS Standard, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0", errata
01; the section of each rule is named where it applies.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import quote

from shared.checks import CHECKS
from shared.checks.result import CheckResult, Severity, Unjudged
from shared.exposure.documents import Json, JsonObject
from shared.findings.finding import FindingRecord, FindingState, fingerprint_of
from shared.network.ids import ResourceId
from shared.network.snapshot import Unread
from shared.rendering.card_news import is_undetermined
from shared.rendering.estate_report import EstateReport, Occasion, cut, is_certain, stamp
from shared.rendering.finding_line import finding_line
from shared.rendering.json_text import json_lines
from shared.rendering.sarif_rules import LEVELS, SECURITY_SEVERITY, sarif_rules
from shared.rendering.visible_text import visible

SCHEMA: Final = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_MESSAGE_LIMIT: Final = 1_000
_UNREAD: Final = "unread"
_RULE_INDEX: Final = {check.id: index for index, check in enumerate(CHECKS)}
_TIMES_TEN: Final = 10


def sarif_lines(report: EstateReport) -> Iterator[str]:
    """Give one SARIF file as lines, a result on each; the same report gives the same lines.

    Only ASCII comes out, so that no name can steer a terminal.
    """
    yield f'{{"$schema": {json.dumps(SCHEMA)}, "version": "2.1.0", "runs": ['
    yield from json_lines(_run(report))
    yield "]}"


def _run(report: EstateReport) -> Mapping[str, object]:
    occasion = report.occasion.value
    return {
        "tool": {"driver": _driver(report)},
        "automationDetails": {"id": f"portcullis/{occasion}/{stamp(report.observed_at)}"},
        "invocations": [_invocation(report)],
        "properties": {"complete": report.is_complete, "counts": dict(report.counts)},
        "results": [
            *(_result(record, report.occasion) for record in report.records),
            *(_open_question(gap) for gap in report.unjudged),
        ],
    }


def _driver(report: EstateReport) -> JsonObject:
    worst: dict[str, Severity] = {}
    for record in filter(is_certain, report.records):
        finding = record.finding
        known = worst.get(finding.check, Severity.INFO)
        worst[finding.check] = max(known, finding.severity, key=lambda one: one.rank)
    return {
        "name": "Portcullis",
        "version": report.version,
        "rules": [*sarif_rules(CHECKS, worst)],
        "notifications": [
            {
                "id": _UNREAD,
                "shortDescription": {"text": "A part of the estate that could not be read."},
            }
        ],
    }


def _invocation(report: EstateReport) -> JsonObject:
    """Say how the run went: what was not read is an error of the run, and no result.

    Source: section 3.20, invocation object, `executionSuccessful` and `toolExecutionNotifications`.
    """
    return {
        "executionSuccessful": report.is_complete,
        "endTimeUtc": stamp(report.observed_at),
        "toolExecutionNotifications": [_notification(unread) for unread in report.unread],
    }


def _notification(unread: Unread) -> JsonObject:
    return {
        "level": "error",
        "descriptor": {"id": _UNREAD, "index": 0},
        "message": {"text": _message(f"Not read: {unread.scope}: {unread.reason}")},
        "locations": [_location(unread.scope)],
    }


def _result(record: FindingRecord, occasion: Occasion) -> JsonObject:
    finding = record.finding
    line = finding_line(finding)
    told = [finding.title, line.door and f"Way in: {line.door}", line.why and f"Why: {line.why}"]
    properties: dict[str, Json] = {
        "severity": finding.severity.value,
        "security-severity": SECURITY_SEVERITY[finding.severity],
        "controls": list(finding.controls),
    }
    if occasion is Occasion.RECORDS:
        properties["state"] = record.state.value
        properties["first_seen"] = stamp(record.first_seen)
        properties["since"] = stamp(record.since)
    kind = _kind(record)
    return {
        **_about(finding.check, finding.resource, finding.fingerprint),
        "kind": kind,
        "level": LEVELS[finding.severity] if kind == "fail" else "none",
        "rank": float(SECURITY_SEVERITY[finding.severity]) * _TIMES_TEN,
        "message": {"text": _message(". ".join(part for part in told if part))},
        **({"suppressions": [_suppression(record)]} if _is_exempt(record) else {}),
        "properties": {**properties, "evidence": finding.evidence},
    }


def _kind(record: FindingRecord) -> str:
    """Say what became of the check.

    Source: section 3.27.9, kind property: `open` means that there was too little information to
    decide.  Section 3.27.10: the level of everything but `fail` is `none`.
    """
    if record.state is FindingState.RESOLVED:
        return "pass"
    return "open" if is_undetermined(record.finding) else "fail"


def _open_question(gap: Unjudged) -> JsonObject:
    result = CheckResult(gap.check, gap.resource, Severity.INFO, "", ("undetermined",))
    return {
        **_about(gap.check, gap.resource, fingerprint_of(result)),
        "kind": "open",
        "level": "none",
        "message": {"text": _message(f"Not known: {gap.reason}")},
    }


def _about(check: str, resource: ResourceId, fingerprint: str) -> JsonObject:
    """Give what makes a result the same one in every run.

    Source: GitHub Docs, "SARIF support for code scanning": of partial fingerprints code scanning
    reads `primaryLocationLineHash` alone.
    """
    return {
        "ruleId": check,
        **({"ruleIndex": _RULE_INDEX[check]} if check in _RULE_INDEX else {}),
        "locations": [_location(resource)],
        "partialFingerprints": {
            "portcullis/v1": fingerprint,
            "primaryLocationLineHash": fingerprint,
        },
    }


def _location(resource: ResourceId) -> JsonObject:
    """Give a place as what it is, and as a path, since code scanning takes no result without one.

    The path is the resource's id in lower case, so that it is the same in every run.
    """
    path = quote(resource.key.lstrip("/"), safe="/", errors="replace")
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": path},
            "region": {"startLine": 1},
        },
        "logicalLocations": [
            {"name": resource.name, "fullyQualifiedName": resource.text, "kind": "resource"}
        ],
    }


def _is_exempt(record: FindingRecord) -> bool:
    return record.state is FindingState.EXEMPT


def _suppression(record: FindingRecord) -> JsonObject:
    until = record.exempt_until
    told = f"exempt until {stamp(until)}" if until else "exempt"
    return {"kind": "external", "status": "accepted", "justification": told}


def _message(text: str) -> str:
    """Give a text in which no name is a placeholder or a link.

    Source: sections 3.11.5 and 3.11.6: braces are doubled, and `](` makes a link, so a blank keeps
    the two apart.
    """
    shown = cut(visible(text), _MESSAGE_LIMIT)
    return shown.replace("{", "{{").replace("}", "}}").replace("](", "] (")
