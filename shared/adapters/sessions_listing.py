"""Sessions of one day, from the table `sessions`: filtered and paged by the service itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from shared.adapters.continuation import continuation_of, text_of_continuation
from shared.adapters.session_rows import partition, session_of_row
from shared.adapters.sessions_table import TABLE, SessionTable
from shared.adapters.table_account import PAGE_ROWS, Query, TableAccount
from shared.findings.session import Session, SessionQuery
from shared.findings.session_logging import BastionLog
from shared.usecases.report import READS, ContinuationError, SessionFilter, Slice

_FIRST: Final = 0


class SessionListing:
    """The `SessionLists` in Azure Table Storage; see there for what each method promises."""

    def __init__(self, account: TableAccount, table: SessionTable) -> None:
        """Take the account, and the table for what is known of Bastions."""
        self._account = account
        self._table = table

    def logs(self) -> Sequence[BastionLog]:
        """Read the rows of Bastions."""
        return self._table.logs()

    def of_day(self, wanted: SessionFilter, size: int, after: str | None) -> Slice[Session]:
        """Read the partition of each Bastion's day, one after the other.

        Machines and people are looked for here: their names are written in more than one way.
        """
        bastions = [log.bastion for log in self.logs()]
        number, token = _place(after, len(bastions))
        rows: list[Session] = []
        for _ in range(READS):
            if number >= len(bastions):
                return Slice(tuple(rows))
            query = _query(partition(bastions[number], wanted.day), wanted)
            start = continuation_of(token) if token else None
            found, following = self._account.page(TABLE, query, _page_size(wanted, size), start)
            rows += [one for one in map(session_of_row, found) if _fits(one, wanted)]
            token = text_of_continuation(following) if following else ""
            number += 0 if following else 1
            if len(rows) >= size:
                break
        ended = number >= len(bastions)
        return Slice(tuple(rows), None if ended else f"{number}.{token}")


def _place(after: str | None, bastions: int) -> tuple[int, str]:
    if not after:
        return _FIRST, ""
    number, _, token = after.partition(".")
    if not (number.isascii() and number.isdigit() and int(number[:9]) < max(bastions, 1)):
        raise ContinuationError("the place to go on from is not one of this list")
    return int(number), token


def _page_size(wanted: SessionFilter, size: int) -> int:
    return PAGE_ROWS if wanted.machine or wanted.user else size


def _query(partition_key: str, wanted: SessionFilter) -> Query:
    if wanted.outcome is None:
        return Query("PartitionKey eq @day", {"day": partition_key})
    parameters = {"day": partition_key, "outcome": wanted.outcome.value}
    return Query("PartitionKey eq @day and outcome eq @outcome", parameters)


def _fits(session: Session, wanted: SessionFilter) -> bool:
    return SessionQuery(session.time, wanted.machine, wanted.user).matches(session)
