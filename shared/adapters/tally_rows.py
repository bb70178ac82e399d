"""The table `tallies`: a row for each subscription, and one that says when all were true."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Final, TypedDict

from shared.adapters.table_account import TableAccount
from shared.adapters.table_keys import key, text_of
from shared.adapters.table_limits import Row, Value, cut, joined
from shared.adapters.table_rows import UnreadableRowError, time_of
from shared.checks.result import Severity
from shared.findings.finding import FindingState
from shared.findings.tally import Kind, Tally
from shared.usecases.report import Counted, EstateCount

TABLE: Final = "tallies"
TALLIES: Final = "subscription"
ESTATE: Final = "estate"


class TallyTable:
    """The `TallyStore` in Azure Table Storage; see there for what each method promises."""

    def __init__(self, account: TableAccount) -> None:
        """Take the account; the table is made when it is first used."""
        self._account = account

    def kept(self) -> EstateCount:
        """Read when all tallies were true, and then the tallies: they may be newer, not older."""
        estate = self._account.row(TABLE, ESTATE, ESTATE)
        if estate is None:
            return EstateCount()
        rows = self._account.rows(TABLE, "PartitionKey eq @of", {"of": TALLIES})
        return EstateCount(
            _at(estate), {text_of(str(row["RowKey"])): _counted(row) for row in rows}
        )

    def keep(self, subscription: str, counted: Counted) -> None:
        """Write the row of a subscription."""
        row: dict[str, Value] = {
            "PartitionKey": TALLIES,
            "RowKey": key(subscription),
            **dict(cut("tally", json.dumps(_document(counted.tally), separators=(",", ":")))),
        }
        if counted.version is not None:
            row["version"] = counted.version
        self._account.put(TABLE, row)

    def note(self, at: datetime) -> None:
        """Write the row of the estate."""
        self._account.put(TABLE, {"PartitionKey": ESTATE, "RowKey": ESTATE, "at": at})


def _at(row: Row) -> datetime:
    try:
        return time_of(row["at"])
    except (KeyError, TypeError) as error:
        raise UnreadableRowError(row) from error


def _counted(row: Row) -> Counted:
    try:
        version = row.get("version")
        tally = _tally(json.loads(joined(row, "tally")))
        return Counted(tally, None if version is None else str(version))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise UnreadableRowError(row) from error


class _Document(TypedDict):
    """A tally as JSON; days are ISO dates, and each count is a kind with its number."""

    counts: list[tuple[str, str, str, int]]
    reachable: int
    in_doubt: int
    opened: dict[str, int]
    ended: dict[str, int]
    closed: dict[str, list[int]]


def _document(tally: Tally) -> _Document:
    return {
        "counts": [
            (kind.state.value, kind.check, kind.severity.value, number)
            for kind, number in tally.counts.items()
        ],
        "reachable": tally.reachable,
        "in_doubt": tally.in_doubt,
        "opened": {day.isoformat(): number for day, number in tally.opened.items()},
        "ended": {day.isoformat(): number for day, number in tally.ended.items()},
        "closed": {day.isoformat(): list(hours) for day, hours in tally.closed.items()},
    }


def _tally(document: _Document) -> Tally:
    return Tally(
        counts={
            Kind(FindingState(state), check, Severity(severity)): int(number)
            for state, check, severity, number in document["counts"]
        },
        reachable=int(document["reachable"]),
        in_doubt=int(document["in_doubt"]),
        opened={date.fromisoformat(day): int(n) for day, n in document["opened"].items()},
        ended={date.fromisoformat(day): int(n) for day, n in document["ended"].items()},
        closed={date.fromisoformat(day): tuple(h) for day, h in document["closed"].items()},
    )
