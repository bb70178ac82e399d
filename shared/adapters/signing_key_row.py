"""The key with which the dashboard signs its forms, in the table `dashboard`."""

from __future__ import annotations

import secrets
from contextlib import suppress
from typing import Final

from shared.adapters.table_account import TableAccount, replacing
from shared.adapters.table_rows import UnreadableRowError
from shared.usecases.interfaces import StoreConflictError, StoreError

TABLE: Final = "dashboard"
_PLACE: Final = {"PartitionKey": "forms", "RowKey": "key"}
_KEY_BYTES: Final = 32


class SigningKeyRow:
    """The `SigningKeys` in Azure Table Storage.

    Whoever may read the table may sign forms, but not sign in: a form also needs its person.
    Deleting the row makes a new key; forms that are open then are to be opened again.
    """

    def __init__(self, account: TableAccount) -> None:
        """Take the account; the table is made when it is first used."""
        self._account = account
        self._known: bytes | None = None

    def key(self) -> bytes:
        """Read the key, or be the one that makes it."""
        if self._known is None:
            self._known = self._read() or self._made()
        return self._known

    def _made(self) -> bytes:
        row = {**_PLACE, "key": secrets.token_hex(_KEY_BYTES)}
        with suppress(StoreConflictError):
            self._account.submit(TABLE, [replacing(row, None)])
        written = self._read()
        if written is None:
            raise StoreError("the key of the dashboard's forms was written and is not there")
        return written

    def _read(self) -> bytes | None:
        row = self._account.row(TABLE, _PLACE["PartitionKey"], _PLACE["RowKey"])
        if row is None:
            return None
        try:
            return bytes.fromhex(str(row["key"]))
        except (KeyError, ValueError) as error:
            raise UnreadableRowError(row) from error
