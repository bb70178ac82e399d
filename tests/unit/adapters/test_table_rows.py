from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from shared.adapters.table_limits import Row, Value
from shared.adapters.table_rows import (
    UnreadableRowError,
    event_of,
    event_row,
    history_row,
    record_of,
    record_row,
    transition_of,
    watermark_of,
    watermark_row,
)
from shared.findings.finding import Transition
from shared.usecases.interfaces import Watermark
from tests.recording_samples import NOON, finding, opened


def step() -> Transition:
    transition = opened(finding()).transition
    assert transition is not None
    return transition


@pytest.mark.parametrize(
    ("written", "read"),
    [
        pytest.param(record_row(opened(finding()).record), record_of, id="record"),
        pytest.param(event_row(step()), event_of, id="event"),
        pytest.param(history_row(step()), transition_of, id="step"),
    ],
)
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("severity", "fatal"),
        ("resource", "no id"),
        ("observed_at", "yesterday"),
        ("evidence", "{"),
        ("controls", "7"),
        ("title", None),
    ],
)
def test_damaged_row_is_named_by_its_keys(
    written: dict[str, Value], read: Callable[[Row], object], column: str, value: str | None
) -> None:
    damaged = {name: each for name, each in written.items() if name != column}
    if value is not None:
        damaged[column] = value
    with pytest.raises(UnreadableRowError) as caught:
        read(damaged)
    assert repr(written["RowKey"]) in str(caught.value)


def test_event_of_unknown_state_is_named() -> None:
    with pytest.raises(UnreadableRowError):
        event_of({**event_row(step()), "event": "lost"})


def test_damaged_watermark_is_named() -> None:
    with pytest.raises(UnreadableRowError):
        watermark_of({**watermark_row("home", NOON), "observed_at": 7}, "v1")


@pytest.mark.parametrize("given", [None, NOON])
def test_watermark_comes_back(given: datetime | None) -> None:
    assert watermark_of(watermark_row("home", given), "v1") == Watermark(given, "v1")


def test_times_come_back_in_utc() -> None:
    elsewhere = NOON.astimezone(timezone(timedelta(hours=5)))
    read = transition_of(history_row(replace(step(), observed_at=elsewhere)))
    assert read.observed_at.utcoffset() == timedelta(0)
    assert read == step()
