"""Parses a file of JSON lines with the json module and prints what that took."""

from __future__ import annotations

import json
import sys
from itertools import islice
from pathlib import Path
from typing import Final

from benchmarks.stopwatch import Stopwatch

ROWS_PER_PAGE: Final = 1_000
"""As many as Resource Graph gives at a time."""


def main(path: Path) -> None:
    """Parse the file by pages, then by lines; what was parsed is dropped at once."""
    watch = Stopwatch()
    with path.open("rb") as stream:
        while page := b",".join(islice(stream, ROWS_PER_PAGE)):
            json.loads(b"[" + page + b"]")
    by_page, by_page_cpu = watch.lap(), watch.cpu_seconds()
    with path.open("rb") as stream:
        for line in stream:
            json.loads(line)
    figures = {
        "by_page_seconds": by_page,
        "by_page_cpu_seconds": by_page_cpu,
        "by_line_seconds": watch.lap(),
        "by_line_cpu_seconds": watch.cpu_seconds() - by_page_cpu,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
