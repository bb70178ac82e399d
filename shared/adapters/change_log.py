"""Who changed resources, as Resource Graph's ResourceChanges tell.

Source: Microsoft Learn, "Get resource changes": records are kept for 14 days and are mostly there
within minutes; parts have none of their own, their whole changes with them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec

from shared.adapters.graph_exchange import QueryScope
from shared.adapters.graph_query import RESOURCE_CHANGES, GraphQuery, listed
from shared.adapters.paging import GraphPager
from shared.findings.finding import Actor, ActorKind
from shared.network.ids import ResourceId, resource_id
from shared.usecases.interfaces import InventoryError

RESOURCES_ASKED: Final = 300
"""One query names no more.  Source: Microsoft Learn, "Guidance for throttled requests"."""
NAME_CHARACTERS: Final = 200
_UNSEEN: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_GUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_NOBODY: Final = "00000000-0000-0000-0000-000000000000"
_KINDS: Final = {
    "user": ActorKind.USER,
    "application": ActorKind.SERVICE_PRINCIPAL,
    "serviceprincipal": ActorKind.SERVICE_PRINCIPAL,
    "managedidentity": ActorKind.MANAGED_IDENTITY,
    "system": ActorKind.SYSTEM,
}


class _Change(msgspec.Struct, rename="camel"):
    target: str
    at: datetime
    changed_by: str = ""
    changed_by_type: str = ""
    client_type: str = ""
    operation: str = ""
    correlation_id: str = ""


_CHANGE: Final = msgspec.json.Decoder(_Change)


class ResourceChangeLog:
    """A `ChangeLog` that asks one query; what it cannot learn it leaves out."""

    def __init__(self, pager: GraphPager) -> None:
        """Take the way to Resource Graph."""
        self._pager = pager

    def actors(
        self, resources: Sequence[ResourceId], since: datetime
    ) -> Mapping[ResourceId, Actor]:
        """Tell who changed some resources last; of too many only the first are asked about."""
        wanted = [one for one in dict.fromkeys(resources) if one.subscription][:RESOURCES_ASKED]
        if not wanted:
            return {}
        scope = QueryScope(tuple(sorted({one.subscription for one in wanted})))
        try:
            rows = [
                _CHANGE.decode(row.text)
                for row in self._pager.rows(actors_query(wanted, since), scope)
            ]
        except (InventoryError, msgspec.DecodeError):
            return {}
        rows.sort(key=lambda row: row.at, reverse=True)
        return {resource_id(row.target): _actor(row) for row in rows if row.changed_by}


def actors_query(resources: Sequence[ResourceId], since: datetime) -> GraphQuery:
    """Take the latest change of each of some resources since a time."""
    time = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return RESOURCE_CHANGES.where(
        f"tolower(tostring(properties.targetResourceId)) in {listed(one.key for one in resources)}"
    ).where(f"todatetime(properties.changeAttributes.timestamp) >= datetime({time})")


def _actor(row: _Change) -> Actor:
    client = "" if row.client_type.lower() == "unknown" else row.client_type
    return Actor(
        name=_clean(row.changed_by),
        kind=_kind(row),
        client=_clean(client),
        operation=_clean(row.operation),
        correlation_id="" if row.correlation_id == _NOBODY else _clean(row.correlation_id),
    )


def _kind(row: _Change) -> ActorKind:
    """Name the kind of an actor, where it is not told by how the actor is named."""
    if row.changed_by.lower() == ActorKind.SYSTEM:
        return ActorKind.SYSTEM
    told = _KINDS.get(row.changed_by_type.replace(" ", "").lower())
    if told is not None:
        return told
    if "@" in row.changed_by:
        return ActorKind.USER
    is_id = _GUID.fullmatch(row.changed_by)
    return ActorKind.SERVICE_PRINCIPAL if is_id else ActorKind.UNKNOWN


def _clean(text: str) -> str:
    return _UNSEEN.sub("\N{REPLACEMENT CHARACTER}", text[:NAME_CHARACTERS]).strip()
