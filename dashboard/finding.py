"""One finding: what is wrong, the ways in as a picture, its history and who made it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from dashboard.filters import only_known
from dashboard.templating import page, safe_picture
from dashboard.visit import NotThereError, Visit
from dashboard.wording import lines_of, name_of
from shared.checks import CHECKS
from shared.findings.evidence import SHORTENED
from shared.findings.finding import FindingRecord, Fingerprint
from shared.rendering.document_reading import objects_in
from shared.rendering.finding_line import finding_line
from shared.rendering.path_svg import path_svg

_FINGERPRINT: Final = re.compile(r"[0-9a-f]{64}")
MOST_PICTURES: Final = 6
_LONGEST_EVIDENCE: Final = 20_000


@dataclass(frozen=True, slots=True)
class Evidence:
    """Evidence as text, and whether that is all of it."""

    text: str
    is_whole: bool


def finding(visit: Visit, request: Request) -> Response:
    """Show one finding."""
    only_known(request.query_params, ())
    record = record_of(visit, request)
    evidence = record.finding.evidence
    exposures = list(objects_in(evidence, "exposures"))
    check = next((one for one in CHECKS if one.id == record.finding.check), None)
    link = visit.runtime.settings.links.to_portal(record.finding.resource)[1]
    values = {
        "record": record,
        "finding": record.finding,
        "line": finding_line(record.finding),
        "check": check,
        "pictures": [safe_picture(path_svg(one)) for one in exposures[:MOST_PICTURES]],
        "pictures_left_out": max(0, len(exposures) - MOST_PICTURES),
        "history": visit.reports.findings.history(record.finding.fingerprint),
        "evidence": _evidence(record),
        "portal": link,
        "name": name_of(record.finding.resource),
    }
    return page(visit, "finding.html", values)


def record_of(visit: Visit, request: Request) -> FindingRecord:
    """Find the record that an address names.

    Raises:
        NotThereError: there is none.
    """
    fingerprint = request.path_params["fingerprint"].lower()
    if not _FINGERPRINT.fullmatch(fingerprint):
        raise NotThereError("No finding has such an id.")
    stored = visit.reports.findings.finding(Fingerprint(fingerprint))
    if stored is None:
        raise NotThereError("No finding of this id is recorded.")
    return stored.record


def _evidence(record: FindingRecord) -> Evidence:
    evidence = record.finding.evidence
    text = json.dumps(evidence, indent=2, ensure_ascii=False, default=dict)
    is_whole = len(text) <= _LONGEST_EVIDENCE and SHORTENED not in evidence
    return Evidence(lines_of(text[:_LONGEST_EVIDENCE]), is_whole)
