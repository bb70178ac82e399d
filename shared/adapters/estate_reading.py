"""One read of an estate: rows into a snapshot, and a name for everything that stayed unread."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeVar

import msgspec

from shared.adapters.graph_exchange import QueryScope
from shared.adapters.graph_query import (
    AUTHORIZATION,
    ESTATE,
    SUBSCRIPTIONS,
    GraphQuery,
    query_for,
)
from shared.adapters.paging import GraphPager, IncompleteReadError
from shared.adapters.payloads import InvalidPayloadError, SnapshotBuilder
from shared.network.ids import ResourceId
from shared.usecases.interfaces import AccessDeniedError, InventoryError

SUBSCRIPTIONS_PER_QUERY: Final = 300
"""Source: Microsoft Learn, "Guidance for throttled requests", on grouping by subscription."""
IDS_PER_QUERY: Final = 100
REFERENCE_ROUNDS: Final = 4
"""As far as a firewall's chain goes: policy, base policy, its rule groups, their IP groups."""
UNREAD_TYPE: Final = "portcullis/unread"

Item = TypeVar("Item")


class EstateReading:
    """Collects one snapshot.

    `on_row` sees the text of every row that goes into it, some twice, so that a snapshot can be
    saved.  What could not be read passes it as a row of type `portcullis/unread`, whose id is what
    was not read and whose `properties.reason` says why.
    """

    def __init__(
        self, pager: GraphPager, builder: SnapshotBuilder, on_row: Callable[[bytes], None]
    ) -> None:
        self._pager = pager
        self._builder = builder
        self._on_row = on_row
        self._has_rows = False

    def read(self, subscriptions: Sequence[str]) -> None:
        """Read these subscriptions, then what they refer to outside of themselves.

        Raises:
            InventoryError: nothing could be read.  Once something was, later failures mark what
                is left as unread.
        """
        batches = list(batches_of(sorted({s.lower() for s in subscriptions})))
        for number, batch in enumerate(batches):
            try:
                self._read_batch(batch)
            except InventoryError as error:
                if not self._has_rows:
                    raise
                left = [one for later in batches[number:] for one in later]
                self._mark_subscriptions(left, str(error))
                return
        self._follow_references()
        self._read_roles_over_hosts()

    def _read_batch(self, batch: Sequence[str]) -> None:
        """Read some subscriptions, and ask before and after which of them can be read at all.

        Resource Graph leaves out what it may not show, without a sign.
        """
        before = self._readable(batch)
        self._mark_subscriptions(
            [one for one in batch if one not in before], "not there, or not readable"
        )
        if not before:
            return
        for text in before.values():
            self._take(text)
        readable = sorted(before)
        for query in ESTATE:
            self._read_query(query, readable)
        after = self._readable(readable)
        self._mark_subscriptions(
            [one for one in readable if one not in after], "went away while it was read"
        )

    def _readable(self, batch: Sequence[str]) -> dict[str, bytes]:
        """Give the rows of the subscriptions that can be read, by subscription id."""
        try:
            rows = list(self._pager.rows(SUBSCRIPTIONS, QueryScope(tuple(batch))))
        except AccessDeniedError:
            return {}
        return {ResourceId(row.key).subscription: row.text for row in rows}

    def _read_query(self, query: GraphQuery, batch: Sequence[str]) -> None:
        """Read one query; where rows go missing, halve the batch until it is one subscription."""
        try:
            for row in self._pager.rows(query, QueryScope(tuple(batch))):
                self._take(row.text)
                self._has_rows = True
        except AccessDeniedError as error:
            self._mark_subscriptions(batch, str(error))
        except IncompleteReadError as error:
            if len(batch) == 1:
                self._mark_subscriptions(batch, str(error))
                return
            half = len(batch) // 2
            self._read_query(query, batch[:half])
            self._read_query(query, batch[half:])

    def _follow_references(self) -> None:
        """Read what rows refer to, round by round; each resource is asked for once.

        Networks are asked for in the first round only: the peers of the scope count, and the peers
        of those peers don't.
        """
        asked: set[ResourceId] = set()
        for number in range(REFERENCE_ROUNDS):
            missing = [
                one
                for one in self._builder.missing_references()
                if one not in asked
                and one.subscription
                and (number == 0 or one.parent("virtualNetworks") is None)
            ]
            asked.update(missing)
            for query in ESTATE:
                ids = [one for one in missing if query_for(one) is query]
                for batch in batches_of(ids, IDS_PER_QUERY):
                    self._fetch(query, batch)

    def _read_roles_over_hosts(self) -> None:
        """Read the roles of the subscriptions of Bastions that serve these from elsewhere.

        They are read as a whole or not at all: by a part of them somebody would seem to lack one.
        """
        snapshot = self._builder.so_far()
        known = {one.subscription for one in snapshot.management_groups}
        others = sorted({host.subscription for host in snapshot.bastions} - known)
        for batch in batches_of(others):
            try:
                containers = self._readable(batch).values()
                rows = list(self._pager.rows(AUTHORIZATION, QueryScope(tuple(batch))))
            except InventoryError:
                return
            for text in (*containers, *(row.text for row in rows)):
                self._take(text)

    def _fetch(self, query: GraphQuery, ids: Sequence[ResourceId]) -> None:
        """Read resources by id; those that may not be read stay missing, as the snapshot tells."""
        scope = QueryScope(tuple(sorted({one.subscription for one in ids})))
        try:
            for row in self._pager.rows(query.about(ids), scope):
                self._take(row.text)
        except AccessDeniedError:
            return
        except InventoryError as error:
            for one in ids:
                self._mark(one.text, str(error))

    def _take(self, text: bytes) -> None:
        try:
            self._builder.add_json(text)
        except InvalidPayloadError as error:
            raise IncompleteReadError(f"a row could not be understood: {error}") from error
        self._on_row(text)

    def _mark_subscriptions(self, subscriptions: Sequence[str], reason: str) -> None:
        for one in subscriptions:
            self._mark(f"/subscriptions/{one}", reason)

    def _mark(self, scope: str, reason: str) -> None:
        self._builder.mark_unread(scope, reason)
        row = {"id": scope, "type": UNREAD_TYPE, "properties": {"reason": reason}}
        self._on_row(msgspec.json.encode(row))


def batches_of(
    items: Sequence[Item], size: int = SUBSCRIPTIONS_PER_QUERY
) -> Iterator[Sequence[Item]]:
    """Cut a sequence into slices of at most `size`; nothing gives no slice."""
    return (items[start : start + size] for start in range(0, len(items), size))
