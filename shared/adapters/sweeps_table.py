"""The table `sweeps`: whole sweeps in one partition, partial ones in another, shards by sweep."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Final

from shared.adapters.table_account import TableAccount, replacing, version_of
from shared.adapters.table_keys import (
    PARTIAL_SWEEPS,
    SHARDS,
    SWEEPS,
    key,
    newest_first,
    shard_key,
    within,
)
from shared.adapters.table_limits import Operation, Row, Value, cut, joined, transactions
from shared.adapters.table_rows import UnreadableRowError, time_of
from shared.usecases.interfaces import (
    PARTIAL,
    Shard,
    ShardState,
    StoreConflictError,
    Sweep,
    sweep_id,
)

if TYPE_CHECKING:
    from azure.data.tables import TableEntity

TABLE: Final = "sweeps"


class SweepTable:
    """The `SweepStore` in Azure Table Storage; see there for what each method promises."""

    def __init__(self, account: TableAccount) -> None:
        """Take the account; its table is made when it is first used."""
        self._account = account

    def create(self, sweep: Sweep) -> None:
        """Record the shards, then the sweep, so that what is listed is complete."""
        if sweep.id != sweep_id(sweep.started, partial=sweep.is_partial):
            raise ValueError(f"{sweep.id!r} is not the id of a sweep that starts {sweep.started}")
        shards = (_creation(_shard_row(sweep.id, shard)) for shard in sweep.shards)
        for operations in (*transactions(shards), _creation(_sweep_row(sweep))):
            with suppress(StoreConflictError):
                self._account.submit(TABLE, operations)

    def sweep(self, sweep_id: str) -> Sweep | None:
        """Give one sweep with its shards."""
        row = self._row(sweep_id)
        return None if row is None else self._with_shards(row)

    def latest(self, count: int, *, partial: bool = False) -> Sequence[Sweep]:
        """Give the newest sweeps of the estate, or else the partial ones, newest first."""
        which = {"sweeps": PARTIAL_SWEEPS if partial else SWEEPS}
        rows = self._account.rows(TABLE, "PartitionKey eq @sweeps", which)
        return tuple(map(self._with_shards, islice(rows, count)))

    def finish(self, sweep_id: str, shard: Shard) -> bool:
        """Record the outcome of a waiting shard."""
        row = self._account.row(TABLE, key(sweep_id), shard_key(shard.number))
        if row is None or _shard(row).state is not ShardState.WAITING:
            return False
        return self._is_written(_shard_row(sweep_id, shard), row)

    def close(self, sweep_id: str, at: datetime) -> bool:
        """Close an open sweep that waits for no shard."""
        row = self._row(sweep_id)
        sweep = None if row is None else self._with_shards(row)
        if row is None or sweep is None or sweep.closed or not sweep.is_settled:
            return False
        return self._is_written(_sweep_row(replace(sweep, closed=at)), row)

    def announce(self, sweep_id: str) -> None:
        """Note that the end of a sweep was sent."""
        self._note(sweep_id, {"announced": True})

    def postpone(self, sweep_id: str, until: datetime) -> None:
        """Note that the rest of a sweep's news is not told before a time."""
        self._note(sweep_id, {"postponed_until": until})

    def _note(self, sweep_id: str, columns: Row) -> None:
        self._account.merge(TABLE, {**_place(sweep_id), **columns})

    def _row(self, sweep_id: str) -> TableEntity | None:
        place = _place(sweep_id)
        return self._account.row(TABLE, place["PartitionKey"], place["RowKey"])

    def _with_shards(self, row: Row) -> Sweep:
        sweep = _sweep(row)
        shards = map(_shard, self._account.rows(TABLE, *within(key(sweep.id), SHARDS)))
        return replace(sweep, shards=tuple(shards))

    def _is_written(self, row: Row, read: TableEntity) -> bool:
        """Replace a row in the version that was read; False if another writer came first."""
        try:
            self._account.submit(TABLE, [replacing(row, version_of(read))])
        except StoreConflictError:
            return False
        return True


def _creation(row: dict[str, Value]) -> list[Operation]:
    return [("create", row)]


def _place(sweep_id: str) -> Mapping[str, str]:
    """Give the keys of a sweep's row."""
    partition = PARTIAL_SWEEPS if sweep_id.endswith(PARTIAL) else SWEEPS
    return {"PartitionKey": partition, "RowKey": key(newest_first(sweep_id))}


def _sweep_row(sweep: Sweep) -> dict[str, Value]:
    row: dict[str, Value] = {
        **_place(sweep.id),
        "id": sweep.id,
        "started": sweep.started,
        "announced": sweep.announced,
        **dict(cut("vanished", json.dumps(sweep.vanished))),
    }
    if sweep.closed is not None:
        row["closed"] = sweep.closed
    if sweep.postponed_until is not None:
        row["postponed_until"] = sweep.postponed_until
    return row


def _sweep(row: Row) -> Sweep:
    """Read the row of a sweep, without its shards."""
    try:
        closed, postponed = row.get("closed"), row.get("postponed_until")
        return Sweep(
            id=str(row["id"]),
            started=time_of(row["started"]),
            shards=(),
            closed=None if closed is None else time_of(closed),
            vanished=tuple(json.loads(joined(row, "vanished"))),
            announced=bool(row["announced"]),
            postponed_until=None if postponed is None else time_of(postponed),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableRowError(row) from error


def _shard_row(sweep_id: str, shard: Shard) -> dict[str, Value]:
    return {
        "PartitionKey": key(sweep_id),
        "RowKey": shard_key(shard.number),
        "number": shard.number,
        "state": shard.state,
        **dict(cut("subscriptions", json.dumps(shard.subscriptions))),
        **dict(cut("counts", json.dumps(shard.counts, default=dict))),
        **dict(cut("unread", json.dumps(shard.unread))),
    }


def _shard(row: Row) -> Shard:
    try:
        return Shard(
            number=int(str(row["number"])),
            subscriptions=tuple(json.loads(joined(row, "subscriptions"))),
            state=ShardState(str(row["state"])),
            counts=json.loads(joined(row, "counts")),
            unread=tuple(json.loads(joined(row, "unread"))),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableRowError(row) from error
