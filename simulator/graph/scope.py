"""Which subscriptions a query sees.

Source: Microsoft Learn, "What is Azure Resource Graph", permissions: what the caller may not read
is left out without a sign; only when nothing that was named can be read the query is refused.
"""

from simulator.graph.query import GraphQuery
from simulator.simulation import Simulation


def readable_scope(simulation: Simulation, query: GraphQuery) -> list[str] | None:
    """Return the subscriptions, lower case, that a query sees; None when it must be refused."""
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
    return readable if readable or unscoped else None


def _ancestors(subscription: dict[str, object]) -> list[dict[str, str]]:
    chain = subscription.get("managementGroupAncestorsChain")
    return chain if isinstance(chain, list) else []
