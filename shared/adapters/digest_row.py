"""Until when the last digest told, in the table `digest`."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from shared.adapters.table_account import TableAccount
from shared.adapters.table_rows import UnreadableRowError, time_of

TABLE: Final = "digest"
_PLACE: Final = {"PartitionKey": "digest", "RowKey": "last"}


class DigestRow:
    """The `DigestBook` in Azure Table Storage."""

    def __init__(self, account: TableAccount) -> None:
        """Take the account; the table is made when it is first used."""
        self._account = account

    def told_until(self) -> datetime | None:
        """Read the row, if it is there."""
        row = self._account.row(TABLE, _PLACE["PartitionKey"], _PLACE["RowKey"])
        if row is None:
            return None
        try:
            return time_of(row["until"])
        except (KeyError, TypeError) as error:
            raise UnreadableRowError(row) from error

    def note(self, until: datetime) -> None:
        """Write the row."""
        self._account.put(TABLE, {**_PLACE, "until": until})
