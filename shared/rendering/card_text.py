"""Text for Adaptive Cards: names that other people chose can't become markup or links."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from typing import Final

_ELLIPSIS: Final = "…"
_REPLACEMENT: Final = "\ufffd"
_NAME_LIMIT: Final = 80

_SPACES: Final = frozenset({"Zs", "Zl", "Zp"})
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})

_MARKUP: Final = re.compile(r"[\\\[\]()*_<>`~#|]")
_ENTITY: Final = re.compile(r"&(?=#?\w+;)")
_LIST_MARK: Final = re.compile(r"^(?:([-+=])|(\d+)\.(?=\s|$))")
_LINKISH: Final = re.compile(r"://|\bwww\.", re.IGNORECASE)
_LINK_JOINTS: Final = re.compile(r"[.:/]")


class CardText(str):
    """Text that is safe in a TextBlock or Fact: Markdown in it was meant.

    Elements take nothing else.  It comes from `plain`, `say` or `joined`; only words written in
    this package may be wrapped directly.
    """

    __slots__ = ()


def plain(text: str, limit: int = _NAME_LIMIT) -> CardText:
    """Give a text that a reader sees as it is, at most `limit` characters of it.

    Markdown marks are escaped, line breaks become spaces, and control, bidirectional and other
    unseen characters become a visible replacement mark, so that two names that differ never look
    alike.  In a text that holds an address the joints are escaped too, so that no client turns it
    into a link.

    Source: Microsoft Learn, "Format cards in Microsoft Teams": the Markdown subset of Adaptive
    Cards; backslash escapes are those of CommonMark, section 2.4.
    """
    seen = "".join(_visible(character) for character in text[: 4 * limit])
    line = " ".join(seen.split())
    if len(line) > limit or len(text) > 4 * limit:
        line = line[: limit - 1] + _ELLIPSIS
    escaped = _ENTITY.sub(r"\&", _MARKUP.sub(r"\\\g<0>", line))
    escaped = _LIST_MARK.sub(_escape_list_mark, escaped)
    if _LINKISH.search(line):
        escaped = _LINK_JOINTS.sub(r"\\\g<0>", escaped)
    return CardText(escaped)


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category in _SPACES or character in "\t\n\v\f\r\x85":
        return " "
    return _REPLACEMENT if category in _UNSEEN else character


def _escape_list_mark(match: re.Match[str]) -> str:
    sign, number = match.groups()
    return f"\\{sign}" if sign else f"{number}\\."


def say(template: str, **fields: str | int) -> CardText:
    """Fill a sentence of ours with fields; all but `CardText` are made plain.

    A comma stands between the thousands of a number.
    """
    return CardText(template.format(**{name: _field(value) for name, value in fields.items()}))


def _field(value: str | int) -> str:
    if isinstance(value, CardText):
        return value
    return f"{value:,}" if isinstance(value, int) else plain(value)


def bold(text: CardText) -> CardText:
    """Give the text in bold."""
    return CardText(f"**{text}**")


def joined(parts: Iterable[CardText], separator: str = ", ") -> CardText:
    """Put texts in a row, leaving out empty ones."""
    return CardText(separator.join(part for part in parts if part))


def counted(count: int, noun: str, plural: str | None = None) -> CardText:
    """Give a number with its noun: `1 finding`, `1,200 findings`."""
    return say("{count} {noun}", count=count, noun=noun if count == 1 else plural or f"{noun}s")


def moment(time: datetime) -> CardText:
    """Give a time in UTC to the minute: `2026-11-22 10:01 UTC`."""
    return CardText(f"{time:%Y-%m-%d %H:%M} UTC")
