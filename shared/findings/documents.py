"""Findings as JSON data, member by member as `docs/scan-schema.json` says."""

from __future__ import annotations

from shared.checks.result import Unjudged
from shared.exposure.documents import JsonObject
from shared.findings.finding import Finding


def finding_document(finding: Finding) -> JsonObject:
    """Give one element of `findings`."""
    return {
        "fingerprint": finding.fingerprint,
        "check": finding.check,
        "resource": finding.resource.text,
        "severity": finding.severity.value,
        "title": finding.title,
        "controls": list(finding.controls),
        "evidence": finding.evidence,
    }


def unjudged_document(unjudged: Unjudged) -> JsonObject:
    """Give one element of `undetermined`."""
    return {
        "check": unjudged.check,
        "resource": unjudged.resource.text,
        "reason": unjudged.reason,
    }
