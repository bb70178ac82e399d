"""Two estates compared as `portcullis diff` does it: rows in, the comparison out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from shared.adapters.payloads import SnapshotBuilder
from shared.adapters.scan_file import scan_record
from shared.exposure.assessment import Question
from shared.findings.change_causes import Estates, explained
from shared.findings.estate_objects import subscriptions_in
from shared.findings.scan_comparison import ScanComparison, compare
from shared.findings.scan_record import ScanRecord
from shared.network.snapshot import Snapshot
from shared.usecases.scan import scan
from shared.usecases.scan_document import scan_document
from tests.unit.adapters.row_reading import NOW

Rows = Iterable[Mapping[str, Any]]


def estate_of(rows: Rows) -> Snapshot:
    """Read rows as a snapshot."""
    builder = SnapshotBuilder()
    for row in rows:
        builder.add_row(row)
    return builder.build(NOW)


def record_of(estate: Snapshot, question: Question | None = None) -> ScanRecord:
    """Judge an estate and record what was found."""
    document = scan_document(scan(estate, question or Question()))
    return scan_record(document, subscriptions_in(estate))


def difference(old: Rows, new: Rows, question: Question | None = None) -> ScanComparison:
    """Compare two snapshots, causes included."""
    before, after = estate_of(old), estate_of(new)
    compared = compare(record_of(before, question), record_of(after, question))
    return explained(compared, Estates(before, after))


def difference_of_scans(old: Rows, new: Rows) -> ScanComparison:
    """Compare two scans whose estates are not at hand."""
    return explained(compare(record_of(estate_of(old)), record_of(estate_of(new))))
