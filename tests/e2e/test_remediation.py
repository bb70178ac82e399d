"""Plans over the sample estate: found, approved, applied, verified, and put back byte by byte."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from shared.findings.finding import Cause, FindingState
from shared.remediation.edit import (
    AddRule,
    DetachNatRule,
    DissociatePublicIp,
    MoveRule,
    RemoveDnatRule,
    RemoveNatRule,
    RemoveRule,
)
from shared.remediation.lifecycle import PlanState
from shared.usecases.plan_record import PlanRecord
from simulator.initial_estate import Estate
from tests.remediation_stage import RemediationStage, remediation_stage

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def planned() -> Iterator[tuple[RemediationStage, list[PlanRecord]]]:
    """Give the swept sample estate with every plan that there is for it."""
    with remediation_stage(Estate.sample()) as stage:
        records = [
            record
            for subscription in stage.findings.subscriptions()
            for record in stage.plan(subscription).records
        ]
        yield stage, records


def plan_of(records: list[PlanRecord], *edits: type, holder: str = "") -> PlanRecord:
    """Give the first plan with edits of these kinds, in a resource of some type."""
    return next(
        record
        for record in records
        if tuple(map(type, record.plan.edits)) == edits
        and holder.lower() in record.plan.edits[0].subject.key
    )


def raw(stage: RemediationStage, record: PlanRecord) -> list[str]:
    """Give what a plan writes as ARM's text without etags; the rules of a group by name."""
    return [
        json.dumps(_in_order(stage.document(subject)), indent=1) for subject in record.plan.subjects
    ]


def _in_order(document: dict[str, Any]) -> dict[str, Any]:
    bare: dict[str, Any] = _without_etags(document)
    rules = bare["properties"].get("securityRules")
    if rules:
        bare["properties"]["securityRules"] = sorted(rules, key=lambda rule: str(rule["name"]))
    return bare


def _without_etags(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict):
        return {name: _without_etags(one) for name, one in value.items() if name != "etag"}
    return [_without_etags(one) for one in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    ("edits", "holder"),
    [
        ((RemoveRule,), ""),
        ((RemoveRule, RemoveRule), ""),
        ((AddRule,), ""),
        ((MoveRule, AddRule), ""),
        ((DissociatePublicIp,), ""),
        ((DetachNatRule, RemoveNatRule), ""),
        ((RemoveDnatRule,), "/azureFirewalls/"),
        ((RemoveDnatRule,), "/ruleCollectionGroups/"),
    ],
    ids=str,
)
def test_plan_closes_what_it_is_for_and_leaves_no_trace_once_it_is_rolled_back(
    planned: tuple[RemediationStage, list[PlanRecord]], edits: tuple[type, ...], holder: str
) -> None:
    stage, records = planned
    record = plan_of(records, *edits, holder=holder)
    before = raw(stage, record)
    stage.approve(record)
    done = stage.work_off(record)
    assert (done.state, done.note) == (PlanState.DONE, "")
    assert stage.states(done) == {FindingState.RESOLVED}
    assert {step.cause for step in stage.last_steps(done)} == {Cause.REMEDIATION}
    assert {step.actor and step.actor.name for step in stage.last_steps(done)} == {
        "ben@contoso.example"
    }
    assert raw(stage, record) != before
    stage.undo(done)
    undone = stage.work_off(record)
    assert undone.state is PlanState.ROLLED_BACK
    assert raw(stage, record) == before
    assert stage.states(undone) == {FindingState.OPEN}


def test_applied_plans_are_seen_closed_by_the_next_sweep(
    planned: tuple[RemediationStage, list[PlanRecord]],
) -> None:
    stage, records = planned
    waiting = [one for one in records if stage.plans.plan(one.plan.id) == one]
    assert len(waiting) > 30
    chosen = waiting[::6]
    for record in chosen:
        stage.approve(record)
        assert stage.work_off(record).state is PlanState.DONE
    states = {record.plan.id: stage.states(record) for record in chosen}
    stage.sweep()
    assert {record.plan.id: stage.states(record) for record in chosen} == states
