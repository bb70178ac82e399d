"""One storage account's tables: connected to once, made where they are missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar

from shared.adapters.storage_account import told_plainly
from shared.adapters.table_limits import Operation, Row, check_row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from azure.data.tables import TableClient, TableEntity, TableServiceClient

Work = TypeVar("Work")
Continuation: TypeAlias = Mapping[str, str]
"""Where a query goes on: keys of the service's making."""

PAGE_ROWS: Final = 1000
WORKERS: Final = 8
"""Calls at once where rows of many partitions are written: below the SDK's ten connections."""


@dataclass(frozen=True, slots=True)
class Query:
    """A filter with its parameters, and the columns that are wanted; none are all of them."""

    where: str
    parameters: Mapping[str, str]
    columns: tuple[str, ...] = ()


class TableAccount:
    """The tables of one storage account; may be used by several threads."""

    def __init__(self, service: TableServiceClient) -> None:
        """Take a connected client; nothing is asked of the account before the first use."""
        self._service = service
        self._clients: dict[str, TableClient] = {}
        self._lock = Lock()

    def table(self, name: str) -> TableClient:
        """Give the client of a table, which is made if it is missing."""
        with self._lock:
            if name not in self._clients:
                with self._asked(f"making the table {name}"):
                    self._clients[name] = self._service.create_table_if_not_exists(name)
            return self._clients[name]

    def row(self, table: str, partition: str, row_key: str) -> TableEntity | None:
        """Read one row."""
        from azure.core.exceptions import ResourceNotFoundError

        client = self.table(table)
        with self._asked(f"reading the table {table}"):
            try:
                return client.get_entity(partition, row_key)
            except ResourceNotFoundError:
                return None

    def rows(
        self, table: str, where: str, parameters: Mapping[str, str], columns: Sequence[str] = ()
    ) -> Iterator[TableEntity]:
        """Read rows by a filter in the order of their keys, page by page."""
        client = self.table(table)
        with self._asked(f"reading the table {table}"):
            yield from client.query_entities(
                where,
                parameters=dict(parameters),
                select=list(columns) or None,
                results_per_page=PAGE_ROWS,
            )

    def page(
        self, table: str, query: Query, size: int, after: Continuation | None
    ) -> tuple[list[TableEntity], Continuation | None]:
        """Read one page of the service's own, and where the next one begins; None at the end.

        A page may hold fewer rows than `size`, or none, and yet have a next one.  `after` is from
        an earlier page of the same query.
        """
        client = self.table(table)
        with self._asked(f"reading the table {table}"):
            pages = client.query_entities(
                query.where,
                parameters=dict(query.parameters),
                select=list(query.columns) or None,
                results_per_page=min(size, PAGE_ROWS),
            ).by_page(dict(after) if after else None)  # type: ignore[arg-type]  # tables take a mapping
            rows = list(next(pages, ()))
            following: Continuation | None = pages.continuation_token  # type: ignore[attr-defined]  # of the SDK's pages
            return rows, following

    def first(
        self, table: str, where: str, parameters: Mapping[str, str], columns: Sequence[str] = ()
    ) -> TableEntity | None:
        """Read the first row that a filter lets through."""
        client = self.table(table)
        with self._asked(f"reading the table {table}"):
            found = client.query_entities(
                where,
                parameters=dict(parameters),
                select=list(columns) or None,
                results_per_page=1,
            )
            return next(found, None)

    def put(self, table: str, row: Row) -> None:
        """Write one row, whatever stood there before.

        Raises:
            RowTooLargeError: the row is beyond the limits of Table Storage.
        """
        from azure.data.tables import UpdateMode

        check_row(row)
        client = self.table(table)
        with self._asked(f"writing the table {table}"):
            client.upsert_entity(dict(row), mode=UpdateMode.REPLACE)

    def merge(self, table: str, row: Row) -> None:
        """Change some columns of a row; a row that is gone stays gone."""
        from azure.core.exceptions import ResourceNotFoundError
        from azure.data.tables import UpdateMode

        client = self.table(table)
        with self._asked(f"writing the table {table}"), suppress(ResourceNotFoundError):
            client.update_entity(dict(row), mode=UpdateMode.MERGE)

    def delete(self, table: str, partition: str, row_key: str) -> None:
        """Delete a row; one that is gone already is no error."""
        client = self.table(table)
        with self._asked(f"writing the table {table}"):
            client.delete_entity(partition, row_key)

    def submit(self, table: str, operations: Sequence[Operation]) -> Sequence[str]:
        """Run one transaction, and give the new versions of its rows in order.

        Raises:
            StoreConflictError: a row is not in the version that an operation builds on, or gone.
            RowTooLargeError: a row is beyond the limits of Table Storage.
        """
        for operation in operations:
            check_row(operation[1])
        client = self.table(table)
        with self._asked(f"writing the table {table}"):
            answers = client.submit_transaction(operations)
        return [str(answer.get("etag", "")) for answer in answers]

    def in_parallel(self, work: Callable[[Work], None], items: Iterable[Work]) -> None:
        """Do single calls for many rows at once; the first failure is raised after all ended."""
        with ThreadPoolExecutor(WORKERS) as pool:
            for _ in pool.map(work, items):
                pass

    def _asked(self, doing: str) -> AbstractContextManager[None]:
        """Translate what goes wrong inside, and say that it was tried at this account."""
        return told_plainly(self._service.url, doing)


def version_of(row: TableEntity) -> str:
    """Give the version (etag) under which a row was read."""
    return str(row.metadata["etag"])


def replacing(row: Row, version: str | None) -> Operation:
    """Write a row on top of the version that was read, or make it where there was none."""
    from azure.core import MatchConditions

    if version is None:
        return "create", dict(row)
    condition = {"etag": version, "match_condition": MatchConditions.IfNotModified}
    return "update", dict(row), {"mode": "replace", **condition}


def deleting(row: Row, version: str) -> Operation:
    """Delete a row in the version that was read; one that is newer, or gone, is a conflict."""
    from azure.core import MatchConditions

    where = {name: row[name] for name in ("PartitionKey", "RowKey")}
    return "delete", where, {"etag": version, "match_condition": MatchConditions.IfNotModified}
