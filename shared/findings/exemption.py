"""Exemptions: findings that somebody answers for, until a date."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from shared.findings.finding import Finding
from shared.network.ids import ResourceId


@dataclass(frozen=True, slots=True)
class Exemption:
    """A decision that findings in a scope stay as they are, with who answers for it and how long.

    `scope` is a resource, a resource group or a subscription, and holds everything below it; an
    exemption of a management group comes as one for each of its subscriptions.  `check` is None
    for every check.  `expires` is aware, in UTC; at that moment the exemption is over.
    """

    id: str
    scope: ResourceId
    check: str | None
    reason: str
    owner: str
    expires: datetime

    def __post_init__(self) -> None:
        """Refuse an exemption that nobody answers for, or that ends at no certain time."""
        for name, text in (("reason", self.reason), ("owner", self.owner)):
            if not text.strip():
                raise ValueError(f"exemption {self.id}: the {name} is empty")
        if self.expires.tzinfo is None:
            raise ValueError(f"exemption {self.id}: the expiry lacks a time zone")

    def is_live(self, now: datetime) -> bool:
        """Tell whether the exemption has not ended yet."""
        return now < self.expires

    def covers(self, finding: Finding) -> bool:
        """Tell whether the finding is of the check, and its resource in the scope."""
        if self.check not in (None, finding.check):
            return False
        key, scope = finding.resource.key, self.scope.key
        return key == scope or key.startswith(f"{scope}/")


def exemption_of(finding: Finding, exemptions: Iterable[Exemption]) -> Exemption | None:
    """Give the exemption that covers a finding; of several, the one that ends last."""
    covering = (exemption for exemption in exemptions if exemption.covers(finding))
    return max(covering, key=lambda exemption: (exemption.expires, exemption.id), default=None)
