"""Rows out of JSON text of any size: lines, arrays, or the pages that `az graph query` prints."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from itertools import chain
from typing import Final, NamedTuple, TypeAlias

LONGEST_ROW_BYTES: Final = 64 << 20
"""Resource Graph sends at most 16 MiB at a time; a longer value is no row."""
_FIRST_BYTES: Final = 1 << 16
_SPACE: Final = re.compile(r"[ \t\r\n]*")
_ROW_MEMBERS: Final = frozenset({"data", "value"})
_TOKEN_MEMBERS: Final = frozenset({"skip_token", "$skipToken", "skipToken", "nextLink"})


class RowTextError(Exception):
    """A text that is no JSON, or JSON that holds something else than rows."""

    def __init__(self, line: int, fault: str) -> None:
        super().__init__(fault)
        self.line = line


class JsonRow(NamedTuple):
    """The text of one row in UTF-8, and the line on which it begins, from 1."""

    text: bytes
    line: int


class MissingPages(NamedTuple):
    """The text ended with a page that another one should follow; `rows` came with such pages."""

    rows: int


Found: TypeAlias = "JsonRow | MissingPages"


def json_rows(blocks: Iterator[bytes]) -> Iterator[Found]:
    """Give the rows of a text that comes in pieces, in order.

    The text is JSON lines; or any number of JSON documents, each an array of rows, an object with
    the rows in `data` or `value` beside other members, or a row.  It is UTF-8, or UTF-16 with its
    mark, as PowerShell redirects it.  Lines pass unread; other texts are parsed to find where
    rows end, and only one row is held at a time.

    Raises:
        RowTextError: the text is empty, or not as said above.
    """
    head = b""
    for block in blocks:
        head += block
        if len(head) >= _FIRST_BYTES:
            break
    head, rest = _without_mark(head, blocks)
    if _begins_with_row_line(head):
        return _rows_of_lines(chain([head], rest))
    return _rows_of_documents(_Window(chain([head], rest)))


def _without_mark(head: bytes, rest: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """Drop a byte order mark; UTF-16 becomes UTF-8."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        decoder = codecs.getincrementaldecoder("utf-16")(errors="replace")
        return decoder.decode(head).encode(), (decoder.decode(b).encode() for b in rest)
    return head.removeprefix(codecs.BOM_UTF8), rest


def _begins_with_row_line(head: bytes) -> bool:
    """Tell whether the first line that is not blank is a whole JSON object, and no page of rows."""
    line, newline, _ = head.lstrip().partition(b"\n")
    if not newline and len(head) >= _FIRST_BYTES:
        return False
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(row, dict) and not _rows_member(row)


def _rows_member(document: dict[str, object]) -> bool:
    return any(isinstance(document.get(name), list) for name in _ROW_MEMBERS)


def _rows_of_lines(blocks: Iterator[bytes]) -> Iterator[JsonRow]:
    number = 0
    carried: list[bytes] = []
    for block in blocks:
        lines = block.split(b"\n")
        if len(lines) == 1:
            carried.append(block)
            continue
        lines[0] = b"".join((*carried, lines[0]))
        carried = [lines.pop()]
        for number, line in enumerate(lines, number + 1):  # noqa: B020 - it goes on counting
            if line and not line.isspace():
                yield JsonRow(line, number)
    last = b"".join(carried)
    if last and not last.isspace():
        yield JsonRow(last, number + 1)


def _rows_of_documents(window: _Window) -> Iterator[Found]:
    if not window.next_character():
        raise RowTextError(1, "holds no rows: it is empty")
    rows_of_cut_pages = 0
    while character := window.next_character():
        if character == "[":
            yield from _rows_of_array(window)
        elif character == "{":
            page = _Page(window)
            yield from page.rows()
            rows_of_cut_pages = rows_of_cut_pages + page.count if page.is_cut else 0
        else:
            raise window.fault("neither a JSON object nor an array of them")
    if rows_of_cut_pages:
        yield MissingPages(rows_of_cut_pages)


def _rows_of_array(window: _Window) -> Iterator[JsonRow]:
    window.take("[")
    if window.next_character() == "]":
        window.take("]")
        return
    while True:
        if window.next_character() != "{":
            raise window.fault("an element of the array is no object, so it is no row")
        line = window.line()
        yield JsonRow(window.value_text().encode(), line)
        if window.next_character() != ",":
            break
        window.take(",")
    window.take("]")


class _Page:
    """One JSON object: a page of rows if a member holds them, else a row itself."""

    def __init__(self, window: _Window) -> None:
        self._window = window
        self.is_cut = False
        self.count = 0

    def rows(self) -> Iterator[JsonRow]:
        """Give the rows of the page, or the object as the one row."""
        window, line = self._window, self._window.line()
        members: dict[str, object] = {}
        is_page = False
        separator = "{"
        while window.next_character() == separator:
            window.take(separator)
            separator = ","
            if not members and not is_page and window.next_character() == "}":
                break
            name = self._name()
            if name in _ROW_MEMBERS and window.next_character() == "[":
                is_page = True
                for row in _rows_of_array(window):
                    self.count += 1
                    yield row
            else:
                members[name] = json.loads(window.value_text())
        window.take("}")
        self.is_cut = is_page and any(members.get(name) for name in _TOKEN_MEMBERS)
        if not is_page:
            yield JsonRow(json.dumps(members).encode(), line)

    def _name(self) -> str:
        if self._window.next_character() != '"':
            raise self._window.fault("a member without a name in quotes")
        name: str = json.loads(self._window.value_text())
        self._window.next_character()
        self._window.take(":")
        return name


class _Window:
    """The part of a text around the place where it is read."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._scan = json.JSONDecoder().raw_decode
        self._text = ""
        self._at = 0
        self._is_whole = False
        self._line = 1
        self._counted = 0

    def line(self) -> int:
        """Give the line that is being read, from 1."""
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line

    def fault(self, message: str) -> RowTextError:
        """Make the error for something wrong at this place."""
        return RowTextError(self.line(), message)

    def next_character(self) -> str:
        """Go on to the next character that is no space, and give it; empty at the end."""
        while True:
            space = _SPACE.match(self._text, self._at)
            self._at = space.end() if space else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._grow():
                return ""

    def take(self, character: str) -> None:
        """Step over a character that must stand here."""
        if self.next_character() != character:
            found = self.next_character() or "the end of the text"
            raise self.fault(f"not JSON: {character!r} is missing before {found!r}")
        self._at += 1

    def value_text(self) -> str:
        """Step over one JSON value, and give its text.

        A value that seems to be wrong may only be cut by the end of the window: it is tried again
        with twice as much text, up to `LONGEST_ROW_BYTES`.
        """
        self.next_character()
        while True:
            try:
                _, end = self._scan(self._text, self._at)
            except RecursionError as error:
                raise self.fault("not a row: it is nested too deeply") from error
            except json.JSONDecodeError as error:
                if self._grow():
                    continue
                self._at = error.pos
                raise self.fault(f"not JSON: {error.msg}") from error
            if end == len(self._text) and self._grow():
                continue
            text = self._text[self._at : end]
            self._at = end
            return text

    def _grow(self) -> bool:
        """Drop what was read and double what was not; False when there is no more, or too much."""
        unread = len(self._text) - self._at
        if self._is_whole or unread > LONGEST_ROW_BYTES:
            return False
        pieces = [self._text[self._at :]]
        self.line()
        wanted = max(unread, _FIRST_BYTES)
        while wanted > 0 and not self._is_whole:
            pieces.append(self._decoded(next(self._blocks, None)))
            wanted -= len(pieces[-1])
        self._text = "".join(pieces)
        self._at = self._counted = 0
        return len(self._text) > unread

    def _decoded(self, block: bytes | None) -> str:
        self._is_whole = block is None
        try:
            return self._decoder.decode(block or b"", final=self._is_whole)
        except UnicodeDecodeError as error:
            raise self.fault(f"not UTF-8: {error.reason}") from error
