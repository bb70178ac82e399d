"""Two scans compared: which ways in opened, closed or changed, and which findings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeVar

from shared.checks.result import Severity
from shared.checks.ssh_reachable import CHECK_ID
from shared.exposure.front_door import FrontDoorKind
from shared.findings.object_changes import ObjectChange
from shared.findings.scan_record import (
    Gap,
    RecordedExposure,
    RecordedFinding,
    ScanRecord,
    VerdictName,
)
from shared.network.ids import ResourceId
from shared.packetset.addresses import NO_ADDRESSES, AddressSet

_Seen = TypeVar("_Seen")
_ORDER: Final = tuple(VerdictName)


class Change(StrEnum):
    """What became of a way in or a finding."""

    OPENED = "opened"
    CHANGED = "changed"
    CLOSED = "closed"
    INCOMPARABLE = "cannot-be-compared"


@dataclass(frozen=True, slots=True)
class Decision:
    """Another rule decides than before; None where no rule did, or the way in was not there."""

    layer: str
    before: str | None
    after: str | None
    resource: ResourceId


Cause = ObjectChange | Decision


@dataclass(frozen=True, slots=True)
class ExposureDifference:
    """One way in that is not as it was; None on a side where there is none.

    `gap` says why it cannot be compared, `causes` which changes explain it.
    """

    change: Change
    before: RecordedExposure | None
    after: RecordedExposure | None
    gap: str = ""
    causes: tuple[Cause, ...] = ()

    @property
    def seen(self) -> RecordedExposure:
        """The later side, or the earlier one where that is all there is."""
        seen = self.after or self.before
        assert seen is not None  # noqa: S101 - a difference has at least one side
        return seen

    @property
    def gained(self) -> AddressSet:
        """Who surely gets in now and did not before."""
        return _certain(self.after).subtract(_certain(self.before))

    @property
    def lost(self) -> AddressSet:
        """Who surely got in before and does not now."""
        return _certain(self.before).subtract(_certain(self.after))

    @property
    def is_worse(self) -> bool:
        """Whether somebody gets in now, or perhaps gets in, who did not before."""
        if self.change is Change.INCOMPARABLE or self.after is None:
            return False
        tags = set(self.before.possible_tags if self.before else ())
        return (
            _rank(self.after) > _rank(self.before)
            or bool(self.gained)
            or not tags.issuperset(self.after.possible_tags)
        )


@dataclass(frozen=True, slots=True)
class FindingDifference:
    """One finding that is not as it was; None on a side where there is none."""

    change: Change
    before: RecordedFinding | None
    after: RecordedFinding | None
    gap: str = ""
    causes: tuple[Cause, ...] = ()

    @property
    def seen(self) -> RecordedFinding:
        """The later side, or the earlier one where that is all there is."""
        seen = self.after or self.before
        assert seen is not None  # noqa: S101 - a difference has at least one side
        return seen

    @property
    def is_worse(self) -> bool:
        """Whether it is new, or severer than before."""
        if self.change is Change.INCOMPARABLE or self.after is None:
            return False
        return self.before is None or self.after.severity.rank > self.before.severity.rank


@dataclass(frozen=True, slots=True)
class ScanComparison:
    """What differs between two scans; both lists begin with what opened."""

    before: ScanRecord
    after: ScanRecord
    exposures: tuple[ExposureDifference, ...]
    findings: tuple[FindingDifference, ...]

    @property
    def is_complete(self) -> bool:
        """Whether both scans saw everything that had to be compared."""
        changes = {one.change for one in self.exposures} | {one.change for one in self.findings}
        whole = self.before.complete and self.after.complete
        return whole and Change.INCOMPARABLE not in changes

    def worsened(self, threshold: Severity) -> bool:
        """Tell whether something opened or got worse, and is now of a severity or above it."""
        severities = [
            *(one.after.severity for one in self.exposures if one.is_worse and one.after),
            *(one.after.severity for one in self.findings if one.is_worse and one.after),
        ]
        return any(one is not None and one.rank >= threshold.rank for one in severities)


def compare(before: ScanRecord, after: ScanRecord) -> ScanComparison:
    """Compare two scans of one estate, the earlier one first.

    What only one of them has seen cannot be compared: it neither opened nor closed.  Swapping the
    scans swaps opened and closed.
    """
    exposures = [
        difference
        for pair in _pairs(_by_identity(before.exposures), _by_identity(after.exposures))
        if (difference := _exposure(before, after, *pair)) is not None
    ]
    findings = [
        found
        for pair in _pairs(_by_fingerprint(before.findings), _by_fingerprint(after.findings))
        if (found := _finding(before, after, *pair)) is not None
    ]
    return ScanComparison(
        before,
        after,
        tuple(sorted(exposures, key=_exposure_place)),
        tuple(sorted(findings, key=_finding_place)),
    )


def _pairs(
    before: Mapping[Hashable, _Seen], after: Mapping[Hashable, _Seen]
) -> Iterator[tuple[_Seen | None, _Seen | None]]:
    for key in dict.fromkeys((*before, *after)):
        yield before.get(key), after.get(key)


def _by_identity(exposures: Iterable[RecordedExposure]) -> Mapping[Hashable, RecordedExposure]:
    """Find ways in by what they are; several that are alike are told apart by their order."""
    found: defaultdict[tuple[str, ...], list[RecordedExposure]] = defaultdict(list)
    for exposure in exposures:
        found[exposure.identity].append(exposure)
    return {
        (identity, number): exposure
        for identity, alike in found.items()
        for number, exposure in enumerate(sorted(alike, key=_dialled))
    }


def _dialled(exposure: RecordedExposure) -> tuple[str, int]:
    return exposure.front_door.address or "", exposure.front_door.port


def _by_fingerprint(findings: Iterable[RecordedFinding]) -> Mapping[Hashable, RecordedFinding]:
    return {finding.fingerprint: finding for finding in findings}


def _exposure(
    old: ScanRecord,
    new: ScanRecord,
    before: RecordedExposure | None,
    after: RecordedExposure | None,
) -> ExposureDifference | None:
    """Tell what became of one way in; None where that is nothing worth telling."""
    if before is None or after is None:
        found, blind = (after, old) if before is None else (before, new)
        if found is None or found.verdict is VerdictName.CLOSED:
            return None
        if gap := _gap(blind, found.vm, tuple(found.resources), CHECK_ID, found):
            return ExposureDifference(Change.INCOMPARABLE, before, after, gap)
        change = Change.OPENED if before is None else Change.CLOSED
        if found.verdict is VerdictName.UNKNOWN:
            change = Change.CHANGED
        return ExposureDifference(change, before, after)
    if _compared(before) == _compared(after):
        return None
    verdicts = (before.verdict, after.verdict)
    change = {
        (VerdictName.CLOSED, VerdictName.EXPOSED): Change.OPENED,
        (VerdictName.EXPOSED, VerdictName.CLOSED): Change.CLOSED,
    }.get(verdicts, Change.CHANGED)
    return ExposureDifference(change, before, after)


def _compared(exposure: RecordedExposure) -> Hashable:
    """Give what makes a way in differ; of a closed one, only that it is closed."""
    if exposure.verdict is VerdictName.CLOSED:
        return exposure.verdict
    return (
        exposure.verdict,
        exposure.reach,
        exposure.latent,
        exposure.return_path,
        exposure.certain,
        frozenset(exposure.less_tags),
        frozenset(exposure.possible_tags),
        exposure.front_door.address,
        exposure.front_door.port,
    )


def _finding(
    old: ScanRecord,
    new: ScanRecord,
    before: RecordedFinding | None,
    after: RecordedFinding | None,
) -> FindingDifference | None:
    found, blind = (after, old) if before is None else (before, new)
    if found is None or (before and after and before.severity is after.severity):
        return None
    if before and after:
        return FindingDifference(Change.CHANGED, before, after)
    if gap := _gap(blind, found.resource, (found.resource,), found.check):
        return FindingDifference(Change.INCOMPARABLE, before, after, gap)
    return FindingDifference(Change.OPENED if before is None else Change.CLOSED, before, after)


def _gap(
    record: ScanRecord,
    about: ResourceId,
    resources: tuple[ResourceId, ...],
    check: str,
    exposure: RecordedExposure | None = None,
) -> str:
    """Say why a scan could have missed something; an empty text when it would have seen it."""
    if about.subscription not in record.subscriptions:
        return f"subscription {about.subscription} is in one of the two alone"
    through_firewall = exposure and exposure.front_door.kind is FrontDoorKind.FIREWALL_DNAT
    for gap in (*record.unread, *(one for one in record.unjudged if one.check == check)):
        hidden = through_firewall and "/azurefirewalls/" in f"{gap.scope.key}/"
        if hidden or any(_touches(gap, resource) for resource in resources):
            return f"{gap.scope.text}: {gap.reason}"
    return ""


def _touches(gap: Gap, resource: ResourceId) -> bool:
    """Tell whether a gap is the resource, above it, below it, or may be anywhere."""
    if not gap.scope.subscription:
        return True
    scope, key = f"{gap.scope.key}/", f"{resource.key}/"
    return key.startswith(scope) or scope.startswith(key)


def _certain(exposure: RecordedExposure | None) -> AddressSet:
    return exposure.certain if exposure else NO_ADDRESSES


def _rank(exposure: RecordedExposure | None) -> tuple[int, int]:
    if exposure is None:
        return (0, 0)
    severity = exposure.severity
    return _ORDER.index(exposure.verdict), 0 if severity is None else severity.rank + 1


def _exposure_place(one: ExposureDifference) -> tuple[object, ...]:
    severity = one.seen.severity
    rank = 0 if severity is None else -severity.rank
    return tuple(Change).index(one.change), rank, *one.seen.identity


def _finding_place(one: FindingDifference) -> tuple[object, ...]:
    seen = one.seen
    place = tuple(Change).index(one.change)
    return place, -seen.severity.rank, seen.resource.key, seen.check, seen.fingerprint
