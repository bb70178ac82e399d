"""Rows read as a snapshot, the way every reader of rows does it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final, TypeVar

from shared.adapters.payloads import SnapshotBuilder
from shared.network.snapshot import Snapshot
from tests.rows import Row

NOW: Final = datetime(2026, 3, 1, tzinfo=UTC)
Read = TypeVar("Read")


def builder_of(*rows: Row) -> SnapshotBuilder:
    builder = SnapshotBuilder()
    for row in rows:
        builder.add_row(row)
    return builder


def snapshot_of(*rows: Row) -> Snapshot:
    return builder_of(*rows).build(NOW)


def only(read: Iterable[Read]) -> Read:
    """Give the one thing that was read."""
    (one,) = read
    return one


def unread(*rows: Row) -> dict[str, str]:
    """Give the last name of everything that could not be read, with the reason."""
    return {one.scope.name: one.reason for one in snapshot_of(*rows).unread}
