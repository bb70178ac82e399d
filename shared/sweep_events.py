"""What a sweep says of itself at its end: the event that `telemetry` logs."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import ClassVar

from shared.network.ids import ResourceId
from shared.usecases.interfaces import Shard, Sweep


@dataclass(frozen=True, slots=True)
class SweepEnded:
    """Every shard of a sweep was assessed or given up; told again when its news must wait.

    `unread` counts what could not be read, and `unread_subscriptions` are those that lack it.
    """

    NAME: ClassVar = "sweep.ended"
    LEVEL: ClassVar = logging.INFO

    sweep: str
    seconds: float
    shards: int
    unread: int
    unread_subscriptions: str


def event_of_end(sweep: Sweep | None) -> SweepEnded | None:
    """Give the event of a sweep that is closed; None while it is not."""
    if sweep is None or sweep.closed is None:
        return None
    named = (ResourceId(text) for shard in sweep.shards for text in shard.unread)
    return SweepEnded(
        sweep.id,
        round((sweep.closed - sweep.started).total_seconds(), 1),
        len(sweep.shards),
        sum(map(_unread, sweep.shards)),
        ",".join(sorted({one.subscription.lower() for one in named} - {""})),
    )


def _unread(shard: Shard) -> int:
    """Count what a shard lacks: of what is much, its record names only the first."""
    return (shard.counts or {}).get("unread", len(shard.unread))
