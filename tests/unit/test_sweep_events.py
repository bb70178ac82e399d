"""The event at the end of a sweep."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from shared import telemetry
from shared.sweep_events import SweepEnded, event_of_end
from shared.usecases.interfaces import Shard, ShardState, Sweep

STARTED: Final = datetime(2026, 11, 3, 14, 2, tzinfo=UTC)
VNET: Final = "/subscriptions/A/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v"


def sweep(*shards: Shard, seconds: float | None = 90) -> Sweep:
    closed = None if seconds is None else STARTED + timedelta(seconds=seconds)
    return Sweep("s1", STARTED, shards, closed)


def done(*unread: str, count: int | None = None) -> Shard:
    counts = {"unread": len(unread) if count is None else count}
    return Shard(0, ("a",), ShardState.DONE, counts, unread)


@pytest.mark.parametrize("unfinished", [None, sweep(done(), seconds=None)])
def test_sweep_that_is_not_closed_has_no_end(unfinished: Sweep | None) -> None:
    assert event_of_end(unfinished) is None


@pytest.mark.parametrize(
    ("ended", "event"),
    [
        pytest.param(sweep(done()), SweepEnded("s1", 90.0, 1, 0, ""), id="all-was-read"),
        pytest.param(sweep(done(VNET)), SweepEnded("s1", 90.0, 1, 1, "a"), id="a-network-was-not"),
        pytest.param(
            sweep(done(VNET, count=700)), SweepEnded("s1", 90.0, 1, 700, "a"), id="more-than-named"
        ),
        pytest.param(
            sweep(done(VNET), Shard(1, ("b",), ShardState.UNREAD, None, ("/subscriptions/b",))),
            SweepEnded("s1", 90.0, 2, 2, "a,b"),
            id="a-shard-was-given-up",
        ),
        pytest.param(
            sweep(done("/providers/Microsoft.Management/managementGroups/m")),
            SweepEnded("s1", 90.0, 1, 1, ""),
            id="outside-of-subscriptions",
        ),
    ],
)
def test_end_tells_what_was_not_read(ended: Sweep, event: SweepEnded) -> None:
    assert event_of_end(ended) == event


def test_line_of_the_end_is_one_that_queries_can_take_apart() -> None:
    line = telemetry.line_of(SweepEnded("s1", 90.0, 2, 2, "a,b"))
    expected = (
        'event=sweep.ended sweep=s1 seconds=90.0 shards=2 unread=2 unread_subscriptions="a,b"'
    )
    assert line == expected
