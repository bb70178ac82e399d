"""One suite for every `FindingStore`: Azure Table Storage (Azurite) and the one in memory."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import count

import pytest

from shared.adapters.tables import TableStores
from shared.checks.result import Json, Severity
from shared.findings.comparison import Change, Stored
from shared.findings.evidence import EVIDENCE_CHARACTERS, SHORTENED
from shared.findings.finding import (
    Actor,
    ActorKind,
    Cause,
    FindingState,
    Fingerprint,
    Transition,
)
from shared.usecases.interfaces import (
    EventState,
    FindingStore,
    OutboxEvent,
    StoreConflictError,
    Watermark,
)
from tests.azurite import Azurite
from tests.memory_store import MemoryFindingStore
from tests.recording_samples import finding, minutes, opened, subscription

_numbers = count(1)


@pytest.fixture(params=["memory", "azurite"])
def store(request: pytest.FixtureRequest) -> FindingStore:
    if request.param == "memory":
        return MemoryFindingStore()
    azurite: Azurite = request.getfixturevalue("azurite")
    return TableStores.from_connection_string(azurite.connection_string).findings


@pytest.fixture
def home() -> str:
    """Give a subscription that no other test uses."""
    return subscription(0xF1_0000 + next(_numbers))


def resolved(stored: Stored, at: int = 60) -> Change:
    record = replace(stored.record, state=FindingState.RESOLVED, observed_at=minutes(at))
    step = Transition(
        finding=record.finding,
        before=stored.record.state,
        after=FindingState.RESOLVED,
        at=minutes(at),
        observed_at=minutes(at),
        cause=Cause.SWEEP,
        run="sweep-2",
    )
    return Change(record, stored.version, step)


def only(store: FindingStore, home: str) -> Stored:
    (stored,) = store.findings(home)
    return stored


def test_findings_of_unknown_subscription_are_none(store: FindingStore, home: str) -> None:
    assert list(store.findings(home)) == []
    assert store.watermark(home) == Watermark()


def test_record_comes_back_as_it_was_written(store: FindingStore, home: str) -> None:
    evidence = {
        "ports": [22, 2222],
        "sources": {"certain": ["1.0.0.0/8"]},
        "note": "Zoë's 🚪",
        "no": None,
    }
    change = opened(finding(of=home, evidence=evidence, title="open to <all> & “everyone” 🚪"))
    record = replace(change.record, state=FindingState.EXEMPT, exempt_until=minutes(90))
    store.write(home, [replace(change, record=record)], Watermark())
    assert only(store, home).record == record


def test_record_is_found_by_its_fingerprint(store: FindingStore, home: str) -> None:
    change = opened(finding(of=home))
    store.write(home, [change], Watermark())
    found = store.finding(change.record.finding.fingerprint)
    assert found is not None
    assert found.record == change.record


def test_record_without_history_is_found_by_its_fingerprint(store: FindingStore, home: str) -> None:
    change = replace(opened(finding(of=home)), transition=None)
    store.write(home, [change], Watermark())
    assert store.finding(change.record.finding.fingerprint) == only(store, home)


def test_unknown_fingerprint_is_not_found(store: FindingStore) -> None:
    assert store.finding(Fingerprint("0" * 64)) is None


def test_subscription_is_found_in_any_spelling(store: FindingStore) -> None:
    home = f"abcdefab-0000-0000-0000-{next(_numbers):012}"
    store.write(home.upper(), [opened(finding(of=home.upper()))], Watermark(), minutes(0))
    assert len(list(store.findings(home))) == 1
    assert store.watermark(home.upper()).observed_at == minutes(0)


def test_record_of_another_subscription_is_refused(store: FindingStore, home: str) -> None:
    with pytest.raises(ValueError, match="is not in"):
        store.write(home, [opened(finding())], Watermark())
    assert store.watermark(home) == Watermark()


def test_new_record_makes_an_event_and_history(store: FindingStore, home: str) -> None:
    change = opened(finding(of=home))
    store.write(home, [change], Watermark())
    assert change.transition is not None
    assert list(store.events(home)) == [OutboxEvent(home, change.transition)]
    assert store.history(change.record.finding.fingerprint) == (change.transition,)


def test_step_comes_back_with_all_that_it_says(store: FindingStore, home: str) -> None:
    change = opened(finding(of=home))
    assert change.transition is not None
    step = replace(
        change.transition,
        before=FindingState.OPEN,
        severity_before=Severity.LOW,
        actor=Actor("ana@contoso.example", ActorKind.USER, "Azure portal", "write", "c0ffee"),
        occurred=minutes(-2),
        received=minutes(-1),
    )
    store.write(home, [replace(change, transition=step)], Watermark())
    assert store.history(step.finding.fingerprint) == (step,)
    assert [event.transition for event in store.events(home)] == [step]


def test_step_of_an_event_remembers_when_it_was_told(store: FindingStore, home: str) -> None:
    change = opened(finding(of=home))
    assert change.transition is not None
    step = replace(change.transition, occurred=minutes(-2), received=minutes(-1))
    store.write(home, [replace(change, transition=step)], Watermark())
    store.settle(list(store.events(home)), minutes(1))
    assert store.history(step.finding.fingerprint) == (replace(step, told=minutes(1)),)


def test_change_without_step_makes_no_event(store: FindingStore, home: str) -> None:
    change = replace(opened(finding(of=home)), transition=None)
    store.write(home, [change], Watermark())
    assert list(store.events(home)) == []
    assert store.history(change.record.finding.fingerprint) == ()


def test_history_is_newest_first(store: FindingStore, home: str) -> None:
    first = opened(finding(of=home))
    store.write(home, [first], Watermark())
    second = resolved(only(store, home))
    store.write(home, [second], store.watermark(home))
    assert store.history(first.record.finding.fingerprint) == (second.transition, first.transition)


def test_events_are_oldest_first(store: FindingStore, home: str) -> None:
    changes = [opened(finding(name, of=home), minutes(at)) for name, at in (("b", 2), ("a", 1))]
    store.write(home, changes, Watermark())
    assert [event.transition.at for event in store.events(home)] == [minutes(1), minutes(2)]


def test_written_record_gets_a_new_version(store: FindingStore, home: str) -> None:
    store.write(home, [opened(finding(of=home))], Watermark())
    before = only(store, home)
    store.write(home, [resolved(before)], store.watermark(home))
    assert only(store, home).version != before.version


def test_stale_watermark_is_a_conflict(store: FindingStore, home: str) -> None:
    store.write(home, [opened(finding(of=home))], Watermark(), minutes(0))
    stale = store.watermark(home)
    store.write(home, [], stale, minutes(1))
    with pytest.raises(StoreConflictError):
        store.write(home, [opened(finding("db", of=home))], stale)
    assert len(list(store.findings(home))) == 1


def test_second_first_writer_is_a_conflict(store: FindingStore, home: str) -> None:
    store.write(home, [opened(finding(of=home))], Watermark())
    with pytest.raises(StoreConflictError):
        store.write(home, [opened(finding("db", of=home))], Watermark())


def test_stale_record_is_a_conflict_that_writes_nothing(store: FindingStore, home: str) -> None:
    store.write(home, [opened(finding(of=home))], Watermark())
    old = only(store, home)
    store.write(home, [replace(resolved(old), transition=None)], store.watermark(home))
    with pytest.raises(StoreConflictError):
        store.write(home, [opened(finding("db", of=home)), resolved(old)], store.watermark(home))
    assert only(store, home).record.state is FindingState.RESOLVED
    assert len(list(store.events(home))) == 1


def test_record_that_is_there_cannot_be_made_anew(store: FindingStore, home: str) -> None:
    store.write(home, [opened(finding(of=home))], Watermark())
    with pytest.raises(StoreConflictError):
        store.write(home, [opened(finding(of=home))], store.watermark(home))


def test_record_that_is_gone_cannot_be_changed(store: FindingStore, home: str) -> None:
    change = opened(finding(of=home), version="W/\"datetime'2026-01-01T00%3A00%3A00.0000000Z'\"")
    with pytest.raises(StoreConflictError):
        store.write(home, [change], Watermark())


def test_watermark_moves_only_when_it_is_told_to(store: FindingStore, home: str) -> None:
    store.write(home, [opened(finding(of=home))], Watermark(), minutes(5))
    store.write(home, [opened(finding("db", of=home))], store.watermark(home))
    assert store.watermark(home).observed_at == minutes(5)


def test_watermark_stays_where_a_later_transaction_meets_a_conflict(
    store: FindingStore, home: str
) -> None:
    changes = [opened(finding(f"vm{number}", of=home)) for number in range(150)]
    store.write(home, changes[-1:], Watermark())
    with pytest.raises(StoreConflictError):
        store.write(home, changes, store.watermark(home), minutes(5))
    assert 1 < len(list(store.findings(home))) < len(changes)
    assert store.watermark(home).observed_at is None


def test_nothing_to_write_writes_nothing(store: FindingStore, home: str) -> None:
    store.write(home, [], Watermark())
    assert store.watermark(home) == Watermark()


def test_many_changes_go_through_and_come_back(store: FindingStore, home: str) -> None:
    changes = [opened(finding(f"vm{number}", of=home)) for number in range(230)]
    store.write(home, changes, Watermark(), minutes(5))
    assert {stored.record.finding.resource for stored in store.findings(home)} == {
        change.record.finding.resource for change in changes
    }
    assert len(list(store.events(home))) == len(changes)
    assert store.watermark(home).observed_at == minutes(5)


def test_long_evidence_is_kept_whole(store: FindingStore, home: str) -> None:
    change = opened(finding(of=home, evidence={"sources": ["198.51.100.0/24"] * 20_000}))
    store.write(home, [change], Watermark())
    assert only(store, home).record == change.record
    assert store.history(change.record.finding.fingerprint) == (change.transition,)


def test_shorter_evidence_replaces_longer(store: FindingStore, home: str) -> None:
    long = opened(finding(of=home, evidence={"sources": ["198.51.100.0/24"] * 20_000}))
    store.write(home, [long], Watermark())
    stored = only(store, home)
    record = replace(stored.record, finding=finding(of=home))
    store.write(home, [Change(record, stored.version, None)], store.watermark(home))
    assert only(store, home).record == record


def test_evidence_too_large_for_a_row_is_shortened_and_marked(
    store: FindingStore, home: str
) -> None:
    evidence: dict[str, Json] = {"sources": ["x" * 100] * 20_000, "port": 22}
    store.write(home, [opened(finding(of=home, evidence=evidence))], Watermark())
    kept = only(store, home).record.finding.evidence
    assert kept["port"] == 22
    assert SHORTENED in kept


def test_several_of_the_largest_findings_go_through(store: FindingStore, home: str) -> None:
    evidence = {"text": '"' * (EVIDENCE_CHARACTERS // 2 - 100)}
    changes = [opened(finding(f"vm{n}", of=home, evidence=evidence)) for n in range(5)]
    store.write(home, changes, Watermark())
    assert {len(str(s.record.finding.evidence["text"])) for s in store.findings(home)} == {
        len(evidence["text"])
    }


def test_settled_event_is_gone_and_its_history_stays(store: FindingStore, home: str) -> None:
    store.write(home, [opened(finding(of=home)), opened(finding("db", of=home))], Watermark())
    told, kept = store.events(home)
    store.settle([told])
    assert list(store.events(home)) == [kept]
    assert store.history(told.transition.finding.fingerprint) == (told.transition,)


def test_settling_again_is_harmless(store: FindingStore, home: str) -> None:
    store.write(home, [opened(finding(of=home)), opened(finding("db", of=home))], Watermark())
    first, second = store.events(home)
    store.settle([first])
    store.settle([first, second, second])
    assert list(store.events(home)) == []


def test_settling_a_condensed_event_keeps_the_evidence(store: FindingStore, home: str) -> None:
    change = opened(finding(of=home))
    store.write(home, [change], Watermark())
    (event,) = store.events(home)
    bare = replace(event.transition, finding=replace(event.transition.finding, evidence={}))
    store.settle([replace(event, transition=bare)])
    assert store.history(change.record.finding.fingerprint) == (change.transition,)
    assert list(store.events(home)) == []


def test_refused_event_is_kept_with_its_reason(store: FindingStore, home: str) -> None:
    store.write(home, [opened(finding(of=home))], Watermark())
    (event,) = store.events(home)
    store.refuse([event], "400 the card is malformed")
    assert list(store.events(home)) == [
        replace(event, state=EventState.REFUSED, reason="400 the card is malformed")
    ]


def test_refusing_a_settled_event_leaves_it_gone(store: FindingStore, home: str) -> None:
    store.write(home, [opened(finding(of=home))], Watermark())
    (event,) = store.events(home)
    store.settle([event])
    store.refuse([event], "400")
    assert list(store.events(home)) == []


def test_restored_event_is_to_be_told_as_if_it_had_not_been_refused(
    store: FindingStore, home: str
) -> None:
    store.write(home, [opened(finding(of=home)), opened(finding("db", of=home))], Watermark())
    pending = list(store.events(home))
    store.refuse(pending, "404 the flow is gone")
    store.restore(list(store.events(home)))
    store.restore(pending)
    assert list(store.events(home)) == pending


def test_restoring_a_settled_event_leaves_it_gone(store: FindingStore, home: str) -> None:
    store.write(home, [opened(finding(of=home))], Watermark())
    (event,) = store.events(home)
    store.settle([event])
    store.restore([event])
    assert list(store.events(home)) == []


def test_subscriptions_with_rows_are_named_in_order(store: FindingStore) -> None:
    homes = [subscription(0xF2_0000 + next(_numbers)) for _ in range(3)]
    for home in homes[:2]:
        store.write(home, [], Watermark(), minutes(0))
    named = [each for each in store.subscriptions() if each in homes]
    assert named == homes[:2]


def test_of_concurrent_writers_exactly_one_wins(store: FindingStore, home: str) -> None:
    store.write(home, [], Watermark(), minutes(0))
    basis = store.watermark(home)

    def won(write: Callable[[], None]) -> bool:
        try:
            write()
        except StoreConflictError:
            return False
        return True

    writes = [
        lambda name=name: store.write(home, [opened(finding(name, of=home))], basis)
        for name in "abcdefgh"
    ]
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(won, writes)) == 1
    assert len(list(store.findings(home))) == 1
