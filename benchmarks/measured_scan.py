"""Judges a snapshot file as `portcullis scan` does and prints what each stage took."""

from __future__ import annotations

import json
import sys
from collections import deque
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.processes import peak_mib
from benchmarks.stopwatch import Stopwatch
from shared.adapters.payloads import SnapshotBuilder
from shared.adapters.snapshot_file import read_snapshot
from shared.exposure.assessment import Assessment, Question
from shared.rendering.json_text import json_lines
from shared.usecases.scan import scan
from shared.usecases.scan_document import scan_document


class _Counted:
    """Hands rows to the builder and counts them."""

    def __init__(self, builder: SnapshotBuilder) -> None:
        self._builder = builder
        self.rows = 0

    def add_json(self, text: bytes) -> None:
        """Take one row."""
        self._builder.add_json(text)
        self.rows += 1

    def mark_unread(self, scope: str, reason: str) -> None:
        """Pass on what could not be read."""
        self._builder.mark_unread(scope, reason)


def main(path: Path) -> None:
    """Read, build and judge; then write the document, and judge the exposures once more alone.

    The peak of memory is that of all but the second judgement.
    """
    watch = Stopwatch()
    builder = SnapshotBuilder()
    counted = _Counted(builder)
    read_snapshot(path, counted)
    read = watch.lap()
    snapshot = builder.build(datetime(2026, 1, 1, tzinfo=UTC))
    build = watch.lap()
    found = scan(snapshot, Question())
    judged, cpu = watch.lap(), watch.cpu_seconds()
    deque(json_lines(scan_document(found)), maxlen=0)
    document, peak = watch.lap(), peak_mib()
    deque(Assessment(snapshot, Question()).exposures(), maxlen=0)
    figures = {
        "read_seconds": read,
        "build_seconds": build,
        "scan_seconds": judged,
        "document_seconds": document,
        "exposures_seconds": watch.lap(),
        "cpu_seconds": cpu,
        "peak_mib": peak,
        "rows": counted.rows,
        "exposures": len(found.exposures),
        "findings": len(found.findings),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
