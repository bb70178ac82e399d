"""What an estate costs: reckoned by hand for simple figures, and told as the page tells it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from benchmarks.cost import ESTATES, FIGURES, RUNS_A_DAY, main, month, sweep_of, tables
from benchmarks.cost_measuring import measure
from functions_host.ncrontab import Schedule
from tests.loaded_app import FUNCTIONS

ROOT: Final = Path(__file__).resolve().parents[2]
PAGE: Final = (ROOT / "docs" / "cost.md").read_text(encoding="utf-8")
TUESDAY: Final = datetime(2026, 11, 3, tzinfo=UTC)
MEASURED: Final = json.loads(FIGURES.read_text(encoding="utf-8"))


def taken(seconds: float, queries: float, reads: float, storage: float) -> dict[str, float]:
    return {
        "processor_seconds": seconds,
        "queries": queries,
        "arm_reads": reads,
        "storage_requests": storage,
    }


def figures(**assumed: float) -> dict[str, Any]:
    """Give figures of an estate where a machine takes a row, a second and a request."""
    return {
        "assumed": {
            "sweeps_a_day": 1,
            "events_a_day_for_1000_machines": 0,
            "changes_a_day_for_1000_machines": 0,
            "share_of_findings_that_is_new": 0,
            "seconds_for_a_query": 0,
            "seconds_for_a_read": 0,
            "seconds_for_a_storage_request": 0,
            "instance_gigabytes": 2,
            "log_bytes_for_an_execution": 1_048_576,
            **assumed,
        },
        "sweeps": {
            "100": {
                "rows": 100,
                "first": taken(300, 10, 100, 200),
                "again": taken(100, 10, 0, 100),
            },
            "200": {
                "rows": 200,
                "first": taken(600, 10, 100, 400),
                "again": taken(200, 10, 0, 200),
            },
        },
        "change": taken(4, 0, 0, 7),
        "idle": taken(0, 0, 0, 0),
    }


def test_sweep_grows_with_the_machines_as_it_was_measured() -> None:
    swept = sweep_of(1_000, 1, figures())
    assert (swept.processor_seconds, swept.storage_requests, swept.queries) == (1_000, 1_000, 10)


def test_what_is_new_is_recorded_and_confirmed() -> None:
    swept = sweep_of(1_000, 1, figures(share_of_findings_that_is_new=0.5))
    assert (swept.processor_seconds, swept.storage_requests) == (2_000, 1_500)
    assert swept.arm_reads == 500


def test_reads_are_bounded_in_each_shard() -> None:
    assert sweep_of(1_000, 1, figures(share_of_findings_that_is_new=1)).arm_reads == 500
    assert sweep_of(1_000, 2, figures(share_of_findings_that_is_new=1)).arm_reads == 1_000


def test_quiet_month_is_its_timers_and_its_sweeps() -> None:
    quiet = month(1_000, figures())
    runs_of_timers = sum(RUNS_A_DAY.values()) * 30
    assert quiet.executions == runs_of_timers + 30 * 3
    assert quiet.gigabyte_seconds == 2 * (runs_of_timers + 30 * 2 + 30 * 1_000)
    assert quiet.storage_requests == 30 * 1_000
    assert quiet.log_mib == quiet.executions


def runs_a_day(schedule: str) -> int:
    """Count the moments of a schedule on some Tuesday."""
    read, moment = Schedule.parse(schedule), TUESDAY
    moments = []
    while (moment := read.after(moment)) <= TUESDAY + timedelta(days=1):
        moments.append(moment)
    return len(moments)


def test_timers_of_a_day_are_those_of_the_app() -> None:
    schedules = {
        str(each.get_function_name()): str(getattr(each.get_trigger(), "schedule", "%"))
        for each in FUNCTIONS
    }
    fixed = {name: runs_a_day(one) for name, one in schedules.items() if "%" not in one}
    assert {name: runs for name, runs in fixed.items() if runs > 1} == RUNS_A_DAY


def test_change_costs_two_executions_with_its_event_and_a_breath() -> None:
    busy, quiet = (
        month(1_000, figures(events_a_day_for_1000_machines=n, changes_a_day_for_1000_machines=n))
        for n in (1, 0)
    )
    assert busy.executions - quiet.executions == 30 * 2
    assert busy.gigabyte_seconds - quiet.gigabyte_seconds == 2 * 30 * (1 + 4 + 1)
    assert busy.storage_requests - quiet.storage_requests == 30 * 7


@pytest.mark.parametrize(("machines", "shards"), [(50_000, 1), (50_001, 2), (100_000, 2)])
def test_shards_follow_from_rows(machines: int, shards: int) -> None:
    assert month(machines, figures()).shards == shards


def test_answers_of_azure_are_time_that_is_paid_for() -> None:
    slow, fast = (month(100, figures(seconds_for_a_query=n)) for n in (1, 0))
    assert slow.gigabyte_seconds - fast.gigabyte_seconds == 2 * 30 * 10


def test_page_has_the_tables_that_the_script_prints(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    printed = capsys.readouterr().out
    assert printed == "\n".join(tables(MEASURED))
    assert [table for table in tables(MEASURED) if table not in PAGE] == []


def test_page_tells_of_every_estate() -> None:
    assert [one for one in ESTATES if f"| {one:,} |" not in PAGE] == []


def test_page_says_at_which_sizes_was_measured() -> None:
    small, large = sorted(map(int, MEASURED["sweeps"]))
    assert f"two sweeps of {small:,} and of {large:,} machines" in PAGE


@pytest.mark.slow
def test_what_is_measured_can_be_reckoned_with() -> None:
    measured = measure((5, 10))
    first, again = (measured["sweeps"]["10"][part] for part in ("first", "again"))
    assert first["storage_requests"] > again["storage_requests"] > 0
    assert first["arm_reads"] > again["arm_reads"]
    assert measured["change"]["arm_reads"] > 0
    assert month(1_000, figures() | measured).sweep_queries >= again["queries"] > 0
