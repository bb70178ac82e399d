"""What keeps scorecards, in the words of those who keep and show them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from shared.findings.kept_posture import KeptPosture, PostureHead, SweptPosture


class PostureStore(Protocol):
    """The scorecard of each subscription as a sweep kept it last.

    Every method raises StoreError when the account cannot be reached or refuses.
    """

    def keep(self, swept: SweptPosture) -> bool:
        """Keep a scorecard in the place of an older one, all of it or nothing.

        False where one by newer data is kept already.  A second time it changes nothing, and what
        a writer left behind that died is never read.

        Raises:
            StoreConflictError: others kept theirs at the same time, again and again.
        """

    def heads(self) -> Sequence[PostureHead]:
        """Give the numbers of every subscription, by id."""

    def kept(self, subscription: str) -> KeptPosture | None:
        """Give what is kept of a subscription."""
