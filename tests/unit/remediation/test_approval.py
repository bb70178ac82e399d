"""Who may approve what, and for how long."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from shared.network.ids import ResourceId
from shared.remediation.approval import (
    APPROVER_ROLE,
    Approval,
    ApprovalRules,
    ImageDigest,
    Principal,
    Request,
    approval_refusal,
    decision_refusal,
    plan_hash,
)
from tests.unit.remediation.edits import EDITS, GROUP, NIC
from tests.unit.remediation.test_plan import PLAN

ASKED: Final = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY: Final = timedelta(hours=24)
RULES: Final = ApprovalRules(valid_for=DAY)
REQUEST: Final = Request("hash", ASKED, openers=("Eve@example.com",))
ANN: Final = Principal("id-ann", frozenset({"ann@example.com"}), frozenset({APPROVER_ROLE}))
EVE: Final = Principal("id-eve", frozenset({"eve@example.com"}), frozenset({APPROVER_ROLE}))
IMAGES: Final = (ImageDigest(GROUP, "aa"), ImageDigest(NIC, None))


@pytest.mark.parametrize(
    ("principal", "shown", "later", "rules", "code"),
    [
        pytest.param(ANN, "hash", DAY / 2, RULES, None, id="approver"),
        pytest.param(
            replace(ANN, roles=frozenset()), "hash", DAY / 2, RULES, "not-an-approver", id="role"
        ),
        pytest.param(ANN, "hash", DAY, RULES, "approval-too-late", id="too-late"),
        pytest.param(ANN, "other", DAY / 2, RULES, "plan-changed", id="saw-something-else"),
        pytest.param(EVE, "hash", DAY / 2, RULES, "opener-cannot-approve", id="opener"),
        pytest.param(
            EVE, "hash", DAY / 2, replace(RULES, four_eyes=False), None, id="opener-may-by-setting"
        ),
        pytest.param(
            replace(EVE, id="EVE@example.com", names=frozenset()),
            "hash",
            DAY / 2,
            RULES,
            "opener-cannot-approve",
            id="opener-by-id",
        ),
    ],
)
def test_decision_is_refused_or_taken(
    principal: Principal, shown: str, later: timedelta, rules: ApprovalRules, code: str | None
) -> None:
    refusal = decision_refusal(REQUEST, principal, shown, ASKED + later, rules)
    assert (refusal.code if refusal else None) == code


@pytest.mark.parametrize(
    ("current", "later", "code"),
    [
        pytest.param("hash", DAY / 2, None, id="valid"),
        pytest.param("other", DAY / 2, "approved-something-else", id="estate-changed"),
        pytest.param("hash", DAY, "approval-expired", id="expired"),
    ],
)
def test_approval_covers_a_write_or_not(current: str, later: timedelta, code: str | None) -> None:
    approval = Approval("ann@example.com", ASKED, "hash")
    refusal = approval_refusal(approval, current_hash=current, now=ASKED + later, rules=RULES)
    assert (refusal.code if refusal else None) == code


def test_hash_does_not_depend_on_order_or_spelling() -> None:
    respelt = ImageDigest(ResourceId(GROUP.text.upper()), "aa")
    assert plan_hash(PLAN, IMAGES) == plan_hash(PLAN, (IMAGES[1], respelt))


@pytest.mark.parametrize(
    "images",
    [
        pytest.param((ImageDigest(GROUP, "bb"), IMAGES[1]), id="content"),
        pytest.param((ImageDigest(GROUP, None), IMAGES[1]), id="gone"),
        pytest.param(IMAGES[:1], id="fewer"),
    ],
)
def test_hash_changes_with_what_is_there(images: tuple[ImageDigest, ...]) -> None:
    assert plan_hash(PLAN, images) != plan_hash(PLAN, IMAGES)


def test_hash_changes_with_the_plan() -> None:
    other = replace(PLAN, edits=EDITS[:1])
    assert plan_hash(other, IMAGES) != plan_hash(PLAN, IMAGES)
