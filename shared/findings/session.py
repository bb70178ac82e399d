"""Sessions through Azure Bastion: who went where, from where, and whether they got in."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from shared.network.ids import ResourceId


class SessionOutcome(StrEnum):
    """What a record says became of an attempt; the record's own words stay beside it."""

    CONNECTED = "connected"
    LOGIN_FAILED = "login-failed"
    OTHER = "other"


@lru_cache(maxsize=256)
def outcome_of(message: str) -> SessionOutcome:
    """Read the outcome from a record's message.

    Source: Microsoft Learn, "Enable and work with Bastion resource logs": `Successfully
    Connected.` and `Login Failed`; what else may stand there is not documented.
    """
    words = " ".join(message.lower().split())
    if words.startswith("successfully connected"):
        return SessionOutcome.CONNECTED
    if words.startswith("login failed"):
        return SessionOutcome.LOGIN_FAILED
    return SessionOutcome.OTHER


@dataclass(frozen=True, slots=True)
class Session:
    """One audit record of a Bastion; a text is empty, and a number None, where it says nothing.

    `time` is aware and in UTC.  `machine` is the resource behind the target address.  `duration`
    is given, at best, by the record of a session's end.
    """

    time: datetime
    bastion: ResourceId
    outcome: SessionOutcome
    message: str = ""
    operation: str = ""
    machine: ResourceId | None = None
    target_address: str = ""
    target_port: int | None = None
    client_address: str = ""
    client_port: int | None = None
    user_name: str = ""
    email: str = ""
    protocol: str = ""
    tunnel: str = ""
    duration: timedelta | None = None

    @property
    def digest(self) -> str:
        """Tell records of one tunnel and moment apart; the same for a record that comes again."""
        parts = (
            self.bastion.key,
            self.operation,
            self.message,
            self.machine.key if self.machine else "",
            self.target_address,
            self.target_port,
            self.client_address,
            self.client_port,
            self.user_name,
            self.email,
            self.protocol,
            self.tunnel,
            self.duration,
        )
        text = "\n".join(map(str, parts)).encode("utf-8", "surrogatepass")
        return hashlib.blake2b(text, digest_size=6).hexdigest()


@dataclass(frozen=True, slots=True)
class SessionQuery:
    """Which sessions are wanted: all since a time, or those of a machine, a person, or failures.

    `machine` is a name or an id, `user` a user name or an e-mail address; neither minds case.
    """

    since: datetime
    machine: str = ""
    user: str = ""
    failed_only: bool = False

    def matches(self, session: Session) -> bool:
        """Tell whether a session is wanted."""
        if session.time < self.since:
            return False
        if self.failed_only and session.outcome is not SessionOutcome.LOGIN_FAILED:
            return False
        if self.user and self.user.lower() not in {
            session.user_name.lower(),
            session.email.lower(),
        }:
            return False
        return not self.machine or _is_called(session.machine, self.machine)


def _is_called(machine: ResourceId | None, name: str) -> bool:
    if machine is None:
        return False
    wanted = name.strip().rstrip("/").lower()
    return machine.key == wanted or machine.name.lower() == wanted


@dataclass(frozen=True, slots=True)
class LiveSession:
    """A session that is open now, as the Bastion lists it: it does not say from where."""

    id: str
    bastion: ResourceId
    started: datetime | None = None
    machine: ResourceId | None = None
    target_name: str = ""
    target_address: str = ""
    user_name: str = ""
    protocol: str = ""
    minutes: float | None = None

    def began(self, now: datetime) -> datetime:
        """Give when the session began, as far as that is told; else the present moment."""
        if self.started is not None:
            return self.started.astimezone(UTC)
        return now - timedelta(minutes=self.minutes or 0)


@dataclass(frozen=True, slots=True)
class Disconnection:
    """A session that somebody ended through Portcullis, or tried to.

    `result` is Azure's word: `Disconnected`, `Failed`, `NotFound`; or that there was no answer.
    """

    session: LiveSession
    requested: datetime
    actor: str
    result: str
    message: str = ""
