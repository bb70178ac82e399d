"""The table `sessionstate`: how far logs were read, what was broken, signals, disconnections."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Final

from shared.adapters.session_rows import stamp
from shared.adapters.sessions_table import STATE_TABLE
from shared.adapters.table_account import TableAccount, replacing, version_of
from shared.adapters.table_keys import key
from shared.adapters.table_limits import Row, Value
from shared.adapters.table_rows import UnreadableRowError, time_of
from shared.findings.session import Disconnection, LiveSession
from shared.findings.session_signals import Signal, SignalKind
from shared.network.ids import resource_id
from shared.usecases.interfaces import StoreConflictError
from shared.usecases.session_interfaces import (
    BrokenLine,
    Cursor,
    LogBlob,
    LogFolder,
    SignalState,
)

FOLDER: Final = "folder"
"""Row key of a folder's own row; it sorts behind the hours."""
SIGNALS: Final = "signal"
DISCONNECTIONS: Final = "disconnection"


class ReadingPlaceRows:
    """The `ReadingPlaces` in Azure Table Storage: a partition for each folder, a row for a blob."""

    def __init__(self, account: TableAccount) -> None:
        """Take the account; the table is made when it is first used."""
        self._account = account

    def listed(self, folder: LogFolder) -> date | None:
        """Read the folder's own row."""
        row = self._account.row(STATE_TABLE, _cursors_of(folder), FOLDER)
        return None if row is None else date.fromisoformat(str(row["listed"]))

    def note_listed(self, folder: LogFolder, day: date) -> None:
        """Write the folder's own row."""
        self._account.put(
            STATE_TABLE,
            {
                "PartitionKey": _cursors_of(folder),
                "RowKey": FOLDER,
                "path": folder.path,
                "listed": day.isoformat(),
            },
        )

    def cursors(self, folder: LogFolder, since: str) -> Mapping[str, Cursor]:
        """Read the rows of a folder's blobs by one query."""
        where = "PartitionKey eq @of and RowKey ge @since and RowKey lt @folder"
        parameters = {"of": _cursors_of(folder), "since": since, "folder": FOLDER}
        found = {}
        for row in self._account.rows(STATE_TABLE, where, parameters):
            found[str(row.get("name", ""))] = _cursor(row, version_of(row))
        return found

    def advance(self, blob: LogBlob, cursor: Cursor) -> Cursor:
        """Write a blob's row on top of the version that was read."""
        row: dict[str, Value] = {
            "PartitionKey": _cursors_of(blob.folder),
            "RowKey": _blob_key(blob),
            "name": blob.name,
            "offset": str(cursor.offset),
            "seen": cursor.seen,
            "created": blob.created,
            "sessions": cursor.sessions,
            "broken": cursor.broken,
        }
        (version,) = self._account.submit(STATE_TABLE, [replacing(row, cursor.version)])
        return Cursor(
            blob.created, cursor.offset, cursor.seen, cursor.sessions, cursor.broken, version
        )

    def keep_broken(self, blob: LogBlob, lines: Sequence[BrokenLine]) -> None:
        """Write a row for each line, under its blob and offset."""
        for line in lines:
            self._account.put(
                STATE_TABLE,
                {
                    "PartitionKey": key(f"broken|{blob.folder.account}"),
                    "RowKey": f"{_blob_key(blob)}|{line.offset:015}",
                    "name": blob.name,
                    "reason": line.reason,
                    "text": line.text,
                },
            )

    def broken_count(self) -> int:
        """Add up what the cursors counted."""
        where = "PartitionKey ge @first and PartitionKey lt @after and broken gt 0"
        rows = self._account.rows(STATE_TABLE, where, {"first": "cursor|", "after": "cursor}"})
        return sum(int(str(row["broken"])) for row in rows)


class SignalRows:
    """The `SignalStore` in Azure Table Storage: one partition, a row for each signal of a day."""

    def __init__(self, account: TableAccount) -> None:
        """Take the account; the table is made when it is first used."""
        self._account = account

    def raise_signal(self, signal: Signal) -> bool:
        """Make the row of a signal, unless it is there."""
        try:
            self._account.submit(STATE_TABLE, [("create", _signal_row(signal))])
        except StoreConflictError:
            return False
        return True

    def pending(self, limit: int) -> Sequence[Signal]:
        """Read the first pending rows."""
        where = "PartitionKey eq @of and state eq @state"
        parameters = {"of": SIGNALS, "state": SignalState.PENDING.value}
        rows = self._account.rows(STATE_TABLE, where, parameters)
        return tuple(map(_signal, islice(rows, limit)))

    def settle(self, signals: Sequence[Signal], state: SignalState) -> None:
        """Merge the state into each row; one that was forgotten meanwhile stays so."""
        for signal in signals:
            row = {"PartitionKey": SIGNALS, "RowKey": key(signal.key), "state": state.value}
            self._account.merge(STATE_TABLE, row)


class DisconnectionRows:
    """The `DisconnectionStore` in Azure Table Storage: one partition, a row for each request."""

    def __init__(self, account: TableAccount) -> None:
        """Take the account; the table is made when it is first used."""
        self._account = account

    def record(self, disconnection: Disconnection) -> None:
        """Write the row of a request."""
        self._account.put(STATE_TABLE, _disconnection_row(disconnection))

    def disconnections(self, since: datetime) -> Sequence[Disconnection]:
        """Read the rows since a time, and turn them round."""
        where = "PartitionKey eq @of and RowKey ge @since"
        parameters = {"of": DISCONNECTIONS, "since": stamp(since)}
        rows = list(self._account.rows(STATE_TABLE, where, parameters))
        return tuple(_disconnection(row) for row in reversed(rows))


def _cursors_of(folder: LogFolder) -> str:
    return key(f"cursor|{folder.account}|{_digest(folder.path)}")


def _blob_key(blob: LogBlob) -> str:
    return f"{blob.hour}|{_digest(blob.name)}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _cursor(row: Row, version: str) -> Cursor:
    try:
        return Cursor(
            created=time_of(row["created"]),
            offset=int(str(row["offset"])),
            seen=str(row["seen"]),
            sessions=int(str(row["sessions"])),
            broken=int(str(row["broken"])),
            version=version,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableRowError(row) from error


def _signal_row(signal: Signal) -> dict[str, Value]:
    return {
        "PartitionKey": SIGNALS,
        "RowKey": key(signal.key),
        "state": SignalState.PENDING.value,
        "kind": signal.kind,
        "bastion": signal.bastion.text,
        "at": signal.at,
        "client_address": signal.client_address,
        "user_name": signal.user_name,
        "machine": signal.machine.text if signal.machine else "",
        "count": signal.count,
    }


def _signal(row: Row) -> Signal:
    try:
        machine = str(row["machine"])
        return Signal(
            kind=SignalKind(str(row["kind"])),
            bastion=resource_id(str(row["bastion"])),
            at=time_of(row["at"]),
            client_address=str(row["client_address"]),
            user_name=str(row["user_name"]),
            machine=resource_id(machine) if machine else None,
            count=int(str(row["count"])),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableRowError(row) from error


def _disconnection_row(disconnection: Disconnection) -> dict[str, Value]:
    session = disconnection.session
    row: dict[str, Value] = {
        "PartitionKey": DISCONNECTIONS,
        "RowKey": f"{stamp(disconnection.requested)}|{_digest(session.id)}",
        "session": session.id,
        "bastion": session.bastion.text,
        "machine": session.machine.text if session.machine else "",
        "target_name": session.target_name,
        "target_address": session.target_address,
        "user_name": session.user_name,
        "protocol": session.protocol,
        "requested": disconnection.requested,
        "actor": disconnection.actor,
        "result": disconnection.result,
        "message": disconnection.message,
    }
    return row if session.started is None else {**row, "started": session.started}


def _disconnection(row: Row) -> Disconnection:
    try:
        started, machine = row.get("started"), str(row["machine"])
        session = LiveSession(
            id=str(row["session"]),
            bastion=resource_id(str(row["bastion"])),
            started=None if started is None else time_of(started),
            machine=resource_id(machine) if machine else None,
            target_name=str(row["target_name"]),
            target_address=str(row["target_address"]),
            user_name=str(row["user_name"]),
            protocol=str(row["protocol"]),
        )
        return Disconnection(
            session=session,
            requested=time_of(row["requested"]),
            actor=str(row["actor"]),
            result=str(row["result"]),
            message=str(row["message"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableRowError(row) from error
