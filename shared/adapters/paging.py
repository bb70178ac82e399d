"""All rows of a query, page by page, with proof that none is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import msgspec

from shared.adapters.graph_exchange import AnswerTooLargeError, GraphExchange, Page, QueryScope
from shared.adapters.graph_query import GraphQuery
from shared.usecases.interfaces import InventoryError

ROWS_PER_PAGE: Final = 1000
"""The most that the service gives (Microsoft Learn, "Guidance for pagination")."""
_PARTS_PER_PAGE: Final = 2
"""Parts are half a page in the mean, so that hardly any needs a second page."""


class IncompleteReadError(InventoryError):
    """The pages of a query did not add up, even when it was read in parts."""


@dataclass(frozen=True, slots=True)
class GraphRow:
    """One row: its id in lower case, and its JSON text as it came."""

    key: str
    text: bytes


class _Identified(msgspec.Struct):
    id: str


_IDENTIFIED: Final = msgspec.json.Decoder(_Identified)


class GraphPager:
    """Reads whole queries.

    Rows that move while pages are read make some appear twice and others not at all, and the
    service says nothing.  So the ids are counted against the total of the first page, and a read
    that does not add up, or shrinks on the way, is repeated in parts by the hash of the id, small
    enough for one page each.  One change stays unseen: a row that goes and another that comes
    between the same two pages.

    Source: Microsoft Learn, "Guidance for pagination", on limitations and partitions.
    """

    def __init__(self, exchange: GraphExchange, rows_per_page: int = ROWS_PER_PAGE) -> None:
        self._exchange = exchange
        self._rows_per_page = rows_per_page

    def rows(self, query: GraphQuery, scope: QueryScope) -> Iterator[GraphRow]:
        """Give every row of a query once; at most one page is held at a time.

        Raises:
            IncompleteReadError: at the end, when rows may be missing from what was given.
            InventoryError: Resource Graph refused or failed; rows given before stay true.
        """
        walk = _Walk(self._exchange, query, scope, self._rows_per_page)
        yield from walk.rows()
        if walk.is_complete:
            return
        given = walk.keys
        parts = max(2, _PARTS_PER_PAGE * -(-walk.total // walk.page_rows))
        for number in range(parts):
            part = _Walk(self._exchange, query.part(number, parts), scope, self._rows_per_page)
            for row in part.rows():
                if row.key not in given:
                    given.add(row.key)
                    yield row
            if not part.is_complete:
                raise IncompleteReadError(f"{query.name}.kql: {part.fault}")


class _Walk:
    """One pass over the pages of one query, and whether they add up."""

    def __init__(
        self, exchange: GraphExchange, query: GraphQuery, scope: QueryScope, top: int
    ) -> None:
        self._exchange = exchange
        self._query = query
        self._scope = scope
        self._top = top
        self.keys: set[str] = set()
        self.total = 0
        self.page_rows = top
        self.fault = ""

    @property
    def is_complete(self) -> bool:
        """Whether every row was given."""
        return not self.fault

    def rows(self) -> Iterator[GraphRow]:
        """Give the rows of all pages, repeated ones once."""
        token: str | None = None
        last_total = 0
        while True:
            try:
                page = self._page(token)
            except AnswerTooLargeError as error:
                self.fault = f"a row is too large to be sent: {error}"
                return
            self.total = self.total or page.total_records
            if page.total_records < last_total:
                self.fault = "rows went away between pages"
            last_total = page.total_records
            if page.skip_token is not None and page.data:
                self.page_rows = min(self.page_rows, len(page.data))
            yield from self._new(page)
            if page.skip_token is None or page.skip_token == token or not page.data:
                break
            token = page.skip_token
        self._judge_end(page)

    def _page(self, token: str | None) -> Page:
        """Ask for a page, and for ever smaller ones while the answer would be too large.

        The smaller size stays for the pages that follow; a token is good for any size.
        Source: SDK docstring of `QueryRequestOptions.top` and `.skip_token`.
        """
        while True:
            try:
                return self._exchange.ask(self._query, self._scope, self._top, token)
            except AnswerTooLargeError:
                if self._top == 1:
                    raise
                self._top //= 2

    def _new(self, page: Page) -> Iterator[GraphRow]:
        for raw in page.data:
            text = bytes(raw)
            try:
                key = _IDENTIFIED.decode(text).id.lower()
            except msgspec.DecodeError as error:
                raise IncompleteReadError(f"{self._query.name}.kql: a row without id") from error
            if key not in self.keys:
                self.keys.add(key)
                yield GraphRow(key, text)

    def _judge_end(self, last: Page) -> None:
        if last.skip_token is not None or last.result_truncated.lower() != "false":
            self.fault = "the last page says that there is more"
        elif len(self.keys) < self.total:
            self.fault = f"{self.total} rows were announced and {len(self.keys)} came"
