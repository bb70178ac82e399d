"""Exemptions in memory, with tags and management groups as a test wants them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count

from shared.findings.exemption import Exemption
from shared.findings.exemption_tags import RefusedTags
from shared.findings.kept_exemption import ExemptionOrigin, KeptExemption
from shared.usecases.exemptions import ExemptionDesk
from shared.usecases.interfaces import Clock, FindingStore, InventoryError, StoreConflictError
from tests.memory_store import Writes


@dataclass
class MemoryExemptions:
    """An `ExemptionStore`."""

    writes: Writes = field(default_factory=Writes)

    def __post_init__(self) -> None:
        """Begin with nothing exempt."""
        self._versions = count(1)
        self._kept: dict[str, KeptExemption] = {}
        self._refused: dict[str, Sequence[RefusedTags]] = {}

    def of(self, subscription: str) -> Sequence[KeptExemption]:
        """Give what may concern a subscription."""
        return [
            kept
            for kept in self._kept.values()
            if kept.exemption.scope.subscription in ("", subscription.lower())
        ]

    def every(self) -> Sequence[KeptExemption]:
        """Give all that are kept."""
        return list(self._kept.values())

    def put(self, kept: KeptExemption) -> None:
        """Write an exemption on top of the version that was read."""
        before = self._kept.get(kept.exemption.id)
        if (before.version if before else None) != kept.version:
            message = "somebody else wrote it first"
            raise StoreConflictError(message)
        self.writes.next()
        self._kept[kept.exemption.id] = replace(kept, version=str(next(self._versions)))

    def replace_tagged(
        self,
        subscription: str,
        tagged: Sequence[Exemption],
        refused: Sequence[RefusedTags],
        seen: datetime,
    ) -> None:
        """Keep what the tags of a subscription say now."""
        self.writes.next()
        over = [
            kept.exemption.id
            for kept in self._kept.values()
            if kept.origin is ExemptionOrigin.TAG
            and kept.exemption.scope.subscription == subscription.lower()
        ]
        before = {one: self._kept.pop(one) for one in over}
        for one in tagged:
            first = before[one.id].created if one.id in before else seen
            kept = KeptExemption(one, ExemptionOrigin.TAG, first, version="tag")
            self._kept[one.id] = kept
        self._refused[subscription.lower()] = tuple(refused)

    def refused_tags(self) -> Sequence[RefusedTags]:
        """Give the tags that do not exempt."""
        return [one for refused in self._refused.values() for one in refused]


@dataclass
class Tags:
    """What Azure says of tags and management groups; None where it does not answer."""

    found: Sequence[Exemption | RefusedTags] | None = ()
    groups: Mapping[str, Sequence[str]] | None = field(default_factory=dict)

    def read(self, subscriptions: Sequence[str]) -> Sequence[Exemption | RefusedTags]:
        """Give the tags of any subscriptions."""
        del subscriptions
        if self.found is None:
            message = "Resource Graph does not answer"
            raise InventoryError(message)
        return self.found

    def members(self, group: str) -> Sequence[str]:
        """Name the subscriptions below a group."""
        if self.groups is None:
            message = "Resource Graph does not answer"
            raise InventoryError(message)
        return self.groups.get(group, ())


def exemption_desk(
    findings: FindingStore,
    clock: Clock,
    tags: Tags | None = None,
    store: MemoryExemptions | None = None,
) -> ExemptionDesk:
    """Give a desk in memory."""
    azure = tags or Tags()
    return ExemptionDesk(store or MemoryExemptions(), findings, clock, azure.read, azure.members)
