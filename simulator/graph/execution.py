"""Writing one page of a query's rows as the body of an answer."""

import json
from datetime import UTC, datetime, timedelta
from typing import Final

import duckdb

from simulator.graph.index import IndexView
from simulator.graph.kql import InvalidQuery, Translation
from simulator.graph.query import GraphQuery
from simulator.graph.results import Column, ResultPage, ScopedQuery
from simulator.graph.scope import ReadableScope
from simulator.settings import Settings

MAXIMUM_PAYLOAD_BYTES: Final = 16 * 1024 * 1024


def answer_page(
    view: IndexView,
    query: GraphQuery,
    translation: Translation,
    scope: ReadableScope,
    settings: Settings,
) -> bytes:
    """Return the body of the answer: one page of rows, and what is known of the rest.

    Raises:
        InvalidQuery: the query names columns that do not exist, or fails on its rows.
    """
    size = min(query.page_size, settings.graph_page_size)
    first = query.first
    if query.follows:
        first = max(first + settings.graph_rows_dropped - settings.graph_rows_repeated, 1)
    scoped = ScopedQuery(translation.sql, scope.subscriptions, scope.above)
    try:
        page = view.results.page(scoped, view.version, first, size)
    except duckdb.Error as error:
        raise InvalidQuery(str(error)) from error
    following = first + len(page.rows)
    more = following < page.total
    head: dict[str, object] = {
        "totalRecords": page.total,
        "count": len(page.rows),
        "resultTruncated": "true" if more else "false",
        "facets": [],
    }
    if more and not translation.limited and not all(each.is_dynamic for each in page.columns):
        head["$skipToken"] = query.skip_token(following)
    return _body(head, page)


def _body(head: dict[str, object], page: ResultPage) -> bytes:
    names = [json.dumps(column.name) for column in page.columns]
    objects = (
        ",".join(
            f"{name}:{_text(column, value)}"
            for name, column, value in zip(names, page.columns, row, strict=True)
        )
        for row in page.rows
    )
    data = ",".join(f"{{{text}}}" for text in objects)
    return f'{json.dumps(head)[:-1]}, "data": [{data}]}}'.encode()


def _text(column: Column, value: object) -> str:
    if column.is_dynamic:
        return "null" if value is None else str(value)
    if isinstance(value, datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)
        return json.dumps(aware.astimezone(UTC).isoformat().replace("+00:00", "Z"))
    if isinstance(value, timedelta):
        return json.dumps(str(value))
    return json.dumps(value)
