"""Sessions as rows of a table, and back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final

from shared.adapters.table_keys import key
from shared.adapters.table_limits import Row, Value
from shared.adapters.table_rows import UnreadableRowError, time_of
from shared.findings.session import Session, SessionOutcome
from shared.network.ids import ResourceId, resource_id

_TUNNEL_CHARACTERS: Final = 100
_MILLISECOND: Final = timedelta(milliseconds=1)


def stamp(time: datetime) -> str:
    """Write a time so that later ones sort behind."""
    return time.astimezone(UTC).strftime("%Y%m%dT%H%M%S.%fZ")


@lru_cache(maxsize=4_096)
def partition(bastion: ResourceId, day: date | None = None) -> str:
    """Give the key of a Bastion's day (UTC), or the text that all of its keys begin with."""
    return key(f"{bastion.key}|{'' if day is None else f'{day:%Y%m%d}'}")


def session_row(session: Session) -> dict[str, Value]:
    """Give the row of a session; its keys come from its content alone."""
    texts = {
        "message": session.message,
        "operation": session.operation,
        "machine": session.machine.text if session.machine else "",
        "target_address": session.target_address,
        "client_address": session.client_address,
        "user_name": session.user_name,
        "email": session.email,
        "protocol": session.protocol,
        "tunnel": session.tunnel,
    }
    duration = None if session.duration is None else round(session.duration / _MILLISECOND)
    numbers = {
        "target_port": session.target_port,
        "client_port": session.client_port,
        "duration_ms": duration,
    }
    tunnel = session.tunnel[:_TUNNEL_CHARACTERS]
    return {
        "PartitionKey": partition(session.bastion, session.time.astimezone(UTC).date()),
        "RowKey": key(f"{stamp(session.time)}|{tunnel}|{session.digest}"),
        "time": session.time,
        "bastion": session.bastion.text,
        "outcome": session.outcome,
        **{name: text for name, text in texts.items() if text},
        **{name: number for name, number in numbers.items() if number is not None},
    }


def session_of_row(row: Row) -> Session:
    """Read a session back.

    Raises:
        UnreadableRowError: the row holds none.
    """
    try:
        duration, machine = row.get("duration_ms"), row.get("machine")
        return Session(
            time=time_of(row["time"]),
            bastion=resource_id(str(row["bastion"])),
            outcome=SessionOutcome(str(row["outcome"])),
            message=str(row.get("message", "")),
            operation=str(row.get("operation", "")),
            machine=None if machine is None else resource_id(str(machine)),
            target_address=str(row.get("target_address", "")),
            target_port=_number(row.get("target_port")),
            client_address=str(row.get("client_address", "")),
            client_port=_number(row.get("client_port")),
            user_name=str(row.get("user_name", "")),
            email=str(row.get("email", "")),
            protocol=str(row.get("protocol", "")),
            tunnel=str(row.get("tunnel", "")),
            duration=None if duration is None else int(str(duration)) * _MILLISECOND,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableRowError(row) from error


def _number(value: Value | None) -> int | None:
    return None if value is None else int(str(value))
