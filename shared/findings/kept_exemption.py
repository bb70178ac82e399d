"""An exemption as it is kept: where it comes from, who made it, and who ended it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.findings.exemption import Exemption


class ExemptionOrigin(StrEnum):
    """Where an exemption stands written."""

    RECORD = "record"
    TAG = "tag"


@dataclass(frozen=True, slots=True)
class KeptExemption:
    """An exemption with its life: who made it, and who ended it before its time.

    Its scope may be a management group, `/providers/Microsoft.Management/managementGroups/<id>`;
    `members` then names the subscriptions below it, as of the last look.  One by tags was made by
    whoever may tag the resource, which nobody recorded.  `version` is None for a new one.
    """

    exemption: Exemption
    origin: ExemptionOrigin
    created: datetime
    created_by: str = ""
    members: tuple[str, ...] = ()
    ended: datetime | None = None
    ended_by: str = ""
    version: str | None = None

    def is_in_force(self, now: datetime) -> bool:
        """Tell whether nobody has ended it and its time is not over."""
        return self.ended is None and self.exemption.is_live(now)
