"""What a check gives: results that stand on a resource, and resources it could not judge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from shared.exposure.documents import Json
from shared.network.ids import ResourceId

__all__ = ["CheckResult", "Json", "Severity", "Unjudged"]


class Severity(StrEnum):
    """How bad a result is; ordered from `INFO` to `CRITICAL` by `rank`."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 for info to 4 for critical."""
        return _RANKS[self]

    def lowered(self, steps: int = 1) -> Severity:
        """Give the severity that many steps milder, not below `INFO`."""
        return tuple(Severity)[max(0, self.rank - steps)]


_RANKS: Final = {severity: rank for rank, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check's objection to one resource.

    `discriminator` tells apart several results of one check on one resource (front door and port,
    for instance) and must not change between runs; `controls` are the rules of public catalogues
    that it is evidence for; `evidence` is plain JSON data.
    """

    check: str
    resource: ResourceId
    severity: Severity
    title: str
    discriminator: tuple[str, ...] = ()
    controls: tuple[str, ...] = ()
    evidence: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unjudged:
    """A resource that one check could not judge, and why: neither a result nor a clean bill."""

    check: str
    resource: ResourceId
    reason: str
