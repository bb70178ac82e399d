"""Looking after a write: is it closed, does everybody who should still get in, and what to record.

The estate is read as planning reads it, with fresh reads of what was written laid over it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from shared.checks.check import Facts
from shared.exposure.assessment import Question
from shared.exposure.layers import Reason
from shared.findings.attribution import Origin
from shared.findings.coverage import Coverage
from shared.findings.finding import Actor, Cause, Finding, FindingState
from shared.network.ids import ResourceId
from shared.network.snapshot import Snapshot
from shared.remediation.editing import without_windows
from shared.remediation.judged import STOPPED, Judged
from shared.remediation.plan import Plan
from shared.remediation.rehearsal import Stage
from shared.usecases.assess import Assessment, record
from shared.usecases.exemptions import ExemptionDesk, in_force
from shared.usecases.interfaces import Clock, FindingStore, Inventory
from shared.usecases.sweep import Judge


@dataclass(frozen=True, slots=True)
class Looks:
    """What looking at the estate around a plan needs of the outside world."""

    inventory: Inventory
    findings: FindingStore
    exemptions: ExemptionDesk
    clock: Clock
    judge: Judge
    question: Callable[[], Question]


def estate_around(looks: Looks, plan: Plan) -> Snapshot:
    """Read the estate that a plan concerns, what it writes fresh from Resource Manager.

    Raises:
        InventoryError: Azure could not be read.
        StoreError: the findings could not be read.
    """
    homes = {resource.subscription for resource in finding_resources(looks, plan)}
    snapshot = looks.inventory.read(sorted({plan.subscription.lower(), *homes}))
    return looks.inventory.refreshed(snapshot, list(plan.subjects))


def finding_resources(looks: Looks, plan: Plan) -> Sequence[ResourceId]:
    """Name the resources of a plan's findings, as far as they are recorded.

    Raises:
        StoreError: the findings could not be read.
    """
    stored = (looks.findings.finding(one) for one in plan.findings)
    return [one.record.finding.resource for one in stored if one is not None]


def rehearsed_again(looks: Looks, plan: Plan, snapshot: Snapshot) -> tuple[Reason, ...]:
    """Say what stands against a plan in the estate as it is now."""
    stage = Stage(snapshot, looks.question())
    return stage.rehearse(plan.edits, plan.findings).objections


def shortfalls(looks: Looks, plan: Plan, snapshot: Snapshot) -> tuple[Reason, ...]:
    """Say in what the written estate falls short of the rehearsal; empty when it is as rehearsed.

    What could not be read, or not judged, falls short as well: nobody has seen that it is closed.
    """
    question = looks.question().about(snapshot)
    judged = Judged(Facts(without_windows(snapshot), question))
    resources = finding_resources(looks, plan)
    return (*_open(judged, plan, resources, snapshot), *_cut(judged, plan))


def _open(
    judged: Judged, plan: Plan, resources: Sequence[ResourceId], snapshot: Snapshot
) -> Iterator[Reason]:
    for fingerprint in plan.findings:
        result = judged.results.get(fingerprint)
        if result is not None:
            yield Reason("not-closed", f"still open ({result.severity.value}): {result.title}")
    for resource in (*resources, *plan.subjects):
        for gap in snapshot.unread:
            if f"{resource.key}/".startswith(f"{gap.scope.key}/"):
                yield Reason("cannot-be-told", f"{resource.name} could not be read: {gap.reason}")


def _cut(judged: Judged, plan: Plan) -> Iterator[Reason]:
    through = {machine for (machine, _), level in judged.bastion.items() if level > STOPPED}
    for machine in plan.rehearsal.keeps_bastion:
        if machine not in through:
            yield Reason("cuts-bastion", f"Azure Bastion does not get to {machine.name} any more")
    reached = {one.machine for one in judged.trusted.values() if one.perhaps}
    for machine in plan.rehearsal.keeps_trusted:
        if machine not in reached:
            yield Reason("cuts-trusted", f"trusted sources do not reach {machine.name} any more")


def still_open(looks: Looks, plan: Plan) -> int:
    """Count the findings of a plan that are recorded as open.

    Raises:
        StoreError: the findings could not be read.
    """
    stored = (looks.findings.finding(one) for one in plan.findings)
    return sum(one is not None and one.record.state is FindingState.OPEN for one in stored)


def record_outcome(looks: Looks, plan: Plan, snapshot: Snapshot, actor: str) -> int:
    """Record what the plan's findings are now, with remediation as the cause; count the steps.

    Where a newer look of a whole subscription is recorded already, that one stands.

    Raises:
        StoreError: the findings could not be read or written.
    """
    resources = finding_resources(looks, plan)
    judgement = looks.judge(snapshot)
    run = f"remediation {plan.id}"
    origin = Origin(run, Actor(actor, client="Portcullis"))

    def attributed(_findings: Sequence[Finding]) -> Origin:
        return origin

    steps = 0
    for subscription in sorted({one.subscription for one in resources}):
        own = frozenset(one for one in resources if one.subscription == subscription)
        coverage = Coverage(
            subscription,
            snapshot.observed_at,
            unread=snapshot.unread,
            unjudged=judgement.unjudged,
            only=own,
        )
        findings = [one for one in judgement.findings if one.resource in own]
        exemptions = in_force(looks.exemptions, [subscription])
        assessment = Assessment(coverage, findings, Cause.REMEDIATION, run, exemptions, attributed)
        steps += len(record(assessment, looks.findings, looks.clock).transitions)
    return steps
