"""The table `sessions`: a partition for each Bastion and day; and what is known of each Bastion."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final

from shared.adapters.session_rows import partition, session_of_row, session_row, stamp
from shared.adapters.table_account import TableAccount, replacing, version_of
from shared.adapters.table_keys import key
from shared.adapters.table_limits import Operation, Row, Value, transactions
from shared.adapters.table_rows import UnreadableRowError, time_of
from shared.findings.session import Session, SessionOutcome, SessionQuery
from shared.findings.session_logging import BastionLog
from shared.network.ids import ResourceId, resource_id
from shared.usecases.interfaces import StoreConflictError

if TYPE_CHECKING:
    from azure.data.tables import TableEntity

TABLE: Final = "sessions"
STATE_TABLE: Final = "sessionstate"
"""What is remembered besides sessions: Bastions, reading places, signals, disconnections."""
BASTIONS: Final = "bastion"
DATED: Final = ("broken", "cursor", "disconnection", "signal")
"""Partitions of the state table, by how they begin, whose row keys begin with a day."""
_AFTER: Final = "~"
_ATTEMPTS: Final = 20


class SessionTable:
    """The `SessionStore` in Azure Table Storage; see there for what each method promises."""

    def __init__(self, account: TableAccount) -> None:
        """Take the account; its tables are made when they are first used."""
        self._account = account

    def add(self, sessions: Sequence[Session]) -> None:
        """Write transactions of one partition each, several partitions at a time."""
        partitions: dict[str, dict[str, Operation]] = {}
        for session in sessions:
            row = session_row(session)
            home = partitions.setdefault(str(row["PartitionKey"]), {})
            home[str(row["RowKey"])] = ("upsert", row, {"mode": "replace"})
        self._account.in_parallel(
            self._write, [list(rows.values()) for rows in partitions.values()]
        )

    def sessions(self, query: SessionQuery) -> Iterator[Session]:
        """Read the days since the query's time, Bastion by Bastion."""
        outcome = SessionOutcome.LOGIN_FAILED if query.failed_only else None
        for log in self.logs():
            for session in self._between(log.bastion, query.since, None, outcome):
                if query.matches(session):
                    yield session

    def failures(self, bastion: ResourceId, first: datetime, last: datetime) -> Sequence[Session]:
        """Read the failed logins between two moments."""
        return tuple(self._between(bastion, first, last, SessionOutcome.LOGIN_FAILED))

    def logs(self) -> Sequence[BastionLog]:
        """Read the rows of Bastions."""
        rows = self._account.rows(STATE_TABLE, "PartitionKey eq @of", {"of": BASTIONS})
        return tuple(map(_log, rows))

    def note_record(self, bastion: ResourceId, at: datetime) -> None:
        """Move the latest record of a Bastion on."""
        self._note(bastion, "last_record", at)

    def note_use(self, bastion: ResourceId, began: datetime | None) -> None:
        """Move the latest use of a Bastion on."""
        self._note(bastion, "last_use", began)

    def forget_before(self, day: date) -> int:
        """Delete what is dated before a day, first the sessions and then the rest."""
        gone = 0
        for log in self.logs():
            first, after = partition(log.bastion), partition(log.bastion, day)
            where = "PartitionKey ge @first and PartitionKey lt @after"
            gone += self._delete(TABLE, where, {"first": first, "after": after})
        for name in DATED:
            where = "PartitionKey ge @first and PartitionKey lt @after and RowKey lt @day"
            span = {"first": name, "after": f"{name}{_AFTER}", "day": f"{day:%Y%m%d}"}
            gone += self._delete(STATE_TABLE, where, span)
        return gone

    def _write(self, operations: Sequence[Operation]) -> None:
        for transaction in transactions([operation] for operation in operations):
            self._account.submit(TABLE, transaction)

    def _between(
        self,
        bastion: ResourceId,
        first: datetime,
        last: datetime | None,
        outcome: SessionOutcome | None,
    ) -> Iterator[Session]:
        """Read a Bastion's sessions from a moment on, up to another one (included), in order."""
        where = "PartitionKey ge @from and PartitionKey lt @to and RowKey ge @first"
        parameters = {
            "from": partition(bastion, first.astimezone(UTC).date()),
            "to": partition(bastion) + _AFTER,
            "first": stamp(first),
        }
        if last is not None:
            where += " and RowKey lt @last"
            parameters |= {
                "to": partition(bastion, last.astimezone(UTC).date()) + _AFTER,
                "last": stamp(last) + _AFTER,
            }
        if outcome is not None:
            where += " and outcome eq @outcome"
            parameters["outcome"] = outcome.value
        return map(session_of_row, self._account.rows(TABLE, where, parameters))

    def _note(self, bastion: ResourceId, column: str, at: datetime | None) -> None:
        """Write a later time over an earlier one; anew as long as others write first."""
        row_key = key(bastion.key)
        for attempt in range(_ATTEMPTS):
            row = self._account.row(STATE_TABLE, BASTIONS, row_key)
            if row is not None and (at is None or (column in row and time_of(row[column]) >= at)):
                return
            following = _noted(row, bastion, row_key) | ({} if at is None else {column: at})
            try:
                version = None if row is None else version_of(row)
                self._account.submit(STATE_TABLE, [replacing(following, version)])
            except StoreConflictError:
                if attempt == _ATTEMPTS - 1:
                    raise
            else:
                return

    def _delete(self, table: str, where: str, parameters: dict[str, str]) -> int:
        """Delete rows; of those that somebody else deletes meanwhile the next call takes care."""
        partitions: dict[str, list[Operation]] = {}
        for row in self._account.rows(table, where, parameters, ["PartitionKey", "RowKey"]):
            keys = {name: row[name] for name in ("PartitionKey", "RowKey")}
            partitions.setdefault(str(row["PartitionKey"]), []).append(("delete", keys))
        for operations in partitions.values():
            for transaction in transactions([operation] for operation in operations):
                with suppress(StoreConflictError):
                    self._account.submit(table, transaction)
        return sum(map(len, partitions.values()))


def _noted(row: TableEntity | None, bastion: ResourceId, row_key: str) -> dict[str, Value]:
    kept = {} if row is None else {name: row[name] for name in row if name.startswith("last_")}
    return {"PartitionKey": BASTIONS, "RowKey": row_key, "bastion": bastion.text, **kept}


def _log(row: Row) -> BastionLog:
    try:
        record, use = row.get("last_record"), row.get("last_use")
        return BastionLog(
            resource_id(str(row["bastion"])),
            None if record is None else time_of(record),
            None if use is None else time_of(use),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableRowError(row) from error
