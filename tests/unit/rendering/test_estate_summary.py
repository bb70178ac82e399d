from datetime import timedelta

import pytest

from shared.checks.result import Severity
from shared.findings.finding import FindingRecord, FindingState
from shared.rendering.estate_summary import OLDEST, EstateSummary, estate_summary
from tests.golden.card_samples import SEEN, exposure, vm_id
from tests.golden.report.samples import record, undetermined

# A record of the samples was first seen ten days before SEEN.


def summed(*records: FindingRecord, days: float) -> EstateSummary:
    """Sum up records over a period that began `days` after they were first seen."""
    return estate_summary(records, SEEN - timedelta(days=10 - days), SEEN)


def test_open_findings_are_counted_by_severity_and_doubts_apart() -> None:
    low = record(severity=Severity.LOW)
    told = summed(record(), record(), low, undetermined(), days=1)
    assert (told.open[Severity.CRITICAL], told.open[Severity.LOW], told.unknown) == (2, 1, 1)
    assert list(told.open) == list(reversed(Severity))


def test_exempt_and_resolved_findings_are_not_open() -> None:
    told = summed(record(FindingState.EXEMPT), record(FindingState.RESOLVED), days=1)
    assert (sum(told.open.values()), told.exempt) == (0, 1)


@pytest.mark.parametrize(
    ("kept", "opened", "closed"),
    [
        pytest.param(record(), 0, 0, id="open-since-before"),
        pytest.param(record(days=6), 1, 0, id="open-again"),
        pytest.param(record(FindingState.RESOLVED, 6), 0, 1, id="closed"),
        pytest.param(record(FindingState.RESOLVED, 4), 0, 0, id="closed-before"),
        pytest.param(record(FindingState.EXEMPT, 6), 0, 0, id="exempted"),
    ],
)
def test_period_counts_what_happened_in_it(kept: FindingRecord, opened: int, closed: int) -> None:
    told = summed(kept, days=5)
    assert (told.opened, told.closed) == (opened, closed)


def test_what_opened_and_closed_in_the_period_counts_in_both() -> None:
    told = summed(record(FindingState.RESOLVED, 6), days=-1)
    assert (told.opened, told.closed) == (1, 1)


def test_time_to_close_is_the_median_from_first_sight() -> None:
    closed = [record(FindingState.RESOLVED, days) for days in (6, 7, 9)]
    assert summed(*closed, days=5).hours_to_close == 7 * 24


def test_without_anything_closed_there_is_no_time_to_close() -> None:
    assert summed(record(), days=5).hours_to_close is None


def test_oldest_are_critical_findings_without_evidence() -> None:
    evidence = {"exposures": [exposure()]}
    many = [record(resource=vm_id(f"vm-{number}"), evidence=evidence) for number in range(7)]
    told = summed(record(severity=Severity.HIGH), *many, days=5)
    assert len(told.oldest) == OLDEST
    assert {one.finding.severity for one in told.oldest} == {Severity.CRITICAL}
    assert [one.finding.evidence for one in told.oldest] == [{}] * OLDEST
