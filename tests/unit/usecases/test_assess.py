from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import pytest

from shared.checks.result import Severity
from shared.findings.comparison import Change
from shared.findings.coverage import Coverage
from shared.findings.finding import Cause, Finding, FindingState
from shared.usecases.assess import ATTEMPTS, Assessment, record
from shared.usecases.interfaces import StoreConflictError, Watermark
from tests.memory_store import Killed, MemoryFindingStore, Writes
from tests.recording_samples import NOON, SUBSCRIPTION, SetClock, exemption, finding, minutes, vm


def assessment(
    *findings: Finding, at: int = 0, coverage: Coverage | None = None, run: str = "sweep-1"
) -> Assessment:
    seen = coverage or Coverage(SUBSCRIPTION, minutes(at))
    return Assessment(seen, findings, Cause.SWEEP, run)


def states(store: MemoryFindingStore) -> dict[str, FindingState]:
    """Give the state of each recorded finding by the name of its virtual machine."""
    return {
        stored.record.finding.resource.name: stored.record.state
        for stored in store.findings(SUBSCRIPTION)
    }


@dataclass
class Disturbed(MemoryFindingStore):
    """A store where others write, one after another, just before our next writes."""

    others: list[Callable[[], None]] = field(default_factory=list)

    def write(
        self,
        subscription: str,
        changes: Sequence[Change],
        watermark: Watermark,
        observed_at: datetime | None = None,
    ) -> None:
        if self.others:
            self.others.pop(0)()
        super().write(subscription, changes, watermark, observed_at)


def test_first_assessment_is_recorded_with_its_time() -> None:
    store = MemoryFindingStore()
    recorded = record(assessment(finding(), finding("db"), at=5), store, SetClock())
    assert states(store) == {"web": FindingState.OPEN, "db": FindingState.OPEN}
    assert store.watermark(SUBSCRIPTION).observed_at == minutes(5)
    assert len(recorded.transitions) == 2


def test_unchanged_findings_cost_one_write_a_sweep() -> None:
    store = MemoryFindingStore()
    many = [finding(f"vm{number}") for number in range(50)]
    record(assessment(*many), store, SetClock())
    before = store.writes.done
    recorded = record(assessment(*many, at=60), store, SetClock(minutes(61)))
    assert store.writes.done - before == 1
    assert store.watermark(SUBSCRIPTION).observed_at == minutes(60)
    assert (recorded.transitions, recorded.refreshed) == ((), 0)


def test_refreshed_records_are_counted() -> None:
    store = MemoryFindingStore()
    record(assessment(finding()), store, SetClock())
    recorded = record(assessment(finding(title="reworded"), at=1), store, SetClock())
    assert recorded.refreshed == 1


def test_assessment_older_than_the_watermark_changes_nothing() -> None:
    store = MemoryFindingStore()
    record(assessment(at=10), store, SetClock())
    recorded = record(assessment(finding(), at=9), store, SetClock())
    assert recorded.stale
    assert states(store) == {}


def test_partial_assessment_does_not_move_the_watermark() -> None:
    store = MemoryFindingStore()
    record(assessment(finding("db"), at=0), store, SetClock())
    partial = Coverage(SUBSCRIPTION, minutes(10), only=[vm()])
    record(assessment(finding(), coverage=partial), store, SetClock())
    assert store.watermark(SUBSCRIPTION).observed_at == minutes(0)
    assert states(store) == {"web": FindingState.OPEN, "db": FindingState.OPEN}


def test_exemptions_are_handed_to_the_comparison() -> None:
    store = MemoryFindingStore()
    coverage = Coverage(SUBSCRIPTION, NOON)
    exempt = Assessment(coverage, [finding()], Cause.SWEEP, "sweep-1", [exemption()])
    record(exempt, store, SetClock())
    assert states(store) == {"web": FindingState.EXEMPT}


def test_conflict_is_decided_anew_on_what_the_other_wrote() -> None:
    other = assessment(finding(severity=Severity.LOW), at=1, run="other")
    store = Disturbed()
    store.others = [lambda: None, lambda: quietly(store, other)]
    record(assessment(finding("db")), store, SetClock())
    recorded = record(assessment(finding(), at=2), store, SetClock())
    (step,) = recorded.transitions
    assert step.severity_before is Severity.LOW
    assert states(store) == {"web": FindingState.OPEN, "db": FindingState.RESOLVED}


def quietly(store: Disturbed, other: Assessment) -> None:
    """Record for somebody else, who is not disturbed."""
    waiting, store.others = store.others, []
    record(other, store, SetClock())
    store.others = waiting


def test_result_overtaken_while_writing_is_dropped() -> None:
    store = Disturbed()
    store.others = [lambda: quietly(store, assessment(at=10, run="other"))]
    recorded = record(assessment(finding(), at=5), store, SetClock())
    assert recorded.stale
    assert states(store) == {}


def test_endless_conflict_is_reported_after_waiting_longer_each_time() -> None:
    store = Disturbed()

    def disturb() -> None:
        basis = store.watermark(SUBSCRIPTION)
        MemoryFindingStore.write(store, SUBSCRIPTION, [], basis, basis.observed_at or NOON)

    store.others = [disturb] * ATTEMPTS
    clock = SetClock()
    with pytest.raises(StoreConflictError):
        record(assessment(finding()), store, clock)
    assert not store.others
    assert 10 < (clock.now() - NOON).total_seconds() < 20


def end_state(store: MemoryFindingStore) -> object:
    """Give everything that the store holds and that does not depend on versions."""
    records = [stored.record for stored in store.findings(SUBSCRIPTION)]
    return (
        records,
        list(store.events(SUBSCRIPTION)),
        [store.history(each.finding.fingerprint) for each in records],
        store.watermark(SUBSCRIPTION).observed_at,
    )


FIRST = tuple(finding(f"vm{number}") for number in range(4))
SECOND = (*FIRST[:2], finding("vm4"), finding("vm5", Severity.LOW))
WRITES_OF_SECOND = 2 + 4
"""Two transactions of two changes each, and the history of the four."""


@pytest.mark.parametrize("deadly", range(WRITES_OF_SECOND))
def test_kill_at_any_write_leaves_the_rest_to_the_next_run(deadly: int) -> None:
    clock = SetClock(minutes(61))
    whole, killed = MemoryFindingStore(), MemoryFindingStore()
    for store in (whole, killed):
        record(assessment(*FIRST), store, SetClock())
        settled(store)
    record(assessment(*SECOND, at=60), whole, clock)

    killed.writes = Writes(deadly)
    with pytest.raises(Killed):
        record(assessment(*SECOND, at=60), killed, clock)
    killed.writes = Writes()
    record(assessment(*SECOND, at=60), killed, clock)

    settled(whole)
    settled(killed)
    assert end_state(killed) == end_state(whole)


def test_undisturbed_run_makes_as_many_writes_as_were_killed() -> None:
    store = MemoryFindingStore()
    record(assessment(*FIRST), store, SetClock())
    before = store.writes.done
    record(assessment(*SECOND, at=60), store, SetClock())
    assert store.writes.done - before == WRITES_OF_SECOND


def settled(store: MemoryFindingStore) -> None:
    """Deliver everything, which completes the history."""
    store.settle(list(store.events(SUBSCRIPTION)))


def test_older_data_after_newer_leaves_what_the_newer_left() -> None:
    in_order, late = MemoryFindingStore(), MemoryFindingStore()
    older, newer = assessment(finding(), at=1), assessment(finding("db"), at=2)
    for store, assessments in ((in_order, (older, newer)), (late, (newer, older))):
        for each in assessments:
            record(each, store, SetClock(minutes(5)))
    open_now = [
        [name for name, state in states(store).items() if state is FindingState.OPEN]
        for store in (in_order, late)
    ]
    assert open_now == [["db"], ["db"]]
