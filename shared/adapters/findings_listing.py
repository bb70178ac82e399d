"""Findings in brief, from the table `findings`: filtered and paged by the service itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from shared.adapters.continuation import continuation_of, text_of_continuation
from shared.adapters.table_account import PAGE_ROWS, Continuation, Query, TableAccount
from shared.adapters.table_keys import FINDINGS, FINDINGS_TABLE, key, within
from shared.adapters.table_limits import Row, joined
from shared.adapters.table_rows import UnreadableRowError, time_of
from shared.checks.result import Severity
from shared.findings.finding import FindingState, Fingerprint
from shared.findings.summary import FindingSummary
from shared.network.ids import resource_id
from shared.usecases.report import FindingFilter, Slice

COLUMNS: Final = (
    "PartitionKey",
    "RowKey",
    "state",
    "check",
    "severity",
    "resource",
    "title",
    "title_2",
    "first_seen",
    "since",
    "observed_at",
)
_AFTER_FINDINGS: Final = FINDINGS[:-1] + chr(ord(FINDINGS[-1]) + 1)


class FindingListing:
    """The `FindingLists` in Azure Table Storage; see there for what each method promises."""

    def __init__(self, account: TableAccount) -> None:
        """Take the account; its table is made when it is first used."""
        self._account = account

    def listed(self, wanted: FindingFilter, size: int, after: str | None) -> Slice[FindingSummary]:
        """Ask for one page of the service's own.

        A text is looked for here, since the service cannot: in a whole page of it, and where that
        holds more than is wanted it is asked for once more, as far as it was used.
        """
        token = continuation_of(after) if after else None
        query = _query(wanted)
        if not wanted.text:
            rows, following = self._account.page(FINDINGS_TABLE, query, size, token)
            return _slice(map(_summary, rows), following)
        rows, following = self._account.page(FINDINGS_TABLE, query, PAGE_ROWS, token)
        fitting = [number for number, row in enumerate(rows) if _summary(row).mentions(wanted.text)]
        if len(fitting) > size:
            used = fitting[size - 1] + 1
            rows, following = self._account.page(FINDINGS_TABLE, query, used, token)
        summaries = map(_summary, rows)
        return _slice((one for one in summaries if one.mentions(wanted.text)), following)

    def summaries(self, subscription: str) -> Iterator[FindingSummary]:
        """Give every finding of a subscription, page by page."""
        where, parameters = within(key(subscription.lower()), FINDINGS)
        return map(_summary, self._account.rows(FINDINGS_TABLE, where, parameters, COLUMNS))


def _query(wanted: FindingFilter) -> Query:
    """Write a filter for the service, each value as a parameter of it."""
    parameters = {"first": FINDINGS, "after": _AFTER_FINDINGS}
    clauses = ["RowKey ge @first and RowKey lt @after"]
    if wanted.subscription:
        clauses.insert(0, "PartitionKey eq @partition")
        parameters["partition"] = key(wanted.subscription.lower())
    for column, values in (
        ("severity", wanted.severities),
        ("state", wanted.states),
        ("check", wanted.checks),
    ):
        named = {f"{column}{number}": str(value) for number, value in enumerate(values)}
        if named:
            # The SDK puts parameters in for whole words: a bracket may not touch one.
            clauses.append(f"( {' or '.join(f'{column} eq @{name}' for name in named)} )")
            parameters |= named
    return Query(" and ".join(clauses), parameters, COLUMNS)


def _slice(
    summaries: Iterator[FindingSummary], following: Continuation | None
) -> Slice[FindingSummary]:
    return Slice(tuple(summaries), text_of_continuation(following) if following else None)


def _summary(row: Row) -> FindingSummary:
    try:
        return FindingSummary(
            fingerprint=Fingerprint(str(row["RowKey"]).rpartition("|")[2]),
            check=str(row["check"]),
            resource=resource_id(str(row["resource"])),
            severity=Severity(str(row["severity"])),
            title=joined(row, "title"),
            state=FindingState(str(row["state"])),
            first_seen=time_of(row["first_seen"]),
            since=time_of(row["since"]),
            observed_at=time_of(row["observed_at"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableRowError(row) from error
