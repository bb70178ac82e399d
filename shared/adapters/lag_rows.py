"""Lags in the table `changes`: one row for each of the last few hundred runs that were told."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import astuple
from typing import Final

from shared.adapters.changes_table import TABLE
from shared.adapters.table_account import TableAccount
from shared.adapters.table_limits import Row, cut, joined
from shared.adapters.table_rows import UnreadableRowError
from shared.findings.lag import Lag

LAGS: Final = "lags"
SLOTS: Final = 512
RUN_LAGS: Final = 100
"""Of a run with more findings the slowest are kept."""


class LagRows:
    """The `LagBook` in Azure Table Storage.

    Runs share `SLOTS` rows by a digest of their names, so that later ones take the places of
    earlier ones and nothing has to be cleaned up.
    """

    def __init__(self, account: TableAccount) -> None:
        """Take the account; the table is made when it is first used."""
        self._account = account

    def note(self, run: str, lags: Sequence[Lag]) -> None:
        """Write the slot of a run."""
        digest = hashlib.sha256(run.encode("utf-8", "surrogatepass")).digest()
        slowest = sorted(lags, key=lambda lag: lag.told, reverse=True)[:RUN_LAGS]
        kept = json.dumps([[round(value, 3) for value in astuple(lag)] for lag in slowest])
        row_key = f"{int.from_bytes(digest[:4]) % SLOTS:03}"
        row = {"PartitionKey": LAGS, "RowKey": row_key, **dict(cut("lags", kept))}
        self._account.put(TABLE, row)

    def lags(self) -> Sequence[Lag]:
        """Read every slot."""
        rows = self._account.rows(TABLE, "PartitionKey eq @lags", {"lags": LAGS})
        return tuple(lag for row in rows for lag in _lags(row))


def _lags(row: Row) -> Sequence[Lag]:
    try:
        return [Lag(*values) for values in json.loads(joined(row, "lags"))]
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableRowError(row) from error
