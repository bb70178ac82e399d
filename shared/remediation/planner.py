"""Plans for everything that is exposed, each rehearsed, and reasons where there is none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeAlias

from shared.checks.nsg_open import NSG_OPEN
from shared.checks.result import CheckResult, Severity
from shared.checks.ssh_reachable import SSH_REACHABLE
from shared.exposure.assessment import Question
from shared.exposure.exposure import Exposure
from shared.exposure.layers import Reason
from shared.exposure.verdict import Exposed
from shared.findings.finding import Fingerprint
from shared.network.ids import ResourceId
from shared.network.snapshot import Snapshot
from shared.remediation.door_plans import door_candidate
from shared.remediation.edit import Edit
from shared.remediation.editing import is_window
from shared.remediation.group_plans import Candidate, GroupPlans
from shared.remediation.plan import Plan
from shared.remediation.rehearsal import EXPOSURE_CHECKS, Stage

Guard: TypeAlias = Callable[[Sequence[Edit]], tuple[Reason, ...]]
"""Says what stands against some edits besides the estate itself: locks, owners, exemptions."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What can be done about one cause of exposure.

    `best` is the plan that changes least of those that passed their rehearsal, None where none
    did.  `refused` are plans that would change less and did not pass, `reasons` what else stood
    in the way of plans.
    """

    cause: ResourceId
    findings: tuple[Fingerprint, ...]
    best: Plan | None = None
    refused: tuple[Plan, ...] = ()
    reasons: tuple[Reason, ...] = ()


def unguarded(edits: Sequence[Edit]) -> tuple[Reason, ...]:
    """Stand against nothing: for an estate of which no more than the snapshot is known."""
    del edits
    return ()


def proposals(
    snapshot: Snapshot, question: Question, guard: Guard = unguarded
) -> tuple[Proposal, ...]:
    """Give one proposal for each cause of exposure, plans or not.

    Every finding of `vm-ssh-reachable` and `nsg-ssh-open` is in exactly one of them.  Where both a
    subnet's and an interface's group let somebody in, the machine's finding goes with the one that
    fewer interfaces are behind.  Cost: a scan of the snapshot, and for each plan two scans of what
    its edits concern.
    """
    return tuple(_Planner(Stage(snapshot, question), guard).proposals())


class _Planner:
    """Plans for one estate."""

    def __init__(self, stage: Stage, guard: Guard) -> None:
        self._stage = stage
        self._guard = guard
        self._results = {
            fingerprint: result
            for fingerprint, result in stage.judged.results.items()
            if result.check in EXPOSURE_CHECKS
        }

    def proposals(self) -> Iterator[Proposal]:
        """Give proposals for groups first, then for doors, then for what nothing is planned for."""
        of_groups = tuple(self._of_groups())
        assigned = self._assigned(of_groups)
        for index, proposal in enumerate(of_groups):
            yield _with_findings(proposal, assigned.get(index, ()))
        taken = {one for findings in assigned.values() for one in findings}
        taken.update(one for proposal in of_groups for one in proposal.findings)
        yield from self._of_doors(taken)
        yield from self._of_windows()

    def _of_groups(self) -> Iterator[Proposal]:
        open_groups: dict[ResourceId, list[Fingerprint]] = defaultdict(list)
        for fingerprint, result in self._results.items():
            if result.check == NSG_OPEN.id:
                open_groups[result.resource].append(fingerprint)
        for group_id, findings in open_groups.items():
            group = self._stage.snapshot.security_groups[group_id]
            plans = GroupPlans(self._stage, group)
            yield self._offered(plans.candidates(), tuple(findings), group_id)

    def _offered(
        self,
        candidates: Iterable[Candidate | Reason],
        findings: tuple[Fingerprint, ...],
        cause: ResourceId,
    ) -> Proposal:
        """Rehearse candidates in their order until one passes."""
        refused: list[Plan] = []
        reasons: list[Reason] = []
        for candidate in candidates:
            if isinstance(candidate, Reason):
                reasons.append(candidate)
                continue
            plan = self._rehearsed(candidate, findings)
            if plan.rehearsal.passed:
                return Proposal(plan.cause, findings, plan, tuple(refused), tuple(reasons))
            refused.append(plan)
        told = refused[0].cause if refused else cause
        return Proposal(told, findings, None, tuple(refused), tuple(reasons))

    def _rehearsed(self, candidate: Candidate, findings: tuple[Fingerprint, ...]) -> Plan:
        shown = self._stage.rehearse(candidate.edits, findings)
        objections = (*shown.objections, *self._guard(candidate.edits))
        return Plan(
            subscription=candidate.edits[0].subject.subscription,
            kind=candidate.kind,
            cause=candidate.cause,
            findings=findings,
            edits=candidate.edits,
            rehearsal=replace(shown, objections=objections),
            observed_at=self._stage.snapshot.observed_at,
        )

    def _assigned(self, of_groups: Sequence[Proposal]) -> Mapping[int, Sequence[Fingerprint]]:
        """Give each machine's finding to the plan that closes it and has the fewest behind it."""
        least: dict[Fingerprint, tuple[int, int]] = {}
        for index, proposal in enumerate(of_groups):
            plan = proposal.best
            for closed in plan.rehearsal.closes if plan else ():
                if self._results[closed].check == SSH_REACHABLE.id and plan:
                    size = len(self._stage.neighbourhoods.behind(plan.subjects[0]))
                    least[closed] = min(least.get(closed, (size, index)), (size, index))
        assigned: dict[int, list[Fingerprint]] = defaultdict(list)
        for closed, (_, index) in least.items():
            assigned[index].append(closed)
        return assigned

    def _of_doors(self, taken: set[Fingerprint]) -> Iterator[Proposal]:
        """Give proposals for the machines that no plan for a group closes."""
        candidates: dict[tuple[Edit, ...], tuple[Candidate, list[Fingerprint]]] = {}
        for fingerprint, result in self._results.items():
            if fingerprint in taken:
                continue
            candidate = self._door(result)
            if isinstance(candidate, Reason):
                yield Proposal(result.resource, (fingerprint,), reasons=(candidate,))
            else:
                _, found = candidates.setdefault(candidate.edits, (candidate, []))
                found.append(fingerprint)
        for candidate, found in candidates.values():
            yield self._offered((candidate,), tuple(found), candidate.cause)

    def _door(self, result: CheckResult) -> Candidate | Reason:
        if result.severity is Severity.INFO:
            return Reason("undetermined", result.title)
        return door_candidate(self._stage, self._exposures[_place(result)])

    @cached_property
    def _exposures(self) -> Mapping[tuple[str, ...], Exposure]:
        """One exposure, of those that somebody surely comes in by, for each machine's finding."""
        return {
            (one.vm.key, one.front_door.id.key, one.front_door.rule or "", str(one.port)): one
            for one in self._stage.judged.facts.exposures
            if isinstance(one.verdict, Exposed)
        }

    def _of_windows(self) -> Iterator[Proposal]:
        """Name what is open by just-in-time windows alone; nothing where there are none."""
        groups = self._stage.snapshot.security_groups.values()
        if not any(is_window(rule) for group in groups for rule in group.rules):
            return
        for fingerprint, result in self._stage.with_windows.results.items():
            if result.check in EXPOSURE_CHECKS and fingerprint not in self._results:
                text = "only a just-in-time window lets anybody in; it closes by itself"
                reason = Reason("just-in-time", text)
                yield Proposal(result.resource, (fingerprint,), reasons=(reason,))


def _place(result: CheckResult) -> tuple[str, ...]:
    return (result.resource.key, *result.discriminator)


def _with_findings(proposal: Proposal, more: Sequence[Fingerprint]) -> Proposal:
    findings = (*proposal.findings, *more)
    best = replace(proposal.best, findings=findings) if proposal.best else None
    return replace(proposal, findings=findings, best=best)
