"""The estate as Resource Graph shows it, and fresher where Resource Manager is asked itself."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Final

from shared.adapters.arm_reads import Supplement
from shared.adapters.arm_resources import ArmResources, Found, Gone, Unknown, is_readable
from shared.adapters.change_log import ResourceChangeLog
from shared.adapters.graph_exchange import Answer, GraphEndpoint, GraphExchange
from shared.adapters.group_users import users_in_doubt
from shared.adapters.neighbourhood import Neighbourhoods
from shared.adapters.paging import GraphPager
from shared.adapters.payloads import InvalidPayloadError, SnapshotBuilder
from shared.adapters.query_pacing import QueryPacer
from shared.adapters.references import missing_dependencies
from shared.adapters.resource_graph import ResourceGraph
from shared.findings.finding import Actor
from shared.network.ids import ResourceId
from shared.network.overlay import overlaid
from shared.network.snapshot import Snapshot, Unread
from shared.usecases.interfaces import ChangeLog, Clock, Neighbourhood, Scope, Subscription

REFERENCE_ROUNDS: Final = 2
"""How far fresh reads are followed to what the snapshot lacks: an interface, its new group."""


class CountedEndpoint:
    """A `GraphEndpoint` that counts what it is sent; every attempt and every page counts."""

    def __init__(self, endpoint: GraphEndpoint) -> None:
        """Begin at 0."""
        self._endpoint = endpoint
        self.sent = 0

    def post(self, body: bytes) -> Answer:
        """Pass a query on."""
        self.sent += 1
        return self._endpoint.post(body)


class AzureInventory:
    """An `Inventory`, and a `ChangeLog`.

    `arm_reads` and `queries` count what it asked for so far.
    """

    def __init__(
        self,
        graph: ResourceGraph,
        arm: ArmResources,
        around: Neighbourhoods,
        counted: CountedEndpoint,
        log: ChangeLog,
    ) -> None:
        """Take the parts, which share one way to Resource Graph and one to ARM."""
        self._graph = graph
        self._arm = arm
        self._around = around
        self._counted = counted
        self._log = log

    @property
    def arm_reads(self) -> int:
        """How many resources ARM was asked for."""
        return self._arm.reads

    @property
    def queries(self) -> int:
        """How many queries Resource Graph was sent."""
        return self._counted.sent

    def subscriptions(self, scope: Scope) -> Sequence[Subscription]:
        """List the readable subscriptions of a scope, as `Inventory` says."""
        return self._graph.subscriptions(scope)

    def read(self, subscriptions: Sequence[str]) -> Snapshot:
        """Read everything that the verdict needs of some subscriptions, as `Inventory` says."""
        return self._graph.read(subscriptions)

    def around(
        self, changed: Sequence[ResourceId], recent: Collection[ResourceId] = ()
    ) -> Neighbourhood:
        """Read changed resources and what they touch, as `Inventory` says."""
        return self._around.around(changed, recent)

    def actors(
        self, resources: Sequence[ResourceId], since: datetime
    ) -> Mapping[ResourceId, Actor]:
        """Tell who changed resources last, as `ChangeLog` says."""
        return self._log.actors(resources, since)

    def refreshed(self, snapshot: Snapshot, resources: Sequence[ResourceId]) -> Snapshot:
        """Lay fresh ARM reads over a snapshot, as `Inventory` says.

        What they refer to and the snapshot lacks is read, too, and who uses a security group where
        that is in doubt.
        """
        builder = SnapshotBuilder()
        answered: set[ResourceId] = set()
        rows: dict[ResourceId, bytes] = {}
        gone: list[ResourceId] = []
        unread: list[Unread] = []
        wanted = [one for one in resources if is_readable(one)]
        for _ in range(1 + REFERENCE_ROUNDS):
            answered.update(wanted)
            for resource, answer in self._arm.read(wanted).items():
                match answer:
                    case Found(text):
                        rows[resource] = text
                        unread.extend(_taken(builder, resource, text))
                    case Gone():
                        gone.append(resource)
                    case Unknown(error):
                        unread.append(Unread(resource, str(error)))
            lacking = {*_lacking(builder.so_far(), snapshot), *users_in_doubt(rows, snapshot)}
            wanted = [one for one in sorted(lacking - answered) if is_readable(one)]
            if not wanted:
                break
        fresh = builder.so_far()
        absent = (Unread(one, "ARM refers to it and could not be asked") for one in wanted)
        gaps = (*unread, *fresh.unread, *absent)
        return overlaid(snapshot, fresh, gone=gone, unread=gaps)


def _taken(builder: SnapshotBuilder, resource: ResourceId, text: bytes) -> Iterator[Unread]:
    """Take a row; give the gap where it is none."""
    try:
        builder.add_json(text)
    except InvalidPayloadError as error:
        yield Unread(resource, f"ARM's answer could not be understood: {error}")


def _lacking(fresh: Snapshot, known: Snapshot) -> set[ResourceId]:
    """Name what fresh rows refer to and neither they nor a snapshot have."""
    parts = [getattr(known, part.name) for part in fields(known)]
    maps = [part for part in parts if isinstance(part, Mapping)]
    targets = {target for target, _ in missing_dependencies(fresh)}
    return {target for target in targets if not any(target in part for part in maps)}


def azure_inventory(
    graph: GraphEndpoint,
    arm: ArmResources,
    clock: Clock,
    jitter: Callable[[], float],
    supplements: Sequence[Supplement] = (),
) -> AzureInventory:
    """Put an inventory together; `jitter` gives the seconds to add to each wait for quota."""
    counted = CountedEndpoint(graph)
    pager = GraphPager(GraphExchange(counted, clock, QueryPacer(clock, jitter)))
    return AzureInventory(
        ResourceGraph(pager, clock, supplements=supplements),
        arm,
        Neighbourhoods(pager, arm, clock, lambda: counted.sent, supplements),
        counted,
        ResourceChangeLog(pager),
    )
