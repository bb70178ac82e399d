"""Judge one snapshot by every check."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from shared.checks import CHECKS
from shared.checks.check import Facts
from shared.checks.result import Severity, Unjudged
from shared.exposure.assessment import Question
from shared.exposure.exposure import Exposure
from shared.findings.finding import Finding, finding_of
from shared.findings.judgement import Judgement
from shared.findings.posture import Posture
from shared.findings.posture_judgement import posture
from shared.network.snapshot import Snapshot
from shared.usecases.collector import collector_at_rest


@dataclass(frozen=True, slots=True)
class Scan:
    """What one look at an estate gives: every exposure, what is wrong, what is not known.

    `findings` are the worst first, then by resource.
    """

    snapshot: Snapshot
    exposures: tuple[Exposure, ...]
    findings: tuple[Finding, ...]
    unjudged: tuple[Unjudged, ...]

    @property
    def counts(self) -> Mapping[str, int]:
        """How much was looked at."""
        return {
            "virtual_machines": len(self.snapshot.virtual_machines),
            "network_interfaces": len(self.snapshot.network_interfaces),
            "network_security_groups": len(self.snapshot.security_groups),
            "front_doors": len({(e.front_door.id, e.front_door.rule) for e in self.exposures}),
        }


def scan(snapshot: Snapshot, question: Question) -> Scan:
    """Judge a snapshot; a question without a list of service tags takes the snapshot's own."""
    with collector_at_rest():
        return _scan(Facts(snapshot, question.about(snapshot)))


def judgement(snapshot: Snapshot, question: Question) -> Judgement:
    """Judge a snapshot as `scan` does, for whoever records it; the scorecard is made if asked for.

    The facts stay in memory as long as the judgement.
    """
    with collector_at_rest():
        facts = Facts(snapshot, question.about(snapshot))
        found = _scan(facts)
    return Judgement(found.findings, found.unjudged, found.counts, partial(_scorecard, facts))


def _scorecard(facts: Facts) -> Posture:
    with collector_at_rest():
        return posture(facts)


def _scan(facts: Facts) -> Scan:
    findings: list[Finding] = []
    unjudged: list[Unjudged] = []
    for check in CHECKS:
        for answer in check.run(facts):
            if isinstance(answer, Unjudged):
                unjudged.append(answer)
            else:
                findings.append(finding_of(answer))
    findings.sort(key=lambda finding: (-finding.severity.rank, finding.resource.key, finding.check))
    return Scan(facts.snapshot, facts.exposures, tuple(findings), tuple(unjudged))


def fails(found: Scan, threshold: Severity) -> bool:
    """Tell whether any finding is at or above a severity."""
    return any(finding.severity.rank >= threshold.rank for finding in found.findings)
