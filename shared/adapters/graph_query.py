"""The queries to Resource Graph, kept as text in `kql/`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from shared.network.ids import ResourceId

KQL_FOLDER: Final = Path(__file__).parent / "kql"


@dataclass(frozen=True, slots=True)
class GraphQuery:
    """One query: a table, and what is done with its rows.

    Every query gives a text column `id`, unique among its rows, and sorts by it: without that,
    pages overlap and miss rows (Microsoft Learn, "Guidance for pagination").
    """

    name: str
    table: str
    stages: str
    conditions: tuple[str, ...] = ()

    @classmethod
    def named(cls, name: str) -> GraphQuery:
        """Read `kql/<name>.kql`: comments, the table on a line of its own, then the stages."""
        text = (KQL_FOLDER / f"{name}.kql").read_text(encoding="utf-8")
        lines = [line for line in text.splitlines() if not line.startswith("//")]
        return cls(name, lines[0].strip(), "\n".join(lines[1:]))

    @property
    def looks_above(self) -> bool:
        """Whether rows of what lies above the subscriptions belong to them, too.

        So it is with roles, which are inherited.  Source: Microsoft Learn, "Understanding the
        Azure Resource Graph query language", authorization scope filter.
        """
        return self.table == "AuthorizationResources"

    @property
    def text(self) -> str:
        """The query as it is sent, conditions ahead of all other stages."""
        narrowed = (f"| where {condition}" for condition in self.conditions)
        return "\n".join((self.table, *narrowed, self.stages))

    def where(self, condition: str) -> GraphQuery:
        """Narrow the query by a condition on the table's own columns."""
        return replace(self, conditions=(*self.conditions, condition))

    def part(self, number: int, of: int) -> GraphQuery:
        """Take one of `of` parts of the rows; every row is in exactly one of them.

        Source: Microsoft Learn, "Guidance for pagination", on partitions.
        """
        return self.where(f"hash(tolower(id)) % {of} == {number}")

    def about(self, ids: Iterable[ResourceId]) -> GraphQuery:
        """Take the rows of some resources."""
        return self.where(f"id in~ {listed(one.text for one in ids)}")


def listed(texts: Iterable[str]) -> str:
    """Write texts as the list that `in` and its kin take."""
    return f"({', '.join(literal(text) for text in texts)})"


def literal(text: str) -> str:
    """Write a text as KQL does."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


SUBSCRIPTIONS: Final = GraphQuery.named("subscriptions")
COMPUTE: Final = GraphQuery.named("compute")
NETWORK: Final = GraphQuery.named("network")
INSTANCES: Final = GraphQuery.named("instances")
NETWORK_CHILDREN: Final = GraphQuery.named("network_children")
AUTHORIZATION: Final = GraphQuery.named("authorization")
WHOLE_ROWS: Final = GraphQuery.named("whole_rows")
RESOURCE_CHANGES: Final = GraphQuery.named("resource_changes")
ESTATE: Final = (COMPUTE, NETWORK, INSTANCES, NETWORK_CHILDREN, AUTHORIZATION)
"""What a verdict needs of a subscription."""
COUNTS: Final = (
    GraphQuery.named("resource_counts"),
    GraphQuery.named("instance_counts"),
    GraphQuery.named("network_child_counts"),
)
"""How many rows `ESTATE` gives for each subscription, but for those of `AUTHORIZATION`.

Of these there are at most a few thousand: Microsoft Learn, "Azure subscription and service limits",
role assignments per subscription.
"""


def query_for(resource: ResourceId) -> GraphQuery:
    """Choose the query whose table holds a resource."""
    if "/providers/microsoft.compute/virtualmachinescalesets/" in resource.key:
        return INSTANCES if "/virtualmachines/" in resource.key else COMPUTE
    if "/providers/microsoft.compute/" in resource.key:
        return COMPUTE
    if "/providers/microsoft.authorization/" in resource.key:
        return AUTHORIZATION
    if "/rulecollectiongroups/" in resource.key or "/snapshots/" in resource.key:
        return NETWORK_CHILDREN
    return NETWORK
