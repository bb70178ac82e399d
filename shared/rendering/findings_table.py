"""Recorded findings as a table and as JSON data, each with its state."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from shared.exposure.documents import JsonObject
from shared.findings.documents import finding_document
from shared.findings.finding import FindingRecord
from shared.rendering import scan_csv
from shared.rendering.finding_line import finding_line, short_names
from shared.rendering.scan_csv import csv_text
from shared.rendering.text_table import TextTable

HEADINGS: Final = ("Severity", "Resource", "Finding", "State", "Since", "Way in", "Why", "Id")
ID_LENGTH: Final = 12


def findings_table(records: Sequence[FindingRecord]) -> TextTable:
    """Give one row for each record, in the order given; `Id` begins its fingerprint."""
    names = short_names(record.finding.resource for record in records)
    rows = []
    for record in records:
        finding, line = record.finding, finding_line(record.finding)
        rows.append(
            (
                finding.severity.value,
                names[finding.resource],
                line.what,
                record.state.value,
                minute(record.since),
                line.door,
                line.why,
                finding.fingerprint[:ID_LENGTH],
            )
        )
    return TextTable(HEADINGS, tuple(rows), leading=3)


def findings_csv(records: Sequence[FindingRecord]) -> str:
    """Give the values of a scan's file, and the state of each finding behind them."""
    return csv_text(
        (*scan_csv.HEADINGS, "state", "since"),
        (
            (*scan_csv.finding_values(record.finding), record.state.value, _stamp(record.since))
            for record in records
        ),
    )


def findings_document(records: Sequence[FindingRecord]) -> JsonObject:
    """Give one JSON object with the records, in the order given."""
    return {
        "schema": "portcullis/findings/1",
        "findings": [
            {
                **finding_document(record.finding),
                "state": record.state.value,
                "observed_at": _stamp(record.observed_at),
                "first_seen": _stamp(record.first_seen),
                "since": _stamp(record.since),
                "exempt_until": _stamp(record.exempt_until) if record.exempt_until else None,
            }
            for record in records
        ],
    }


def minute(time: datetime) -> str:
    """Give a time to the minute; all times of tables are in UTC."""
    return f"{time:%Y-%m-%d %H:%M}"


def _stamp(time: datetime) -> str:
    return time.isoformat().replace("+00:00", "Z")
