"""A growing log, cut into its lines: whole ones are taken, the half one at the end waits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import msgspec

from shared.adapters.audit_records import UNREADABLE, BrokenRecord, session_of
from shared.findings.session import Session
from shared.usecases.session_interfaces import BrokenLine, RecordBatch

LONGEST_LINE: Final = 1024 * 1024
"""A line without an end in sight is taken as it is, in parts, so that it can't fill the memory."""
KEPT_BYTES: Final = 1_000
"""Of a broken line as much is kept."""
_JSON: Final = msgspec.json.Decoder()


@dataclass(frozen=True, slots=True)
class _Lines:
    """Lines that follow each other, each with its line break; `first` is where they begin."""

    first: int
    text: bytes

    @property
    def end(self) -> int:
        return self.first + len(self.text)


def record_batches(chunks: Iterable[bytes], offset: int) -> Iterator[RecordBatch]:
    """Read the records of a log from `offset` on, which is where a line begins.

    Each batch says where it ends: there the next reading may begin.  Memory: a chunk or two, and
    the sessions of one chunk.
    """
    return (_batch(lines) for lines in _whole_lines(chunks, offset))


def _whole_lines(chunks: Iterable[bytes], offset: int) -> Iterator[_Lines]:
    rest = b""
    for chunk in chunks:
        together = rest + chunk
        cut = together.rfind(b"\n") + 1
        if not cut and len(together) > LONGEST_LINE:
            cut = len(together)
        if cut:
            yield _Lines(offset, together[:cut])
            offset += cut
        rest = together[cut:]
    if _is_whole(rest):
        yield _Lines(offset, rest)


def _is_whole(rest: bytes) -> bool:
    """Tell whether the last line is whole without its line break.

    It is when it is a JSON object, since the beginning of an object is never an object.
    """
    if not rest.rstrip().endswith(b"}"):
        return False
    try:
        return isinstance(_JSON.decode(rest), dict)
    except UNREADABLE:
        return False


def _batch(lines: _Lines) -> RecordBatch:
    sessions: list[Session] = []
    broken: list[BrokenLine] = []
    begin = 0
    for line in lines.text.split(b"\n"):
        if line and not line.isspace():
            match session_of(line):
                case BrokenRecord(reason):
                    kept = line[:KEPT_BYTES].decode("utf-8", "replace")
                    broken.append(BrokenLine(lines.first + begin, reason, kept))
                case session:
                    sessions.append(session)
        begin += len(line) + 1
    return RecordBatch(tuple(sessions), tuple(broken), lines.end)
