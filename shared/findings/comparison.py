"""What a new judgement changes in what is recorded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from shared.findings.attribution import Attribution, Origin, attributed_to_run
from shared.findings.coverage import Coverage
from shared.findings.evidence import stored_text
from shared.findings.exemption import Exemption, exemption_of
from shared.findings.finding import (
    Actor,
    Cause,
    Finding,
    FindingRecord,
    FindingState,
    Fingerprint,
    Transition,
)
from shared.findings.lifecycle import Happening, state_after


@dataclass(frozen=True, slots=True)
class Stored:
    """A record with the version under which it was read; None for one that is new."""

    record: FindingRecord
    version: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """One finding's next record, on top of the version that was read, and the step it makes.

    `transition` is None when only times or evidence change: nothing to tell, no history.
    """

    record: FindingRecord
    version: str | None
    transition: Transition | None


@dataclass(frozen=True, slots=True)
class Occasion:
    """Why findings are compared now: the moment, the cause, and the id of the sweep or event.

    `attribution` tells the origin of each step where not all have the same.
    """

    now: datetime
    cause: Cause
    run: str
    attribution: Attribution | None = None


def compare(
    stored: Iterable[Stored],
    current: Sequence[Finding],
    coverage: Coverage,
    occasion: Occasion,
    exemptions: Sequence[Exemption] = (),
) -> tuple[Change, ...]:
    """Work out which records of one subscription change, and how.

    Of several current findings with one fingerprint the severest counts.  Laws:

    - Nothing is resolved that was not seen: see `Coverage.settles`.
    - Older data never overwrites newer: a record with a later `observed_at` takes nothing from
      this judgement.  Data of the same moment may open but not resolve, so that the order in
      which two judgements arrive does not matter.
    - The same judgement again changes nothing.
    - A record that stands as it stood is not rewritten by a judgement of the whole subscription:
      the subscription's watermark says that it was seen again.  Any other judgement moves no
      watermark, and therefore refreshes `observed_at` of the records that it confirms.
    - An exemption takes effect, and ends, whether or not its finding was seen.
    """
    live = [exemption for exemption in exemptions if exemption.is_live(occasion.now)]
    present = _severest(current)
    known = {entry.record.finding.fingerprint: entry for entry in stored}
    steps = _Steps(coverage, occasion)

    def changes() -> Iterator[Change | None]:
        for fingerprint, finding in present.items():
            exemption = exemption_of(finding, live)
            if (entry := known.get(fingerprint)) is None:
                yield steps.first(finding, exemption)
            else:
                yield steps.next(entry, finding, exemption)
        for fingerprint, entry in known.items():
            if fingerprint not in present:
                yield steps.next(entry, None, exemption_of(entry.record.finding, live))

    return tuple(change for change in changes() if change is not None)


def _severest(findings: Iterable[Finding]) -> Mapping[Fingerprint, Finding]:
    present: dict[Fingerprint, Finding] = {}
    for finding in findings:
        other = present.get(finding.fingerprint)
        if other is None or finding.severity.rank > other.severity.rank:
            present[finding.fingerprint] = finding
    return present


@dataclass(frozen=True, slots=True)
class _Steps:
    """Makes the changes of single records, all on one occasion."""

    coverage: Coverage
    occasion: Occasion

    def first(self, finding: Finding, exemption: Exemption | None) -> Change:
        """Record a finding that was never recorded before."""
        happening = Happening.EXEMPTED if exemption else Happening.FOUND
        state = state_after(None, happening)
        record = FindingRecord(
            finding=finding,
            state=state,
            observed_at=self.coverage.observed_at,
            first_seen=self.occasion.now,
            since=self.occasion.now,
            exempt_until=exemption.expires if exemption else None,
        )
        return Change(record, None, self._transition(None, record, exemption))

    def next(
        self, entry: Stored, seen: Finding | None, exemption: Exemption | None
    ) -> Change | None:
        """Give the next record of a known finding; None where it stays as it is."""
        record = entry.record
        if self.coverage.observed_at < record.observed_at:
            seen = None
        gone = seen is None and self._is_gone(record)
        happening = _happening(record, seen, gone=gone, exempt=exemption is not None)
        state = record.state if happening is None else state_after(record.state, happening)
        after = replace(
            record,
            finding=record.finding if seen is None else seen,
            state=state,
            observed_at=self.coverage.observed_at if seen or gone else record.observed_at,
            since=record.since if state is record.state else self.occasion.now,
            exempt_until=(
                exemption.expires if exemption and state is FindingState.EXEMPT else None
            ),
        )
        if happening is not None:
            return Change(after, entry.version, self._transition(record, after, exemption))
        if self._is_same(record, after):
            return None
        return Change(after, entry.version, None)

    def _is_gone(self, record: FindingRecord) -> bool:
        return (
            record.state is not FindingState.RESOLVED
            and record.observed_at < self.coverage.observed_at
            and self.coverage.settles(record.finding)
        )

    def _is_same(self, before: FindingRecord, after: FindingRecord) -> bool:
        """Tell whether writing the record would add nothing that must be remembered."""
        if not self.coverage.is_whole and before.observed_at != after.observed_at:
            return False
        return before.exempt_until == after.exempt_until and _is_alike(
            before.finding, after.finding
        )

    def _transition(
        self, before: FindingRecord | None, after: FindingRecord, exemption: Exemption | None
    ) -> Transition:
        """Describe the step between two records.

        A step that only an exemption makes rests on no data of Azure: what was observed is the
        exemption, now.
        """
        attribution = self.occasion.attribution or attributed_to_run(self.occasion.run)
        origin = attribution([after.finding] if before is None else [before.finding, after.finding])
        cause, observed_at = self.occasion.cause, self.coverage.observed_at
        match (before.state if before else None, after.state):
            case FindingState.OPEN, FindingState.EXEMPT:
                cause, observed_at = Cause.EXEMPTION, self.occasion.now
                origin = Origin(self.occasion.run, Actor(exemption.owner) if exemption else None)
            case FindingState.EXEMPT, FindingState.OPEN:
                cause, observed_at = Cause.EXEMPTION_ENDED, self.occasion.now
                origin = Origin(self.occasion.run)
        stays = before is not None and before.state is after.state
        return Transition(
            finding=after.finding,
            before=before.state if before else None,
            after=after.state,
            at=self.occasion.now,
            observed_at=observed_at,
            cause=cause,
            run=origin.run,
            severity_before=before.finding.severity if before and stays else None,
            actor=origin.actor,
            occurred=origin.occurred,
            received=origin.received,
        )


def _happening(
    record: FindingRecord, seen: Finding | None, *, gone: bool, exempt: bool
) -> Happening | None:
    """Name what befell a known finding; None for nothing."""
    if gone:
        return Happening.CLEARED
    match record.state:
        case FindingState.RESOLVED if seen is None:
            return None
        case FindingState.RESOLVED:
            return Happening.EXEMPTED if exempt else Happening.FOUND
        case FindingState.EXEMPT:
            return None if exempt else Happening.EXEMPTION_ENDED
        case FindingState.OPEN if exempt:
            return Happening.EXEMPTED
        case FindingState.OPEN:
            return _shift(record.finding, seen)
        case _:
            assert_never(record.state)


def _shift(before: Finding, seen: Finding | None) -> Happening | None:
    """Name a change of severity."""
    if seen is None or seen.severity is before.severity:
        return None
    return Happening.WORSENED if seen.severity.rank > before.severity.rank else Happening.EASED


def _is_alike(one: Finding, other: Finding) -> bool:
    """Compare what is stored of two findings; evidence by what fits into a row."""
    return (one.severity, one.title, one.controls) == (
        other.severity,
        other.title,
        other.controls,
    ) and (
        one.evidence == other.evidence or stored_text(one.evidence) == stored_text(other.evidence)
    )
