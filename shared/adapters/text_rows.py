"""Long texts in rows of a table: cut into as many as it takes, under a name for each version."""

from __future__ import annotations

from typing import Final

from shared.adapters.table_account import TableAccount
from shared.adapters.table_keys import within
from shared.adapters.table_limits import PART_CHARACTERS, cut, joined

ROW_CHARACTERS: Final = 14 * PART_CHARACTERS
"""ASCII, two bytes each in storage: with names and keys below the 1 MiB of a row."""


class TextRows:
    """Texts of ASCII in one table, in one column and as many more as it takes.

    A text is whole once every row is written, which its name must tell: it holds a digest, say.
    """

    def __init__(self, account: TableAccount, table: str, column: str) -> None:
        """Take the account, and where its texts are kept."""
        self._account = account
        self._table = table
        self._column = column

    def put(self, partition: str, prefix: str, text: str) -> None:
        """Write the rows of a text; the same text again changes nothing."""
        for number, start in enumerate(range(0, len(text), ROW_CHARACTERS)):
            keys = {"PartitionKey": partition, "RowKey": f"{prefix}{number:04}"}
            part = dict(cut(self._column, text[start : start + ROW_CHARACTERS]))
            self._account.put(self._table, {**keys, **part})

    def text(self, partition: str, prefix: str) -> str:
        """Give what there is of a text."""
        rows = self._account.rows(self._table, *within(partition, prefix))
        return "".join(joined(row, self._column) for row in rows)

    def forget(self, partition: str, prefix: str, before: str = "") -> None:
        """Delete the rows of texts whose name begins so; with `before` those that sort before it.

        Both are keys, with the prefix in `before`, too.
        """
        for row in list(
            self._account.rows(self._table, *within(partition, prefix), columns=("RowKey",))
        ):
            row_key = str(row["RowKey"])
            if not before or row_key < before:
                self._account.delete(self._table, partition, row_key)
