"""The findings of a scan as a table, the worst first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from shared.findings.finding import Finding
from shared.rendering.finding_line import finding_line, short_names
from shared.rendering.text_table import TextTable

HEADINGS: Final = ("Severity", "Resource", "Finding", "Way in", "Why")


def scan_table(findings: Sequence[Finding]) -> TextTable:
    """Give one row for each finding, in the order given."""
    names = short_names(finding.resource for finding in findings)
    rows = []
    for finding in findings:
        line = finding_line(finding)
        rows.append(
            (finding.severity.value, names[finding.resource], line.what, line.door, line.why)
        )
    return TextTable(HEADINGS, tuple(rows), leading=3)
