"""Who decides on plans, what holds them back, and what becomes of them without anybody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shared.network.ids import ResourceId
from shared.remediation.approval import APPROVER_ROLE, Principal
from shared.remediation.edit import RemoveRule
from shared.remediation.lifecycle import PlanState
from shared.remediation.limits import Limits, Mode
from shared.usecases.approving import Decision, DecisionRefusedError, decide
from shared.usecases.exemptions import ExemptionRequest, add_exemption
from shared.usecases.remediate import tend, work_on
from simulator.initial_estate import Estate
from tests.door_estate import NSG, door_estate
from tests.remediation_moves import (
    RULE,
    approved,
    asked,
    change_other_rule,
    delete_rule,
    wide_estate,
)
from tests.remediation_stage import BEN, RemediationStage, later, remediation_stage, stopped
from tests.simulated_azure import SUBSCRIPTION

pytestmark = pytest.mark.slow


@pytest.fixture
def stage() -> Iterator[RemediationStage]:
    with remediation_stage(Estate.from_resources(list(door_estate()))) as running:
        yield running


@pytest.fixture
def wide() -> Iterator[RemediationStage]:
    """Give an estate whose plan takes two writes."""
    with remediation_stage(Estate.from_resources(list(wide_estate()))) as running:
        yield running


def test_two_deliveries_of_one_message_do_not_write_at_once(stage: RemediationStage) -> None:
    record = approved(stage)
    stage.step(record.plan.id)
    now = stage.clock.now()
    assert stage.plans.claim(f"plan {record.plan.id}", "first", now, now.replace(hour=23))
    busy_one = stage.step(record.plan.id, "second")
    assert (busy_one.again_seconds, stage.writes()) == (30.0, [])


def test_emergency_stop_between_two_writes_lets_no_further_one_through(
    wide: RemediationStage,
) -> None:
    record = approved(wide)
    while not wide.step(record.plan.id).record.made:
        pass
    wide.limits = stopped(wide.limits)
    held = wide.step(record.plan.id)
    assert (held.record.state, len(wide.writes())) == (PlanState.APPLYING, 1)
    assert held.record.note == "the emergency stop is set"
    wide.limits = replace(wide.limits, stopped=False)
    assert wide.work_off(record).state is PlanState.DONE


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (Limits(Mode.PLAN), "the mode is plan"),
        (Limits(Mode.APPROVE), "outside of what may be changed"),
        (Limits(Mode.APPROVE, stopped=True), "the emergency stop is set"),
    ],
)
def test_limits_hold_back_an_approved_plan(
    stage: RemediationStage, limits: Limits, words: str
) -> None:
    record = approved(stage)
    stage.limits = limits
    held = stage.step(record.plan.id)
    assert (held.record.state, words in held.record.note) == (PlanState.APPROVED, True)
    assert stage.writes() == []


def test_two_failures_trip_the_breaker(stage: RemediationStage) -> None:
    record = approved(stage)
    now = stage.clock.now()
    stage.plans.enter(replace(stage.plans.ledger(), failures=(now, now)))
    held = stage.step(record.plan.id)
    assert "the last 2 plans failed" in held.record.note
    assert stage.writes() == []


def test_rollback_that_a_person_wants_is_no_failure(stage: RemediationStage) -> None:
    done = stage.work_off(approved(stage))
    stage.undo(done)
    assert stage.work_off(done).state is PlanState.ROLLED_BACK
    assert stage.plans.ledger().failures == ()


def test_approval_that_expired_writes_nothing(stage: RemediationStage) -> None:
    record = approved(stage)
    later(stage, 25)
    assert stage.work_off(record).state is PlanState.EXPIRED
    assert stage.writes() == []
    assert asked(stage).state is PlanState.AWAITING_APPROVAL


def test_plan_nobody_decides_on_expires_and_is_told_nobody(stage: RemediationStage) -> None:
    record = asked(stage)
    later(stage, 25)
    tended = tend(stage.desk)
    assert tended.expired == 1
    kept = stage.plans.plan(record.plan.id)
    assert kept is not None
    assert kept.state is PlanState.EXPIRED


@pytest.mark.parametrize(
    ("who", "code"),
    [
        (Principal("x", frozenset({"operator@contoso.example"}), BEN.roles), "opener-cannot"),
        (Principal("x", frozenset({"ben@contoso.example"})), "not-an-approver"),
    ],
)
def test_opener_and_people_without_the_role_cannot_approve(
    stage: RemediationStage, who: Principal, code: str
) -> None:
    change_other_rule(stage)
    stage.sweep()
    record = asked(stage)
    with pytest.raises(DecisionRefusedError) as caught:
        stage.approve(record, who)
    assert caught.value.reason.code.startswith(code)
    assert APPROVER_ROLE in BEN.roles


def test_decision_about_what_was_not_shown_is_refused(stage: RemediationStage) -> None:
    record = asked(stage)
    change_other_rule(stage)
    with pytest.raises(DecisionRefusedError, match="not what was shown"):
        stage.approve(record)


def test_decision_is_taken_once(stage: RemediationStage) -> None:
    record = approved(stage)
    with pytest.raises(DecisionRefusedError, match="cannot take approve"):
        stage.approve(record)


def test_rejected_plan_is_not_proposed_again(stage: RemediationStage) -> None:
    record = asked(stage)
    decide(stage.decisions, record.plan.id, Decision.REJECT, BEN, record.hash)
    assert asked(stage).state is PlanState.REJECTED


def test_fix_that_somebody_undid_is_not_repeated_but_needs_a_person(
    stage: RemediationStage,
) -> None:
    rule: Any = stage.send("GET", RULE).json()
    done = stage.work_off(approved(stage))
    assert tuple(map(type, done.plan.edits)) == (RemoveRule,)
    stage.send("PUT", RULE, {"properties": rule["properties"]})
    stage.sweep()
    planned = stage.plan(SUBSCRIPTION)
    (undone,) = [one for one in planned.records if one.plan.id == done.plan.id]
    assert (undone.state, planned.undone) == (PlanState.NEEDS_A_PERSON, 1)


def test_automatic_mode_approves_by_itself_and_asks_nobody(stage: RemediationStage) -> None:
    stage.limits = replace(stage.limits, mode=Mode.AUTO)
    record = asked(stage)
    assert (record.state, record.approval and record.approval.actor) == (
        PlanState.APPROVED,
        "Portcullis",
    )
    assert {"plan": str(record.plan.id)} in stage.messages()
    assert stage.work_off(record).state is PlanState.DONE


def test_plan_made_while_nobody_was_asked_is_asked_about_once_the_mode_says_so(
    stage: RemediationStage,
) -> None:
    stage.limits = replace(stage.limits, mode=Mode.PLAN)
    assert asked(stage).state is PlanState.PROPOSED
    stage.limits = replace(stage.limits, mode=Mode.APPROVE)
    record = asked(stage)
    assert (record.state, record.news) == (PlanState.AWAITING_APPROVAL, True)
    assert asked(stage) == record


def test_plan_that_nothing_calls_for_any_more_is_withdrawn(stage: RemediationStage) -> None:
    record = asked(stage)
    delete_rule(stage)
    stage.sweep()
    assert stage.plan(SUBSCRIPTION).withdrawn == 1
    kept = stage.plans.plan(record.plan.id)
    assert kept is not None
    assert kept.state is PlanState.SUPERSEDED


def test_mode_that_is_off_plans_nothing(stage: RemediationStage) -> None:
    stage.limits = Limits()
    assert stage.plan(SUBSCRIPTION).proposals == ()
    assert list(stage.plans.plans()) == []


def test_exempt_machine_is_not_planned_for(stage: RemediationStage) -> None:
    record = asked(stage)
    scope = ResourceId(f"/subscriptions/{SUBSCRIPTION}")
    until = stage.clock.now() + timedelta(days=1)
    request = ExemptionRequest(scope, "vm-ssh-reachable", "being replaced", "ana", until)
    add_exemption(stage.exemptions, request, "ben")
    planned = stage.plan(SUBSCRIPTION)
    assert [one.best for one in planned.proposals if one.best is not None] == []
    assert record.plan.id not in {one.plan.id for one in planned.records}


def test_automatic_approval_does_not_outlive_its_mode(stage: RemediationStage) -> None:
    stage.limits = replace(stage.limits, mode=Mode.AUTO)
    record = asked(stage)
    stage.limits = replace(stage.limits, mode=Mode.APPROVE)
    assert stage.step(record.plan.id).record.note == "nobody approved the plan"


def test_lock_tag_and_exemption_stand_against_a_plan(stage: RemediationStage) -> None:
    lock = f"{NSG}/providers/Microsoft.Authorization/locks/keep"
    stage.send("PUT", lock, {"properties": {"level": "ReadOnly"}})
    (found,) = [one for one in stage.plan(SUBSCRIPTION).proposals if NSG.lower() in one.cause.key]
    objections = [why.code for plan in found.refused for why in plan.rehearsal.objections]
    assert "locked" in objections


def test_messages_lead_from_the_plan_to_the_card_that_it_is_done(stage: RemediationStage) -> None:
    work_on(stage.desk, "", SUBSCRIPTION, "message")
    record = asked(stage)
    stage.approve(record)
    for number in range(50):
        taken = work_on(stage.desk, str(record.plan.id), "", f"message-{number}")
        if taken.state == PlanState.DONE:
            break
    titles = [str(card["body"][0]["items"][0]["text"]) for card in stage.channel.cards]  # type: ignore[index, call-overload]
    assert titles.count("PLAN AWAITING APPROVAL") >= 1
    assert titles[-1] == "CLOSED BY A PLAN"
    assert not any(one.news for one in stage.plans.plans() if one.plan.id == record.plan.id)


def test_plan_whose_message_was_lost_is_gone_on_with(stage: RemediationStage) -> None:
    record = approved(stage)
    later(stage, 1)
    before = len(stage.messages())
    assert tend(stage.desk).resumed == 1
    assert stage.messages()[before:] == [{"plan": str(record.plan.id)}]
