"""One suite for every `PlanStore`: Azure Table Storage (Azurite), and in memory."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from random import Random

import pytest

from shared.adapters.tables import TableStores
from shared.remediation.approval import Approval
from shared.remediation.edit import RemoveRule
from shared.remediation.lifecycle import PlanEvent, PlanState
from shared.remediation.plan import PlanId
from shared.usecases.interfaces import StoreConflictError
from shared.usecases.plan_record import Absent, Made, PlanRecord, Writing, noted, stepped
from shared.usecases.remediation_interfaces import PlanStore
from tests.azurite import Azurite
from tests.memory_plans import MemoryPlans
from tests.plan_samples import image, nsg, plan, record
from tests.recording_samples import NOON, minutes, subscription

_numbers = count(1)


@pytest.fixture(params=["memory", "azurite"])
def store(request: pytest.FixtureRequest) -> PlanStore:
    if request.param == "memory":
        return MemoryPlans()
    azurite: Azurite = request.getfixturevalue("azurite")
    return TableStores.from_connection_string(azurite.connection_string).remediations


@pytest.fixture
def home() -> str:
    """Give a subscription that no other test uses."""
    return subscription(0xD4_0000 + next(_numbers))


def unversioned(kept: PlanRecord | None) -> PlanRecord:
    assert kept is not None
    assert kept.version
    return replace(kept, version=None)


def test_plan_comes_back_with_all_that_happened_to_it(store: PlanStore, home: str) -> None:
    rule, group = nsg(of=home).child("securityRules", "ssh"), nsg(of=home)
    before, after = image(rule, priority=100), Absent(rule)
    whole = replace(
        record(plan(of=home), PlanState.APPLYING),
        images=(before,),
        subjects=(image(group, securityRules=["x"]),),
        openers=("ana@contoso.example",),
        approval=Approval("ben", minutes(1), "hash"),
        made=(Made(0, before, after),),
        writing=Writing(1, is_undo=True, before=after, began=minutes(2), token="https://x/op"),
        attempts=3,
        due=minutes(4),
        note="waits",
        news=True,
    )
    store.save(whole)
    assert unversioned(store.plan(whole.plan.id)) == whole


def test_plan_that_nobody_made_is_not_there(store: PlanStore) -> None:
    assert store.plan(PlanId("nothing")) is None


def test_image_of_a_large_firewall_fits(store: PlanStore, home: str) -> None:
    random = Random(7)
    rules = [f"rule-{number}-{random.getrandbits(64):x}" for number in range(20_000)]
    held = image(nsg(of=home), rules=rules)
    assert len(held.text) > 500_000
    kept = replace(record(plan(of=home)), images=(held,))
    store.save(kept)
    assert unversioned(store.plan(kept.plan.id)).images == (held,)


def test_plans_are_given_by_subscription_and_state(store: PlanStore, home: str) -> None:
    first = record(plan(of=home))
    second = record(plan(RemoveRule(nsg(of=home), "other"), of=home), PlanState.DONE)
    for one in (first, second):
        store.save(one)
    assert {one.plan.id for one in store.plans(home.upper())} == {first.plan.id, second.plan.id}
    assert [one.plan.id for one in store.plans(home, {PlanState.DONE})] == [second.plan.id]
    assert {first.plan.id, second.plan.id} <= {one.plan.id for one in store.plans()}


def test_plan_that_somebody_else_wrote_is_not_overwritten(store: PlanStore, home: str) -> None:
    kept = store.save(record(plan(of=home)))
    store.save(replace(kept, note="first"))
    with pytest.raises(StoreConflictError):
        store.save(replace(kept, note="second"))
    with pytest.raises(StoreConflictError):
        store.save(record(plan(of=home)))


def test_steps_are_the_history_newest_first_however_often_they_are_settled(
    store: PlanStore, home: str
) -> None:
    awaiting = record(plan(of=home), PlanState.AWAITING_APPROVAL)
    approved = stepped(awaiting, PlanEvent.APPROVE, "ben", minutes(1), "fine by me")
    kept = store.save(noted(approved, "waits", "Portcullis", minutes(2), "it is Sunday"))
    store.settle(kept)
    history = store.history(kept.plan.id)
    assert [(step.event, step.actor, step.text) for step in history] == [
        ("waits", "Portcullis", "it is Sunday"),
        ("approve", "ben", "fine by me"),
    ]
    assert (history[1].before, history[1].after) == (
        PlanState.AWAITING_APPROVAL,
        PlanState.APPROVED,
    )


def test_resource_is_written_by_one_at_a_time(store: PlanStore, home: str) -> None:
    group = nsg(of=home).key
    assert store.claim(group, "one", NOON, minutes(3))
    assert store.claim(group, "one", minutes(1), minutes(4))
    assert not store.claim(group, "two", minutes(2), minutes(9))
    store.release(group, "two")
    assert not store.claim(group, "two", minutes(2), minutes(9))
    store.release(group, "one")
    assert store.claim(group, "two", minutes(2), minutes(9))
    assert store.claim(group, "three", minutes(9), minutes(10))


def test_ledger_is_written_on_what_was_read(store: PlanStore) -> None:
    read = store.ledger()
    store.enter(replace(read, begun=(NOON,), failures=(minutes(1),)))
    kept = store.ledger()
    assert (kept.begun, kept.failures) == ((NOON,), (minutes(1),))
    with pytest.raises(StoreConflictError):
        store.enter(replace(read, begun=(minutes(2),)))
