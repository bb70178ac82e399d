"""Approvals: who may let a plan be applied, to what exactly, and for how long."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from shared.exposure.layers import Reason
from shared.findings.evidence import canonical
from shared.network.ids import ResourceId
from shared.remediation.plan import Plan

APPROVER_ROLE: Final = "approver"
"""The app role that somebody holds who may decide on plans."""


@dataclass(frozen=True, slots=True)
class ImageDigest:
    """What a resource was when a plan was shown: a hash of its content, None where it is absent.

    The content is without its etag, which changes without a change of the resource.
    """

    resource: ResourceId
    digest: str | None


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody who is signed in.  `id` is their object id, `names` all that Azure calls them by."""

    id: str
    names: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()

    def is_called(self, name: str) -> bool:
        """Tell whether a name in an event's claims is theirs; case does not matter."""
        return name.strip().lower() in {known.lower() for known in (self.id, *self.names)}


@dataclass(frozen=True, slots=True)
class Request:
    """A plan that awaits a decision.

    `current_hash` is what stands now, and `asked_at` when people were asked.  `openers` are the
    names of those who opened what the plan closes, as far as they are known.
    """

    current_hash: str
    asked_at: datetime
    openers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Approval:
    """One person's consent.  `actor` is how the person is shown, `at` aware and in UTC."""

    actor: str
    at: datetime
    plan_hash: str


@dataclass(frozen=True, slots=True)
class ApprovalRules:
    """How approvals are given: how long they last, and whether by another than the opener."""

    four_eyes: bool = True
    valid_for: timedelta = timedelta(hours=24)


def plan_hash(plan: Plan, images: Iterable[ImageDigest]) -> str:
    """Give the hash that an approval is bound to: of the plan and of what it changes.

    Order and spelling of the resources do not matter.
    """
    before: Mapping[str, str | None] = {one.resource.key: one.digest for one in images}
    return hashlib.sha256(canonical([plan.id, before]).encode()).hexdigest()


def decision_refusal(
    request: Request, principal: Principal, shown_hash: str, now: datetime, rules: ApprovalRules
) -> Reason | None:
    """Say why somebody cannot approve a plan now; None where they can.

    `shown_hash` is that of the plan and images which the person saw.
    """
    if APPROVER_ROLE not in principal.roles:
        return Reason("not-an-approver", f"the role {APPROVER_ROLE} is needed to decide on plans")
    if is_over(request.asked_at, now, rules):
        return Reason("approval-too-late", "the time to decide on this plan is over")
    if shown_hash != request.current_hash:
        return Reason(
            "plan-changed", "the plan or the resources that it changes are not what was shown"
        )
    if rules.four_eyes and any(principal.is_called(opener) for opener in request.openers):
        return Reason(
            "opener-cannot-approve", "whoever opened the way in cannot approve that it is closed"
        )
    return None


def approval_refusal(
    approval: Approval, *, current_hash: str, now: datetime, rules: ApprovalRules
) -> Reason | None:
    """Say why an approval does not cover a write now; None where it does."""
    if approval.plan_hash != current_hash:
        return Reason(
            "approved-something-else",
            "the plan or the resources that it changes are not what was approved",
        )
    if is_over(approval.at, now, rules):
        return Reason("approval-expired", f"the approval of {approval.actor} has expired")
    return None


def is_over(since: datetime, now: datetime, rules: ApprovalRules) -> bool:
    """Tell whether the time to decide, or to apply what was decided, has passed."""
    return now - since >= rules.valid_for
