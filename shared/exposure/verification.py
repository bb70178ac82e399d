"""How our verdict on a machine compares with Azure's own account."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from shared.network.ids import ResourceId


class Matter(StrEnum):
    """What was compared."""

    RULE = "rule"
    SOURCES = "sources"
    FLOW = "flow"


@dataclass(frozen=True, slots=True)
class Difference:
    """Something on which Azure and we do not agree, in words."""

    matter: Matter
    place: str
    ours: str
    azure: str


@dataclass(frozen=True, slots=True)
class Unasked:
    """Something that Azure could not be asked about, and why."""

    place: str
    reason: str


@dataclass(frozen=True, slots=True)
class Verification:
    """How a comparison came out: how much was compared, what differs, what could not be asked."""

    machine: ResourceId
    rules: int
    sources: int
    flows: int
    differences: tuple[Difference, ...] = ()
    unasked: tuple[Unasked, ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether nothing that was compared differs."""
        return not self.differences
