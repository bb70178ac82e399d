"""Two scans compared, as JSON data: `portcullis/diff/1`."""

from __future__ import annotations

from typing import Final

from shared.checks.result import Json
from shared.exposure.documents import JsonObject, step_document
from shared.findings.scan_comparison import (
    Cause,
    Decision,
    ExposureDifference,
    FindingDifference,
    ScanComparison,
)
from shared.findings.scan_record import RecordedExposure, RecordedFinding, ScanRecord
from shared.packetset.addresses import AddressSet
from shared.rendering.change_text import cause_text

SCHEMA: Final = "portcullis/diff/1"
_LARGEST_EXACT_NUMBER: Final = 1 << 53


def diff_document(comparison: ScanComparison, names: tuple[str, str]) -> JsonObject:
    """Give everything that differs, what opened first; `names` are those of the two."""
    return {
        "schema": SCHEMA,
        "before": _side(names[0], comparison.before),
        "after": _side(names[1], comparison.after),
        "exposures": [_exposure_difference(one) for one in comparison.exposures],
        "findings": [_finding_difference(one) for one in comparison.findings],
    }


def _side(name: str, record: ScanRecord) -> JsonObject:
    time = record.observed_at
    unread: list[Json] = [{"scope": gap.scope.text, "reason": gap.reason} for gap in record.unread]
    return {
        "file": name,
        "observed_at": time.isoformat().replace("+00:00", "Z") if time else None,
        "complete": record.complete,
        "unread": unread,
    }


def _exposure_difference(one: ExposureDifference) -> JsonObject:
    return {
        "change": one.change.value,
        "worse": one.is_worse,
        "vm": one.seen.vm.text,
        "before": _exposure(one.before),
        "after": _exposure(one.after),
        "gained": _addresses(one.gained),
        "lost": _addresses(one.lost),
        "causes": [_cause(cause) for cause in one.causes],
        "reason": one.gap or None,
    }


def _exposure(exposure: RecordedExposure | None) -> JsonObject | None:
    if exposure is None:
        return None
    door = exposure.front_door
    return {
        "nic": exposure.nic.text,
        "ip_configuration": exposure.ip_configuration,
        "front_door": {
            "kind": door.kind.value,
            "id": door.id.text,
            "public_ip": door.public_ip.text if door.public_ip else None,
            "address": door.address,
            "port": door.port,
            "rule": door.rule,
        },
        "port": exposure.port,
        "family": exposure.family,
        "verdict": exposure.verdict.value,
        "reach": exposure.reach.value if exposure.reach else None,
        "severity": exposure.severity.value if exposure.severity else None,
        "latent": exposure.latent,
        "return_path": exposure.return_path.value,
        "less_tags": list(exposure.less_tags),
        "possible_tags": list(exposure.possible_tags),
        "trace": [step_document(step) for step in exposure.trace],
        "reasons": list(exposure.reasons),
    }


def _addresses(addresses: AddressSet) -> JsonObject:
    count = addresses.count
    return {
        "prefixes": list(addresses.prefixes()),
        "address_count": count if count <= _LARGEST_EXACT_NUMBER else str(count),
    }


def _finding_difference(one: FindingDifference) -> JsonObject:
    return {
        "change": one.change.value,
        "worse": one.is_worse,
        "resource": one.seen.resource.text,
        "before": _finding(one.before),
        "after": _finding(one.after),
        "causes": [_cause(cause) for cause in one.causes],
        "reason": one.gap or None,
    }


def _finding(finding: RecordedFinding | None) -> JsonObject | None:
    if finding is None:
        return None
    return {
        "fingerprint": finding.fingerprint,
        "check": finding.check,
        "severity": finding.severity.value,
        "title": finding.title,
    }


def _cause(cause: Cause) -> JsonObject:
    """Give one cause; `text` tells it in words."""
    shared: JsonObject = {"text": cause_text(cause), "resource": cause.resource.text}
    if isinstance(cause, Decision):
        told = {"layer": cause.layer, "before": cause.before, "after": cause.after}
        return shared | {"kind": "decides"} | told
    fields: list[Json] = [
        {"name": field.name, "before": field.before, "after": field.after} for field in cause.fields
    ]
    return shared | {"kind": cause.kind.value, "part": cause.part or None, "fields": fields}
