"""Which subscriptions a query sees.

Source: Microsoft Learn, "What is Azure Resource Graph", permissions: what the caller may not read
is left out without a sign; only when nothing that was named can be read the query is refused.
"""

from dataclasses import dataclass

from simulator.graph.query import GraphQuery
from simulator.simulation import Simulation

_MANAGEMENT_GROUPS = "/providers/microsoft.management/managementgroups/"


@dataclass(frozen=True, slots=True)
class ReadableScope:
    """What a query sees: subscriptions in lower case, and scopes above them.

    `above` holds what inherited role assignments come from: management groups, and the tenant as
    an empty text.  It is empty unless the query asks for them.
    """

    subscriptions: tuple[str, ...]
    above: tuple[str, ...]


def readable_scope(simulation: Simulation, query: GraphQuery) -> ReadableScope | None:
    """Return what a query sees; None when it must be refused."""
    known = simulation.store.subscriptions
    if query.management_groups:
        wanted = {name.lower() for name in query.management_groups}
        named = {
            key
            for key, subscription in known.items()
            if wanted & {g["name"].lower() for g in _ancestors(subscription)}
        }
    elif query.subscriptions:
        named = {name.lower() for name in query.subscriptions}
    else:
        named = set(known)
    readable = sorted(key for key in named if key in known and simulation.may_read(key))
    unscoped = not query.subscriptions and not query.management_groups
    if not readable and not unscoped:
        return None
    groups = {g["name"].lower() for key in readable for g in _ancestors(known[key])}
    above = ["", *(f"{_MANAGEMENT_GROUPS}{name}" for name in sorted(groups))]
    return ReadableScope(tuple(readable), tuple(above) if query.looks_above else ())


def _ancestors(subscription: dict[str, object]) -> list[dict[str, str]]:
    chain = subscription.get("managementGroupAncestorsChain")
    return chain if isinstance(chain, list) else []
