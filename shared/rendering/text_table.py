"""A table as data, and laid out as text within a width."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

_GAP: Final = 2
_INDENT: Final = 4
_MOST_LINES: Final = 2
_LONGEST_WHOLE_WORD: Final = 30


@dataclass(frozen=True, slots=True)
class TextTable:
    """Headings, and rows of as many cells.

    Cells are safe to show: what comes from elsewhere has passed `visible`.  Where there is no room
    for columns, the first `leading` cells stand on one line and the others below it.
    """

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    leading: int = 1

    def __post_init__(self) -> None:
        """Refuse rows of another length than the headings."""
        if any(len(row) != len(self.headings) for row in self.rows):
            raise ValueError("every row has one cell for each heading")


def laid_out(table: TextTable, width: int | None = None) -> Iterator[tuple[str, ...]]:
    """Give the lines of a table, headings first, each as its pieces from left to right.

    Columns break no word of up to 30 characters.  Where that takes more than `width`, or a cell
    more than two lines, each row is a paragraph instead, whose words are left whole.  Without a
    width every row is one line.
    """
    lines = (table.headings, *table.rows)
    natural = [max(len(row[column]) for row in lines) for column in range(len(table.headings))]
    widths = natural if width is None else _fitted(lines, natural, width)
    if widths is not None:
        for row in lines:
            yield from _columns(row, widths)
        return
    yield _line(table.headings[: table.leading], natural)
    for row in table.rows:
        yield _line(row[: table.leading], natural)
        yield from _details(table, row, width or sum(natural))


def _fitted(
    lines: Sequence[Sequence[str]], natural: Sequence[int], width: int
) -> Sequence[int] | None:
    """Narrow columns until all fit; None when words would break, or cells become tall."""
    least = [
        min(
            max((len(word) for row in lines for word in row[column].split()), default=0),
            _LONGEST_WHOLE_WORD,
        )
        for column in range(len(natural))
    ]
    widths = list(natural)
    room = width - _GAP * (len(widths) - 1)
    if sum(least) > room:
        return None
    for _ in range(sum(widths) - room):
        slack = [wide - narrow for wide, narrow in zip(widths, least, strict=True)]
        widths[slack.index(max(slack))] -= 1
    tall = any(
        len(_wrapped(cell, cell_width)) > _MOST_LINES
        for row in lines
        for cell, cell_width in zip(row, widths, strict=True)
    )
    return None if tall else widths


def _columns(row: Sequence[str], widths: Sequence[int]) -> Iterator[tuple[str, ...]]:
    cells = [_wrapped(cell, width) for cell, width in zip(row, widths, strict=True)]
    for pieces in zip_longest(*cells, fillvalue=""):
        yield _line(pieces, widths)


def _wrapped(cell: str, width: int) -> Sequence[str]:
    if len(cell) <= width:
        return (cell,)
    return textwrap.wrap(cell, width, break_on_hyphens=False)


def _line(pieces: Sequence[str], widths: Sequence[int]) -> tuple[str, ...]:
    padded = [piece.ljust(width + _GAP) for piece, width in zip(pieces, widths, strict=False)]
    return (*padded[:-1], pieces[-1])


def _details(table: TextTable, row: Sequence[str], width: int) -> Iterator[tuple[str, ...]]:
    told = zip(table.headings[table.leading :], row[table.leading :], strict=True)
    named = [f"{heading}: {cell}" for heading, cell in told if cell]
    together = "; ".join(named)
    for text in [together] if len(together) + _INDENT <= width else named:
        for line in textwrap.wrap(
            text,
            width,
            initial_indent=" " * _INDENT,
            subsequent_indent=" " * 2 * _INDENT,
            break_long_words=False,
            break_on_hyphens=False,
        ):
            yield (line,)
