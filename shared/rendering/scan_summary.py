"""What a scan amounts to: how much is wrong, how much was looked at, and what is not known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from shared.checks.result import Severity, Unjudged
from shared.exposure.documents import verdict_name
from shared.exposure.exposure import Exposure
from shared.findings.finding import Finding
from shared.network.snapshot import Snapshot
from shared.rendering.visible_text import visible

MOST_NAMED: Final = 10
_COUNTED: Final = {
    "virtual_machines": "VM",
    "network_interfaces": "network interface",
    "network_security_groups": "NSG",
    "front_doors": "front door",
}
_VERDICTS: Final = {"exposed": "reachable", "undetermined": "not known", "not-exposed": "closed"}


def scan_summary(
    snapshot: Snapshot,
    counts: Mapping[str, int],
    exposures: Sequence[Exposure],
    findings: Sequence[Finding],
    unjudged: Sequence[Unjudged],
) -> tuple[str, ...]:
    """Give the summary as lines: findings, ways in, what was looked at, and every gap."""
    return (
        severity_summary(finding.severity for finding in findings),
        *_ways_in(exposures),
        f"Looked at {_looked_at(counts)}.",
        *_gaps(
            "Not read",
            "part of the estate",
            "parts of the estate",
            [f"{unread.scope}: {unread.reason}" for unread in snapshot.unread],
        ),
        *_gaps(
            "Not known",
            "judgement that lacked something",
            "judgements that lacked something",
            [f"{gap.check} on {gap.resource.name}: {gap.reason}" for gap in unjudged],
        ),
        *_ignored(snapshot.ignored_rows),
    )


def severity_summary(severities: Iterable[Severity]) -> str:
    """Count findings by severity, the worst first, as in `3 findings: 1 critical, 2 low.`."""
    counts = Counter(severities)
    if not counts:
        return "No findings."
    parts = ", ".join(f"{counts[s]} {s.value}" for s in reversed(Severity) if counts[s])
    return f"{counted(counts.total(), 'finding')}: {parts}."


def counted(count: int, noun: str, plural: str | None = None) -> str:
    """Give a number with its noun: `1 finding`, `1,200 findings`."""
    return f"{count:,} {noun if count == 1 else plural or f'{noun}s'}"


def _ways_in(exposures: Sequence[Exposure]) -> Iterator[str]:
    verdicts = Counter(verdict_name(exposure.verdict) for exposure in exposures)
    parts = ", ".join(f"{verdicts[v]} {words}" for v, words in _VERDICTS.items() if verdicts[v])
    if parts:
        yield f"{counted(len(exposures), 'way in', 'ways in')} judged: {parts}."


def _looked_at(counts: Mapping[str, int]) -> str:
    return ", ".join(counted(counts[name], noun) for name, noun in _COUNTED.items())


def _gaps(title: str, noun: str, plural: str, gaps: Sequence[str]) -> Iterator[str]:
    if not gaps:
        return
    yield f"{title}: {counted(len(gaps), noun, plural)}"
    yield from (f"  {visible(gap)}" for gap in gaps[:MOST_NAMED])
    if len(gaps) > MOST_NAMED:
        yield f"  and {len(gaps) - MOST_NAMED:,} more; --format json names them all"


def _ignored(rows: int) -> Iterator[str]:
    if rows:
        yield f"Ignored: {counted(rows, 'row')} of types that open no way in."
