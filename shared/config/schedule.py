"""Schedules of timer triggers.

Source: Microsoft Learn, "Timer trigger for Azure Functions", NCRONTAB expressions: six fields,
seconds first.
"""

from __future__ import annotations

import re
from typing import Final

_MONTHS: Final = "jan feb mar apr may jun jul aug sep oct nov dec"
_DAYS: Final = "sun mon tue wed thu fri sat"
_FIELDS: Final = (
    ("seconds", 0, 59, ""),
    ("minutes", 0, 59, ""),
    ("hours", 0, 23, ""),
    ("day", 1, 31, ""),
    ("month", 1, 12, _MONTHS),
    ("day of the week", 0, 6, _DAYS),
)
"""Each field's name, its least and greatest number, and the names of its numbers in order."""
_PART: Final = re.compile(r"(?:\*|(?P<first>\w+)(?:-(?P<last>\w+))?)(?:/(?P<step>\d+))?")


def schedule(text: str) -> str:
    """Give back a schedule in six fields.

    Raises:
        ValueError: it has another number of fields, or one of them is out of its range.
    """
    fields = text.split()
    if len(fields) != len(_FIELDS):
        raise ValueError(
            f"has {len(fields)} fields; write six, seconds first, such as '0 0 */6 * * *'"
        )
    for field, (name, least, most, names) in zip(fields, _FIELDS, strict=True):
        words = {word: number for number, word in enumerate(names.split(), start=least)}
        if not all(_is_part(part, least, most, words) for part in field.lower().split(",")):
            raise ValueError(
                f"has {field!r} for its {name}; write *, or numbers from {least} to {most} as in"
                f" '{least}', '{least}-{most}', '*/{least + 2}'"
            )
    return text


def _is_part(part: str, least: int, most: int, words: dict[str, int]) -> bool:
    match = _PART.fullmatch(part)
    if match is None or match["step"] == "0":
        return False
    ends = [_number(end, words) for end in (match["first"], match["last"]) if end is not None]
    return all(least <= end <= most for end in ends) and ends == sorted(ends)


def _number(text: str, words: dict[str, int]) -> int:
    """Read a number or a name; -1, which is in no field's range, for anything else."""
    return int(text) if text.isascii() and text.isdigit() else words.get(text, -1)
