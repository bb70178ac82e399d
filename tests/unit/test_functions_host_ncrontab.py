"""Schedules of timers.

Examples and their meaning: Microsoft Learn, "Timer trigger for Azure Functions", NCRONTAB examples;
days and weekdays together: the NCrontab library's `CrontabSchedule`.
"""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions_host.ncrontab import InvalidSchedule, Schedule


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "start", "due"),
    [
        pytest.param("0 */5 * * * *", "2026-01-01T00:04:59", "2026-01-01T00:05:00", id="5-minutes"),
        pytest.param("0 */5 * * * *", "2026-01-01T00:05:00", "2026-01-01T00:10:00", id="later"),
        pytest.param("0 0 * * * *", "2026-01-01T23:00:01", "2026-01-02T00:00:00", id="hourly"),
        pytest.param("0 0 9-17 * * *", "2026-01-01T17:00:00", "2026-01-02T09:00:00", id="hours"),
        pytest.param("0 30 9 * * *", "2026-12-31T10:00:00", "2027-01-01T09:30:00", id="year-ends"),
        pytest.param("0 30 9 * * 1-5", "2026-01-02T10:00:00", "2026-01-05T09:30:00", id="weekdays"),
        pytest.param("0 30 9 * Jan Mon", "2026-01-26T10:00:00", "2027-01-04T09:30:00", id="names"),
        pytest.param("5,8,10 * * * * *", "2026-01-01T00:00:05", "2026-01-01T00:00:08", id="list"),
        pytest.param("0 5/20 * * * *", "2026-01-01T00:25:00", "2026-01-01T00:45:00", id="offset"),
        pytest.param("0 0 0 31 * *", "2026-01-31T00:00:00", "2026-03-31T00:00:00", id="31st"),
        pytest.param("0 0 0 29 2 *", "2026-01-01T00:00:00", "2028-02-29T00:00:00", id="leap-day"),
        pytest.param("0 0 0 29 2 0", "2089-01-01T00:00:00", "2128-02-29T00:00:00", id="leap-gap"),
        pytest.param("0 0 0 13 * 5", "2026-01-01T00:00:00", "2026-02-13T00:00:00", id="both-days"),
        pytest.param(
            "* * * * * *", "2026-01-01T00:00:00.9", "2026-01-01T00:00:01", id="part-of-a-second"
        ),
    ],
)
def test_schedule_falls_due(expression: str, start: str, due: str) -> None:
    assert Schedule.parse(expression).after(moment(start)) == moment(due)


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "* * * * *",
        "* * * * * * *",
        "60 * * * * *",
        "* * 24 * * *",
        "* * * 0 * *",
        "* * * * 13 *",
        "* * * * * 7",
        "*/0 * * * * *",
        "*/x * * * * *",
        "-1 * * * * *",
        "1, * * * * *",
        "* * * * Foo *",
        "0 0 0 30 2 *",
        "00:05:00",
    ],
)
def test_text_outside_the_grammar_is_refused(expression: str) -> None:
    with pytest.raises(InvalidSchedule):
        Schedule.parse(expression)


def fields(low: int, high: int) -> st.SearchStrategy[str]:
    value = st.integers(low, high)
    spans = st.tuples(value, value).map(lambda pair: f"{min(pair)}-{max(pair)}")
    return st.one_of(st.just("*"), value.map(str), spans, st.integers(1, 9).map("*/{}".format))


EXPRESSIONS = st.tuples(
    fields(0, 59), fields(0, 59), fields(0, 23), fields(1, 28), fields(1, 12), fields(0, 6)
).map(" ".join)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # the strategy adds the zone


@given(EXPRESSIONS, MOMENTS)
def test_next_moment_is_later_whole_and_matches(expression: str, start: datetime) -> None:
    schedule = Schedule.parse(expression)
    due = schedule.after(start)
    assert due > start
    assert due.microsecond == 0
    assert schedule.matches(due)


@given(EXPRESSIONS, MOMENTS, st.integers(1, 10**7))
def test_nothing_between_start_and_next_moment_matches(
    expression: str, start: datetime, ahead: int
) -> None:
    schedule = Schedule.parse(expression)
    between = start.replace(microsecond=0) + timedelta(seconds=ahead)
    assert not schedule.matches(between) or schedule.after(start) <= between


@given(EXPRESSIONS, MOMENTS)
def test_next_moment_is_the_same_from_just_before_it(expression: str, start: datetime) -> None:
    schedule = Schedule.parse(expression)
    due = schedule.after(start)
    assert schedule.after(due - timedelta(microseconds=1)) == due
