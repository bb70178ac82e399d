"""The sample estate, once every plan for it is applied."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from shared.checks.bastion_reach import BASTION_BLOCKED
from shared.checks.check import Facts
from shared.checks.result import CheckResult
from shared.exposure.assessment import Question
from shared.network.snapshot import Snapshot
from shared.packetset.addresses import AddressSet
from shared.remediation.editing import edited
from shared.remediation.plan import plan_document, plan_from
from shared.remediation.planner import Proposal, proposals
from shared.remediation.rehearsal import EXPOSURE_CHECKS
from shared.remediation.wording import PlanKind
from shared.usecases.scan import scan
from simulator.estate import sample_estate
from tests.plan_judging import snapshot_of

OFFICE = "203.0.113.0/24"


@cache
def estate() -> Snapshot:
    return snapshot_of(sample_estate().resources)


@cache
def proposed(trusted: str = "") -> tuple[Proposal, ...]:
    return proposals(estate(), question(trusted))


@cache
def fixed(trusted: str = "") -> Snapshot:
    plans = [proposal.best for proposal in proposed(trusted) if proposal.best]
    return edited(estate(), [edit for plan in plans for edit in plan.edits])


def question(trusted: str) -> Question:
    return Question(trusted=AddressSet.of([trusted] if trusted else []))


def blocked(snapshot: Snapshot) -> set[str]:
    answers = BASTION_BLOCKED.run(Facts(snapshot, Question()))
    return {one.resource.name for one in answers if isinstance(one, CheckResult)}


def reached_by_bastion(snapshot: Snapshot) -> set[str]:
    machines = Facts(snapshot, Question()).behind_bastion
    return {machine.name for machine in machines} - blocked(snapshot)


@pytest.mark.parametrize("trusted", ["", OFFICE])
def test_every_exposure_finding_is_in_exactly_one_proposal(trusted: str) -> None:
    found = scan(estate(), question(trusted)).findings
    expected = {one.fingerprint for one in found if one.check in EXPOSURE_CHECKS}
    listed = Counter(finding for one in proposed(trusted) for finding in one.findings)
    assert (set(listed), set(listed.values())) == (expected, {1})


@pytest.mark.parametrize("trusted", ["", OFFICE])
def test_proposal_without_a_plan_says_why(trusted: str) -> None:
    without = [one for one in proposed(trusted) if one.best is None]
    assert [one for one in without if not one.reasons and not one.refused] == []


@pytest.mark.parametrize("trusted", ["", OFFICE])
def test_bastion_reaches_whom_it_reached_after_all_plans(trusted: str) -> None:
    assert reached_by_bastion(estate()) == reached_by_bastion(fixed(trusted)) != set()


@pytest.mark.parametrize("trusted", ["", OFFICE])
def test_no_exposure_of_any_plan_is_left_after_all_plans(trusted: str) -> None:
    closed = {f for one in proposed(trusted) if one.best for f in one.findings}
    left = {one.fingerprint for one in scan(fixed(trusted), question(trusted)).findings}
    assert closed & left == set()


@pytest.mark.parametrize("trusted", ["", OFFICE])
def test_nothing_more_can_be_planned_after_all_plans(trusted: str) -> None:
    again = proposals(fixed(trusted), question(trusted))
    assert [one.best.title for one in again if one.best] == []


def test_sample_estate_brings_plans_of_nearly_every_kind() -> None:
    kinds = {p.best.kind for trusted in ("", OFFICE) for p in proposed(trusted) if p.best}
    assert kinds == set(PlanKind)


def test_findings_without_a_plan_are_those_that_the_story_leaves_to_people() -> None:
    without = {one.cause.name for one in proposed() if one.best is None}
    assert without == {
        "nsg-azurecloud",
        "nsg-azurecloud-then-deny",
        "nsg-jit-window",
        "vm-always-allowed",
        "vm-azurecloud",
        "vm-azurecloud-then-deny",
        "vm-basic-balancer-no-nsg",
        "vm-behind-gateway",
        "vm-detour-default-rules",
        "vm-jit-window",
        "vm-storage-tag",
    }


def test_plans_are_read_back_from_their_documents() -> None:
    plans = [one.best for one in proposed(OFFICE) if one.best]
    assert [plan_from(plan_document(plan)) for plan in plans] == plans
