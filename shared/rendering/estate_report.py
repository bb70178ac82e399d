"""What a report tells, whether of a scan or of what is recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from shared.checks.result import Severity, Unjudged
from shared.findings.finding import FindingRecord, FindingState
from shared.network.snapshot import Unread
from shared.rendering.card_news import is_undetermined

_ELLIPSIS: Final = "…"


class Occasion(StrEnum):
    """What a report is of."""

    SCAN = "scan"
    RECORDS = "findings"


@dataclass(frozen=True, slots=True)
class EstateReport:
    """The state of an estate, as somebody hands it on.

    `observed_at` is the time of the data: of a scan's snapshot, or of the latest sweep behind
    recorded findings.  `version` is the product's.  `records` are the worst first; those of a scan
    are open since then.  `counts` says how much was looked at, by the names of a scan's contract;
    it may be empty.  `unjudged` are judgements that lacked something; what is recorded does not
    keep them.
    """

    occasion: Occasion
    observed_at: datetime
    version: str
    records: tuple[FindingRecord, ...]
    unjudged: tuple[Unjudged, ...] = ()
    unread: tuple[Unread, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    is_complete: bool = True


def is_certain(record: FindingRecord) -> bool:
    """Tell whether a finding is open, and more than a doubt."""
    return record.state is FindingState.OPEN and not is_undetermined(record.finding)


def severity_counts(records: Sequence[FindingRecord]) -> Mapping[Severity, int]:
    """Count the certain open findings by severity, the worst first; every severity is there."""
    open_ones = [record.finding.severity for record in records if is_certain(record)]
    return {severity: open_ones.count(severity) for severity in reversed(Severity)}


def stamp(time: datetime) -> str:
    """Give a time as reports for programs write it: ISO 8601 in UTC, with a Z."""
    return time.isoformat().replace("+00:00", "Z")


def cut(text: str, limit: int) -> str:
    """Give the beginning of a text that is too long, and a sign that it is cut."""
    return text if len(text) <= limit else f"{text[: limit - 1]}{_ELLIPSIS}"
