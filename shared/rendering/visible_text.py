"""Text for terminals and plain files: names that other people chose can't steer a terminal."""

from __future__ import annotations

import unicodedata
from typing import Final

_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_LARGEST_BYTE: Final = 0xFF
_LARGEST_BASIC: Final = 0xFFFF


def visible(text: str) -> str:
    r"""Give a text as one line in which nothing acts and nothing hides.

    Control characters, among them those that begin terminal escape sequences, line breaks,
    bidirectional controls, zero-width and unassigned characters are written as their code:
    `\x1b`, `\u202e`.  A backslash stays as it is.

    Source: Unicode Standard Annex 9, "Directional Formatting Characters"; ECMA-48, "C0 and C1".
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    if unicodedata.category(character) not in _UNSEEN:
        return character
    code = ord(character)
    if code <= _LARGEST_BYTE:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= _LARGEST_BASIC else f"\\U{code:08x}"
