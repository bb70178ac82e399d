"""The messages of the queue `Queue.CHANGES`."""

from __future__ import annotations

from collections.abc import Mapping

from shared.checks.result import Json


def look_message(subscription: str) -> Mapping[str, Json]:
    """Ask to look at what is marked in a subscription, and to tell what is still untold."""
    return {"look": subscription}
