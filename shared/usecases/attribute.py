"""Attribution of what sweeps find: Azure's own record is asked who changed what decides it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Final

from shared.findings.attribution import Attribution, attributed_by_log, attributed_to_run
from shared.network.ids import ResourceId
from shared.network.snapshot import Snapshot
from shared.usecases.interfaces import ChangeLog, SweepStore

RECORDED: Final = timedelta(days=14)
"""How long Azure keeps its record.  Source: Microsoft Learn, "Get resource changes"."""
MARGIN: Final = timedelta(minutes=15)
"""What changed so long before the last sweep may have been too new for it."""
_LOOK_BACK: Final = 10


def attribution_of_sweep(
    log: ChangeLog | None,
    sweeps: SweepStore,
    run: str,
    snapshot: Snapshot,
    deciding: Collection[ResourceId],
) -> Attribution:
    """Learn by one question who changed what the steps of a shard rest on; none for no step.

    Only changes since the sweep before can have made what this one finds.

    Raises:
        StoreError: the sweeps could not be read.
    """
    if log is None or not deciding:
        return attributed_to_run(run)
    since = max(_previous(sweeps, run), snapshot.observed_at - RECORDED)
    return attributed_by_log(run, log.actors(sorted(deciding), since), snapshot)


def _previous(sweeps: SweepStore, run: str) -> datetime:
    """Tell since when a sweep has news: a little before the last whole one, else since ever."""
    earlier = (sweep for sweep in sweeps.latest(_LOOK_BACK) if sweep.id < run and sweep.closed)
    last = next(earlier, None)
    return datetime.min.replace(tzinfo=UTC) if last is None else last.started - MARGIN
