"""What a snapshot does not hold of resources that may be written: tags, locks, owners, groups.

Source of locks: REST reference, "Management Locks - List At Subscription Level", 2016-09-01.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Final
from urllib.parse import parse_qsl, urlsplit

import msgspec

from shared.adapters.arm_reads import ArmReader
from shared.adapters.graph_exchange import GraphEndpoint, GraphExchange
from shared.adapters.graph_query import GraphQuery
from shared.adapters.paging import GraphPager
from shared.adapters.query_pacing import QueryPacer
from shared.adapters.resource_graph import query_scopes
from shared.network.ids import ResourceId, resource_id
from shared.remediation.guards import Circumstances
from shared.remediation.limits import Place
from shared.usecases.interfaces import ChangeLog, Clock, Scope
from shared.usecases.remediation_interfaces import SubjectFacts

SUBJECTS: Final = GraphQuery.named("subjects")
CONTAINERS: Final = GraphQuery.named("containers")
LOOK_BACK: Final = timedelta(days=14)
"""How long Azure keeps its record.  Source: Microsoft Learn, "Get resource changes"."""
_LOCKS_VERSION: Final = "2016-09-01"
_LOCKS: Final = "/providers/microsoft.authorization/locks"
_TOP_SEGMENTS: Final = 9


class _Group(msgspec.Struct):
    name: str = ""


class _Chain(msgspec.Struct, rename="camel"):
    management_group_ancestors_chain: Sequence[_Group] | None = None


class _Row(msgspec.Struct, rename="camel"):
    id: str
    tags: Mapping[str, str | None] | None = None
    managed_by: str | None = None
    properties: _Chain | None = None


class _Lock(msgspec.Struct):
    id: str
    name: str


class _Locks(msgspec.Struct, rename="camel"):
    value: Sequence[_Lock] = ()
    next_link: str | None = None


_ROW: Final = msgspec.json.Decoder(_Row)
_PAGE: Final = msgspec.json.Decoder(_Locks)


class SubjectReads:
    """The `SubjectReader` over Resource Graph and Resource Manager."""

    def __init__(self, pager: GraphPager, reader: ArmReader, log: ChangeLog, clock: Clock) -> None:
        """Take the ways to ask."""
        self._pager = pager
        self._reader = reader
        self._log = log
        self._clock = clock

    def about(self, subjects: Sequence[ResourceId]) -> Mapping[ResourceId, SubjectFacts]:
        """Ask two queries, and for the locks of each subscription."""
        if not subjects:
            return {}
        tops = {subject: _top(subject) for subject in subjects}
        rows = self._rows(SUBJECTS, tops.values())
        containers = self._rows(CONTAINERS, _containers(subjects))
        actors = self._log.actors(subjects, self._clock.now() - LOOK_BACK)
        locks = {
            one: list(self._locks(one)) for one in sorted({one.subscription for one in subjects})
        }

        def facts(subject: ResourceId) -> SubjectFacts:
            row, group = rows.get(tops[subject]), containers.get(_resource_group(subject))
            keeper = (row.managed_by if row else None) or (group.managed_by if group else None)
            tags = {name: value or "" for name, value in ((row and row.tags) or {}).items()}
            actor = actors.get(subject)
            return SubjectFacts(
                Circumstances(
                    tags=tags,
                    locks=tuple(
                        lock.name for lock in locks[subject.subscription] if _holds(lock, subject)
                    ),
                    managed_by=resource_id(keeper) if keeper else None,
                    clients=(actor.client,) if actor is not None and actor.client else (),
                ),
                Place(subject, tags, _chain(containers.get(_subscription(subject)))),
            )

        return {subject: facts(subject) for subject in subjects}

    def _rows(self, query: GraphQuery, wanted: Iterable[ResourceId]) -> Mapping[ResourceId, _Row]:
        ids = sorted(set(wanted))
        scope = Scope(tuple(one.subscription for one in ids))
        found: dict[ResourceId, _Row] = {}
        for part in query_scopes(scope):
            for text in self._pager.rows(query.about(ids), part):
                row = _ROW.decode(text.text)
                found[resource_id(row.id)] = row
        return found

    def _locks(self, subscription: str) -> Iterator[_Lock]:
        path = f"/subscriptions/{subscription}{_LOCKS}"
        query: dict[str, str] = {}
        doing = f"reading the locks of {subscription}"
        while True:
            page = _PAGE.decode(self._reader.get(doing, path, _LOCKS_VERSION, query))
            yield from page.value
            if not page.next_link:
                return
            query = dict(parse_qsl(urlsplit(page.next_link).query))


def subject_reads(
    graph: GraphEndpoint,
    reader: ArmReader,
    log: ChangeLog,
    clock: Clock,
    jitter: Callable[[], float],
) -> SubjectReads:
    """Connect to Resource Graph; `jitter` gives the seconds to add to each wait."""
    pager = GraphPager(GraphExchange(graph, clock, QueryPacer(clock, jitter)))
    return SubjectReads(pager, reader, log, clock)


def _top(resource: ResourceId) -> ResourceId:
    """Give the resource that bears the tags: the policy of a rule collection group."""
    return resource_id("/".join(resource.text.split("/")[:_TOP_SEGMENTS]))


def _subscription(resource: ResourceId) -> ResourceId:
    return resource_id(f"/subscriptions/{resource.subscription}")


def _resource_group(resource: ResourceId) -> ResourceId:
    return _subscription(resource).child("resourceGroups", resource.resource_group)


def _containers(subjects: Iterable[ResourceId]) -> Iterator[ResourceId]:
    for subject in subjects:
        yield _subscription(subject)
        yield _resource_group(subject)


def _chain(row: _Row | None) -> tuple[str, ...]:
    """Name the management groups above a subscription, in lower case."""
    chain = row.properties.management_group_ancestors_chain if row and row.properties else None
    return tuple(group.name.lower() for group in chain or ())


def _holds(lock: _Lock, subject: ResourceId) -> bool:
    """Tell whether a lock stands on a resource, or on what it lies in."""
    scope = lock.id.lower().rpartition(_LOCKS)[0]
    return f"{subject.key}/".startswith(f"{scope}/")
