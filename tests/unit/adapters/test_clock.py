from __future__ import annotations

from datetime import UTC, timedelta

from shared.adapters.clock import SystemClock


def test_time_is_in_utc_and_goes_on() -> None:
    clock = SystemClock()
    first = clock.now()
    clock.sleep(0.01)
    assert first.tzinfo is UTC
    assert timedelta(seconds=0.01) <= clock.now() - first


def test_wait_for_the_past_is_no_wait() -> None:
    SystemClock().sleep(-5)
