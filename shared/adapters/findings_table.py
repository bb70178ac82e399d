"""The table `findings`: in one partition a subscription's watermark, findings and outbox.

The watermark's version is renewed by every transaction of the partition.  It is what makes sure
that a decision still rests on everything that was read, when it is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from shared.adapters.history_table import HistoryTable
from shared.adapters.outbox_rows import OutboxRows
from shared.adapters.table_account import TableAccount, replacing, version_of
from shared.adapters.table_keys import (
    FINDINGS,
    FINDINGS_TABLE,
    WATERMARK,
    finding_key,
    key,
    text_of,
    within,
)
from shared.adapters.table_limits import Operation, transactions
from shared.adapters.table_rows import (
    event_row,
    record_of,
    record_row,
    watermark_of,
    watermark_row,
)
from shared.findings.comparison import Change, Stored
from shared.findings.finding import Fingerprint, Transition
from shared.usecases.interfaces import OutboxEvent, Watermark

if TYPE_CHECKING:
    from azure.data.tables import TableEntity


class FindingTables:
    """The `FindingStore` in Azure Table Storage; see there for what each method promises."""

    def __init__(self, account: TableAccount) -> None:
        """Take the account; its tables are made when they are first used."""
        self._account = account
        self._history = HistoryTable(account)
        self._outbox = OutboxRows(account, self._history)

    def watermark(self, subscription: str) -> Watermark:
        """Give the subscription's watermark."""
        row = self._account.row(FINDINGS_TABLE, key(subscription.lower()), WATERMARK)
        return Watermark() if row is None else watermark_of(row, version_of(row))

    def findings(self, subscription: str) -> Iterator[Stored]:
        """Give every recorded finding of a subscription, page by page."""
        for row in self._account.rows(FINDINGS_TABLE, *within(key(subscription.lower()), FINDINGS)):
            yield _stored(row)

    def finding(self, fingerprint: Fingerprint) -> Stored | None:
        """Find a record in the subscription that its history names, else in every partition."""
        latest = self._history.latest(fingerprint)
        row_key = finding_key(fingerprint)
        if latest is not None:
            row = self._account.row(
                FINDINGS_TABLE, key(latest.finding.resource.subscription), row_key
            )
        else:
            row = self._account.first(FINDINGS_TABLE, "RowKey eq @row", {"row": row_key})
        return None if row is None else _stored(row)

    def write(
        self,
        subscription: str,
        changes: Sequence[Change],
        watermark: Watermark,
        observed_at: datetime | None = None,
    ) -> None:
        """Write transactions of one partition, then add their steps to the histories."""
        partition = key(subscription.lower())
        _check_home(partition, changes)
        waiting = transactions(map(_operations, changes), reserved=1)
        operations = next(waiting, [] if observed_at else None)
        while operations is not None:
            following = next(waiting, None)
            reached = observed_at if following is None else None
            watermark = self._submit(partition, operations, watermark, reached)
            operations = following
        self._history.add(each.transition for each in changes if each.transition is not None)

    def history(self, fingerprint: Fingerprint) -> Sequence[Transition]:
        """Give the steps of one finding, newest first."""
        return tuple(self._history.steps(fingerprint))

    def events(self, subscription: str) -> Iterator[OutboxEvent]:
        """Give the outbox of a subscription, oldest first, page by page."""
        return self._outbox.events(subscription)

    def settle(self, events: Sequence[OutboxEvent], told: datetime | None = None) -> None:
        """Complete the history of events, and take them out of the outbox."""
        self._outbox.settle(events, told)

    def refuse(self, events: Sequence[OutboxEvent], reason: str) -> None:
        """Keep events with the receiver's reason."""
        self._outbox.refuse(events, reason)

    def restore(self, events: Sequence[OutboxEvent]) -> None:
        """Put refused events back to be told."""
        self._outbox.restore(events)

    def subscriptions(self) -> Sequence[str]:
        """Name the partitions: one small query for each, since only their keys are indexed."""
        found: list[str] = []
        where, last = "PartitionKey gt @last", " "
        while row := self._account.first(FINDINGS_TABLE, where, {"last": last}, ["PartitionKey"]):
            last = str(row["PartitionKey"])
            found.append(text_of(last))
        return tuple(found)

    def _submit(
        self,
        partition: str,
        operations: Sequence[Operation],
        watermark: Watermark,
        reached: datetime | None,
    ) -> Watermark:
        """Run one transaction on top of a watermark, and give the watermark that it leaves."""
        observed_at = reached or watermark.observed_at
        fence = replacing(watermark_row(partition, observed_at), watermark.version)
        versions = self._account.submit(FINDINGS_TABLE, [fence, *operations])
        return Watermark(observed_at, versions[0])


def _check_home(partition: str, changes: Sequence[Change]) -> None:
    for change in changes:
        resource = change.record.finding.resource
        if key(resource.subscription) != partition:
            raise ValueError(f"{resource} is not in subscription {partition}")


def _operations(change: Change) -> Sequence[Operation]:
    """Give the operations of one change, which stay in one transaction."""
    record = replacing(record_row(change.record), change.version)
    if change.transition is None:
        return [record]
    return [record, ("upsert", event_row(change.transition), {"mode": "replace"})]


def _stored(row: TableEntity) -> Stored:
    return Stored(record_of(row), version_of(row))
