"""A judgement: everything that the checks hold against one snapshot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from shared.checks.result import Unjudged
from shared.findings.finding import Finding
from shared.findings.posture import Posture


@dataclass(frozen=True, slots=True)
class Judgement:
    """What all checks found, what they could not judge, and how many of each thing there were.

    `scorecard` makes the scorecard out of the same facts, for whoever keeps one; None where the
    judgement has none to give.
    """

    findings: tuple[Finding, ...] = ()
    unjudged: tuple[Unjudged, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    scorecard: Callable[[], Posture] | None = field(default=None, compare=False)
