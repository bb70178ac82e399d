"""When timers run late, and what happens to a function that outlasts its time limit."""

import queue
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from functions_host.invocation import Invoker, Succeeded
from functions_host.loader import HostedFunction, loaded_app
from functions_host.ncrontab import Schedule
from functions_host.timers import TimerListener, timer_arrival
from functions_host.triggers import TimerTrigger
from tests.conftest import PATIENCE_SECONDS, write_app

TICK = """
@app.timer_trigger(arg_name="timer", schedule="0 0 * * * *")
def tick(timer: func.TimerRequest):
    SEEN.put(timer.past_due)
"""
START = datetime(2026, 1, 1, 0, 30, tzinfo=UTC)


class JumpingClock:
    """Shows each of the given times once, then stays at the last."""

    def __init__(self, *times: datetime) -> None:
        self._times = list(times)

    def __call__(self) -> datetime:
        return self._times.pop(0) if len(self._times) > 1 else self._times[0]


@contextmanager
def tick_function(directory: Path, source: str) -> Iterator[HostedFunction]:
    write_app(directory, source)
    with loaded_app(directory) as app:
        yield app.functions[0]


@contextmanager
def invoker(limit: timedelta | None = None) -> Iterator[Invoker]:
    running = Invoker(lambda *_: None, limit, None)
    try:
        yield running
    finally:
        running.close()


@pytest.mark.parametrize(
    ("late", "past_due"), [(timedelta(seconds=1), False), (timedelta(minutes=20), True)]
)
def test_run_after_its_time_is_past_due(tmp_path: Path, late: timedelta, *, past_due: bool) -> None:
    clock = JumpingClock(START, START.replace(hour=1, minute=0) + late)
    with tick_function(tmp_path, TICK) as function, invoker() as runs:
        assert isinstance(function.trigger, TimerTrigger)
        seen: queue.Queue[bool] = sys.modules["function_app"].SEEN
        schedule = Schedule.parse(function.trigger.schedule)
        listener = TimerListener(function, function.trigger, schedule, runs, clock)
        listener.start()
        assert seen.get(timeout=PATIENCE_SECONDS) is past_due
        listener.stop()


def test_function_over_its_time_limit_is_noted_and_goes_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    slow = """
    import time
    @app.timer_trigger(arg_name="timer", schedule="0 0 * * * *")
    def tick(timer: func.TimerRequest):
        time.sleep(0.5)
    """
    limit = timedelta(milliseconds=50)
    with tick_function(tmp_path, slow) as function, invoker(limit) as runs:
        running = runs.start(function, timer_arrival(is_past_due=False, status=None))
        assert running.result(PATIENCE_SECONDS) == Succeeded(None)
    assert "runs longer than functionTimeout, 0:00:00.050000" in caplog.text


def test_returned_value_without_return_binding_fails(tmp_path: Path) -> None:
    returning = TICK + "    return 'nobody asked'\n"
    with tick_function(tmp_path, returning) as function, invoker() as runs:
        running = runs.start(function, timer_arrival(is_past_due=False, status=None))
        outcome = running.result(PATIENCE_SECONDS)
    assert "no $return binding" in str(outcome)
