"""Rows of ARM and of Resource Graph about the same resources, of which ARM's count."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Final

import msgspec

from shared.adapters.arm_reads import Supplement
from shared.adapters.arm_resources import (
    Answer,
    ArmResources,
    Found,
    Gone,
    Unknown,
    is_readable,
    resource_type,
)
from shared.adapters.back_references import Users, users_of
from shared.adapters.estate_reading import IDS_PER_QUERY, batches_of
from shared.adapters.graph_exchange import QueryScope
from shared.adapters.graph_query import INSTANCES, NETWORK_CHILDREN, WHOLE_ROWS, GraphQuery
from shared.adapters.paging import GraphPager
from shared.adapters.payloads import InvalidPayloadError, SnapshotBuilder
from shared.network.ids import ResourceId
from shared.network.overlay import overlaid
from shared.network.snapshot import Snapshot
from shared.usecases.interfaces import AccessDeniedError, InventoryError

_NETWORK: Final = "microsoft.network/virtualnetworks"
_GROUP: Final = "microsoft.network/networksecuritygroups"


class _Identified(msgspec.Struct):
    id: str


_IDENTIFIED: Final = msgspec.json.Decoder(_Identified)


class FreshReading:
    """Collects one snapshot from both sources.

    What ARM told stays.  A row of Resource Graph about the same resource goes into `former`: an
    index that lags shows what was there before.  `users` are those of all that ARM told of, and of
    every virtual network; `loose` are the security groups that Resource Graph shows without any.
    """

    def __init__(self, pager: GraphPager, arm: ArmResources) -> None:
        """Begin with nothing read."""
        self._pager = pager
        self._arm = arm
        self._builder = SnapshotBuilder()
        self._former = SnapshotBuilder()
        self.answers: dict[ResourceId, Answer] = {}
        self.asked: set[ResourceId] = set()
        self.users: dict[ResourceId, Users] = {}
        self.loose: set[ResourceId] = set()

    @property
    def now(self) -> Snapshot:
        """What is known so far; whatever ARM says is gone is nowhere in it."""
        return self._standing(self._builder.so_far())

    @property
    def fresh(self) -> frozenset[ResourceId]:
        """What ARM told of: that it is there, and how, or that it is gone."""
        told = self.answers.items()
        return frozenset(one for one, answer in told if isinstance(answer, Found | Gone))

    @property
    def former(self) -> Snapshot:
        """What Resource Graph says of resources that ARM was asked for."""
        return self._former.so_far()

    def read(self, resources: Iterable[ResourceId]) -> None:
        """Ask ARM for resources, each once, and forget what Resource Graph said of them.

        What may not be read is unread.

        Raises:
            InventoryError: ARM did not answer.
        """
        wanted = [one for one in resources if one not in self.answers and is_readable(one)]
        for resource, answer in self._arm.read(wanted).items():
            self.answers[resource] = answer
            match answer:
                case Found(text):
                    self._take(resource, text)
                case Unknown(error) if answer.is_refused:
                    self._builder.mark_unread(resource.text, str(error))
                case Unknown(error):
                    raise error

    def ask(self, ids: Sequence[ResourceId]) -> None:
        """Ask Resource Graph for resources by id, whatever their types.

        Raises:
            InventoryError: Resource Graph did not answer.
        """
        self.asked.update(ids)
        for query in (WHOLE_ROWS, INSTANCES, NETWORK_CHILDREN):
            of_table = [one for one in ids if _query_for(one) is query]
            for batch in batches_of(of_table, IDS_PER_QUERY):
                self.query(query.about(batch), batch)

    def query(self, query: GraphQuery, about: Collection[ResourceId]) -> None:
        """Take the rows of a query to the subscriptions of some resources.

        Subscriptions that may not be read give nothing, without a sign.

        Raises:
            InventoryError: Resource Graph did not answer.
        """
        subscriptions = sorted({one.subscription for one in about if one.subscription})
        for batch in batches_of(subscriptions):
            try:
                for row in self._pager.rows(query, QueryScope(tuple(batch))):
                    identity = ResourceId(_IDENTIFIED.decode(row.text).id)
                    self._take(identity, row.text, from_graph=True)
            except AccessDeniedError:
                continue

    def supplement(self, supplements: Iterable[Supplement]) -> None:
        """Let supplements read what is still lacking."""
        for supplement in supplements:
            known = self.now
            subscriptions = sorted({network.subscription for network in known.virtual_networks})
            for text in supplement(known, subscriptions):
                self._builder.add_json(text)

    def is_behind(self, resources: Iterable[ResourceId]) -> bool:
        """Tell whether Resource Graph shows any of some resources otherwise than ARM does.

        Of what it was not asked for nothing is known.
        """
        shown, told = self.former, self.now
        return any(
            told_by(shown, one) != told_by(told, one)
            for one in resources
            if one in self.asked and one in self.fresh
        )

    def snapshot(self, observed_at: datetime, needless: Collection[ResourceId] = ()) -> Snapshot:
        """Give what was read, as of a time; nothing `needless` is missed."""
        built = self._standing(self._builder.build(observed_at))
        gaps = tuple(
            gap for gap in built.unread if gap.scope not in needless or gap.scope in self.answers
        )
        return replace(built, unread=gaps)

    def _standing(self, snapshot: Snapshot) -> Snapshot:
        gone = [one for one, answer in self.answers.items() if isinstance(answer, Gone)]
        return overlaid(snapshot, Snapshot(snapshot.observed_at), gone=gone) if gone else snapshot

    def _take(self, resource: ResourceId, text: bytes, *, from_graph: bool = False) -> None:
        superseded = from_graph and isinstance(self.answers.get(resource), Found | Gone)
        try:
            if not from_graph or (resource_type(resource) == _NETWORK and not superseded):
                self.users[resource] = users_of(text)
            if from_graph and resource_type(resource) == _GROUP and not users_of(text).ids:
                self.loose.add(resource)
            (self._former if superseded else self._builder).add_json(text)
        except (InvalidPayloadError, msgspec.DecodeError, ValueError) as error:
            raise InventoryError(f"{resource} could not be understood: {error}") from error


def told_by(snapshot: Snapshot, resource: ResourceId) -> list[object]:
    """Give whatever a snapshot says of one resource."""
    parts = (getattr(snapshot, part.name) for part in fields(snapshot))
    return [part[resource] for part in parts if isinstance(part, Mapping) and resource in part]


def _query_for(resource: ResourceId) -> GraphQuery:
    """Choose the table that holds a resource."""
    if "/rulecollectiongroups/" in resource.key or "/snapshots/" in resource.key:
        return NETWORK_CHILDREN
    instance = "/virtualmachinescalesets/" in resource.key and "/virtualmachines/" in resource.key
    return INSTANCES if instance else WHOLE_ROWS
