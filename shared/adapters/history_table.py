"""The table `history`: one partition per finding, its steps newest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from shared.adapters.table_account import TableAccount
from shared.adapters.table_keys import history_key, key
from shared.adapters.table_rows import history_row, transition_of
from shared.findings.finding import Fingerprint, Transition

HISTORY: Final = "history"


class HistoryTable:
    """Every step of every finding; a step has one key, so that writing it again is harmless."""

    def __init__(self, account: TableAccount) -> None:
        """Take the account; the table is made when it is first used."""
        self._account = account

    def add(self, transitions: Iterable[Transition]) -> None:
        """Write steps, several at once since each finding has a partition of its own."""
        self._account.in_parallel(self._put, transitions)

    def _put(self, transition: Transition) -> None:
        self._account.put(HISTORY, history_row(transition))

    def note_told(self, transition: Transition, told: datetime) -> None:
        """Add to a step's row when people were told."""
        where = {
            "PartitionKey": key(transition.finding.fingerprint),
            "RowKey": history_key(transition),
        }
        self._account.merge(HISTORY, {**where, "told": told})

    def steps(self, fingerprint: Fingerprint) -> Iterator[Transition]:
        """Read the steps of one finding, newest first."""
        partition = {"partition": key(fingerprint)}
        rows = self._account.rows(HISTORY, "PartitionKey eq @partition", partition)
        return map(transition_of, rows)

    def latest(self, fingerprint: Fingerprint) -> Transition | None:
        """Read the newest step of one finding."""
        partition = {"partition": key(fingerprint)}
        row = self._account.first(HISTORY, "PartitionKey eq @partition", partition)
        return None if row is None else transition_of(row)

    def holds(self, transition: Transition) -> bool:
        """Tell whether a step is there."""
        partition = key(transition.finding.fingerprint)
        return self._account.row(HISTORY, partition, history_key(transition)) is not None
