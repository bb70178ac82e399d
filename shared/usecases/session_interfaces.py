"""What the reading of sessions needs of the outside world, in its own words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from shared.findings.session import Disconnection, LiveSession, Session, SessionQuery
from shared.findings.session_logging import BastionLog
from shared.findings.session_signals import Signal
from shared.network.ids import ResourceId


@dataclass(frozen=True, slots=True)
class LogFolder:
    """Where a storage account keeps the logs of one Bastion."""

    account: str
    path: str


@dataclass(frozen=True, slots=True)
class LogBlob:
    """The log of one hour; it only grows, and `version` (etag) changes whenever it does.

    `hour` is text that sorts by time, `created` tells a blob from one that was deleted before it.
    """

    folder: LogFolder
    name: str
    hour: str
    size: int
    version: str
    created: datetime


@dataclass(frozen=True, slots=True)
class BrokenLine:
    """A line that tells of no session: where it begins, why, and as much of it as is kept."""

    offset: int
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class RecordBatch:
    """What some lines of a log say, and the offset behind them."""

    sessions: tuple[Session, ...]
    broken: tuple[BrokenLine, ...]
    end: int


class AuditLogs(Protocol):
    """The audit logs in one storage account.

    Every method raises StoreError when the account cannot be reached or refuses.
    """

    def folders(self) -> Sequence[LogFolder]:
        """Name the Bastions that have ever logged here."""

    def blobs(self, folder: LogFolder, days: Sequence[date] | None) -> Iterator[LogBlob]:
        """List the logs of a Bastion of some days (UTC), or all of them, in no order."""

    def read(self, blob: LogBlob, offset: int) -> Iterator[RecordBatch]:
        """Read a log from an offset to the size that was listed; a half line at the end waits."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a log was read.

    `seen` is the version of the blob that was read to its end; it is empty while there is more.
    `version` is that of the cursor itself, None for one that was never stored.
    """

    created: datetime | None = None
    offset: int = 0
    seen: str = ""
    sessions: int = 0
    broken: int = 0
    version: str | None = None


class ReadingPlaces(Protocol):
    """How far the logs were read.

    Every method raises StoreError when the account cannot be reached or refuses.
    """

    def listed(self, folder: LogFolder) -> date | None:
        """Give the day up to which a folder was read completely; None before the first time."""

    def note_listed(self, folder: LogFolder, day: date) -> None:
        """Note that a folder was read completely up to a day."""

    def cursors(self, folder: LogFolder, since: str) -> Mapping[str, Cursor]:
        """Give the cursors of a folder's blobs by their names, from an hour on."""

    def advance(self, blob: LogBlob, cursor: Cursor) -> Cursor:
        """Store a cursor on top of the one that it follows; give it with its new version.

        Raises:
            StoreConflictError: another reader came first.
        """

    def keep_broken(self, blob: LogBlob, lines: Sequence[BrokenLine]) -> None:
        """Keep broken lines under keys that make a repeat harmless."""

    def broken_count(self) -> int:
        """Count the broken lines of all logs that are remembered."""


class SessionStore(Protocol):
    """The `sessions` table.

    Every method raises StoreError when the account cannot be reached or refuses.
    """

    def add(self, sessions: Sequence[Session]) -> None:
        """Write sessions under keys from their content: what is there already stays one row."""

    def sessions(self, query: SessionQuery) -> Iterator[Session]:
        """Give the sessions that a query wants, by Bastion and then by time."""

    def failures(self, bastion: ResourceId, first: datetime, last: datetime) -> Sequence[Session]:
        """Give the failed logins at one Bastion from one moment to another, both included."""

    def logs(self) -> Sequence[BastionLog]:
        """Give what is known of every Bastion, by its id."""

    def note_record(self, bastion: ResourceId, at: datetime) -> None:
        """Note a record of a Bastion; an earlier one than the latest changes nothing."""

    def note_use(self, bastion: ResourceId, began: datetime | None) -> None:
        """Note that a Bastion is there, and when a session on it began; the latest is kept."""

    def forget_before(self, day: date) -> int:
        """Delete the sessions, and all else that names people, of days before one; count rows."""


class SignalState(StrEnum):
    """What became of a signal."""

    PENDING = "pending"
    TOLD = "told"
    QUIET = "quiet"
    REFUSED = "refused"


class SignalStore(Protocol):
    """The signals, which are told like news.

    Every method raises StoreError when the account cannot be reached or refuses.
    """

    def raise_signal(self, signal: Signal) -> bool:
        """Keep a signal as pending; False where its key is there already, which stays."""

    def pending(self, limit: int) -> Sequence[Signal]:
        """Give some signals that are still to be told, the oldest first."""

    def settle(self, signals: Sequence[Signal], state: SignalState) -> None:
        """Note what became of signals; a repeat is harmless."""


class DisconnectionStore(Protocol):
    """Who ended which session.

    Every method raises StoreError when the account cannot be reached or refuses.
    """

    def record(self, disconnection: Disconnection) -> None:
        """Write a disconnection over the earlier record of the same request."""

    def disconnections(self, since: datetime) -> Sequence[Disconnection]:
        """Give those requested since a time, newest first."""


@dataclass(frozen=True, slots=True)
class DisconnectAnswer:
    """What Azure says of a request to end a session: `Disconnected`, `Failed` or `NotFound`."""

    state: str
    message: str


class LiveBastions(Protocol):
    """The Bastions in scope, asked directly.

    Every method raises InventoryError when Azure cannot be read.
    """

    def bastions(self) -> Sequence[ResourceId]:
        """List the Bastions in scope."""

    def sessions(self, bastion: ResourceId) -> Sequence[LiveSession]:
        """List the sessions that are open on one Bastion."""

    def disconnect(self, session: LiveSession) -> DisconnectAnswer:
        """End a session."""
