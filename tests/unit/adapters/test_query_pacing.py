from __future__ import annotations

import pytest

from shared.adapters.query_pacing import QueryPacer, duration_seconds
from shared.usecases.interfaces import ThrottledError
from tests.unit.adapters.graph_fakes import JITTER, FakeClock


def quota(remaining: str, resets_after: str) -> dict[str, str]:
    return {
        "x-ms-user-quota-remaining": remaining,
        "x-ms-user-quota-resets-after": resets_after,
    }


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def pacer(clock: FakeClock) -> QueryPacer:
    return QueryPacer(clock, lambda: JITTER)


def test_first_query_does_not_wait(clock: FakeClock, pacer: QueryPacer) -> None:
    pacer.wait_for_turn()
    assert clock.slept == []


def test_query_with_room_left_does_not_wait(clock: FakeClock, pacer: QueryPacer) -> None:
    pacer.note(quota("1", "00:00:05"))
    pacer.wait_for_turn()
    assert clock.slept == []


def test_query_without_room_waits_to_the_end_of_the_window(
    clock: FakeClock, pacer: QueryPacer
) -> None:
    pacer.note(quota("0", "00:00:05"))
    pacer.wait_for_turn()
    assert clock.slept == [5 + JITTER]


def test_time_spent_on_rows_counts_towards_the_window(clock: FakeClock, pacer: QueryPacer) -> None:
    pacer.note(quota("0", "00:00:05"))
    clock.sleep(4)
    pacer.wait_for_turn()
    assert clock.slept == [4, 1 + JITTER]


def test_queries_without_an_answer_use_up_the_room(clock: FakeClock, pacer: QueryPacer) -> None:
    pacer.note(quota("2", "00:00:05"))
    for _ in range(3):
        pacer.wait_for_turn()
    assert clock.slept == [5 + JITTER]


def test_headers_that_make_no_sense_change_nothing(clock: FakeClock, pacer: QueryPacer) -> None:
    pacer.note(quota("0", "00:00:05"))
    pacer.note(quota("none", "soon"))
    pacer.wait_for_turn()
    assert clock.slept == [5 + JITTER]


def test_wait_without_end_is_refused_and_named(clock: FakeClock, pacer: QueryPacer) -> None:
    pacer.note(quota("0", "00:10:00"))
    with pytest.raises(ThrottledError) as caught:
        pacer.wait_for_turn()
    assert caught.value.retry_after_seconds == 600
    assert clock.slept == []


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("00:00:05", 5),
        ("01:02:03", 3723),
        ("00:00:00.5000000", 0.5),
        ("5", None),
        ("", None),
        ("00:00:nan", None),
        ("-1:00:00", None),
        ("00:00:00:05", None),
    ],
)
def test_duration_is_read_as_hours_minutes_seconds(text: str, seconds: float | None) -> None:
    assert duration_seconds(text) == seconds
