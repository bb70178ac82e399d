"""Findings as events of the class Compliance Finding of OCSF, one to a line.

Source: Open Cybersecurity Schema Framework 1.8.0, class Compliance Finding (2003) with the profile
cloud, https://schema.ocsf.io/1.8.0/classes/compliance_finding.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from shared.checks import CHECKS
from shared.checks.result import CheckResult, Severity, Unjudged
from shared.exposure.documents import JsonObject
from shared.findings.finding import FindingRecord, FindingState, fingerprint_of
from shared.network.ids import ResourceId
from shared.rendering.card_news import is_undetermined
from shared.rendering.estate_report import EstateReport, Occasion, cut
from shared.rendering.remedies import REMEDIES
from shared.rendering.visible_text import visible

VERSION: Final = "1.8.0"
_CLASS: Final = 2003
_CATEGORY: Final = 2
_TYPES: Final = 100
_TEXT_LIMIT: Final = 1_000
_AZURE_SUBSCRIPTION: Final = 13
_RULE: Final = 1
_CREATE, _UPDATE, _CLOSE = (1, "Create"), (2, "Update"), (3, "Close")
_NEW, _SUPPRESSED, _RESOLVED = (1, "New"), (3, "Suppressed"), (4, "Resolved")
_PASS, _WARNING, _FAIL = (1, "Pass"), (2, "Warning"), (3, "Fail")
_SEVERITIES: Final = {
    Severity.INFO: (1, "Informational"),
    Severity.LOW: (2, "Low"),
    Severity.MEDIUM: (3, "Medium"),
    Severity.HIGH: (4, "High"),
    Severity.CRITICAL: (5, "Critical"),
}
_CHECKS: Final = {check.id: check for check in CHECKS}
_UNREAD: Final = "unread"
_UNIX_SECOND: Final = 1_000


def ocsf_lines(report: EstateReport) -> Iterator[str]:
    """Give one event a line: for each finding, and for each gap.

    Gaps are judgements that lacked something, and parts of the estate that were not read.  Only
    ASCII comes out, so that no name can steer a terminal.  The same report gives the same lines.
    """
    for record in report.records:
        yield json.dumps(_finding_event(record, report))
    for gap in report.unjudged:
        yield json.dumps(_gap_event(gap, f"Not known: {gap.check} on {gap.resource.name}", report))
    for part in report.unread:
        gap = Unjudged(_UNREAD, part.scope, part.reason)
        yield json.dumps(_gap_event(gap, f"Not read: {part.scope.name}", report))


def _finding_event(record: FindingRecord, report: EstateReport) -> JsonObject:
    finding = record.finding
    times = {}
    if report.occasion is Occasion.RECORDS:
        times = {
            "first_seen_time": _milliseconds(record.first_seen),
            "last_seen_time": _milliseconds(record.observed_at),
        }
    doubts = is_undetermined(finding)
    status = _status(record)
    return {
        **_event(
            _activity(record),
            _SEVERITIES[finding.severity],
            status,
            _milliseconds(record.since),
            finding.title,
        ),
        "compliance": _compliance(
            finding.check, finding.controls, _verdict(record, doubts=doubts), finding.title
        ),
        "finding_info": {
            **_finding_info(finding.check, finding.fingerprint, finding.title),
            **times,
        },
        **_surroundings(finding.check, finding.resource, report),
        "unmapped": {
            "evidence": finding.evidence,
            "severity": finding.severity.value,
            "state": record.state.value,
            "scan": _scan(report),
        },
    }


def _gap_event(gap: Unjudged, title: str, report: EstateReport) -> JsonObject:
    result = CheckResult(gap.check, gap.resource, Severity.INFO, "", ("undetermined",))
    time = _milliseconds(report.observed_at)
    controls = _CHECKS[gap.check].controls.labels if gap.check in _CHECKS else ()
    return {
        **_event(_CREATE, _SEVERITIES[Severity.INFO], _NEW, time, title),
        "compliance": _compliance(gap.check, controls, _WARNING, gap.reason),
        "finding_info": _finding_info(gap.check, fingerprint_of(result), title),
        **_surroundings(gap.check, gap.resource, report),
        "unmapped": {"reason": _text(gap.reason), "scan": _scan(report)},
    }


def _event(
    activity: tuple[int, str],
    severity: tuple[int, str],
    status: tuple[int, str],
    time: int,
    message: str,
) -> JsonObject:
    """Give the attributes that every event has."""
    return {
        "activity_id": activity[0],
        "activity_name": activity[1],
        "category_uid": _CATEGORY,
        "category_name": "Findings",
        "class_uid": _CLASS,
        "class_name": "Compliance Finding",
        "type_uid": _CLASS * _TYPES + activity[0],
        "type_name": f"Compliance Finding: {activity[1]}",
        "severity_id": severity[0],
        "severity": severity[1],
        "status_id": status[0],
        "status": status[1],
        "time": time,
        "message": _text(message),
    }


def _activity(record: FindingRecord) -> tuple[int, str]:
    if record.state is FindingState.RESOLVED:
        return _CLOSE
    return _CREATE if record.since == record.first_seen else _UPDATE


def _status(record: FindingRecord) -> tuple[int, str]:
    return {
        FindingState.OPEN: _NEW,
        FindingState.EXEMPT: _SUPPRESSED,
        FindingState.RESOLVED: _RESOLVED,
    }[record.state]


def _verdict(record: FindingRecord, *, doubts: bool) -> tuple[int, str]:
    """Give the check's own outcome; a warning is one that lacked information."""
    if record.state is FindingState.RESOLVED:
        return _PASS
    return _WARNING if doubts else _FAIL


def _compliance(
    check: str, controls: Sequence[str], verdict: tuple[int, str], detail: str
) -> JsonObject:
    return {
        "control": check,
        "desc": _CHECKS[check].finds if check in _CHECKS else check,
        "requirements": list(controls),
        "standards": sorted({label.rpartition(" ")[0] for label in controls}),
        "status_id": verdict[0],
        "status": verdict[1],
        "status_details": [_text(detail)],
    }


def _finding_info(check: str, fingerprint: str, title: str) -> JsonObject:
    return {
        "uid": fingerprint,
        "title": _text(title),
        "types": [check],
        "analytic": {"uid": check, "name": check, "type_id": _RULE, "type": "Rule"},
    }


def _surroundings(check: str, resource: ResourceId, report: EstateReport) -> JsonObject:
    """Give the resource, its cloud, what to do, and who tells."""
    remedy = {"remediation": {"desc": REMEDIES[check]}} if check in REMEDIES else {}
    return {
        "resources": [_resource(resource)],
        "cloud": _cloud(resource.subscription),
        **remedy,
        "metadata": {
            "version": VERSION,
            "profiles": ["cloud"],
            "product": {
                "name": "Portcullis",
                "vendor_name": "Portcullis",
                "version": report.version,
            },
        },
    }


def _cloud(subscription: str) -> JsonObject:
    if not subscription:
        return {"provider": "Azure"}
    account: JsonObject = {
        "uid": subscription,
        "type_id": _AZURE_SUBSCRIPTION,
        "type": "Azure Subscription",
    }
    return {"provider": "Azure", "account": account}


def _resource(resource: ResourceId) -> JsonObject:
    group = resource.resource_group
    named = {"group": {"name": _text(group)}} if group else {}
    return {
        "uid": resource.text,
        "name": _text(resource.name),
        "type": resource_type(resource),
        **named,
    }


def resource_type(resource: ResourceId) -> str:
    """Give a resource's type: `Microsoft.Network/virtualNetworks/subnets`; empty where it has none.

    Source: Microsoft Learn, "Resource IDs": behind `providers` stand the namespace, then types and
    names in turn.
    """
    _, found, rest = resource.text.rpartition("/providers/")
    namespace, *pairs = rest.split("/")
    return "/".join([namespace, *pairs[::2]]) if found else ""


def _scan(report: EstateReport) -> JsonObject:
    """Say with each event whether the whole estate was read, for events are read one by one."""
    return {"complete": report.is_complete, "unread": len(report.unread)}


def _milliseconds(time: datetime) -> int:
    return round(time.timestamp() * _UNIX_SECOND)


def _text(text: str) -> str:
    return cut(visible(text), _TEXT_LIMIT)
