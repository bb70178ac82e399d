"""Sessions as tables, as JSON data and as comma-separated values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from shared.exposure.documents import JsonObject
from shared.findings.session import Disconnection, LiveSession, Session, SessionOutcome
from shared.findings.session_logging import BastionLog, LoggingState
from shared.network.ids import ResourceId
from shared.rendering.findings_table import minute
from shared.rendering.scan_csv import csv_text
from shared.rendering.scan_summary import counted
from shared.rendering.text_table import TextTable
from shared.rendering.visible_text import visible

HEADINGS: Final = ("When (UTC)", "Outcome", "User", "E-mail", "Machine", "Client", "How", "Bastion")
LIVE_HEADINGS: Final = ("Since (UTC)", "User", "Machine", "How", "Bastion", "Id")
CSV_HEADINGS: Final = (
    "time",
    "outcome",
    "user_name",
    "email",
    "machine",
    "target_address",
    "target_port",
    "client_address",
    "client_port",
    "protocol",
    "bastion",
    "tunnel",
    "duration_seconds",
    "message",
)
_STATES: Final = {
    LoggingState.LOGGING: "records sessions",
    LoggingState.QUIET: "quiet: no record lately, and no session seen without one",
    LoggingState.AWAITED: "a session is open whose record may still arrive",
    LoggingState.SILENT: "NOT RECORDING: a session was open and has no record",
    LoggingState.UNKNOWN: "no record and no session seen yet",
}


def name_of(resource: ResourceId | None) -> str:
    """Name a resource safely; audit records spell everything in upper case."""
    name = resource.name if resource else ""
    return visible(name.lower() if name.isupper() else name)


def sessions_table(sessions: Sequence[Session]) -> TextTable:
    """Give one row for each session, in the order given."""
    return TextTable(HEADINGS, tuple(map(_row, sessions)), leading=3)


def _row(session: Session) -> tuple[str, ...]:
    outcome = session.outcome.value
    if session.outcome is SessionOutcome.OTHER and session.message:
        outcome = visible(session.message)
    how = " ".join(part for part in (session.protocol, _spent(session.duration)) if part)
    return (
        minute(session.time),
        outcome,
        visible(session.user_name),
        visible(session.email),
        name_of(session.machine) or visible(session.target_address),
        visible(session.client_address),
        visible(how),
        name_of(session.bastion),
    )


def _spent(duration: timedelta | None) -> str:
    return "" if duration is None else f"{duration.total_seconds() / 60:.0f} min"


def sessions_csv(sessions: Sequence[Session]) -> str:
    """Give the values of every session as a file for spreadsheets."""
    return csv_text(CSV_HEADINGS, map(_values, sessions))


def _values(session: Session) -> tuple[str, ...]:
    document = session_document(session)
    return tuple("" if document[name] is None else str(document[name]) for name in CSV_HEADINGS)


def session_document(session: Session) -> JsonObject:
    """Give one session as JSON data; what its record does not say is null or empty."""
    duration = session.duration
    return {
        "time": _stamp(session.time),
        "bastion": session.bastion.text,
        "outcome": session.outcome.value,
        "message": session.message,
        "operation": session.operation,
        "machine": session.machine.text if session.machine else None,
        "target_address": session.target_address,
        "target_port": session.target_port,
        "client_address": session.client_address,
        "client_port": session.client_port,
        "user_name": session.user_name,
        "email": session.email,
        "protocol": session.protocol,
        "tunnel": session.tunnel,
        "duration_seconds": None if duration is None else duration.total_seconds(),
    }


def sessions_document(
    sessions: Sequence[Session],
    logs: Sequence[BastionLog],
    disconnections: Sequence[Disconnection],
    broken: int,
    now: datetime,
) -> JsonObject:
    """Give one JSON object with the sessions in the order given, and what is known of the logs."""
    return {
        "schema": "portcullis/sessions/1",
        "sessions": [session_document(session) for session in sessions],
        "disconnections": [
            {
                "requested": _stamp(one.requested),
                "actor": one.actor,
                "result": one.result,
                "message": one.message,
                **live_document(one.session),
            }
            for one in disconnections
        ],
        "bastions": [
            {
                "bastion": log.bastion.text,
                "state": log.state(now).value,
                "last_record": _stamp(log.last_record) if log.last_record else None,
                "last_use": _stamp(log.last_use) if log.last_use else None,
            }
            for log in logs
        ],
        "broken_lines": broken,
    }


def live_table(sessions: Sequence[LiveSession]) -> TextTable:
    """Give one row for each open session, in the order given."""
    rows = (
        (
            minute(one.started) if one.started else "",
            visible(one.user_name),
            _target(one),
            visible(one.protocol),
            name_of(one.bastion),
            visible(one.id),
        )
        for one in sessions
    )
    return TextTable(LIVE_HEADINGS, tuple(rows), leading=3)


def live_csv(sessions: Sequence[LiveSession]) -> str:
    """Give the values of every open session as a file for spreadsheets."""
    documents = [live_document(one) for one in sessions]
    names = ("started", "user_name", "machine", "target_address", "protocol", "bastion", "id")
    rows = (["" if each[name] is None else str(each[name]) for name in names] for each in documents)
    return csv_text(names, rows)


def live_document(session: LiveSession) -> JsonObject:
    """Give one open session as JSON data."""
    return {
        "id": session.id,
        "bastion": session.bastion.text,
        "started": _stamp(session.started) if session.started else None,
        "machine": session.machine.text if session.machine else None,
        "target_name": session.target_name,
        "target_address": session.target_address,
        "user_name": session.user_name,
        "protocol": session.protocol,
        "minutes": session.minutes,
    }


def session_words(session: LiveSession) -> str:
    """Name one open session in a line: who, where, through what, since when."""
    since = f" since {minute(session.started)} UTC" if session.started else ""
    user = visible(session.user_name) or "somebody"
    return f"{user} on {_target(session)} through {name_of(session.bastion)}{since}"


def sessions_summary(
    sessions: Sequence[Session],
    logs: Sequence[BastionLog],
    disconnections: Sequence[Disconnection],
    broken: int,
    now: datetime,
) -> Iterator[str]:
    """Tell as lines what the sessions amount to, and how far the logs can be relied on."""
    failed = sum(one.outcome is SessionOutcome.LOGIN_FAILED for one in sessions)
    yield f"{counted(len(sessions), 'session')}, {failed:,} of them failed."
    for one in disconnections:
        yield (
            f"Ended by {visible(one.actor)}, {minute(one.requested)} UTC: "
            f"{session_words(one.session)} ({visible(one.result)})"
        )
    for log in logs:
        last = f"{minute(log.last_record)} UTC" if log.last_record else "never"
        yield f"{name_of(log.bastion)}: last record {last}; {_STATES[log.state(now)]}."
    if broken:
        yield f"Lines of logs that could not be read: {broken:,}."


def _target(session: LiveSession) -> str:
    named = name_of(session.machine) or visible(session.target_name)
    return named or visible(session.target_address) or "a machine"


def _stamp(time: datetime) -> str:
    return time.isoformat().replace("+00:00", "Z")
