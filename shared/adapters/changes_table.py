"""The table `changes`: what changed and waits to be assessed, and what could not be read."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Final

from shared.adapters.table_account import TableAccount, deleting, replacing, version_of
from shared.adapters.table_keys import key, within
from shared.adapters.table_limits import Row, Value, cut, joined
from shared.adapters.table_rows import UnreadableRowError, actor_of, actor_text, time_of
from shared.findings.resource_change import ResourceChange, together
from shared.network.ids import ResourceId, resource_id
from shared.usecases.interfaces import Mark, StoreConflictError

if TYPE_CHECKING:
    from azure.data.tables import TableEntity

TABLE: Final = "changes"
MARKS: Final = "mark|"
LEASE: Final = "lease"
REFUSED: Final = "refused"
REFUSED_SLOTS: Final = 256
"""Refused texts share that many rows, so that a flood of them fills no table."""
TEXT_CHARACTERS: Final = 8_000
REASON_CHARACTERS: Final = 200
_ATTEMPTS: Final = 100
"""Of writers who meet at one row one wins each time: far more than ever meet."""

_Revision = Callable[["TableEntity | None"], Row | None]
"""Gives the row that follows the one that was read, None where nothing is to be written."""


class ChangesTable:
    """The `ChangeMarks` in Azure Table Storage; see there for what each method promises.

    A mark is one row for each whole resource, in the partition of its subscription, and so is the
    lease of the one worker.  The version of a mark is the row's etag, which every write renews.
    """

    def __init__(self, account: TableAccount) -> None:
        """Take the account; the table is made when it is first used."""
        self._account = account

    def mark(self, change: ResourceChange) -> None:
        """Write the mark of a resource on top of the one that is there."""
        partition, row_key = key(change.subject.subscription), _mark_key(change.subject)

        def revised(row: TableEntity | None) -> Row | None:
            where = {"PartitionKey": partition, "RowKey": row_key}
            if row is None:
                return {**where, **_columns(change), "first": change.occurred, "count": 1}
            before = _mark(row)
            if before.change.event_id == change.event_id:
                return None
            first = min(before.first, change.occurred)
            both = together(before.change, change)
            return {**where, **_columns(both), "first": first, "count": before.count + 1}

        self._revise(partition, row_key, revised)

    def marks(self, subscription: str, limit: int) -> Sequence[Mark]:
        """Read the first rows of marks, in the order of their keys."""
        rows = self._account.rows(TABLE, *within(key(subscription.lower()), MARKS))
        return tuple(map(_mark, islice(rows, limit)))

    def settle(self, marks: Sequence[Mark]) -> None:
        """Delete each mark in the version that was read; a newer one stays."""
        self._account.in_parallel(self._settle, marks)

    def claim(self, subscription: str, owner: str, now: datetime, until: datetime) -> bool:
        """Write the lease where it is free, has ended, or is the owner's own."""
        partition = key(subscription.lower())
        row = self._account.row(TABLE, partition, LEASE)
        if row is not None and row["owner"] != owner and time_of(row["until"]) > now:
            return False
        lease: dict[str, Value] = {"PartitionKey": partition, "RowKey": LEASE}
        lease.update(owner=owner, until=until)
        version = None if row is None else version_of(row)
        try:
            self._account.submit(TABLE, [replacing(lease, version)])
        except StoreConflictError:
            return False
        return True

    def release(self, subscription: str, owner: str) -> None:
        """Delete the lease if it is the owner's."""
        row = self._account.row(TABLE, key(subscription.lower()), LEASE)
        if row is not None and row["owner"] == owner:
            with suppress(StoreConflictError):
                self._account.submit(TABLE, [deleting(row, version_of(row))])

    def refuse(self, text: str, reason: str, received: datetime) -> None:
        """Count in the text's slot, and keep there the text that came last."""
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
        slot = f"{int.from_bytes(digest[:4]) % REFUSED_SLOTS:03}"
        kept = text[:TEXT_CHARACTERS].encode("utf-8", "replace").decode()

        def revised(row: TableEntity | None) -> Row:
            return {
                "PartitionKey": REFUSED,
                "RowKey": slot,
                "count": 1 + (0 if row is None else _count(row)),
                "characters": len(text),
                "reason": reason[:REASON_CHARACTERS],
                "received": received,
                "text": kept,
            }

        self._revise(REFUSED, slot, revised)

    def refused_count(self) -> int:
        """Add up the slots."""
        where, columns = "PartitionKey eq @refused", ["PartitionKey", "RowKey", "count"]
        return sum(map(_count, self._account.rows(TABLE, where, {"refused": REFUSED}, columns)))

    def _settle(self, mark: Mark) -> None:
        subject = mark.change.subject
        where = {"PartitionKey": key(subject.subscription), "RowKey": _mark_key(subject)}
        with suppress(StoreConflictError):
            self._account.submit(TABLE, [deleting(where, mark.version)])

    def _revise(self, partition: str, row_key: str, revised: _Revision) -> None:
        """Write what follows from the present row; anew as long as others write first."""
        for attempt in range(_ATTEMPTS):
            row = self._account.row(TABLE, partition, row_key)
            following = revised(row)
            if following is None:
                return
            try:
                version = None if row is None else version_of(row)
                self._account.submit(TABLE, [replacing(following, version)])
            except StoreConflictError:
                if attempt == _ATTEMPTS - 1:
                    raise
            else:
                return


def _mark_key(subject: ResourceId) -> str:
    """Give a key of one length: a resource id may be longer than a key."""
    return MARKS + hashlib.sha256(subject.key.encode()).hexdigest()


def _columns(change: ResourceChange) -> dict[str, Value]:
    columns: dict[str, Value] = {
        "resource": change.resource.text,
        "occurred": change.occurred,
        "received": change.received,
        "event_id": change.event_id,
        "deleted": change.deleted,
    }
    if change.actor is not None:
        columns.update(cut("actor", actor_text(change.actor)))
    return columns


def _mark(row: TableEntity) -> Mark:
    try:
        change = ResourceChange(
            resource=resource_id(str(row["resource"])),
            occurred=time_of(row["occurred"]),
            received=time_of(row["received"]),
            event_id=str(row["event_id"]),
            deleted=bool(row["deleted"]),
            actor=actor_of(joined(row, "actor")) if "actor" in row else None,
        )
        return Mark(change, time_of(row["first"]), _count(row), version_of(row))
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableRowError(row) from error


def _count(row: Row) -> int:
    return int(str(row["count"]))
