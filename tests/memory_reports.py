"""Lists and tallies in memory, for unit tests of what pages read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from shared.findings.summary import FindingSummary
from shared.usecases.report import Counted, EstateCount, FindingFilter, Slice


@dataclass
class MemoryFindingLists:
    """A `FindingLists`: each answer looks at `examined` findings at most."""

    findings: Sequence[FindingSummary] = ()
    examined: int = 1000
    asked: int = 0

    def listed(self, wanted: FindingFilter, size: int, after: str | None) -> Slice[FindingSummary]:
        """Give what fits of the next findings."""
        self.asked += 1
        start = int(after or 0)
        rows: list[FindingSummary] = []
        for number in range(start, min(start + self.examined, len(self.findings))):
            one = self.findings[number]
            if one.severity in wanted.severities and one.mentions(wanted.text):
                rows.append(one)
            if len(rows) == size:
                break
        following = number + 1 if self.findings else 0
        return Slice(tuple(rows), str(following) if following < len(self.findings) else None)

    def summaries(self, subscription: str) -> Iterator[FindingSummary]:
        """Give those of a subscription."""
        self.asked += 1
        return (one for one in self.findings if one.resource.subscription == subscription)


@dataclass
class MemoryTallies:
    """A `TallyStore`."""

    count: EstateCount = field(default_factory=EstateCount)

    def kept(self) -> EstateCount:
        """Give what was kept."""
        return self.count if self.count.at else EstateCount()

    def keep(self, subscription: str, counted: Counted) -> None:
        """Keep one."""
        counts = {**self.count.counted, subscription: counted}
        self.count = replace(self.count, counted=counts)

    def note(self, at: datetime) -> None:
        """Note the time."""
        self.count = replace(self.count, at=at)
