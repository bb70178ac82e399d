"""The outbox: rows of the table `findings`, each with a whole step of a finding."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Final

from shared.adapters.history_table import HistoryTable
from shared.adapters.table_account import TableAccount
from shared.adapters.table_keys import EVENTS, FINDINGS_TABLE, event_key, key, within
from shared.adapters.table_limits import Operation, transactions
from shared.adapters.table_rows import event_of, transition_of
from shared.usecases.interfaces import EventState, OutboxEvent, StoreConflictError

REASON_CHARACTERS: Final = 1000


class OutboxRows:
    """What must still be told; written with the findings, read and taken out here."""

    def __init__(self, account: TableAccount, history: HistoryTable) -> None:
        """Take the account, and the history that every settled event leaves behind."""
        self._account = account
        self._history = history

    def events(self, subscription: str) -> Iterator[OutboxEvent]:
        """Give the outbox of a subscription, oldest first, page by page."""
        within_outbox = within(key(subscription.lower()), EVENTS)
        return map(event_of, self._account.rows(FINDINGS_TABLE, *within_outbox))

    def settle(self, events: Sequence[OutboxEvent], told: datetime | None = None) -> None:
        """Complete the history of events and delete their rows."""
        self._account.in_parallel(partial(self._complete_history, told), events)
        partitions: defaultdict[str, set[str]] = defaultdict(set)
        for event in events:
            partitions[key(event.subscription)].add(event_key(event.transition))
        for partition, rows in partitions.items():
            deletions: list[list[Operation]] = [
                [("delete", {"PartitionKey": partition, "RowKey": row})] for row in sorted(rows)
            ]
            for operations in transactions(deletions):
                self._delete(partition, operations)

    def refuse(self, events: Sequence[OutboxEvent], reason: str) -> None:
        """Mark events as refused, with the beginning of the receiver's reason."""
        mark = partial(self._mark, EventState.REFUSED, reason[:REASON_CHARACTERS])
        self._account.in_parallel(mark, events)

    def restore(self, events: Sequence[OutboxEvent]) -> None:
        """Mark events as pending again."""
        self._account.in_parallel(partial(self._mark, EventState.PENDING, ""), events)

    def _complete_history(self, told: datetime | None, event: OutboxEvent) -> None:
        """Add a step to the history where a crash kept it from getting there.

        It is taken from the event's row: the event at hand may have been condensed since.
        """
        when = told if event.transition.occurred is not None else None
        if self._history.holds(event.transition):
            if when is not None:
                self._history.note_told(event.transition, when)
            return
        row_key = event_key(event.transition)
        row = self._account.row(FINDINGS_TABLE, key(event.subscription), row_key)
        if row is not None:
            self._history.add([replace(transition_of(row), told=when)])

    def _delete(self, partition: str, operations: Sequence[Operation]) -> None:
        """Delete rows together, or one by one where some are gone already."""
        try:
            self._account.submit(FINDINGS_TABLE, operations)
        except StoreConflictError:
            for operation in operations:
                self._account.delete(FINDINGS_TABLE, partition, operation[1]["RowKey"])

    def _mark(self, state: EventState, reason: str, event: OutboxEvent) -> None:
        row = {
            "PartitionKey": key(event.subscription),
            "RowKey": event_key(event.transition),
            "event": state,
            "reason": reason,
        }
        self._account.merge(FINDINGS_TABLE, row)
