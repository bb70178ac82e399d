"""The table `remediations`: plans by subscription, the leases of what is written, the ledger."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Final

from shared.adapters.history_table import HISTORY
from shared.adapters.plan_rows import plan_row, record_of, step_of, step_rows
from shared.adapters.table_account import TableAccount, deleting, replacing, version_of
from shared.adapters.table_keys import key
from shared.adapters.table_limits import Value, cut, joined
from shared.adapters.table_rows import UnreadableRowError, time_of
from shared.remediation.lifecycle import PlanState
from shared.remediation.plan import PlanId
from shared.usecases.interfaces import StoreConflictError
from shared.usecases.plan_record import Ledger, PlanRecord, PlanStep

TABLE: Final = "remediations"
LEASES: Final = "-lease"
LEDGER: Final = "-ledger"
"""Partitions of their own, which sort before those of subscriptions."""
_FIRST_PLAN: Final = "0"
_ROW: Final = "ledger"


class RemediationTable:
    """The `PlanStore` in Azure Table Storage; see there for what each method promises."""

    def __init__(self, account: TableAccount) -> None:
        """Take the account; the table is made when it is first used."""
        self._account = account

    def plan(self, plan_id: PlanId) -> PlanRecord | None:
        """Find a plan in whichever partition."""
        where = "PartitionKey ge @first and RowKey eq @row"
        row = self._account.first(TABLE, where, {"first": _FIRST_PLAN, "row": str(plan_id)})
        return None if row is None else record_of(row, version_of(row))

    def plans(
        self, subscription: str | None = None, states: Collection[PlanState] = ()
    ) -> Iterator[PlanRecord]:
        """Read one partition, or all, page by page."""
        where, parameters = "PartitionKey ge @first", {"first": _FIRST_PLAN}
        if subscription is not None:
            where, parameters = "PartitionKey eq @own", {"own": key(subscription.lower())}
        for row in self._account.rows(TABLE, where, parameters):
            if not states or row["state"] in states:
                yield record_of(row, version_of(row))

    def save(self, record: PlanRecord) -> PlanRecord:
        """Write one row, then its recent steps."""
        (version,) = self._account.submit(TABLE, [replacing(plan_row(record), record.version)])
        self.settle(record)
        return replace(record, version=version)

    def settle(self, record: PlanRecord) -> None:
        """Write the recent steps to the history."""
        for row in step_rows(record.plan.id, record.recent):
            self._account.put(HISTORY, row)

    def history(self, plan_id: PlanId) -> Sequence[PlanStep]:
        """Read the steps of one plan, newest first."""
        where, parameters = "PartitionKey eq @plan", {"plan": key(plan_id)}
        return [step_of(row) for row in self._account.rows(HISTORY, where, parameters)]

    def claim(self, what: str, owner: str, now: datetime, until: datetime) -> bool:
        """Write the lease where it is free, has ended, or is the owner's own."""
        row = self._account.row(TABLE, LEASES, _lease_key(what))
        if row is not None and row["owner"] != owner and time_of(row["until"]) > now:
            return False
        lease: dict[str, Value] = {
            "PartitionKey": LEASES,
            "RowKey": _lease_key(what),
            "what": what,
            "owner": owner,
            "until": until,
        }
        try:
            self._account.submit(
                TABLE, [replacing(lease, None if row is None else version_of(row))]
            )
        except StoreConflictError:
            return False
        return True

    def release(self, what: str, owner: str) -> None:
        """Delete the lease if it is the owner's."""
        row = self._account.row(TABLE, LEASES, _lease_key(what))
        if row is not None and row["owner"] == owner:
            with suppress(StoreConflictError):
                self._account.submit(TABLE, [deleting(row, version_of(row))])

    def ledger(self) -> Ledger:
        """Read the one row of the ledger."""
        row = self._account.row(TABLE, LEDGER, _ROW)
        if row is None:
            return Ledger()
        try:
            document = json.loads(joined(row, "ledger"))
            return Ledger(
                begun=tuple(map(datetime.fromisoformat, document["begun"])),
                failures=tuple(map(datetime.fromisoformat, document["failures"])),
                version=version_of(row),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise UnreadableRowError(row) from error

    def enter(self, ledger: Ledger) -> None:
        """Write the one row of the ledger."""
        document = {
            "begun": [at.isoformat() for at in ledger.begun],
            "failures": [at.isoformat() for at in ledger.failures],
        }
        row: dict[str, Value] = {
            "PartitionKey": LEDGER,
            "RowKey": _ROW,
            **dict(cut("ledger", json.dumps(document))),
        }
        self._account.submit(TABLE, [replacing(row, ledger.version)])


def _lease_key(what: str) -> str:
    """Give a key of one length: the id of a resource may be longer than a key."""
    return hashlib.sha256(what.encode()).hexdigest()
