"""Which resources bear tags that speak of an exemption, by one query to Resource Graph."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import msgspec

from shared.adapters.arm_endpoint import ArmEndpoint
from shared.adapters.graph_exchange import GraphExchange
from shared.adapters.graph_query import GraphQuery
from shared.adapters.paging import GraphPager
from shared.adapters.query_pacing import QueryPacer
from shared.adapters.resource_graph import query_scopes
from shared.findings.exemption import Exemption
from shared.findings.exemption_tags import RefusedTags, exemption_by_tags
from shared.network.ids import resource_id
from shared.usecases.interfaces import Clock, Scope

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential

EXEMPT_TAGS: Final = GraphQuery.named("exempt_tags")


class _Row(msgspec.Struct):
    id: str
    tags: Mapping[str, str | None] | None = None


_ROW: Final = msgspec.json.Decoder(_Row)


class ExemptTags:
    """The exemptions by tag of some subscriptions, and the tags that do not exempt."""

    def __init__(self, pager: GraphPager) -> None:
        """Take the way to Resource Graph."""
        self._pager = pager

    def __call__(self, subscriptions: Sequence[str]) -> Sequence[Exemption | RefusedTags]:
        """Read the tags of every resource that has one of ours.

        Raises:
            InventoryError: they could not be read.
        """
        found = []
        for part in query_scopes(Scope(tuple(subscriptions))):
            for row in self._pager.rows(EXEMPT_TAGS, part):
                told = _ROW.decode(row.text)
                tags = {name: value or "" for name, value in (told.tags or {}).items()}
                found.append(exemption_by_tags(resource_id(told.id), tags))
        return [one for one in found if one is not None]


def exempt_tags(
    endpoint: ArmEndpoint,
    credential: TokenCredential,
    clock: Clock,
    jitter: Callable[[], float],
) -> ExemptTags:
    """Connect to Resource Graph; `jitter` gives the seconds to add to each wait."""
    from shared.adapters.graph_client import GraphClient

    exchange = GraphExchange(GraphClient(endpoint, credential), clock, QueryPacer(clock, jitter))
    return ExemptTags(GraphPager(exchange))
