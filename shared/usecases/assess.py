"""Record a judgement: compare it with what is stored, and write what it changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from shared.findings.attribution import Attribution
from shared.findings.comparison import Change, Occasion, compare
from shared.findings.coverage import Coverage
from shared.findings.exemption import Exemption
from shared.findings.finding import Cause, Finding, Transition
from shared.usecases.interfaces import Clock, FindingStore, StoreConflictError

ATTEMPTS: Final = 12
FIRST_WAIT_SECONDS: Final = 0.05
LONGEST_WAIT_SECONDS: Final = 2.0


@dataclass(frozen=True, slots=True)
class Assessment:
    """What was found in one subscription, how much of it was seen, and on what occasion.

    `run` is the id of the sweep or event; `attribution` tells the origin of single steps.
    """

    coverage: Coverage
    findings: Sequence[Finding]
    cause: Cause
    run: str
    exemptions: Sequence[Exemption] = ()
    attribution: Attribution | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of an assessment.

    `transitions` are the steps of the last attempt, `refreshed` counts the records that it
    rewrote without a step.  A `stale` assessment changed nothing, for newer data of the whole
    subscription is recorded already: after a change in Azure, read again and assess that.
    """

    transitions: tuple[Transition, ...] = ()
    refreshed: int = 0
    stale: bool = False


def record(assessment: Assessment, store: FindingStore, clock: Clock) -> Recorded:
    """Bring the store up to an assessment; a second time, or after a kill, it does the rest.

    Where another writer comes first, what is stored is read and compared anew: every attempt
    leaves its whole transactions behind, so that the next has less to do.

    Raises:
        StoreConflictError: others came first `ATTEMPTS` times.
        StoreError: the store did not do its part.
    """
    wait = FIRST_WAIT_SECONDS
    for _ in range(ATTEMPTS - 1):
        try:
            return _record_once(assessment, store, clock)
        except StoreConflictError:
            clock.sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT_SECONDS)
    return _record_once(assessment, store, clock)


def _record_once(assessment: Assessment, store: FindingStore, clock: Clock) -> Recorded:
    coverage = assessment.coverage
    watermark = store.watermark(coverage.subscription)
    if watermark.observed_at is not None and watermark.observed_at > coverage.observed_at:
        return Recorded(stale=True)
    changes = compare(
        store.findings(coverage.subscription),
        assessment.findings,
        coverage,
        Occasion(clock.now(), assessment.cause, assessment.run, assessment.attribution),
        assessment.exemptions,
    )
    store.write(
        coverage.subscription,
        changes,
        watermark,
        coverage.observed_at if coverage.is_whole else None,
    )
    return _recorded(changes)


def _recorded(changes: Sequence[Change]) -> Recorded:
    transitions = tuple(change.transition for change in changes if change.transition is not None)
    return Recorded(transitions, len(changes) - len(transitions))
