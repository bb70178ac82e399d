"""Marks of changes and their lags in memory: for unit tests, and for killing a run at any write."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from itertools import islice
from threading import RLock

from shared.findings.lag import Lag
from shared.findings.resource_change import ResourceChange, together, whole_resource
from shared.network.ids import ResourceId
from shared.usecases.change_interfaces import Mark
from tests.memory_store import Writes


@dataclass
class MemoryMarks:
    """A `ChangeMarks`."""

    writes: Writes = field(default_factory=Writes)
    refused: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin with nothing marked."""
        self._lock = RLock()
        self._marks: defaultdict[str, dict[ResourceId, dict[str, ResourceChange]]]
        self._marks = defaultdict(dict)
        self._recent: dict[ResourceId, datetime] = {}
        self._leases: dict[str, tuple[str, datetime]] = {}

    def mark(self, change: ResourceChange) -> None:
        """Note a change, in one mark with others of the same whole resource."""
        with self._lock:
            marks = self._marks[change.subject.subscription]
            self.writes.next()
            marks.setdefault(change.subject, {})[change.event_id] = change

    def marks(self, subscription: str, limit: int) -> Sequence[Mark]:
        """Give some of the marks of a subscription."""
        with self._lock:
            marks = self._marks[subscription.lower()]
            return tuple(_mark(marks[subject]) for subject in islice(sorted(marks), limit))

    def settle(self, marks: Sequence[Mark], at: datetime) -> None:
        """Let go what marks stand for, and keep in mind when; what came since stays."""
        for mark in marks:
            subject = mark.change.subject
            with self._lock:
                self.writes.next()
                self._recent[whole_resource(subject)] = at
                kept = self._marks[subject.subscription]
                events = kept.pop(subject, {})
                left = {one: events[one] for one in events if one not in mark.events}
                if left:
                    kept[subject] = left

    def recent(self, subscription: str, since: datetime) -> Sequence[ResourceId]:
        """Name the whole resources whose marks were settled since then."""
        with self._lock:
            self._recent = {one: at for one, at in self._recent.items() if at >= since}
            return [one for one in self._recent if one.subscription == subscription.lower()]

    def claim(self, subscription: str, owner: str, now: datetime, until: datetime) -> bool:
        """Take or prolong the right to assess a subscription."""
        with self._lock:
            holder, end = self._leases.get(subscription.lower(), (owner, now))
            if holder != owner and end > now:
                return False
            self.writes.next()
            self._leases[subscription.lower()] = (owner, until)
            return True

    def release(self, subscription: str, owner: str) -> None:
        """Give the right back."""
        with self._lock:
            if self._leases.get(subscription.lower(), ("",))[0] == owner:
                self.writes.next()
                del self._leases[subscription.lower()]

    def refuse(self, text: str, reason: str, received: datetime) -> None:
        """Keep what came in as an event and is none."""
        del received
        self.writes.next()
        self.refused.append((text, reason))

    def refused_count(self) -> int:
        """Count what was refused so far."""
        return len(self.refused)


def _mark(events: Mapping[str, ResourceChange]) -> Mark:
    first = min(change.occurred for change in events.values())
    return Mark(reduce(together, events.values()), first, tuple(events))


@dataclass
class MemoryLags:
    """A `LagBook`."""

    writes: Writes = field(default_factory=Writes)
    runs: dict[str, tuple[Lag, ...]] = field(default_factory=dict)

    def note(self, run: str, lags: Sequence[Lag]) -> None:
        """Keep the lags of what was told of one run."""
        self.writes.next()
        self.runs[run] = tuple(lags)

    def lags(self) -> Sequence[Lag]:
        """Give what is kept."""
        return tuple(lag for lags in self.runs.values() for lag in lags)
