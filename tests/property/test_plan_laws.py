"""Laws of plans: random estates, edited by row, judged by the slow oracle and not by the product.

No accepted plan leaves open what it is for, lets anybody in more than before, cuts a Bastion, a
trusted source or anybody within the network, touches another port, or changes a verdict that it
does not list.
"""

from __future__ import annotations

from collections import Counter

import pytest

from shared.remediation.rehearsal import EXPOSURE_CHECKS
from shared.remediation.wording import PlanKind
from shared.usecases.scan import scan
from tests.oracle.door_estates import random_door_estate
from tests.oracle.estates import RandomEstate, random_estate
from tests.plan_judging import broken_plans, planned, question_of, snapshot_of, with_bastion

ESTATES = (*range(12, 28), 40)
DOOR_ESTATES = range(50)


SEEDS = [
    *(("groups", seed) for seed in ESTATES),
    *(("doors", seed) for seed in DOOR_ESTATES),
]


def estate_of(kind: str, seed: int) -> RandomEstate:
    return random_estate(seed) if kind == "groups" else random_door_estate(seed)


@pytest.mark.parametrize(("kind", "seed"), SEEDS)
def test_accepted_plan_keeps_all_its_promises(kind: str, seed: int) -> None:
    assert broken_plans(estate_of(kind, seed)) == []


@pytest.mark.parametrize(("kind", "seed"), SEEDS)
def test_every_exposure_finding_is_in_exactly_one_proposal(kind: str, seed: int) -> None:
    estate = with_bastion(estate_of(kind, seed))
    found = scan(snapshot_of(estate.rows), question_of(estate)).findings
    expected = Counter(one.fingerprint for one in found if one.check in EXPOSURE_CHECKS)
    listed = Counter(finding for one in planned(estate) for finding in one.findings)
    assert listed == expected


def test_random_estates_bring_plans_of_every_kind() -> None:
    kinds = {
        proposal.best.kind
        for kind, seed in SEEDS
        for proposal in planned(with_bastion(estate_of(kind, seed)))
        if proposal.best
    }
    assert kinds == set(PlanKind)
