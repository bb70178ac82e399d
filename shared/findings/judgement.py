"""A judgement: everything that the checks hold against one snapshot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.checks.result import Unjudged
from shared.findings.finding import Finding


@dataclass(frozen=True, slots=True)
class Judgement:
    """What all checks found, what they could not judge, and how many of each thing there were."""

    findings: tuple[Finding, ...] = ()
    unjudged: tuple[Unjudged, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
