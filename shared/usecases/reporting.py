"""Reports of a scan, and of what is recorded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from shared.findings.finding import FindingRecord, FindingState
from shared.network.ids import ResourceId
from shared.network.snapshot import Unread
from shared.rendering.card_text import moment
from shared.rendering.estate_report import EstateReport, Occasion
from shared.usecases.interfaces import Sweep, SweepStore
from shared.usecases.scan import Scan

_NO_SWEEP: Final = "no sweep has ended yet"
_TENANT: Final = ResourceId("/subscriptions")
_LOOK_BACK: Final = 10


def scan_report(found: Scan, version: str) -> EstateReport:
    """Give the report of one scan; its findings are open since then."""
    at = found.snapshot.observed_at
    return EstateReport(
        occasion=Occasion.SCAN,
        observed_at=at,
        version=version,
        records=tuple(
            FindingRecord(finding, FindingState.OPEN, at, at, at) for finding in found.findings
        ),
        unjudged=found.unjudged,
        unread=found.snapshot.unread,
        counts=found.counts,
        is_complete=found.snapshot.complete,
    )


def recorded_report(
    records: Sequence[FindingRecord], sweeps: SweepStore, version: str, now: datetime
) -> EstateReport:
    """Give the report of some records, worst first, with what the latest sweep left unread.

    It is as of that sweep's beginning, or of `now` where there was none; then nothing is known to
    have been read.

    Raises:
        StoreError: the sweeps could not be read.
    """
    sweep = latest_ended(sweeps)
    unread = tuple(unread_by(sweep))
    return EstateReport(
        occasion=Occasion.RECORDS,
        observed_at=sweep.started if sweep else now,
        version=version,
        records=tuple(records),
        unread=unread,
        counts=_counts(sweep) if sweep else {},
        is_complete=not unread,
    )


def latest_ended(sweeps: SweepStore) -> Sweep | None:
    """Give the latest sweep of the estate that has ended.

    Raises:
        StoreError: the sweeps could not be read.
    """
    return next((one for one in sweeps.latest(_LOOK_BACK) if one.closed is not None), None)


def unread_by(sweep: Sweep | None) -> Iterator[Unread]:
    """Name what a sweep did not read; without one nothing was read."""
    if sweep is None:
        yield Unread(_TENANT, _NO_SWEEP)
        return
    when = moment(sweep.started)
    for subscription in sweep.vanished:
        scope = ResourceId(f"/subscriptions/{subscription}")
        yield Unread(scope, f"not to be seen by the sweep of {when}")
    for shard in sweep.shards:
        for text in shard.unread:
            yield Unread(ResourceId(text), f"not read by the sweep of {when}")
        unnamed = (shard.counts or {}).get("unread", 0) - len(shard.unread)
        if unnamed > 0:
            yield Unread(_TENANT, f"{unnamed:,} more not read by the sweep of {when}")


def _counts(sweep: Sweep) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for shard in sweep.shards:
        counts.update(shard.counts or {})
    return dict(counts)
