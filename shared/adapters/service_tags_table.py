"""The newest list of service tags in the table `servicetags`."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from shared.adapters.arm_endpoint import Cloud
from shared.adapters.table_account import TableAccount, replacing, version_of
from shared.adapters.table_keys import key
from shared.adapters.table_limits import Value
from shared.adapters.table_rows import time_of
from shared.adapters.tag_file import TagFileError, service_tag_table
from shared.adapters.text_rows import TextRows
from shared.network.service_tags import ServiceTagTable
from shared.usecases.interfaces import StoreConflictError
from shared.usecases.service_tags import StoredTags, UnusableTagsError

if TYPE_CHECKING:
    from azure.data.tables import TableEntity

TABLE: Final = "servicetags"
CURRENT: Final = "current"
LISTS: Final = "list|"
_READS: Final = 2


class ServiceTagTableStore:
    """A `TagStore`; the partition is the cloud.

    A list goes into rows under its own version (change number and digest) first; then the row
    `current` is made to name it.  A list that was named before stays until the next one comes, so
    that whoever is reading it can finish.
    """

    def __init__(self, account: TableAccount, cloud: Cloud) -> None:
        """Take the account and the cloud whose list is kept."""
        self._account = account
        self._partition = key(cloud.value)
        self._texts = TextRows(account, TABLE, "prefixes")

    def load(self) -> StoredTags | None:
        """Read the list that is named; once more where it was replaced in the meantime."""
        for _ in range(_READS):
            current = self._current()
            if current is None:
                return None
            version = str(current.get("version", ""))
            text = self._texts.text(self._partition, _prefix(version))
            if version == _version(text, str(current.get("change_number", ""))):
                return _stored(text, current)
        raise UnusableTagsError("the stored list of service tags is not whole")

    def save(self, tags: StoredTags) -> None:
        """Write the rows of a list, then the row that names it.

        Where another writer names a list at the same time, that one stays: it is as new.
        """
        before = self._current()
        text, number = _document(tags.table), tags.table.change_number
        version = _version(text, number)
        self._texts.put(self._partition, _prefix(version), text)
        replaced = "" if before is None else str(before.get("version", ""))
        current: dict[str, Value] = {
            "PartitionKey": self._partition,
            "RowKey": CURRENT,
            "change_number": number,
            "version": version,
            "previous": replaced,
            "fetched_at": tags.fetched_at,
        }
        read = None if before is None else version_of(before)
        with suppress(StoreConflictError):
            self._account.submit(TABLE, [replacing(current, read)])
            outlived = "" if before is None else str(before.get("previous", ""))
            if outlived not in {"", version, replaced}:
                self._texts.forget(self._partition, _prefix(outlived))

    def _current(self) -> TableEntity | None:
        return self._account.row(TABLE, self._partition, CURRENT)


def _prefix(version: str) -> str:
    return f"{LISTS}{key(version)}|"


def _version(text: str, change_number: str) -> str:
    """Name a list by what it holds, so that different ones never share rows."""
    return f"{change_number}-{hashlib.sha256(text.encode()).hexdigest()[:32]}"


def _document(table: ServiceTagTable) -> str:
    """Write a list in the form that Azure publishes, with nothing in it but prefixes by tag."""
    values = [
        {"name": tag, "properties": {"addressPrefixes": list(addresses.prefixes())}}
        for tag, addresses in sorted(table.prefixes.items())
    ]
    document = {"changeNumber": table.change_number, "values": values}
    return json.dumps(document, separators=(",", ":"))


def _stored(text: str, current: TableEntity) -> StoredTags:
    try:
        table = service_tag_table(text.encode(), f"table {TABLE}")
        return StoredTags(table, time_of(current["fetched_at"]))
    except (KeyError, TypeError, TagFileError) as error:
        raise UnusableTagsError(str(error)) from error
