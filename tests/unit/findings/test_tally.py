from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from shared.checks.result import Severity
from shared.findings.finding import FindingRecord, FindingState
from shared.findings.summary import FindingSummary, summary_of
from shared.findings.tally import (
    CERTAIN,
    Kind,
    Tally,
    hours_to_close,
    tally_of,
    total,
    trend,
)
from tests.recording_samples import CHECK, NOON, finding, vm

OPEN, EXEMPT, RESOLVED = FindingState.OPEN, FindingState.EXEMPT, FindingState.RESOLVED
TODAY = NOON.date()


def seen(
    name: str = "web",
    state: FindingState = OPEN,
    severity: Severity = Severity.CRITICAL,
    *,
    first_days: float = 0,
    since_days: float = 0,
    check: str = CHECK,
) -> FindingSummary:
    """Give a finding in brief, first seen and in its state since so many days ago."""
    found = finding(name, severity, check=check, title=f"{name} {state} {first_days}")
    first, since = (NOON - timedelta(days=days) for days in (first_days, since_days))
    return summary_of(FindingRecord(found, state, NOON, first, since))


def test_findings_are_counted_by_state_check_and_severity() -> None:
    tally = tally_of([seen("a"), seen("b"), seen("c", RESOLVED, check="vm-public-ip")], NOON)
    assert tally.counts == {
        Kind(OPEN, CHECK, Severity.CRITICAL): 2,
        Kind(RESOLVED, "vm-public-ip", Severity.CRITICAL): 1,
    }


def test_count_is_of_the_checks_and_severities_that_are_named() -> None:
    tally = tally_of(
        [seen("a"), seen("b", severity=Severity.INFO), seen("c", check="vm-public-ip")], NOON
    )
    assert tally.count(OPEN) == 3
    assert tally.count(OPEN, [CHECK]) == 2
    assert tally.count(OPEN, [CHECK], [Severity.INFO]) == 1
    assert tally.count(EXEMPT) == 0


def test_machine_with_two_ways_in_is_one_reachable_machine() -> None:
    one = seen("web")
    other = replace(one, title="another door")
    tally = tally_of([one, other, seen("mail", severity=Severity.INFO)], NOON)
    assert (tally.reachable, tally.in_doubt, tally.ways_in) == (1, 1, 2)


def test_machine_that_is_surely_reachable_is_not_in_doubt() -> None:
    tally = tally_of([seen("web"), seen("web", severity=Severity.INFO)], NOON)
    assert (tally.reachable, tally.in_doubt) == (1, 0)


def test_days_are_those_of_certain_ways_in_within_the_look_back() -> None:
    tally = tally_of(
        [
            seen("a", first_days=2),
            seen("b", RESOLVED, first_days=3, since_days=1),
            seen("c", EXEMPT, first_days=40, since_days=1),
            seen("d", RESOLVED, first_days=50, since_days=40),
            seen("e", severity=Severity.INFO, first_days=1),
            seen("f", check="vm-public-ip", first_days=1),
        ],
        NOON,
    )
    assert tally.opened == {date(2026, 11, 1): 1, date(2026, 10, 31): 1}
    assert tally.ended == {date(2026, 11, 2): 2}
    assert tally.closed == {date(2026, 11, 2): (48,)}


def test_total_adds_subscriptions_up() -> None:
    one = tally_of([seen("a"), seen("b", RESOLVED, first_days=1, since_days=0)], NOON)
    both = total([one, one])
    assert both.count(OPEN) == 2
    assert (both.reachable, both.in_doubt) == (2, 0)
    assert both.opened == {TODAY: 2, TODAY - timedelta(days=1): 2}
    assert both.ended == {TODAY: 2}
    assert both.closed == {TODAY: (24, 24)}


def test_trend_is_reckoned_back_from_what_is_open_now() -> None:
    tally = tally_of(
        [seen("a", first_days=1), seen("b", RESOLVED, first_days=20, since_days=2)], NOON
    )
    days = trend(tally, TODAY)
    assert len(days) == 30
    assert [one.ways_in for one in days[-4:]] == [1, 0, 1, 1]
    assert days[0].ways_in == 0
    assert days[-1].day == TODAY


def test_trend_is_never_below_nothing() -> None:
    tally = Tally(opened={TODAY: 5})
    assert {one.ways_in for one in trend(tally, TODAY)} == {0}


def test_time_to_close_is_the_median_of_what_was_closed_lately() -> None:
    long_ago = TODAY - timedelta(days=31)
    tally = Tally(closed={TODAY: (1, 5), TODAY - timedelta(days=3): (100,), long_ago: (9999, 9999)})
    assert hours_to_close(tally, TODAY) == 5


def test_nothing_closed_lately_has_no_time_to_close() -> None:
    assert hours_to_close(Tally(), TODAY) is None


def test_what_is_certain_is_everything_but_info() -> None:
    assert set(Severity) - set(CERTAIN) == {Severity.INFO}
    assert seen().resource == vm("web")
