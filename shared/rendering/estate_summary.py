"""The state of the estate in a few numbers, and what a period did to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import median
from typing import Final

from shared.checks.result import Severity
from shared.findings.finding import FindingRecord, FindingState
from shared.network.snapshot import Unread
from shared.rendering.card_news import is_undetermined
from shared.rendering.estate_report import is_certain

OLDEST: Final = 5
"""Critical findings that are named, those first that are open longest."""
_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class EstateSummary:
    """Numbers of recorded findings, doubts counted apart as `unknown`.

    `opened` and `closed` count what did so since `since`; what opened and closed in the same period
    counts in both.  `hours_to_close` is the median of those closed, from first sight on; None where
    nothing was.  `oldest` are without their evidence.  `swept` is when the latest sweep that ended
    began, None before the first, and `unread` what it left out.
    """

    since: datetime
    until: datetime
    open: Mapping[Severity, int]
    unknown: int
    exempt: int
    opened: int
    closed: int
    hours_to_close: float | None
    oldest: tuple[FindingRecord, ...]
    swept: datetime | None = None
    unread: tuple[Unread, ...] = ()


def estate_summary(
    records: Iterable[FindingRecord], since: datetime, until: datetime
) -> EstateSummary:
    """Count records in one pass; they need not fit into memory together."""
    is_open: Counter[Severity] = Counter()
    unknown = exempt = opened = 0
    hours: list[float] = []
    critical: list[FindingRecord] = []
    for record in records:
        if record.state is FindingState.OPEN and is_undetermined(record.finding):
            unknown += 1
            continue
        exempt += record.state is FindingState.EXEMPT
        opened += _opened_since(record, since)
        if record.state is FindingState.RESOLVED and record.since >= since:
            hours.append((record.since - record.first_seen) / _HOUR)
        if is_certain(record):
            is_open[record.finding.severity] += 1
            if record.finding.severity is Severity.CRITICAL:
                critical.append(replace(record, finding=replace(record.finding, evidence={})))
    critical.sort(key=lambda record: (record.first_seen, record.finding.resource))
    return EstateSummary(
        since=since,
        until=until,
        open={severity: is_open[severity] for severity in reversed(Severity)},
        unknown=unknown,
        exempt=exempt,
        opened=opened,
        closed=len(hours),
        hours_to_close=median(hours) if hours else None,
        oldest=tuple(critical[:OLDEST]),
    )


def _opened_since(record: FindingRecord, since: datetime) -> bool:
    """Tell whether a finding opened in a period, for the first time or again."""
    is_back = record.state is FindingState.OPEN and record.since >= since
    return is_back or record.first_seen >= since
