from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pytest

from shared.checks.result import Severity
from shared.findings.finding import FindingRecord, FindingState
from shared.findings.summary import FindingSummary, summary_of
from shared.usecases.report import (
    READS,
    ContinuationError,
    FindingFilter,
    count_estate,
    findings_page,
)
from tests.memory_reports import MemoryFindingLists, MemoryTallies
from tests.memory_store import MemoryFindingStore
from tests.recording_samples import NOON, SUBSCRIPTION, finding, minutes, opened

EVERYTHING = FindingFilter()


@dataclass
class FixedClock:
    at: datetime = NOON

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        raise AssertionError(seconds)


def summaries(*severities: Severity) -> list[FindingSummary]:
    return [
        summary_of(FindingRecord(finding(f"vm-{n}", one), FindingState.OPEN, NOON, NOON, NOON))
        for n, one in enumerate(severities)
    ]


def walked(lists: MemoryFindingLists, wanted: FindingFilter, size: int) -> list[list[str]]:
    """Give the names on every page of a list."""
    pages, after = [], None
    while True:
        page = findings_page(lists, wanted, size, after)
        pages.append([one.resource.name for one in page.rows])
        after = page.following
        if after is None:
            return pages


LOW, HIGH, CRITICAL = Severity.LOW, Severity.HIGH, Severity.CRITICAL


def test_worst_come_first_over_all_pages() -> None:
    lists = MemoryFindingLists(summaries(LOW, CRITICAL, HIGH, LOW, CRITICAL))
    assert walked(lists, EVERYTHING, 2) == [["vm-1", "vm-4"], ["vm-2", "vm-0"], ["vm-3"]]


def test_only_named_severities_are_walked() -> None:
    lists = MemoryFindingLists(summaries(LOW, CRITICAL, HIGH))
    assert walked(lists, FindingFilter(severities=(LOW, HIGH)), 10) == [["vm-2", "vm-0"]]


def test_empty_list_is_one_empty_page() -> None:
    assert walked(MemoryFindingLists(), EVERYTHING, 10) == [[]]


def test_page_is_cut_short_rather_than_reading_on_for_ever() -> None:
    lists = MemoryFindingLists(summaries(*[LOW] * 40), examined=1)
    page = findings_page(lists, FindingFilter(text="vm-39"), 10)
    assert lists.asked == READS
    assert page.rows == ()
    assert page.following is not None


def test_short_pages_lead_to_the_end_all_the_same() -> None:
    lists = MemoryFindingLists(summaries(*[LOW] * 40), examined=1)
    found = [name for page in walked(lists, FindingFilter(text="vm-39"), 10) for name in page]
    assert found == ["vm-39"]


@pytest.mark.parametrize("after", ["worst.3", "low", "critical.1"])
def test_place_of_another_list_is_refused(after: str) -> None:
    lists = MemoryFindingLists(summaries(HIGH))
    with pytest.raises(ContinuationError):
        findings_page(lists, FindingFilter(severities=(HIGH,)), 5, after)


def test_count_is_kept_by_subscription() -> None:
    store, tallies = MemoryFindingStore(), MemoryTallies()
    store.write(SUBSCRIPTION, [opened(finding("vm-0"))], store.watermark(SUBSCRIPTION))
    lists = MemoryFindingLists(summaries(CRITICAL))
    count = count_estate(store, lists, tallies, FixedClock())
    assert count.at == NOON
    assert count.counted[SUBSCRIPTION].tally.reachable == 1
    assert tallies.kept() == count


def test_only_what_changed_is_counted_again() -> None:
    store, tallies = MemoryFindingStore(), MemoryTallies()
    store.write(SUBSCRIPTION, [opened(finding("vm-0"))], store.watermark(SUBSCRIPTION))
    lists = MemoryFindingLists(summaries(CRITICAL))
    count_estate(store, lists, tallies, FixedClock())
    count_estate(store, lists, tallies, FixedClock(minutes(1)))
    assert lists.asked == 1
    store.write(SUBSCRIPTION, [opened(finding("vm-1"))], store.watermark(SUBSCRIPTION))
    count_estate(store, lists, tallies, FixedClock(minutes(2)))
    assert lists.asked == 2
    assert tallies.kept().at == minutes(2)
