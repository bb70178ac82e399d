"""Finished query results, kept so that the pages of one query cost one run of it."""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, Final

import duckdb

from simulator.graph.rows import TABLES

_KEPT: Final = 8

# Rows above subscriptions, such as role definitions of the tenant, belong to every scope; role
# assignments up there to those that look above.
_SCOPED: Final = "WITH " + ", ".join(  # noqa: S608 - names of our own tables
    f"{table} AS (SELECT * FROM indexed_{table} "  # noqa: S608 - names of our own tables
    "WHERE subscriptionId IN (SELECT unnest($subscriptions::VARCHAR[])) OR (subscriptionId = '' AND"
    " (type <> 'microsoft.authorization/roleassignments' OR"
    " split_part(lower(id), '/providers/microsoft.authorization/', 1)"
    " IN (SELECT unnest($above::VARCHAR[])))))"
    for table in TABLES
)


@dataclass(frozen=True, slots=True)
class ScopedQuery:
    """A query as SQL, and the subscriptions that it sees, lower case.

    `above` are the scopes above them whose role assignments it sees, the tenant's as empty text.
    """

    sql: str
    subscriptions: tuple[str, ...]
    above: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a result; values of a dynamic one are JSON text."""

    name: str
    is_dynamic: bool


@dataclass(frozen=True, slots=True)
class ResultPage:
    """Some rows of a result, and the number of rows in all of it."""

    columns: tuple[Column, ...]
    rows: list[tuple[Any, ...]]
    total: int


@dataclass(frozen=True, slots=True)
class _Result:
    table: str
    total: int


class Results:
    """The newest results over one state of the index; a new state forgets those of the old one.

    Safe to call from several threads, which then wait for each other.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        self._version = 0
        self._tables_made = 0
        self._kept: OrderedDict[ScopedQuery, _Result] = OrderedDict()

    def page(self, query: ScopedQuery, version: int, first: int, size: int) -> ResultPage:
        """Return `size` rows after the `first` ones of a query.

        `version` names the state of the index.  The first page runs the query, since it may ask
        for the time; the following ones read on, unless the index has changed meanwhile.

        Raises:
            duckdb.Error: the query names what does not exist, or fails on its rows.
        """
        with self._lock:
            if version != self._version:
                self._drop(*self._kept)
                self._version = version
            elif first == 0 and query in self._kept:
                self._drop(query)
            result = self._kept.get(query) or self._run(query)
            self._kept[query] = result
            self._kept.move_to_end(query)
            self._drop(*list(self._kept)[:-_KEPT])
            self._connection.execute(
                f"SELECT * FROM {result.table} LIMIT {size} OFFSET {first}"  # noqa: S608 - our own name
            )
            described = self._connection.description or ()
            columns = tuple(Column(name, str(kind) == "JSON") for name, kind, *_ in described)
            return ResultPage(columns, self._connection.fetchall(), result.total)

    def _run(self, query: ScopedQuery) -> _Result:
        self._tables_made += 1
        table = f"result_{self._tables_made}"
        counted = self._connection.execute(
            f"CREATE TABLE {table} AS {_SCOPED} SELECT * FROM ({query.sql})",  # noqa: S608 - translated KQL
            {"subscriptions": list(query.subscriptions), "above": list(query.above)},
        ).fetchone()
        return _Result(table, counted[0] if counted else 0)

    def _drop(self, *queries: ScopedQuery) -> None:
        for query in queries:
            self._connection.execute(f"DROP TABLE {self._kept.pop(query).table}")
