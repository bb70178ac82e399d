"""Coverage: which absent findings a judgement may take for gone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from shared.checks.result import Unjudged
from shared.findings.finding import Finding
from shared.network.ids import ResourceId
from shared.network.snapshot import Unread


class _Paths:
    """Resource ids, asked whether one of them lies on a resource's own path, above or below."""

    __slots__ = ("_above", "_keys")

    def __init__(self, resources: Iterable[ResourceId]) -> None:
        self._keys = {resource.key for resource in resources}
        self._above = {above for key in self._keys for above in _line_of(key)}

    def touch(self, resource: ResourceId) -> bool:
        """Tell whether the resource, a parent or a child of it is among the ids."""
        return resource.key in self._above or any(
            key in self._keys for key in _line_of(resource.key)
        )


def _line_of(key: str) -> Iterable[str]:
    """Give an id's key and every prefix of it that ends before a slash."""
    while key:
        yield key
        key = key.rpartition("/")[0]


class Coverage:
    """How much of one subscription a judgement has seen, at the time of its data.

    With `only`, the judgement is of these resources (and what lies below them) alone, as after a
    change; without it, of the whole subscription, as in a sweep.  An unread subscription stands
    among `unread` as `/subscriptions/<id>`; what lies in no subscription may hold all of them.
    """

    __slots__ = ("_is_blind", "_only", "_unjudged", "_unread", "observed_at", "subscription")

    def __init__(
        self,
        subscription: str,
        observed_at: datetime,
        *,
        unread: Iterable[Unread] = (),
        unjudged: Iterable[Unjudged] = (),
        only: Iterable[ResourceId] | None = None,
    ) -> None:
        """Take what was not seen: of resources, and of single checks on resources."""
        self.subscription = subscription.lower()
        self.observed_at = observed_at
        gaps = tuple(gap.scope for gap in unread)
        self._unread = _Paths(gaps)
        self._is_blind = any(self._is_in(gap) for gap in gaps)
        self._unjudged = _paths_by_check(unjudged)
        self._only = None if only is None else frozenset(resource.key for resource in only)

    @property
    def is_whole(self) -> bool:
        """Whether the subscription as such was read, and not only some resources of it."""
        return self._only is None and not self._is_blind

    def settles(self, finding: Finding) -> bool:
        """Tell whether the judgement would have shown the finding if it still stood.

        Not so where its resource, or anything above or below it, was not read, or where its
        check could not judge the resource.  When in doubt the answer is no.
        """
        resource = finding.resource
        if self._is_blind or resource.subscription != self.subscription:
            return False
        if self._only is not None and self._only.isdisjoint(_line_of(resource.key)):
            return False
        unjudged = self._unjudged.get(finding.check)
        return not (self._unread.touch(resource) or (unjudged and unjudged.touch(resource)))

    def _is_in(self, scope: ResourceId) -> bool:
        """Tell whether a scope is this subscription, or may be above it."""
        return not scope.subscription or scope.key == f"/subscriptions/{self.subscription}"


def _paths_by_check(unjudged: Iterable[Unjudged]) -> Mapping[str, _Paths]:
    resources: defaultdict[str, list[ResourceId]] = defaultdict(list)
    for gap in unjudged:
        resources[gap.check].append(gap.resource)
    return {check: _Paths(paths) for check, paths in resources.items()}
