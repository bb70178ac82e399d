"""The outputs that people have read, as the command writes them: each sample is a golden file.

`python -m tests.golden.scan.samples` writes the files anew; read the difference.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from cli.main import main
from tests.golden.scan.estate import AT, small_estate
from tests.rows import Row

FOLDER: Final = Path(__file__).parent
SCAN: Final = ("scan", "--at", AT, "--snapshot", "{estate}")
EXPLAIN: Final = ("explain", "--snapshot", "{estate}", "--vm")
SAMPLES: Final[Mapping[str, tuple[str | None, Sequence[str]]]] = {
    "scan-80.txt": ("80", SCAN),
    "scan-120.txt": ("120", SCAN),
    "scan-piped.txt": (None, SCAN),
    "scan.csv": (None, (*SCAN, "--format", "csv")),
    "scan.md": (None, (*SCAN, "--format", "markdown")),
    "scan.json": (None, (*SCAN, "--format", "json")),
    "explain-open.txt": (None, (*EXPLAIN, "web")),
    "explain-closed.txt": (None, (*EXPLAIN, "closed")),
    "explain-not-known.txt": (None, (*EXPLAIN, "tag")),
    "explain-hostile.txt": (None, (*EXPLAIN, "hostile")),
    "explain-asleep.txt": (None, (*EXPLAIN, "asleep")),
    "explain-private.txt": (None, (*EXPLAIN, "private")),
    "explain-sender-in.txt": (None, (*EXPLAIN, "office", "--from", "203.0.113.9")),
    "explain-sender-out.txt": (None, (*EXPLAIN, "office", "--from", "198.51.100.1")),
    "explain-sender-private.txt": (None, (*EXPLAIN, "office", "--from", "10.9.9.9")),
    "checks.txt": ("80", ("checks",)),
    "checks.md": (None, ("checks", "--format", "markdown")),
}
"""The value of COLUMNS, None for none, and the arguments of the command."""


def written(columns: str | None, arguments: Sequence[str], rows: Sequence[Row]) -> str:
    """Run the command on an estate and give its standard output."""
    with tempfile.TemporaryDirectory() as folder, _columns(columns):
        estate = Path(folder) / "estate.jsonl"
        estate.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
        output = io.StringIO()
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(io.StringIO()):
            main([argument.format(estate=estate) for argument in arguments])
        return output.getvalue()


@contextlib.contextmanager
def _columns(value: str | None) -> Iterator[None]:
    before = os.environ.pop("COLUMNS", None)
    if value is not None:
        os.environ["COLUMNS"] = value
    try:
        yield
    finally:
        os.environ.pop("COLUMNS", None)
        if before is not None:
            os.environ["COLUMNS"] = before


def sample(name: str) -> str:
    """Give the present output of one sample."""
    columns, arguments = SAMPLES[name]
    return written(columns, arguments, small_estate())


if __name__ == "__main__":
    for each in SAMPLES:
        (FOLDER / each).write_text(sample(each), encoding="utf-8")
