"""Sweeps as pages show them: how far each one got, what it read, and whether one is overdue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Final

from shared.usecases.interfaces import ShardState, Sweep
from shared.usecases.sweep import STALLED_AFTER

_LEAST_GAP: Final = timedelta(hours=1)
_USUAL_GAP: Final = timedelta(hours=24)
"""What to expect while there are too few sweeps to tell how often they run."""
_LATE: Final = 2
_MOST_NAMED: Final = 1_000


@dataclass(frozen=True, slots=True)
class SweepView:
    """One sweep.

    `unread` counts what was not read, `named` gives those of it whose names were kept, and the
    subscriptions that were not to be seen at all.
    """

    id: str
    started: datetime
    closed: datetime | None
    is_partial: bool
    is_stalled: bool
    shards_done: int
    shards: int
    subscriptions: int
    machines: int
    findings: int
    unread: int
    vanished: tuple[str, ...]
    named: tuple[str, ...]

    @property
    def is_complete(self) -> bool:
        """Whether it is over and read everything that it should have read."""
        return self.closed is not None and not self.unread and not self.vanished

    @property
    def took(self) -> timedelta | None:
        """How long it took; None while it runs."""
        return None if self.closed is None else self.closed - self.started


def sweep_view(sweep: Sweep, now: datetime) -> SweepView:
    """Add up the shards of a sweep."""

    def counted(name: str) -> int:
        return sum((shard.counts or {}).get(name, 0) for shard in sweep.shards)

    given_up = [shard for shard in sweep.shards if shard.state is ShardState.UNREAD]
    return SweepView(
        id=sweep.id,
        started=sweep.started,
        closed=sweep.closed,
        is_partial=sweep.is_partial,
        is_stalled=sweep.closed is None and sweep.started + STALLED_AFTER < now,
        shards_done=sum(shard.state is not ShardState.WAITING for shard in sweep.shards),
        shards=len(sweep.shards),
        subscriptions=sum(len(shard.subscriptions) for shard in sweep.shards),
        machines=counted("virtual_machines"),
        findings=counted("findings"),
        unread=counted("unread") + sum(len(shard.unread) for shard in given_up),
        vanished=sweep.vanished,
        named=tuple(name for shard in sweep.shards for name in shard.unread)[:_MOST_NAMED],
    )


def last_closed(sweeps: Sequence[Sweep]) -> Sweep | None:
    """Give the newest sweep that is over; `sweeps` come newest first."""
    return next((one for one in sweeps if one.closed is not None), None)


def overdue(sweeps: Sequence[Sweep], now: datetime) -> timedelta | None:
    """Tell how old what is known has become, where that is older than to be expected; else None.

    Expected is a sweep as often as the last ones came, and twice that is late.  While none is
    over, nothing is known yet and nothing is late.
    """
    done = last_closed(sweeps)
    if done is None:
        return None
    gaps = [(one.started - before.started).total_seconds() for one, before in pairwise(sweeps)]
    usual = max(timedelta(seconds=median(gaps)), _LEAST_GAP) if gaps else _USUAL_GAP
    age = now - done.started
    return age if age > _LATE * usual else None
