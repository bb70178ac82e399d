"""What the assessment of changes needs to keep in mind, in its own words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shared.findings.resource_change import ResourceChange
from shared.network.ids import ResourceId


@dataclass(frozen=True, slots=True)
class Mark:
    """A resource that changed and has not been assessed since.

    `change` is the latest that was told of, by one of `events`; the earliest occurred at `first`.
    """

    change: ResourceChange
    first: datetime
    events: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many events told of it."""
        return len(self.events)


class ChangeMarks(Protocol):
    """What changed and was not assessed yet, by subscription; one worker at a time assesses it.

    Every method raises StoreError when the account cannot be reached or refuses.
    """

    def mark(self, change: ResourceChange) -> None:
        """Note a change, in one mark with others of the same whole resource.

        The same event again changes nothing while its mark is there, and makes it anew otherwise.
        """

    def marks(self, subscription: str, limit: int) -> Sequence[Mark]:
        """Give some of the marks of a subscription, each with all that was told of it."""

    def settle(self, marks: Sequence[Mark], at: datetime) -> None:
        """Let go what marks stand for, and keep in mind when; what came since they were read stays.

        Marks of one subscription at a time; a repeat is harmless.
        """

    def recent(self, subscription: str, since: datetime) -> Sequence[ResourceId]:
        """Name the whole resources of a subscription whose marks were settled since then.

        What was settled earlier is forgotten.
        """

    def claim(self, subscription: str, owner: str, now: datetime, until: datetime) -> bool:
        """Take or prolong the right to assess a subscription; False while another one has it.

        It ends at `until`, so that nobody waits for a worker that died for longer than that.
        """

    def release(self, subscription: str, owner: str) -> None:
        """Give the right back; nothing happens where another one has it."""

    def refuse(self, text: str, reason: str, received: datetime) -> None:
        """Keep the beginning of what came in as an event and is none, and count it."""

    def refused_count(self) -> int:
        """Count what was refused so far."""
