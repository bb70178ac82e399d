"""The findings of a scan as Markdown, for pull requests, tickets and wikis."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from shared.rendering.card_text import moment, plain
from shared.rendering.text_table import TextTable

_CELL_LIMIT: Final = 300


def scan_markdown(observed_at: datetime, summary: Sequence[str], table: TextTable) -> str:
    """Give a heading, the summary as a list and, where there are findings, the table."""
    return "\n".join(
        (
            f"# Portcullis scan of {moment(observed_at)}",
            "",
            *_summary(summary),
            *(("", *markdown_table(table)) if table.rows else ()),
            "",
        )
    )


def markdown_table(table: TextTable) -> Iterator[str]:
    """Give the lines of a table; marks in cells are escaped."""
    yield _row(table.headings)
    yield _row(["---"] * len(table.headings))
    for cells in table.rows:
        yield _row([plain(cell, _CELL_LIMIT) for cell in cells])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _summary(lines: Sequence[str]) -> Iterator[str]:
    """Give a list; what was indented stays one step further in."""
    for line in lines:
        depth = "  " if line.startswith(" ") else ""
        yield f"{depth}- {plain(line.strip(), _CELL_LIMIT)}"
