from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from dashboard.sweep_view import last_closed, overdue, sweep_view
from shared.usecases.interfaces import Shard, ShardState, Sweep, sweep_id
from tests.recording_samples import NOON


def sweep(
    hours_ago: float, *shards: Shard, closed: bool = True, vanished: tuple[str, ...] = ()
) -> Sweep:
    started = NOON - timedelta(hours=hours_ago)
    ended = started + timedelta(minutes=1) if closed else None
    return Sweep(sweep_id(started), started, shards, ended, vanished)


DONE = Shard(0, ("a", "b"), ShardState.DONE, {"virtual_machines": 7, "findings": 3, "unread": 0})
HALF = Shard(1, ("c",), ShardState.DONE, {"virtual_machines": 1, "unread": 2}, ("/x", "/y"))
GIVEN_UP = Shard(2, ("d",), ShardState.UNREAD, None, ("/subscriptions/d",))
WAITING = Shard(3, ("e",))


def test_shards_are_added_up() -> None:
    view = sweep_view(sweep(1, DONE, HALF, GIVEN_UP), NOON)
    assert (view.subscriptions, view.machines, view.findings, view.unread) == (4, 8, 3, 3)
    assert view.named == ("/x", "/y", "/subscriptions/d")
    assert view.took == timedelta(minutes=1)
    assert not view.is_complete


def test_sweep_that_read_everything_is_complete() -> None:
    assert sweep_view(sweep(1, DONE), NOON).is_complete
    assert not sweep_view(sweep(1, DONE, vanished=("z",)), NOON).is_complete
    assert not sweep_view(sweep(1, DONE, closed=False), NOON).is_complete


def test_sweep_that_never_ends_is_stalled() -> None:
    view = sweep_view(sweep(25, DONE, WAITING, closed=False), NOON)
    assert (view.is_stalled, view.shards_done, view.shards, view.took) == (True, 1, 2, None)
    assert not sweep_view(sweep(23, WAITING, closed=False), NOON).is_stalled


@pytest.mark.parametrize(
    ("hours", "late"),
    [
        ([], None),
        ([47], None),
        ([49], 49),
        ([11, 17, 23], None),
        ([13, 19, 25], 13),
        ([1.5, 1.6], None),
        ([2.5, 2.6], 2.5),
    ],
)
def test_what_is_known_is_late_by_how_often_sweeps_came(
    hours: list[float], late: float | None
) -> None:
    found = overdue([sweep(one, DONE) for one in hours], NOON)
    assert found == (None if late is None else timedelta(hours=late))


def test_sweep_at_work_does_not_make_what_is_known_newer() -> None:
    running, done = sweep(0.1, WAITING, closed=False), sweep(60, DONE)
    assert last_closed([running, done]) is done
    assert overdue([running, done], datetime.max.replace(tzinfo=NOON.tzinfo)) is not None
