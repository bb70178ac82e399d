"""Plans: their ids, and their documents."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

import pytest

from shared.exposure.layers import Reason
from shared.findings.finding import Fingerprint
from shared.network.ids import ResourceId
from shared.remediation.document_reading import InvalidDocumentError
from shared.remediation.plan import (
    Change,
    Plan,
    Rehearsal,
    plan_document,
    plan_from,
)
from shared.remediation.wording import PlanKind
from tests.rows import SUBSCRIPTION, resource_id
from tests.unit.remediation.edits import EDITS, GROUP

VM: Final = ResourceId(resource_id("vm", "vm-1"))
PLAN: Final = Plan(
    subscription=SUBSCRIPTION,
    kind=PlanKind.DENY_RULE,
    cause=GROUP.child("securityRules", "allow-ssh"),
    findings=(Fingerprint("f1"),),
    edits=(EDITS[2], EDITS[3]),
    rehearsal=Rehearsal(
        closes=(Fingerprint("f1"), Fingerprint("f2")),
        keeps_bastion=(VM,),
        keeps_trusted=(VM,),
        changes=(Change("vm-public-ip", VM, "medium", "clear"),),
        objections=(Reason("locked", "nsg-subnet is locked"),),
    ),
    observed_at=datetime(2026, 3, 1, tzinfo=UTC),
)


def test_plan_is_read_back_from_its_document() -> None:
    assert plan_from(json.loads(json.dumps(plan_document(PLAN)))) == PLAN


def test_document_holds_the_words_for_people() -> None:
    document = plan_document(PLAN)
    assert document["title"] == "Deny the internet above allow-ssh"
    assert document["steps"] == list(PLAN.steps)


def test_same_proposal_again_has_the_same_id() -> None:
    later = replace(
        PLAN,
        observed_at=datetime(2026, 4, 1, tzinfo=UTC),
        findings=(),
        rehearsal=Rehearsal(),
        subscription=SUBSCRIPTION.upper(),
        cause=ResourceId(PLAN.cause.text.upper()),
    )
    assert later.id == PLAN.id


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(replace(PLAN, edits=PLAN.edits[:1]), id="edits"),
        pytest.param(replace(PLAN, edits=PLAN.edits[::-1]), id="order-of-edits"),
        pytest.param(replace(PLAN, cause=GROUP), id="cause"),
        pytest.param(replace(PLAN, subscription="another"), id="subscription"),
    ],
)
def test_another_proposal_has_another_id(other: Plan) -> None:
    assert other.id != PLAN.id


def test_subjects_are_named_once_in_the_order_of_edits() -> None:
    assert PLAN.subjects == (GROUP,)


@pytest.mark.parametrize(("objections", "passed"), [((), True), ((Reason("a", "b"),), False)])
def test_rehearsal_passes_without_objections(
    objections: tuple[Reason, ...], *, passed: bool
) -> None:
    assert Rehearsal(objections=objections).passed is passed


def test_plan_without_edits_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one edit"):
        replace(PLAN, edits=())


@pytest.mark.parametrize(
    ("changed", "member"),
    [
        pytest.param({"schema": "portcullis/plan/9"}, "schema", id="another-version"),
        pytest.param({"edits": {}}, "edits", id="object-for-a-list"),
        pytest.param({"edits": ["remove"]}, "edits", id="text-among-objects"),
        pytest.param({"rehearsal": []}, "rehearsal", id="list-for-an-object"),
        pytest.param({"observed_at": "yesterday"}, "observed_at", id="no-time"),
        pytest.param({"observed_at": "2026-03-01T00:00:00"}, "observed_at", id="no-zone"),
    ],
)
def test_broken_document_is_refused(changed: dict[str, Any], member: str) -> None:
    with pytest.raises(InvalidDocumentError) as refused:
        plan_from({**plan_document(PLAN), **changed})
    assert refused.value.member == member
