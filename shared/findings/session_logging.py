"""Whether a Bastion's silence means that nobody came, or that it does not log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from shared.network.ids import ResourceId

ARRIVAL: Final = timedelta(hours=6)
"""How long a record may be on its way.  Source: Microsoft Learn, "Azure Bastion monitoring": logs
reach a storage account within hours."""
CLOCK_SKEW: Final = timedelta(minutes=5)
"""By how much the start of a session and the time of its record may differ."""


class LoggingState(StrEnum):
    """What the records of a Bastion and its use say together."""

    LOGGING = "logging"
    QUIET = "quiet"
    AWAITED = "awaited"
    SILENT = "silent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class BastionLog:
    """What is known of one Bastion: its latest record, and the latest session seen open on it."""

    bastion: ResourceId
    last_record: datetime | None = None
    last_use: datetime | None = None

    def state(self, now: datetime, quiet_after: timedelta = timedelta(days=7)) -> LoggingState:
        """Judge the log by the use.

        A session that began and has no record from its start on makes the log silent, once the
        record has had time to arrive.  Otherwise it is logging, or quiet when the latest record
        is older than `quiet_after`; unknown without any record or use.
        """
        if self.last_use is not None and not self._recorded(self.last_use):
            return LoggingState.SILENT if now - self.last_use > ARRIVAL else LoggingState.AWAITED
        if self.last_record is None:
            return LoggingState.UNKNOWN
        return LoggingState.QUIET if now - self.last_record > quiet_after else LoggingState.LOGGING

    def _recorded(self, use: datetime) -> bool:
        return self.last_record is not None and self.last_record >= use - CLOCK_SKEW
