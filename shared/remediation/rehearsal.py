"""Rehearsals: edits made on a copy of the estate, which is judged again and compared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Final, TypeAlias

from shared.checks.check import Facts
from shared.checks.nsg_open import NSG_OPEN
from shared.checks.result import CheckResult
from shared.checks.ssh_reachable import SSH_REACHABLE
from shared.exposure.assessment import Question
from shared.exposure.exposure import Exposure
from shared.exposure.layers import Reason
from shared.exposure.verdict import Exposed, NotExposed, Undetermined, Verdict
from shared.findings.finding import Fingerprint
from shared.network.ids import ResourceId
from shared.network.snapshot import Snapshot
from shared.packetset.addresses import NO_ADDRESSES, AddressSet
from shared.remediation.edit import Edit
from shared.remediation.editing import EditRefused, edited, without_windows
from shared.remediation.judged import STOPPED, Judged
from shared.remediation.neighbourhood import Neighbourhoods
from shared.remediation.plan import Change, Rehearsal
from shared.remediation.windows import window_objections

Observed: TypeAlias = Fingerprint | Change | Reason
"""An exposure that is closed, another difference, or something that stands against a plan."""

EXPOSURE_CHECKS: Final = frozenset({SSH_REACHABLE.id, NSG_OPEN.id})
"""The checks whose findings plans close."""

CLEAR: Final = "clear"
UNDETERMINED: Final = "undetermined"


class Stage:
    """One estate on which plans are rehearsed; what was before is judged once for each part.

    Just-in-time windows are left out of both judgements: who they let in is meant to get in, and
    for a time.  Cost: two scans of what stands behind the edited resources.
    """

    def __init__(self, snapshot: Snapshot, question: Question) -> None:
        """Take one estate and the question that its findings answer."""
        self.snapshot = snapshot
        self.question = question.about(snapshot)
        self.judged = self._judge(snapshot)
        self.neighbourhoods = Neighbourhoods(snapshot)
        self._before: dict[frozenset[ResourceId], tuple[Snapshot, Judged]] = {}

    @cached_property
    def with_windows(self) -> Judged:
        """The estate as it is, just-in-time windows and all."""
        return Judged(Facts(self.snapshot, self.question))

    def rehearse(self, edits: Sequence[Edit], findings: Sequence[Fingerprint]) -> Rehearsal:
        """Tell what edits would do, and whether they close all of some findings."""
        whole, before = self._part(edits)
        try:
            after = self._judge(edited(whole, edits))
        except EditRefused as refused:
            return Rehearsal(objections=(Reason("cannot-be-made", str(refused)),))
        seen: tuple[Observed, ...] = (
            *_of_checks(before, after, findings),
            *_of_unjudged(before, after),
            *_of_ways(before, after),
        )
        through, cut = _of_bastions(before, after)
        trusted, shut_out = _of_trusted(before, after)
        concerned = self.neighbourhoods.machines(edits)
        objections = [one for one in seen if isinstance(one, Reason)]
        return Rehearsal(
            closes=tuple(one for one in seen if isinstance(one, str)),
            keeps_bastion=tuple(one for one in through if one in concerned),
            keeps_trusted=tuple(one for one in trusted if one in concerned),
            changes=tuple(one for one in seen if isinstance(one, Change)),
            objections=(*objections, *cut, *shut_out, *window_objections(whole, edits)),
        )

    def _part(self, edits: Sequence[Edit]) -> tuple[Snapshot, Judged]:
        """Give what edits can concern, with the windows, and its judgement without them."""
        subjects = frozenset(edit.subject for edit in edits)
        known = self._before.get(subjects)
        if known is None:
            part = self.neighbourhoods.of(edits)
            known = self._before[subjects] = (part, self._judge(part))
        return known

    def _judge(self, snapshot: Snapshot) -> Judged:
        return Judged(Facts(without_windows(snapshot), self.question))


def _of_checks(
    before: Judged, after: Judged, findings: Sequence[Fingerprint]
) -> Iterator[Observed]:
    """Compare what the checks say."""
    for fingerprint, result in before.results.items():
        later = after.results.get(fingerprint)
        state = later.severity.value if later else _state_without(result, before, after)
        if fingerprint in findings and state != CLEAR:
            yield Reason("not-closed", f"it leaves open ({state}): {result.title}")
        elif state == CLEAR and result.check in EXPOSURE_CHECKS:
            yield fingerprint
        elif later is not None and later.severity.rank > result.severity.rank:
            yield Reason("makes-worse", f"{state}: {later.title}")
        elif state != result.severity.value:
            yield Change(result.check, result.resource, result.severity.value, state)
    for fingerprint, result in after.results.items():
        if fingerprint not in before.results:
            yield Reason("new-finding", f"{result.severity.value}: {result.title}")


def _state_without(result: CheckResult, before: Judged, after: Judged) -> str:
    """Tell whether a result that is no longer there is gone, or only not to be told any more."""
    key = (result.check, result.resource)
    unclear = after.unjudged.get(key, 0) > before.unjudged.get(key, 0)
    return UNDETERMINED if unclear else CLEAR


def _of_unjudged(before: Judged, after: Judged) -> Iterator[Observed]:
    """Compare what the checks cannot tell."""
    found = {(one.check, one.resource) for one in before.results.values()}
    still = {(one.check, one.resource) for one in after.results.values()}
    for check, resource in sorted(after.unjudged.keys() - before.unjudged.keys() - found):
        text = f"what {check} says of {resource.name} could not be told any more"
        yield Reason("cannot-be-told", text)
    for check, resource in sorted(before.unjudged.keys() - after.unjudged.keys() - still):
        yield Change(check, resource, UNDETERMINED, CLEAR)


def _of_ways(before: Judged, after: Judged) -> Iterator[Reason]:
    """Object to every way in that lets in more than it did."""
    for key, exposure in after.exposures.items():
        earlier = before.exposures.get(key)
        if earlier is None or _lets_in_more(earlier, exposure):
            yield Reason("opens", f"it lets more in to port {exposure.port} of {exposure.vm.name}")


def _lets_in_more(before: Exposure, after: Exposure) -> bool:
    if _openness(after.verdict) > _openness(before.verdict):
        return True
    return not _certain(after.verdict).is_subset(_certain(before.verdict))


def _openness(verdict: Verdict) -> int:
    return (NotExposed, Undetermined, Exposed).index(type(verdict))


def _certain(verdict: Verdict) -> AddressSet:
    return verdict.certain if isinstance(verdict, Exposed) else NO_ADDRESSES


def _of_bastions(
    before: Judged, after: Judged
) -> tuple[tuple[ResourceId, ...], tuple[Reason, ...]]:
    """Give the machines that Bastions still get to, and an objection for each that they do not."""
    kept: dict[ResourceId, None] = {}
    cut: dict[ResourceId, Reason] = {}
    for (machine, way), level in before.bastion.items():
        if after.bastion.get((machine, way), STOPPED) < level:
            text = f"Azure Bastion would not get to {machine.name} any more"
            cut[machine] = Reason("cuts-bastion", text)
        elif level > STOPPED:
            kept[machine] = None
    return tuple(kept), tuple(cut.values())


def _of_trusted(before: Judged, after: Judged) -> tuple[tuple[ResourceId, ...], tuple[Reason, ...]]:
    """Give the machines that trusted sources still reach, and an objection for each other one."""
    kept: dict[ResourceId, None] = {}
    cut: dict[ResourceId, Reason] = {}
    for key, earlier in before.trusted.items():
        later = after.trusted.get(key)
        whole = later is not None and (
            earlier.surely.is_subset(later.surely) and earlier.perhaps.is_subset(later.perhaps)
        )
        if earlier.perhaps and not whole:
            text = f"trusted sources would not reach {earlier.machine.name} any more"
            cut[earlier.machine] = Reason("cuts-trusted", text)
        elif earlier.perhaps:
            kept[earlier.machine] = None
    return tuple(kept), tuple(cut.values())
