"""Files that may hold a saved scan or rows of a snapshot, told apart by their first bytes."""

from __future__ import annotations

import io
import sys
import zlib
from pathlib import Path
from typing import Final

from shared.adapters.scan_file import ScanFileError, is_scan
from shared.adapters.snapshot_file import STANDARD_INPUT

_HEAD_BYTES: Final = 4_096
_GZIP_MAGIC: Final = b"\x1f\x8b"
_GZIP_FORMAT: Final = zlib.MAX_WBITS | 16


def scan_text(file: str) -> bytes | None:
    """Give the text of a saved scan, unpacked; None for a file that holds something else.

    What is not a scan stays unread: standard input, too, can be read as a snapshot then.

    Raises:
        ScanFileError: the file cannot be read, or its gzip data is broken.
    """
    try:
        if file == STANDARD_INPUT:
            given = sys.stdin.buffer
            head = given.peek(_HEAD_BYTES) if isinstance(given, io.BufferedReader) else b""
            return _unpacked(given.read()) if is_scan(_beginning(head)) else None
        with Path(file).open("rb") as stream:
            if not is_scan(_beginning(stream.read(_HEAD_BYTES))):
                return None
            stream.seek(0)
            return _unpacked(stream.read())
    except zlib.error as error:
        raise ScanFileError(file, f"the gzip data is broken: {error}") from error
    except OSError as error:
        raise ScanFileError(file, f"cannot be read: {error.strerror}") from error


def _beginning(head: bytes) -> bytes:
    if not head.startswith(_GZIP_MAGIC):
        return head
    try:
        return zlib.decompressobj(_GZIP_FORMAT).decompress(head)
    except zlib.error:
        return b""


def _unpacked(text: bytes) -> bytes:
    """Unpack gzip data of one member or several."""
    if not text.startswith(_GZIP_MAGIC):
        return text
    parts = []
    while text:
        unpacker = zlib.decompressobj(_GZIP_FORMAT)
        parts.append(unpacker.decompress(text))
        if not unpacker.eof:
            raise zlib.error("it ends too early")
        text = unpacker.unused_data
    return b"".join(parts)
