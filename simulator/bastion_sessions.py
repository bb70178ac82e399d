"""The sessions that are open on the Bastion hosts of a simulated Azure."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from simulator.exchange import JsonObject

MEMBERS: tuple[str, ...] = (
    "targetResourceId",
    "targetSubscriptionId",
    "targetResourceGroup",
    "targetHostName",
    "targetIpAddress",
    "resourceType",
    "userName",
    "protocol",
)
"""What a session may be opened with, as Azure names it."""


@dataclass(slots=True)
class OpenSessions:
    """Open sessions by the key of their host; an object each, as Azure lists it."""

    _by_host: dict[str, dict[str, JsonObject]] = field(default_factory=dict)

    def open(self, host_key: str, members: JsonObject, now: datetime) -> JsonObject:
        """Open a session, and return it with its id."""
        session_id = str(members.get("sessionId") or uuid.uuid4())
        session = {
            "sessionId": session_id,
            "startTime": members.get("startTime") or now.isoformat().replace("+00:00", "Z"),
            **{name: members.get(name) for name in MEMBERS},
        }
        self._by_host.setdefault(host_key, {})[session_id] = session
        return session

    def on(self, host_key: str, now: datetime) -> list[JsonObject]:
        """Return the sessions on a host, each with the minutes that it has been open."""
        return [
            {**session, "sessionDurationInMins": _minutes(session["startTime"], now)}
            for session in self._by_host.get(host_key, {}).values()
        ]

    def end(self, host_key: str, session_id: str) -> bool:
        """End a session; False where there is none of that id."""
        return self._by_host.get(host_key, {}).pop(session_id, None) is not None


def _minutes(started: str, now: datetime) -> float:
    seconds = (now - datetime.fromisoformat(started)).total_seconds()
    return round(max(0.0, seconds) / 60, 1)
