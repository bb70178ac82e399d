"""Scorecards in memory, for unit tests of those who keep and list them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from shared.findings.kept_posture import KeptPosture, PostureHead, SweptPosture
from shared.findings.posture_brief import brief_of
from shared.findings.posture_text import PostureReading, posture_text
from tests.memory_store import Writes


@dataclass
class MemoryPostures:
    """A `PostureStore`; `read` names the subscriptions that were read, in order."""

    writes: Writes = field(default_factory=Writes)
    read: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin with nothing kept."""
        self._kept: dict[str, KeptPosture] = {}

    def keep(self, swept: SweptPosture) -> bool:
        """Keep it unless newer data is kept."""
        subscription = swept.subscription.lower()
        before = self._kept.get(subscription)
        if before is not None and before.head.observed_at > swept.observed_at:
            return False
        self.writes.next()
        head = PostureHead(subscription, swept.observed_at, swept.sweep, brief_of(swept.place))
        self._kept[subscription] = KeptPosture(head, PostureReading(posture_text(swept.place)))
        return True

    def heads(self) -> Sequence[PostureHead]:
        """Give the numbers of every subscription, by id."""
        return tuple(self._kept[one].head for one in sorted(self._kept))

    def kept(self, subscription: str) -> KeptPosture | None:
        """Give what is kept of a subscription."""
        self.read.append(subscription)
        return self._kept.get(subscription.lower())
