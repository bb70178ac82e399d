"""Where exemptions are kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from shared.findings.exemption import Exemption
from shared.findings.exemption_tags import RefusedTags
from shared.findings.kept_exemption import KeptExemption


class ExemptionStore(Protocol):
    """The table `exemptions`.

    Every method raises StoreError when the account cannot be reached or refuses.
    """

    def of(self, subscription: str) -> Sequence[KeptExemption]:
        """Give what may concern a subscription: its own, and those of every management group."""

    def every(self) -> Sequence[KeptExemption]:
        """Give all that are kept, those that have ended too."""

    def put(self, kept: KeptExemption) -> None:
        """Write an exemption on top of the version that was read.

        Raises:
            StoreConflictError: somebody else wrote it in the meantime.
        """

    def replace_tagged(
        self,
        subscription: str,
        tagged: Sequence[Exemption],
        refused: Sequence[RefusedTags],
        seen: datetime,
    ) -> None:
        """Keep what the tags of a subscription say now, in the place of what they said before."""

    def refused_tags(self) -> Sequence[RefusedTags]:
        """Give the tags that were meant to exempt something and do not, in every subscription."""
