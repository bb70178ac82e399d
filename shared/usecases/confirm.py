"""Confirm by direct reads what is about to be told, before it is recorded.

The index that sweeps read lags behind Azure, by seconds or minutes, and changes rely on it for
what lies around them.  What it alone says neither closes a finding nor, as far as one can afford
to ask, opens one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from shared.findings.comparison import Change, Occasion, Stored, compare
from shared.findings.confirmation import deciding_resources
from shared.findings.finding import Cause, Finding, FindingState, Fingerprint, Transition
from shared.findings.judgement import Judgement
from shared.network.ids import ResourceId
from shared.network.snapshot import Snapshot, Unread
from shared.usecases.assess import Assessment
from shared.usecases.interfaces import Clock, FindingStore, Inventory

READS_PER_SHARD: Final = 500
"""How many resources are read for one shard; what several findings rest on is read once.

Beyond that, what a sweep saw open is recorded as it was seen, and nothing is resolved.
"""
ROUNDS: Final = 3
"""Fresh data may show more steps, which are confirmed in their turn."""
_OBSERVED: Final = frozenset({Cause.SWEEP, Cause.EVENT})
_DOUBT: Final = "a change here was seen in Resource Graph only"


@dataclass(frozen=True, slots=True)
class Sight:
    """What was read of a part of the estate, and what it was judged to be."""

    snapshot: Snapshot
    judgement: Judgement


Assess: TypeAlias = Callable[[Sight], Sequence[Assessment]]
"""Cuts what was seen into assessments, one for each subscription."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What may be recorded.

    `sight` holds the fresh data.  `steps` counts the steps that the assessments make,
    `unconfirmed` those among them that nobody confirmed, `withheld` those that they do not make
    for that reason, and `reads` the resources that were read.  `deciding` are those that the
    steps rest on.  `doubted` are checks and resources of findings that stay as they are because
    nobody knows whether they are gone.
    """

    sight: Sight
    assessments: Sequence[Assessment]
    steps: int = 0
    unconfirmed: int = 0
    withheld: int = 0
    reads: int = 0
    deciding: frozenset[ResourceId] = frozenset()
    doubted: frozenset[tuple[str, ResourceId]] = frozenset()


@dataclass(frozen=True, slots=True)
class _Step:
    """A step that a judgement would make, and what it rests on."""

    transition: Transition
    resources: frozenset[ResourceId]

    @property
    def opens(self) -> bool:
        """Whether it makes things look worse; else it closes a finding, or eases one."""
        if self.transition.after is FindingState.RESOLVED:
            return False
        before = self.transition.severity_before
        return before is None or self.transition.finding.severity.rank > before.rank


class Confirmation:
    """Confirms the steps of sweeps, and those of changes."""

    def __init__(
        self,
        inventory: Inventory,
        findings: FindingStore,
        judge: Callable[[Snapshot], Judgement],
        clock: Clock,
        most_reads: int | None = None,
    ) -> None:
        """Take the ways to read and to judge; `most_reads` is for others than shards."""
        self._inventory = inventory
        self._findings = findings
        self._judge = judge
        self._clock = clock
        self._most_reads = READS_PER_SHARD if most_reads is None else most_reads

    def confirmed(
        self, sight: Sight, assess: Assess, fresh: Collection[ResourceId] = ()
    ) -> Confirmed:
        """Read what steps rest on, judge anew, and leave out what closes without confirmation.

        What is `fresh` in sight was read directly just now, and is not read again.  Without any
        step nothing is read.  Its reads change nothing, so it may be repeated.

        Raises:
            StoreError: the store did not do its part.
        """
        stored: defaultdict[str, list[Stored]] = defaultdict(list)
        for assessment in assess(sight):
            subscription = assessment.coverage.subscription
            stored[subscription] = list(self._findings.findings(subscription))
        read: set[ResourceId] = set()
        steps = list(self._steps(sight, assess, stored))
        for _ in range(ROUNDS):
            batch = _affordable(steps, read.union(fresh), self._most_reads - len(read))
            if not batch:
                break
            read |= batch
            snapshot = self._inventory.refreshed(sight.snapshot, sorted(batch))
            sight = Sight(snapshot, self._judge(snapshot))
            steps = list(self._steps(sight, assess, stored))
        sure = read.union(fresh) - {gap.scope for gap in sight.snapshot.unread}
        kept = [step for step in steps if step.opens or step.resources <= sure]
        withheld = [step for step in steps if not (step.opens or step.resources <= sure)]
        assessments = assess(_without(sight, withheld))
        return Confirmed(
            sight,
            assessments,
            steps=len(kept),
            unconfirmed=sum(not step.resources <= sure for step in kept),
            withheld=len(withheld),
            reads=len(read),
            deciding=frozenset().union(*(step.resources for step in kept)),
            doubted=frozenset(_doubted(assessments, stored)),
        )

    def _steps(
        self, sight: Sight, assess: Assess, stored: Mapping[str, Sequence[Stored]]
    ) -> Iterator[_Step]:
        """Give the steps that a judgement would make; those of exemptions rest on no data."""
        for assessment in assess(sight):
            known = stored[assessment.coverage.subscription]
            before: Mapping[Fingerprint, Finding] = {
                entry.record.finding.fingerprint: entry.record.finding for entry in known
            }
            occasion = Occasion(self._clock.now(), assessment.cause, assessment.run)
            changes = compare(
                known, assessment.findings, assessment.coverage, occasion, assessment.exemptions
            )
            yield from (
                _Step(step, _resources(step, before, sight.snapshot)) for step in _seen(changes)
            )


def _seen(changes: Sequence[Change]) -> Iterator[Transition]:
    for change in changes:
        if change.transition is not None and change.transition.cause in _OBSERVED:
            yield change.transition


def _doubted(
    assessments: Sequence[Assessment], stored: Mapping[str, Sequence[Stored]]
) -> Iterator[tuple[str, ResourceId]]:
    """Name what is recorded to stand, was not seen again, and is not known to be gone."""
    for assessment in assessments:
        seen = {finding.fingerprint for finding in assessment.findings}
        for entry in stored[assessment.coverage.subscription]:
            finding = entry.record.finding
            stands = entry.record.state is not FindingState.RESOLVED
            is_settled = finding.fingerprint in seen or assessment.coverage.settles(finding)
            if stands and not is_settled:
                yield finding.check, finding.resource


def _resources(
    step: Transition, before: Mapping[Fingerprint, Finding], snapshot: Snapshot
) -> frozenset[ResourceId]:
    """Name what a step rests on: what shows the finding now, and what showed it before."""
    known = before.get(step.finding.fingerprint)
    now = deciding_resources(step.finding, snapshot)
    return now if known is None else now | deciding_resources(known, snapshot)


def _affordable(steps: Sequence[_Step], read: set[ResourceId], most: int) -> set[ResourceId]:
    """Choose what to read next: what closes first, then the severest; steps as a whole."""
    batch: set[ResourceId] = set()
    for step in sorted(
        steps, key=lambda step: (step.opens, -step.transition.finding.severity.rank)
    ):
        wanted = step.resources - read - batch
        if len(batch) + len(wanted) <= most:
            batch |= wanted
    return batch


def _without(sight: Sight, steps: Sequence[_Step]) -> Sight:
    """Take some steps out: their resources count as unread, and their findings were not seen."""
    fingerprints = {step.transition.finding.fingerprint for step in steps}
    resources = sorted({step.transition.finding.resource for step in steps})
    gaps = (*sight.snapshot.unread, *(Unread(resource, _DOUBT) for resource in resources))
    findings = sight.judgement.findings
    seen = tuple(one for one in findings if one.fingerprint not in fingerprints)
    return Sight(replace(sight.snapshot, unread=gaps), replace(sight.judgement, findings=seen))
