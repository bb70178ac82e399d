"""The limits of Azure Table Storage, counted here because the emulator does not enforce them all.

Source: Microsoft Learn, "Scalability and performance targets for Table storage" (1 MiB and 255
properties an entity, three of them the system's; 100 operations and 4 MiB a transaction), and
"Understanding the Table service data model" (a string property holds 64 KiB of UTF-16).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeAlias

from shared.usecases.interfaces import StoreError

Value: TypeAlias = str | int | bool | datetime
Row: TypeAlias = Mapping[str, Value]
Operation: TypeAlias = tuple[str, dict[str, Any]] | tuple[str, dict[str, Any], dict[str, Any]]

PART_CHARACTERS: Final = 32_000
ROW_BYTES: Final = 1024 * 1024
ROW_PROPERTIES: Final = 252
TRANSACTION_OPERATIONS: Final = 100
TRANSACTION_BYTES: Final = 4 * 1024 * 1024 - 256 * 1024
"""Less than the service takes, for the envelope of the whole request."""
_OPERATION_BYTES: Final = 2048
"""The envelope of one operation: its headers, and the types that go beside the values."""


class RowTooLargeError(StoreError):
    """A row that Table Storage would refuse."""


def cut(name: str, text: str) -> Iterator[tuple[str, str]]:
    """Cut a text into columns of at most `PART_CHARACTERS`: `name`, `name_2`, `name_3` and on.

    Outside of ASCII a character may take two of UTF-16, so the parts are half as long.
    """
    size = PART_CHARACTERS if text.isascii() else PART_CHARACTERS // 2
    for number, start in enumerate(range(0, max(len(text), 1), size), start=1):
        yield (name if number == 1 else f"{name}_{number}"), text[start : start + size]


def joined(row: Row, name: str) -> str:
    """Put a text together again that `cut` spread over columns."""
    parts = [str(row[name])]
    while (column := f"{name}_{len(parts) + 1}") in row:
        parts.append(str(row[column]))
    return "".join(parts)


def row_bytes(row: Row) -> int:
    """Count what a row takes of its 1 MiB.

    Source: the data model's formula: 4 bytes, the keys, and for each property 8 bytes, its name
    and its value; texts in UTF-16 with 4 bytes for their length.
    """
    return 4 + sum(8 + 2 * len(name) + _value_bytes(value) for name, value in row.items())


def check_row(row: Row) -> None:
    """Refuse a row that the service would refuse.

    Raises:
        RowTooLargeError: it has too many properties, too long a text, or too many bytes.
    """
    if len(row) - 2 > ROW_PROPERTIES:
        raise RowTooLargeError(f"{len(row) - 2} properties, and {ROW_PROPERTIES} are the limit")
    for name, value in row.items():
        if isinstance(value, str) and _utf16_bytes(value) > 64 * 1024:
            raise RowTooLargeError(f"the text of {name} is longer than 64 KiB")
    if (size := row_bytes(row)) > ROW_BYTES:
        raise RowTooLargeError(f"{size} bytes, and {ROW_BYTES} are the limit")


def transactions(
    groups: Iterable[Sequence[Operation]], reserved: int = 0
) -> Iterator[list[Operation]]:
    """Pack groups of operations into transactions; a group is never split.

    Every transaction leaves room for `reserved` further small operations.
    """
    limit = TRANSACTION_OPERATIONS - reserved
    room = TRANSACTION_BYTES - reserved * 2 * _OPERATION_BYTES
    packed: list[Operation] = []
    used = 0
    for group in groups:
        size = sum(_operation_bytes(operation[1]) for operation in group)
        if packed and (len(packed) + len(group) > limit or used + size > room):
            yield packed
            packed, used = [], 0
        packed.extend(group)
        used += size
    if packed:
        yield packed


def _operation_bytes(row: Row) -> int:
    """Count a row as the service may: as it is stored or as it is sent, whichever is more."""
    sent = sum(len(name) + len(json.dumps(value, default=str)) + 6 for name, value in row.items())
    return _OPERATION_BYTES + max(row_bytes(row), sent)


def _value_bytes(value: Value) -> int:
    match value:
        case bool():
            return 1
        case str():
            return 4 + _utf16_bytes(value)
        case _:
            return 8


def _utf16_bytes(text: str) -> int:
    return 2 * len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass"))
