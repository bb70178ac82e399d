"""The machine's clock."""

from __future__ import annotations

import time
from datetime import UTC, datetime


class SystemClock:
    """The `Clock` of every run outside of tests."""

    def now(self) -> datetime:
        """Give the present, aware and in UTC."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Wait; nothing happens for a time that is past."""
        time.sleep(max(0.0, seconds))
