"""Reports say of what they are, and what was not read."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from shared.exposure.assessment import Question
from shared.findings.finding import FindingState
from shared.rendering.estate_report import EstateReport, Occasion
from shared.usecases.interfaces import Shard, ShardState, Sweep, sweep_id
from shared.usecases.reporting import latest_ended, recorded_report, scan_report
from shared.usecases.scan import scan
from tests.diffing import estate_of
from tests.golden.report.samples import record
from tests.golden.scan.estate import incomplete_estate, small_estate
from tests.memory_store import MemorySweepStore
from tests.recording_samples import NOON

AT = NOON - timedelta(hours=2)
DONE = Shard(0, ("s1",), ShardState.DONE, {"virtual_machines": 3, "unread": 0})
GONE = Shard(1, ("s2",), ShardState.UNREAD, unread=("/subscriptions/s2",))
MANY = replace(DONE, number=2, counts={"virtual_machines": 4, "unread": 9}, unread=("/a", "/b"))


def swept(*shards: Shard, vanished: tuple[str, ...] = (), at: int = 0) -> MemorySweepStore:
    """Give a store with one sweep that has ended."""
    store = MemorySweepStore()
    started = NOON + timedelta(hours=at)
    store.create(Sweep(sweep_id(started), started, shards, closed=started, vanished=vanished))
    return store


def report_after(store: MemorySweepStore) -> EstateReport:
    return recorded_report([record()], store, "1.0", NOON + timedelta(days=1))


def unread_of(report: EstateReport) -> list[tuple[str, str]]:
    return [(one.scope.text, one.reason) for one in report.unread]


def test_scan_is_open_as_of_its_snapshot() -> None:
    found = scan(replace(estate_of(small_estate()), observed_at=AT), Question())
    report = scan_report(found, "1.0")
    assert (report.occasion, report.observed_at, report.is_complete) == (Occasion.SCAN, AT, True)
    assert {(one.state, one.since) for one in report.records} == {(FindingState.OPEN, AT)}
    assert report.counts["virtual_machines"] > 0


def test_scan_of_a_part_is_incomplete() -> None:
    report = scan_report(scan(estate_of(incomplete_estate()), Question()), "1.0")
    assert (len(report.unread), report.is_complete) == (1, False)


def test_records_are_as_of_the_latest_sweep_and_add_up_its_counts() -> None:
    report = report_after(swept(DONE, replace(DONE, number=1)))
    assert (report.observed_at, report.is_complete) == (NOON, True)
    assert report.counts["virtual_machines"] == 6


def test_what_the_sweep_left_out_is_unread() -> None:
    report = report_after(swept(DONE, GONE, vanished=("s9",)))
    assert unread_of(report) == [
        ("/subscriptions/s9", "not to be seen by the sweep of 2026-11-03 12:00 UTC"),
        ("/subscriptions/s2", "not read by the sweep of 2026-11-03 12:00 UTC"),
    ]
    assert not report.is_complete


def test_unread_parts_that_the_sweep_does_not_name_are_counted() -> None:
    *_, rest = unread_of(report_after(swept(MANY)))
    assert rest == ("/subscriptions", "7 more not read by the sweep of 2026-11-03 12:00 UTC")


def test_without_a_sweep_nothing_is_known_to_have_been_read() -> None:
    report = report_after(MemorySweepStore())
    assert unread_of(report) == [("/subscriptions", "no sweep has ended yet")]
    assert report.observed_at == NOON + timedelta(days=1)


def test_sweep_at_work_is_passed_over() -> None:
    store = swept(DONE)
    later = NOON + timedelta(hours=1)
    store.create(Sweep(sweep_id(later), later, (replace(DONE, state=ShardState.WAITING),)))
    ended = latest_ended(store)
    assert ended is not None
    assert ended.started == NOON
