"""Laws of recording, held over random sequences of assessments of one subscription."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from hypothesis import given
from hypothesis import strategies as st

from shared.checks.result import Severity
from shared.findings.coverage import Coverage
from shared.findings.finding import Cause, FindingRecord, FindingState, Fingerprint
from shared.findings.lifecycle import TRANSITIONS
from shared.network.snapshot import Unread
from shared.usecases.assess import Assessment, record
from tests.memory_store import Killed, MemoryFindingStore, Writes
from tests.recording_samples import SUBSCRIPTION, SetClock, exemption, finding, minutes, vm

NAMES = ("a", "b", "c")


@dataclass(frozen=True)
class Look:
    """One look at the estate: what is present, how bad, what is unread, what is exempt."""

    minute: int
    present: Mapping[str, Severity]
    unread: frozenset[str] = frozenset()
    exempt: frozenset[str] = frozenset()

    def assessment(self) -> Assessment:
        return Assessment(
            Coverage(
                SUBSCRIPTION,
                minutes(self.minute),
                unread=[Unread(vm(name), "403") for name in sorted(self.unread)],
            ),
            [finding(name, severity) for name, severity in self.present.items()],
            Cause.SWEEP,
            f"sweep-{self.minute}",
            [exemption(vm(name), expires=minutes(1000)) for name in sorted(self.exempt)],
        )


names = st.frozensets(st.sampled_from(NAMES))
severities = st.sampled_from(list(Severity))


@st.composite
def looks(draw: st.DrawFn, minute: int) -> Look:
    unread = draw(names)
    present = draw(st.dictionaries(st.sampled_from(NAMES), severities))
    seen = {name: severity for name, severity in present.items() if name not in unread}
    return Look(minute, seen, unread, draw(names))


@st.composite
def sequences(draw: st.DrawFn) -> list[Look]:
    return [draw(looks(minute)) for minute in range(1, draw(st.integers(1, 6)) + 1)]


def recorded(
    sequence: Sequence[Look], store: MemoryFindingStore | None = None
) -> MemoryFindingStore:
    """Record looks one after another, each a little after it was taken."""
    filled = store or MemoryFindingStore()
    for look in sequence:
        record(look.assessment(), filled, SetClock(minutes(look.minute + 0.5)))
    return filled


def records(store: MemoryFindingStore) -> dict[Fingerprint, FindingRecord]:
    return {
        stored.record.finding.fingerprint: stored.record for stored in store.findings(SUBSCRIPTION)
    }


@given(sequences())
def test_recording_the_same_again_is_idempotent(sequence: list[Look]) -> None:
    store = recorded(sequence)
    before = (records(store), list(store.events(SUBSCRIPTION)))
    recorded(sequence[-1:], store)
    assert (records(store), list(store.events(SUBSCRIPTION))) == before


@given(sequences(), st.data())
def test_older_data_changes_nothing(sequence: list[Look], data: st.DataObject) -> None:
    store = recorded(sequence)
    before = records(store)
    older = replace(data.draw(looks(0)), exempt=sequence[-1].exempt)
    recorded([older], store)
    assert records(store) == before


@given(sequences(), st.data())
def test_what_was_unread_is_never_resolved(sequence: list[Look], data: st.DataObject) -> None:
    store = recorded(sequence)
    before = records(store)
    last = data.draw(looks(100))
    recorded([last], store)
    for fingerprint, after in records(store).items():
        if after.finding.resource.name in last.unread and fingerprint in before:
            was_resolved = before[fingerprint].state is FindingState.RESOLVED
            assert (after.state is FindingState.RESOLVED) == was_resolved


@given(sequences())
def test_whole_look_leaves_exactly_what_it_saw_standing(sequence: list[Look]) -> None:
    last = Look(100, sequence[-1].present)
    store = recorded([*sequence, last])
    standing = {
        record.finding.resource.name: record.finding.severity
        for record in records(store).values()
        if record.state is FindingState.OPEN
    }
    assert standing == last.present


@given(sequences())
def test_history_is_a_walk_through_the_table_to_the_present_state(sequence: list[Look]) -> None:
    store = recorded(sequence)
    moves = {(before, after) for (before, _), after in TRANSITIONS.items()}
    for fingerprint, now in records(store).items():
        steps = store.history(fingerprint)[::-1]
        assert [step.before for step in steps] == [None, *(step.after for step in steps[:-1])]
        assert {(step.before, step.after) for step in steps} <= moves
        assert (steps[-1].after, steps[0].at) == (now.state, now.first_seen)


@given(sequences())
def test_every_step_has_a_key_of_its_own(sequence: list[Look]) -> None:
    events = list(recorded(sequence).events(SUBSCRIPTION))
    assert len({event.transition.key for event in events}) == len(events)


@given(sequences(), st.data())
def test_kill_anywhere_is_made_good_by_running_again(
    sequence: list[Look], data: st.DataObject
) -> None:
    whole, killed = recorded(sequence[:-1]), recorded(sequence[:-1])
    before = whole.writes.done
    recorded(sequence[-1:], whole)
    killed.writes = Writes(data.draw(st.integers(0, whole.writes.done - before - 1)))
    try:
        recorded(sequence[-1:], killed)
    except Killed:
        killed.writes = Writes()
    recorded(sequence[-1:], killed)
    for store in (whole, killed):
        store.settle(list(store.events(SUBSCRIPTION)))
    assert records(killed) == records(whole)
    assert [killed.history(key) for key in records(killed)] == [
        whole.history(key) for key in records(whole)
    ]


@given(sequences())
def test_times_of_a_record_never_go_back(sequence: list[Look]) -> None:
    store = MemoryFindingStore()
    before: dict[Fingerprint, FindingRecord] = {}
    for look in sequence:
        recorded([look], store)
        after = records(store)
        for fingerprint, old in before.items():
            new = after[fingerprint]
            assert new.first_seen == old.first_seen
            assert new.observed_at >= old.observed_at
            assert new.since >= old.since
        before = after
