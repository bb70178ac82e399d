"""The estate as Azure Resource Graph shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

import msgspec

from shared.adapters.arm_endpoint import ArmEndpoint
from shared.adapters.arm_reads import Supplement
from shared.adapters.estate_reading import EstateReading, batches_of
from shared.adapters.graph_exchange import GraphExchange, QueryScope
from shared.adapters.graph_query import COUNTS, SUBSCRIPTIONS
from shared.adapters.paging import GraphPager
from shared.adapters.payloads import SnapshotBuilder
from shared.adapters.query_pacing import QueryPacer
from shared.network.ids import ResourceId
from shared.network.snapshot import Snapshot
from shared.usecases.interfaces import Clock, Scope, Subscription

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential


class _Named(msgspec.Struct):
    id: str
    name: str | None = None


class _Counted(msgspec.Struct):
    id: str
    rows: int


_NAMED: Final = msgspec.json.Decoder(_Named)
_COUNTED: Final = msgspec.json.Decoder(_Counted)


def _nothing(row: bytes) -> None:
    """Let a row pass."""


class ResourceGraph:
    """An `Inventory`.

    `on_row` sees every row that goes into a snapshot, as JSON text, so that it can be saved.
    `supplements` read directly what an estate still lacks, one after the other.
    """

    def __init__(
        self,
        pager: GraphPager,
        clock: Clock,
        on_row: Callable[[bytes], None] = _nothing,
        supplements: Sequence[Supplement] = (),
    ) -> None:
        self._pager = pager
        self._clock = clock
        self._on_row = on_row
        self._supplements = supplements

    def supplemented(self, *supplements: Supplement) -> ResourceGraph:
        """Give the same with these supplements."""
        return ResourceGraph(self._pager, self._clock, self._on_row, supplements)

    def subscriptions(self, scope: Scope) -> Sequence[Subscription]:
        """List the readable subscriptions of a scope with their row counts, sorted by id.

        Named subscriptions that can't be read are not in the list.

        Raises:
            InventoryError: the list could not be read.
        """
        names: dict[str, str] = {}
        rows: Counter[str] = Counter()
        for part in query_scopes(scope):
            for row in self._pager.rows(SUBSCRIPTIONS, part):
                named = _NAMED.decode(row.text)
                names[ResourceId(named.id).subscription] = named.name or ""
            for query in COUNTS:
                for row in self._pager.rows(query, part):
                    counted = _COUNTED.decode(row.text)
                    rows[counted.id.lower()] += counted.rows
        return tuple(Subscription(one, names[one], rows[one]) for one in sorted(names))

    def read(self, subscriptions: Sequence[str]) -> Snapshot:
        """Read everything that the verdict needs of these subscriptions.

        What they refer to in other subscriptions is read too, where that may be read.  The
        snapshot is as of the moment at which the read began: nothing in it is older.

        Raises:
            InventoryError: nothing could be read.
        """
        began = self._clock.now()
        builder = SnapshotBuilder()
        EstateReading(self._pager, builder, self._on_row).read(subscriptions)
        for supplement in self._supplements:
            for row in supplement(builder.so_far(), subscriptions):
                builder.add_json(row)
                self._on_row(row)
        return builder.build(began)


def query_scopes(scope: Scope) -> Sequence[QueryScope]:
    """Say a scope in queries; a management group and "all that can be read" take one."""
    if scope.subscriptions:
        ordered = sorted({one.lower() for one in scope.subscriptions})
        return [QueryScope(tuple(batch)) for batch in batches_of(ordered)]
    return [QueryScope(management_group=scope.management_group)]


def resource_graph(
    endpoint: ArmEndpoint,
    credential: TokenCredential,
    clock: Clock,
    jitter: Callable[[], float],
    on_row: Callable[[bytes], None] = _nothing,
) -> ResourceGraph:
    """Connect to Resource Graph; `jitter` gives the seconds to add to each wait."""
    from shared.adapters.graph_client import GraphClient

    exchange = GraphExchange(GraphClient(endpoint, credential), clock, QueryPacer(clock, jitter))
    return ResourceGraph(GraphPager(exchange), clock, on_row)
