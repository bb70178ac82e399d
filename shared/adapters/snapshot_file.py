"""Snapshot files: Resource Graph rows read from a file or standard input, and written to one."""

from __future__ import annotations

import gc
import os
import sys
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from gzip import GzipFile
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Protocol, Self

from shared.adapters.json_rows import JsonRow, MissingPages, RowTextError, json_rows
from shared.adapters.payloads import InvalidPayloadError
from shared.usecases.interfaces import PortcullisError

STANDARD_INPUT: Final = "-"
_READ_BYTES: Final = 1 << 18
_GZIP_MAGIC: Final = b"\x1f\x8b"
_GZIP_FORMAT: Final = zlib.MAX_WBITS | 16
_GZIP_LEVEL: Final = 4


class SnapshotFileError(PortcullisError):
    """A snapshot file that cannot be used; the message begins with file and line."""

    def __init__(self, file: str, line: int | None, fault: str) -> None:
        """Keep where it is and what is wrong; `line` counts from 1, None for the whole file."""
        place = file if line is None else f"{file}:{line}"
        super().__init__(f"{place}: {fault}")
        self.file = file
        self.line = line
        self.fault = fault


class RowSink(Protocol):
    """Takes rows as JSON text."""

    def add_json(self, text: bytes) -> None:
        """Take one row.

        Raises:
            InvalidPayloadError: the text is not JSON, not an object or no row.
        """

    def mark_unread(self, scope: str, reason: str) -> None:
        """Note that something could not be read."""


def read_snapshot(path: str | Path, sink: RowSink) -> None:
    """Hand every row of a snapshot file to `sink`, in order.

    The file holds JSON lines, one JSON array, or objects with the rows in `data` or `value` (as
    `az graph query -o json` prints them); gzip is known by its first bytes.  `-` is standard
    input.  A last page that names a following one is noted as unread.  Memory grows with the
    longest row, not with the file.

    Raises:
        SnapshotFileError: the file cannot be read, is cut off or empty, or holds something else
            than rows; rows before that place were handed over.
    """
    name = "standard input" if str(path) == STANDARD_INPUT else str(path)
    line = 1
    try:
        with _opened(path) as stream, _collector_at_rest():
            for found in json_rows(_blocks(stream)):
                match found:
                    case JsonRow(text, line):
                        sink.add_json(text)
                    case MissingPages(rows):
                        sink.mark_unread("/subscriptions", _missing_pages(name, rows))
    except InvalidPayloadError as error:
        raise SnapshotFileError(name, line, f"not a row: {error}") from error
    except RowTextError as error:
        raise SnapshotFileError(name, error.line, str(error)) from error
    except (EOFError, zlib.error) as error:
        raise SnapshotFileError(name, None, f"the gzip data is broken: {error}") from error
    except OSError as error:
        raise SnapshotFileError(name, None, f"cannot be read: {error.strerror}") from error


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Keep the collector of cycles from walking a growing snapshot again and again.

    Rows and what is made of them hold no cycles, so reference counts alone free them.  What was
    read stays out of its sight afterwards, too: a third of the time goes there otherwise.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_enabled:
            gc.enable()


def _missing_pages(name: str, rows: int) -> str:
    return (
        f"{name} ends after {rows} rows with a token for the next page; "
        "`portcullis scan --save-snapshot` fetches all pages"
    )


@contextmanager
def _opened(path: str | Path) -> Iterator[IO[bytes]]:
    if str(path) == STANDARD_INPUT:
        yield sys.stdin.buffer
        return
    with Path(path).open("rb") as stream:
        yield stream


def _blocks(stream: IO[bytes]) -> Iterator[bytes]:
    """Give the bytes of a stream in large pieces, unpacked when they are gzip."""
    first = stream.read(_READ_BYTES)
    if first.startswith(_GZIP_MAGIC):
        yield from _unpacked(first, stream)
        return
    while first:
        yield first
        first = stream.read(_READ_BYTES)


def _unpacked(block: bytes, stream: IO[bytes]) -> Iterator[bytes]:
    """Unpack gzip data, one member after the other, in pieces of bounded size."""
    unpacker = zlib.decompressobj(_GZIP_FORMAT)
    has_more_output = False
    while block or has_more_output:
        if unpacker.eof:
            unpacker = zlib.decompressobj(_GZIP_FORMAT)
        piece = unpacker.decompress(block, _READ_BYTES)
        yield piece
        has_more_output = len(piece) == _READ_BYTES and not unpacker.eof
        block = unpacker.unconsumed_tail or unpacker.unused_data
        if not block and not has_more_output:
            block = stream.read(_READ_BYTES)
    if not unpacker.eof:
        raise EOFError("it ends too early")


class SnapshotWriter:
    """Writes rows as JSON lines, compressed when the name ends in `.gz`.

    Rows go to a temporary file in the same folder, readable by its owner alone, which takes the
    name when the `with` block ends well.  After an error nothing is left of it, and an older file
    stays as it was.
    """

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)
        self._temporary = self._path
        self._open = ExitStack()
        self._stream: IO[bytes] | GzipFile | None = None

    def __enter__(self) -> Self:
        """Open the temporary file.

        Raises:
            SnapshotFileError: no file of that name can be made there.
        """
        with self._named_errors():
            if self._path.is_dir():
                raise IsADirectoryError(None, "it is a folder")
            number, name = tempfile.mkstemp(dir=self._path.parent, prefix=f".{self._path.name}.")
        self._temporary = Path(name)
        plain = self._open.enter_context(os.fdopen(number, "wb"))
        self._stream = plain
        if self._path.suffix == ".gz":
            packed = GzipFile("", "wb", _GZIP_LEVEL, plain, mtime=0)
            self._stream = self._open.enter_context(packed)
        return self

    def write(self, row: bytes) -> None:
        """Add one row of JSON text.

        Raises:
            SnapshotFileError: the disk does not take it.
        """
        if self._stream is None:
            raise ValueError("the writer is used outside of its `with` block")
        with self._named_errors():
            self._stream.write(row.replace(b"\n", b" ") + b"\n")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Give the file its name, or take it away after an error.

        Raises:
            SnapshotFileError: the disk does not take it; the file is gone.
        """
        self._stream = None
        try:
            with self._named_errors():
                self._open.close()
                if kind is None:
                    self._temporary.replace(self._path)
        finally:
            self._temporary.unlink(missing_ok=True)

    @contextmanager
    def _named_errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            fault = f"cannot be written: {error.strerror}"
            raise SnapshotFileError(str(self._path), None, fault) from error
