"""What is planned for rows, in words short enough for a table."""

from __future__ import annotations

from collections.abc import Sequence

from shared.exposure.assessment import Question
from shared.packetset.addresses import AddressSet
from shared.remediation.plan import Plan
from shared.remediation.planner import Proposal, proposals
from shared.remediation.rehearsal import Stage
from tests.plan_judging import snapshot_of
from tests.rows import Part, Row, one_vm_estate

OFFICE = "203.0.113.0/24"


def proposed(
    rows: Sequence[Row], *, trusted: Sequence[str] = (), ports: Sequence[int] = (22,)
) -> tuple[Proposal, ...]:
    return proposals(snapshot_of(rows), question_of(trusted, ports))


def stage_of(rows: Sequence[Row], *, trusted: Sequence[str] = ()) -> Stage:
    return Stage(snapshot_of(rows), question_of(trusted, (22,)))


def question_of(trusted: Sequence[str], ports: Sequence[int]) -> Question:
    return Question(tuple(ports), AddressSet.of(trusted))


def only(found: Sequence[Proposal]) -> Proposal:
    assert len(found) == 1
    return found[0]


def plan_for(*rules: Part, trusted: Sequence[str] = (), ports: Sequence[int] = (22,)) -> Plan:
    best = only(proposed(one_vm_estate(rules), trusted=trusted, ports=ports)).best
    assert best is not None
    return best


def steps_for(*rules: Part, trusted: Sequence[str] = (), ports: Sequence[int] = (22,)) -> list[str]:
    return list(plan_for(*rules, trusted=trusted, ports=ports).steps)


def codes_against(proposal: Proposal) -> list[str]:
    refused = [one.code for plan in proposal.refused for one in plan.rehearsal.objections]
    return [*(one.code for one in proposal.reasons), *refused]
