"""The index that Resource Graph answers from: tables in memory, as old as the lag makes them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import duckdb

from simulator.arm.identifiers import type_of
from simulator.arm.resource_set import ResourceSet, StoredResource
from simulator.arm.store import Store, Write
from simulator.graph.results import Results
from simulator.graph.rows import (
    COLUMNS,
    DYNAMIC_COLUMNS,
    NOT_INDEXED,
    TABLES,
    TEXT_COLUMNS,
    Row,
    change_row,
    group_row,
    resource_row,
    subscription_row,
    table_of,
    without_instance_configurations,
)
from simulator.settings import Settings

_COLUMN_TYPES: Final = ", ".join(
    (
        *(f'"{name}" VARCHAR' for name in TEXT_COLUMNS),
        *(f'"{name}" JSON' for name in DYNAMIC_COLUMNS),
    )
)
_UNNESTED: Final = ", ".join("unnest(?::VARCHAR[])" for _ in COLUMNS)


@dataclass(frozen=True, slots=True)
class IndexView:
    """The index as one query sees it: where to run the query, and over which state."""

    results: Results
    version: int


class GraphIndex:
    """Resource Graph's tables over the part of the store that it has seen.

    The tables are filled at the first use and kept up to date row by row: a write costs only the
    rows of the resource written and of those that it points at.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._seen = ResourceSet()
        for resource in store.resources:
            self._seen.put(resource)
        self._writes_seen = 0
        self._writes_wanted = 0
        self._with_configurations = True
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._results: Results | None = None

    def close(self) -> None:
        """Free the tables, at the end of the simulation."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
            self._results = None

    def catch_up(self) -> None:
        """Let the next query see every write made so far, whatever the lag."""
        self._writes_wanted = len(self._store.writes)

    def view(self, now: datetime, settings: Settings) -> IndexView:
        """Return the index as of `now`, with the lag and the gaps that the settings ask for.

        The caller holds the simulation's lock; the view may be used without it.
        """
        lag_seconds = settings.index_lag_seconds
        if settings.graph_instance_configurations is not self._with_configurations:
            self._with_configurations = settings.graph_instance_configurations
            self.close()
        if self._connection is None or self._results is None:
            self._connection = self._filled()
            self._results = Results(self._connection.cursor())
        due = list(self._due(now, lag_seconds))
        if due:
            self._connection.begin()
            self._see(self._connection, due)
            self._connection.commit()
            self._writes_seen += len(due)
        return IndexView(self._results, self._writes_seen)

    def _due(self, now: datetime, lag_seconds: float | None) -> Iterator[Write]:
        """Give the next writes that the index is to see by now, in their order."""
        writes = self._store.writes
        for number in range(self._writes_seen, len(writes)):
            write = writes[number]
            if number >= self._writes_wanted and (
                lag_seconds is None or write.time + timedelta(seconds=lag_seconds) > now
            ):
                return
            yield write

    def _filled(self) -> duckdb.DuckDBPyConnection:
        connection = duckdb.connect(config={"threads": 2})
        connection.execute("SET TimeZone = 'UTC'")
        for table in TABLES:
            connection.execute(f"CREATE TABLE indexed_{table} ({_COLUMN_TYPES})")
        store = self._store
        _insert(
            connection,
            "ResourceContainers",
            [
                *(subscription_row(each) for each in store.subscriptions.values()),
                *(group_row(each, self._tenant(key)) for (key, _), each in store.groups.items()),
            ],
        )
        self._insert_resources(connection, self._seen)
        return connection

    def _see(self, connection: duckdb.DuckDBPyConnection, writes: Sequence[Write]) -> None:
        """Take in some writes; a row that several of them concern is written once."""
        affected = {key for write in writes for key in self._taken_in(write)}
        for table in {table_of(type_of(key)) for key in affected}:
            connection.execute(
                f"DELETE FROM indexed_{table} WHERE rtrim(lower(id), '/') IN "  # noqa: S608 - our own name
                "(SELECT unnest(?::VARCHAR[]))",
                [sorted(affected)],
            )
        present = (self._seen.get(key) for key in sorted(affected))
        self._insert_resources(connection, (each for each in present if each is not None))
        changes = [change_row(write, self._tenant_of(write.changed)) for write in writes]
        _insert(connection, "ResourceChanges", changes)

    def _taken_in(self, write: Write) -> set[str]:
        """Take in one write, and give the keys of the resources that look different now."""
        affected: set[str] = set()
        for version in (write.before, write.after):
            if version is not None:
                affected |= {version.key, *self._seen.pointed_at_by(version)}
        if write.after is not None:
            self._seen.put(write.after)
        elif write.before is not None:
            for key in (write.before.key, *self._seen.below(write.before.key)):
                self._seen.remove(key)
                affected.add(key)
        return affected

    def _insert_resources(
        self, connection: duckdb.DuckDBPyConnection, resources: Iterable[StoredResource]
    ) -> None:
        rows: dict[str, list[Row]] = {table: [] for table in TABLES}
        for resource in resources:
            if resource.type in NOT_INDEXED:
                continue
            document = self._seen.rendered(resource)
            if not self._with_configurations:
                document = without_instance_configurations(document)
            row = resource_row(document, self._tenant_of(resource))
            rows[table_of(resource.type)].append(row)
        for table, its_rows in rows.items():
            _insert(connection, table, its_rows)

    def _tenant_of(self, resource: StoredResource) -> str:
        segments = resource.key.split("/")
        return self._tenant(segments[2] if segments[1] == "subscriptions" else "")

    def _tenant(self, subscription: str) -> str:
        known = self._store.subscriptions.get(subscription)
        return known["tenantId"] if known else ""


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: list[Row]) -> None:
    if rows:
        columns = [list(column) for column in zip(*rows, strict=True)]
        connection.execute(
            f"INSERT INTO indexed_{table} SELECT {_UNNESTED}",
            columns,
        )
