"""The findings of a scan as comma-separated values, for spreadsheets."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Final

from shared.findings.finding import Finding
from shared.rendering.finding_line import finding_line
from shared.rendering.visible_text import visible

HEADINGS: Final = (
    "severity",
    "check",
    "title",
    "resource",
    "resource_group",
    "subscription",
    "way_in",
    "why",
    "controls",
    "fingerprint",
)
_FORMULA: Final = re.compile(r"(?:^|(?<=;))(?=\s*[=+\-@\uff1d\uff0b\uff0d\uff20])")
"""Where a formula would begin, also one in full-width signs, or where `;` parts the cells."""


def scan_csv(findings: Sequence[Finding]) -> str:
    """Give a heading line and one line for each finding, in the order given."""
    return csv_text(HEADINGS, (finding_values(finding) for finding in findings))


def finding_values(finding: Finding) -> tuple[str, ...]:
    """Give the values under `HEADINGS`."""
    line = finding_line(finding)
    return (
        finding.severity.value,
        finding.check,
        finding.title,
        finding.resource.text,
        finding.resource.resource_group,
        finding.resource.subscription,
        line.door,
        line.why,
        "; ".join(finding.controls),
        finding.fingerprint,
    )


def csv_text(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write headings and rows in the quoting of RFC 4180, every value made safe."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(headings)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: str) -> str:
    """Make a value safe: no control characters, and no formula when a spreadsheet opens it.

    Source: OWASP, "CSV Injection".
    """
    return _FORMULA.sub("'", visible(value))
