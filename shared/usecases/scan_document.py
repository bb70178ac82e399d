"""A scan as the JSON object of the contract, `docs/scan-schema.json`."""

from __future__ import annotations

from typing import Final

from shared.exposure.documents import JsonObject, exposure_document
from shared.findings.documents import finding_document, unjudged_document
from shared.usecases.collector import collector_at_rest
from shared.usecases.scan import Scan

SCHEMA: Final = "portcullis/scan/1"


def scan_document(found: Scan) -> JsonObject:
    """Give everything that a scan found as plain JSON data."""
    with collector_at_rest():
        return _document(found)


def _document(found: Scan) -> JsonObject:
    snapshot = found.snapshot
    return {
        "schema": SCHEMA,
        "observed_at": snapshot.observed_at.isoformat().replace("+00:00", "Z"),
        "complete": snapshot.complete,
        "unread": [
            {"scope": unread.scope.text, "reason": unread.reason} for unread in snapshot.unread
        ],
        "counts": dict(found.counts),
        "ignored_rows": snapshot.ignored_rows,
        "exposures": [exposure_document(exposure) for exposure in found.exposures],
        "findings": [finding_document(finding) for finding in found.findings],
        "undetermined": [unjudged_document(unjudged) for unjudged in found.unjudged],
    }
