"""Reading the audit logs of Bastions: what is new in them becomes sessions and signals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Final

from shared.findings.finding import FindingState
from shared.findings.session import Session, SessionOutcome
from shared.findings.session_signals import (
    ExemptMachines,
    Signal,
    SignalRules,
    failure_signals,
    session_signals,
)
from shared.network.ids import ResourceId
from shared.usecases.interfaces import Clock, FindingStore, StoreConflictError, StoreError
from shared.usecases.session_interfaces import (
    AuditLogs,
    Cursor,
    LogBlob,
    LogFolder,
    ReadingPlaces,
    RecordBatch,
    SessionStore,
    SignalStore,
)

LATE: Final = timedelta(days=2)
"""How long after its hour a log may still grow, with room to spare: records are hours late."""
LONGEST_RUN: Final = timedelta(minutes=4)
"""After this a run begins no further batch: the next one goes on where it stopped."""
NEWS: Final = timedelta(days=2)
"""Older sessions give no signal: a first run reads months, and nobody is to be told of them."""
KEPT_BROKEN: Final = 50
"""Of each log so many broken lines are kept; all are counted."""


@dataclass(frozen=True, slots=True)
class SessionReading:
    """What reading needs; `retention` is how long sessions are kept."""

    logs: Sequence[AuditLogs]
    places: ReadingPlaces
    store: SessionStore
    signals: SignalStore
    exempt: ExemptMachines
    rules: SignalRules
    clock: Clock
    retention: timedelta


@dataclass(frozen=True, slots=True)
class ReadReport:
    """What a run came to: logs with news, sessions and broken lines in them, signals raised.

    `forgotten` rows were older than the retention.  `unfinished` tells that time ran out.
    """

    blobs: int = 0
    sessions: int = 0
    broken: int = 0
    signals: int = 0
    forgotten: int = 0
    unfinished: bool = False

    def with_batch(self, batch: RecordBatch, signals: int) -> ReadReport:
        """Count a batch in."""
        return replace(
            self,
            sessions=self.sessions + len(batch.sessions),
            broken=self.broken + len(batch.broken),
            signals=self.signals + signals,
        )


class _OutOfTimeError(Exception):
    """The run is over; what was stored stays."""


def read_sessions(reading: SessionReading) -> ReadReport:
    """Read what the logs of every account got since the last run.

    A run that is killed anywhere is made good by the next: sessions, signals and broken lines are
    written under keys from their content before the place up to which a log was read moves on.
    A second run without new records reads no log.  An account that fails does not keep the others
    from being read.

    Raises:
        StoreError: the first failure of an account, once all the others are read.
    """
    run = _Run(reading)
    failures: list[StoreError] = []
    try:
        for logs in reading.logs:
            try:
                run.read_account(logs)
            except StoreError as error:
                failures.append(error)
    except _OutOfTimeError:
        run.report = replace(run.report, unfinished=True)
    if run.is_first_of_day:
        forgotten = reading.store.forget_before(run.oldest_day)
        run.report = replace(run.report, forgotten=forgotten)
    if failures:
        raise failures[0]
    return run.report


def exempt_machines(findings: FindingStore) -> ExemptMachines:
    """Give a way to ask which machines have an exempt finding; a subscription is read once."""

    @cache
    def of(subscription: str) -> frozenset[ResourceId]:
        return frozenset(
            stored.record.finding.resource
            for stored in findings.findings(subscription)
            if stored.record.state is FindingState.EXEMPT
        )

    return of


class _Run:
    """One run over the accounts, and what it has come to so far.

    `is_first_of_day` tells that a folder was read completely for the first time on this day.
    """

    def __init__(self, reading: SessionReading) -> None:
        self.report = ReadReport()
        self._reading = reading
        self._began = reading.clock.now()
        self._today = self._began.date()
        self.is_first_of_day = False

    @property
    def oldest_day(self) -> date:
        """The first day that is kept."""
        return self._today - self._reading.retention

    def read_account(self, logs: AuditLogs) -> None:
        """Read the folders of one account."""
        for folder in logs.folders():
            self._read_folder(logs, folder)

    def _read_folder(self, logs: AuditLogs, folder: LogFolder) -> None:
        places = self._reading.places
        listed = places.listed(folder)
        first = self.oldest_day if listed is None else max(listed - LATE, self.oldest_day)
        days = None if listed is None else _days(first, self._today)
        cursors = places.cursors(folder, f"{first:%Y%m%d}")
        for blob in sorted(logs.blobs(folder, days), key=lambda one: one.hour):
            if blob.hour >= f"{first:%Y%m%d}":
                self._read_blob(logs, blob, cursors)
        if listed != self._today:
            self.is_first_of_day = True
            places.note_listed(folder, self._today)

    def _read_blob(self, logs: AuditLogs, blob: LogBlob, cursors: Mapping[str, Cursor]) -> None:
        cursor = cursors.get(blob.name, Cursor())
        if cursor.created != blob.created or cursor.offset > blob.size:
            cursor = Cursor(version=cursor.version)
        if cursor.seen == blob.version:
            return
        self.report = replace(self.report, blobs=self.report.blobs + 1)
        try:
            for batch in logs.read(blob, cursor.offset):
                cursor = self._take(blob, cursor, batch)
            self._reading.places.advance(blob, replace(cursor, seen=blob.version))
        except StoreConflictError:
            # Another run reads the same log: what it has not stored yet is its to store.
            return

    def _take(self, blob: LogBlob, cursor: Cursor, batch: RecordBatch) -> Cursor:
        """Store a batch, and only then the place behind it."""
        if self._reading.clock.now() - self._began > LONGEST_RUN:
            raise _OutOfTimeError
        self._reading.store.add(batch.sessions)
        signals = self._raise_signals(batch.sessions)
        for bastion, at in _latest(batch.sessions).items():
            self._reading.store.note_record(bastion, at)
        kept = max(0, KEPT_BROKEN - cursor.broken)
        self._reading.places.keep_broken(blob, batch.broken[:kept])
        self.report = self.report.with_batch(batch, signals)
        return self._reading.places.advance(
            blob,
            replace(
                cursor,
                offset=batch.end,
                seen="",
                sessions=cursor.sessions + len(batch.sessions),
                broken=cursor.broken + len(batch.broken),
            ),
        )

    def _raise_signals(self, sessions: Sequence[Session]) -> int:
        reading, since = self._reading, self._began - NEWS
        recent = [session for session in sessions if session.time >= since]
        raised = {
            signal.key: signal
            for signal in (
                *self._repeated_failures(recent),
                *session_signals(recent, reading.rules, reading.exempt),
            )
        }
        return sum(map(reading.signals.raise_signal, raised.values()))

    def _repeated_failures(self, recent: Sequence[Session]) -> Sequence[Signal]:
        """Judge failures together with those that were stored before, and may be close in time."""
        rules = self._reading.rules
        failed: dict[ResourceId, list[datetime]] = {}
        for session in recent:
            if session.outcome is SessionOutcome.LOGIN_FAILED:
                failed.setdefault(session.bastion, []).append(session.time)
        found: list[Signal] = []
        for bastion, times in failed.items():
            first, last = min(times) - rules.within, max(times) + rules.within
            found += failure_signals(self._reading.store.failures(bastion, first, last), rules)
        return found


def _days(first: date, last: date) -> Sequence[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _latest(sessions: Sequence[Session]) -> Mapping[ResourceId, datetime]:
    latest: dict[ResourceId, datetime] = {}
    for session in sessions:
        latest[session.bastion] = max(session.time, latest.get(session.bastion, session.time))
    return latest
