"""Where a query of Table Storage goes on, as a text that may stand in an address."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Final

from shared.adapters.table_account import Continuation
from shared.usecases.report import ContinuationError

_NAMES: Final = ("PartitionKey", "RowKey")
_LONGEST: Final = 4_000


def text_of_continuation(token: Mapping[str, str | None]) -> str:
    """Write a token of the service; it holds keys of rows, which are no secret."""
    plain = json.dumps([token.get(name) for name in _NAMES], separators=(",", ":"))
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def continuation_of(text: str) -> Continuation:
    """Read a token back.

    Raises:
        ContinuationError: the text is none.
    """
    if len(text) > _LONGEST:
        raise ContinuationError("the place to go on from is too long")
    try:
        plain = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        values = json.loads(plain)
    except (binascii.Error, ValueError) as error:
        raise ContinuationError("the place to go on from cannot be read") from error
    if not isinstance(values, list) or len(values) != len(_NAMES) or not _are_keys(values):
        raise ContinuationError("the place to go on from names no row")
    return {name: value for name, value in zip(_NAMES, values, strict=True) if value is not None}


def _are_keys(values: list[object]) -> bool:
    partition, row = values
    return isinstance(partition, str) and bool(partition) and isinstance(row, str | None)
