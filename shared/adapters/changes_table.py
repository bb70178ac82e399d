"""The table `changes`: what changed and waits to be assessed, and what could not be read."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import reduce
from itertools import groupby, islice
from typing import TYPE_CHECKING, Final

from shared.adapters.table_account import TableAccount, deleting, replacing, version_of
from shared.adapters.table_keys import key, within
from shared.adapters.table_limits import TRANSACTION_OPERATIONS, Row, Value, cut, joined
from shared.adapters.table_rows import UnreadableRowError, actor_of, actor_text, time_of
from shared.findings.resource_change import ResourceChange, together, whole_resource
from shared.network.ids import ResourceId, resource_id
from shared.usecases.change_interfaces import Mark
from shared.usecases.interfaces import StoreConflictError

if TYPE_CHECKING:
    from azure.data.tables import TableEntity

TABLE: Final = "changes"
MARKS: Final = "mark|"
RECENT: Final = "recent|"
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

    Each event is a row in the partition of its subscription, written without a look at what is
    there: a thousand changes of one deployment meet nowhere.  The rows of one whole resource lie
    together and are its mark.  In the same partition is the lease of the one worker, and a row for
    each resource whose mark was settled lately.
    """

    def __init__(self, account: TableAccount) -> None:
        """Take the account; the table is made when it is first used."""
        self._account = account

    def mark(self, change: ResourceChange) -> None:
        """Write the row of an event; one call, whatever is there."""
        self._account.put(TABLE, event_row(change))

    def marks(self, subscription: str, limit: int) -> Sequence[Mark]:
        """Read the rows of the first resources, in the order of their keys."""
        rows = self._account.rows(TABLE, *within(key(subscription.lower()), MARKS))
        return tuple(_mark(each) for _, each in islice(groupby(rows, _subject_key), limit))

    def settle(self, marks: Sequence[Mark], at: datetime) -> None:
        """Write when each resource was settled, then delete the rows that were read."""
        for mark in {mark.change.subject: mark for mark in marks}.values():
            self._account.put(TABLE, _recent_row(mark.change.subject, at))
        places = {
            (mark.change.subject, event): _place(mark.change.subject, event)
            for mark in marks
            for event in mark.events
        }
        self._delete(list(places.values()))

    def recent(self, subscription: str, since: datetime) -> Sequence[ResourceId]:
        """Read the rows of what was settled, and delete those that are too old."""
        rows = list(self._account.rows(TABLE, *within(key(subscription.lower()), RECENT)))
        self._delete([row for row in rows if time_of(row["settled"]) < since])
        return [
            resource_id(str(row["resource"])) for row in rows if time_of(row["settled"]) >= since
        ]

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

    def _delete(self, rows: Sequence[Row]) -> None:
        """Delete rows of one partition, many at a time; one by one where others were faster."""
        for start in range(0, len(rows), TRANSACTION_OPERATIONS):
            batch = rows[start : start + TRANSACTION_OPERATIONS]
            try:
                self._account.submit(TABLE, [("delete", dict(_place_of(row))) for row in batch])
            except StoreConflictError:
                self._account.in_parallel(self._delete_one, batch)

    def _delete_one(self, row: Row) -> None:
        self._account.delete(TABLE, str(row["PartitionKey"]), str(row["RowKey"]))

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


def _place(subject: ResourceId, event_id: str) -> dict[str, Value]:
    """Give the keys of an event's row, of one length: a resource id may be longer than a key."""
    row_key = f"{MARKS}{_digest(subject.key)}|{_digest(event_id)}"
    return {"PartitionKey": key(subject.subscription), "RowKey": row_key}


def _place_of(row: Row) -> Mapping[str, Value]:
    return {name: row[name] for name in ("PartitionKey", "RowKey")}


def _subject_key(row: Row) -> str:
    return str(row["RowKey"]).rpartition("|")[0]


def _recent_row(subject: ResourceId, at: datetime) -> Row:
    whole = whole_resource(subject)
    row_key = f"{RECENT}{_digest(whole.key)}"
    where = {"PartitionKey": key(subject.subscription), "RowKey": row_key}
    return {**where, "resource": whole.text, "settled": at}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def event_row(change: ResourceChange) -> Row:
    """Write one change as a row; whatever `read_event` gives fits."""
    columns: dict[str, Value] = {
        **_place(change.subject, change.event_id),
        "resource": change.resource.text,
        "occurred": change.occurred,
        "received": change.received,
        "event_id": change.event_id,
        "deleted": change.deleted,
    }
    if change.actor is not None:
        columns.update(cut("actor", actor_text(change.actor)))
    return columns


def _mark(rows: Iterable[TableEntity]) -> Mark:
    """Put the changes of one resource together."""
    changes = [change_of(row) for row in rows]
    first = min(change.occurred for change in changes)
    return Mark(reduce(together, changes), first, tuple(one.event_id for one in changes))


def change_of(row: Row) -> ResourceChange:
    """Read what `event_row` wrote.

    Raises:
        UnreadableRowError: the row says something else.
    """
    try:
        return ResourceChange(
            resource=resource_id(str(row["resource"])),
            occurred=time_of(row["occurred"]),
            received=time_of(row["received"]),
            event_id=str(row["event_id"]),
            deleted=bool(row["deleted"]),
            actor=actor_of(joined(row, "actor")) if "actor" in row else None,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableRowError(row) from error


def _count(row: Row) -> int:
    return int(str(row["count"]))
