"""What was asked of the simulator: methods, paths, answers and times, no bodies."""

from dataclasses import asdict, dataclass
from datetime import datetime

from simulator.exchange import JsonObject


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    """One request; a dropped connection has status 0.

    Query strings are not kept: they may hold secrets.
    """

    time: datetime
    method: str
    path: str
    status: int
    duration_seconds: float

    def as_json(self) -> JsonObject:
        """Return the entry with its time as text."""
        return {**asdict(self), "time": self.time.isoformat()}
