"""A recorded finding in brief: what lists and counts need, without its evidence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shared.checks.result import Severity
from shared.findings.finding import FindingRecord, FindingState, Fingerprint
from shared.network.ids import ResourceId


@dataclass(frozen=True, slots=True)
class FindingSummary:
    """A record without its evidence and controls; see `FindingRecord` for what the times mean."""

    fingerprint: Fingerprint
    check: str
    resource: ResourceId
    severity: Severity
    title: str
    state: FindingState
    first_seen: datetime
    since: datetime
    observed_at: datetime

    def mentions(self, text: str) -> bool:
        """Tell whether a text stands in the resource's id or in the title, in any case."""
        wanted = text.strip().lower()
        return wanted in self.resource.key or wanted in self.title.lower()


def summary_of(record: FindingRecord) -> FindingSummary:
    """Leave out of a record what lists and counts do not need."""
    finding = record.finding
    return FindingSummary(
        fingerprint=finding.fingerprint,
        check=finding.check,
        resource=finding.resource,
        severity=finding.severity,
        title=finding.title,
        state=record.state,
        first_seen=record.first_seen,
        since=record.since,
        observed_at=record.observed_at,
    )
