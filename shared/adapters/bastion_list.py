"""Which Bastions there are, by one query to Resource Graph."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

import msgspec

from shared.adapters.arm_endpoint import ArmEndpoint
from shared.adapters.graph_exchange import GraphExchange
from shared.adapters.graph_query import GraphQuery
from shared.adapters.paging import GraphPager
from shared.adapters.query_pacing import QueryPacer
from shared.adapters.resource_graph import query_scopes
from shared.network.ids import ResourceId, resource_id
from shared.usecases.interfaces import Clock, Scope

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential

BASTIONS: Final = GraphQuery.named("bastions")


class _Row(msgspec.Struct):
    id: str


_ROW: Final = msgspec.json.Decoder(_Row)


class BastionList:
    """The Bastions of a scope."""

    def __init__(self, pager: GraphPager, scope: Scope) -> None:
        """Take the way to Resource Graph."""
        self._pager = pager
        self._scope = scope

    def __call__(self) -> Sequence[ResourceId]:
        """List them by their ids.

        Raises:
            InventoryError: the list could not be read.
        """
        return [
            resource_id(_ROW.decode(row.text).id)
            for part in query_scopes(self._scope)
            for row in self._pager.rows(BASTIONS, part)
        ]


def bastion_list(
    endpoint: ArmEndpoint,
    credential: TokenCredential,
    clock: Clock,
    jitter: Callable[[], float],
    scope: Scope,
) -> BastionList:
    """Connect to Resource Graph; `jitter` gives the seconds to add to each wait."""
    from shared.adapters.graph_client import GraphClient

    exchange = GraphExchange(GraphClient(endpoint, credential), clock, QueryPacer(clock, jitter))
    return BastionList(GraphPager(exchange), scope)
