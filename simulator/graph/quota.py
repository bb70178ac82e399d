"""How many queries a principal has left.

Source: Microsoft Learn, "Guidance for throttled requests in Azure Resource Graph": queries count
per principal in a fixed window, and every answer tells what is left and when the window ends.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from simulator.settings import Settings


@dataclass(frozen=True, slots=True)
class Allowance:
    """The state of one principal's quota after a query asked to run."""

    granted: bool
    remaining: int
    resets_after_seconds: int

    def headers(self) -> dict[str, str]:
        """Return the quota as the service's answers show it."""
        hours, seconds = divmod(self.resets_after_seconds, 3600)
        resets_after = f"{hours:02}:{seconds // 60:02}:{seconds % 60:02}"
        return {
            "x-ms-user-quota-remaining": str(self.remaining),
            "x-ms-user-quota-resets-after": resets_after,
        }


class Quota:
    """Counts queries per principal; a window begins with the first query after the last one."""

    def __init__(self) -> None:
        self._windows: dict[str, tuple[datetime, int]] = {}

    def ask(self, principal: str, now: datetime, settings: Settings) -> Allowance:
        """Count one query of a principal, if the window has room for it."""
        limit = settings.quota_queries
        if limit is None:
            return Allowance(granted=True, remaining=15, resets_after_seconds=0)
        length = timedelta(seconds=settings.quota_window_seconds)
        began, used = self._windows.get(principal, (now, 0))
        if now >= began + length:
            began, used = now, 0
        granted = used < limit
        used += granted
        self._windows[principal] = (began, used)
        left = math.ceil((began + length - now).total_seconds())
        return Allowance(granted, limit - used, left)
