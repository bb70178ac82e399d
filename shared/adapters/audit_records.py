"""Bastion's audit records: one line of a log, as Azure wrote it, to one session.

Source: Microsoft Learn, "Enable and work with Bastion resource logs", sample log, for a connection
and a failed login; "Azure Monitor Logs reference - MicrosoftAzureBastionAuditLogs" for columns
whose spelling in a blob is not documented.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from math import isfinite
from typing import Any, Final, TypeAlias

import msgspec
from msgspec import Struct, field

from shared.adapters.table_keys import key
from shared.findings.session import Session, outcome_of
from shared.network.ids import InvalidResourceIdError, ResourceId, resource_id

_BOM: Final = b"\xef\xbb\xbf"
_BASTIONS: Final = "/providers/microsoft.network/bastionhosts/"
_LONGEST_TEXT: Final = 2_000
_LONGEST_ID: Final = 400
_ANY_DAY: Final = "20260302"
_HIGHEST_PORT: Final = 65_535
_LONGEST_DURATION: Final = timedelta(days=24)
"""In milliseconds, what a number of a table holds."""


@dataclass(frozen=True, slots=True)
class BrokenRecord:
    """A line that tells of no session, and why; the line itself is left to whoever has it."""

    reason: str


Reading: TypeAlias = Session | BrokenRecord


class _Properties(Struct, rename="camel", forbid_unknown_fields=True, gc=False):
    """The members that are documented, in their documented spelling and types."""

    user_name: str
    client_ip_address: str
    client_port: int
    protocol: str
    target_resource_id: str
    message: str
    target_vm_ip_address: str = field(name="targetVMIPAddress")
    tunnel_id: str
    user_email: str = ""
    user_agent: str = ""
    subscription_id: str = ""
    resource_type: str = ""


class _Record(Struct, rename="camel", forbid_unknown_fields=True, gc=False):
    time: datetime
    resource_id: str
    properties: _Properties
    operation_name: str = ""
    category: str = ""
    level: str = ""
    location: str = ""
    ingested: str = field(name="FluentdIngestTimestamp", default="")
    region: str = field(name="Region", default="")
    customer: str = field(name="CustomerSubscriptionId", default="")


_DOCUMENTED: Final = msgspec.json.Decoder(_Record)
_ANY: Final = msgspec.json.Decoder()
UNREADABLE: Final = (msgspec.MsgspecError, OverflowError, RecursionError, UnicodeError)
"""What a line that is no JSON, or holds what no type takes, may raise."""


def session_of(line: bytes) -> Reading:
    """Read one record.

    Records in exactly the documented form take the short way.  Every other one is read without
    regard to the case of names, with `properties` as an object or as JSON text or missing, with
    numbers as numbers or texts, and with whatever members there are besides: none of that is
    broken.  A record without time or Bastion is.
    """
    try:
        record = _DOCUMENTED.decode(line)
        time = _utc(record.time)
    except UNREADABLE:
        return _tolerant(line)
    bastion = _bastion(record.resource_id)
    if bastion is None:
        return _NO_BASTION
    found = record.properties
    return Session(
        time=time,
        bastion=bastion,
        outcome=outcome_of(found.message),
        message=found.message[:_LONGEST_TEXT],
        operation=record.operation_name[:_LONGEST_TEXT],
        machine=_machine(found.target_resource_id),
        target_address=found.target_vm_ip_address[:_LONGEST_TEXT],
        client_address=found.client_ip_address[:_LONGEST_TEXT],
        client_port=_port(found.client_port),
        user_name=found.user_name[:_LONGEST_TEXT],
        email=found.user_email[:_LONGEST_TEXT],
        protocol=found.protocol[:_LONGEST_TEXT].lower(),
        tunnel=found.tunnel_id[:_LONGEST_TEXT],
    )


_NO_RECORD: Final = BrokenRecord("is no JSON object")
_NO_TIME: Final = BrokenRecord("names no time")
_NO_BASTION: Final = BrokenRecord("names no Bastion")


def _tolerant(line: bytes) -> Reading:
    top = _members(line.removeprefix(_BOM))
    if top is None:
        return _NO_RECORD
    inner = top.get("properties")
    members = {**top, **(_members(inner) or {})}
    time = _time(top.get("time")) or _time(members.get("time"))
    if time is None:
        return _NO_TIME
    bastion = _bastion(_text(top, "resourceid"))
    if bastion is None:
        return _NO_BASTION
    message = _text(members, "message")
    return Session(
        time=time,
        bastion=bastion,
        outcome=outcome_of(message),
        message=message,
        operation=_text(members, "operationname"),
        machine=_machine(_text(members, "targetresourceid")),
        target_address=_text(members, "targetvmipaddress", "targetipaddress"),
        target_port=_port(members.get("targetport", members.get("targetvmport"))),
        client_address=_text(members, "clientipaddress"),
        client_port=_port(members.get("clientport")),
        user_name=_text(members, "username"),
        email=_text(members, "useremail"),
        protocol=_text(members, "protocol").lower(),
        tunnel=_text(members, "tunnelid"),
        duration=_duration(members),
    )


def _members(value: object) -> Mapping[str, Any] | None:
    """Give the members of an object, or of JSON text of one, by their names in lower case."""
    if isinstance(value, bytes | str):
        try:
            value = _ANY.decode(value)
        except UNREADABLE:
            return None
    return {name.lower(): each for name, each in value.items()} if isinstance(value, dict) else None


def _text(members: Mapping[str, Any], *names: str) -> str:
    """Give the first of some members that holds text, at a length that every table takes."""
    for name in names:
        value = members.get(name)
        if isinstance(value, str) and value:
            return value[:_LONGEST_TEXT]
    return ""


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if isfinite(number) else None


def _port(value: object) -> int | None:
    number = _number(value)
    return int(number) if number is not None and 0 < number <= _HIGHEST_PORT else None


def _time(value: object) -> datetime | None:
    try:
        return _utc(msgspec.convert(value, datetime))
    except UNREADABLE:
        return None


def _utc(time: datetime) -> datetime:
    """Give an aware time; Azure's times without a zone are in UTC."""
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def _duration(members: Mapping[str, Any]) -> timedelta | None:
    """Give how long a session took: in milliseconds, or from its start to its end."""
    milliseconds = _number(members.get("duration", members.get("durationms")))
    started, ended = _time(members.get("sessionstarttime")), _time(members.get("sessionendtime"))
    if milliseconds is not None and 0 <= milliseconds <= _LONGEST_DURATION / _MILLISECOND:
        return timedelta(milliseconds=milliseconds)
    return ended - started if started and ended and ended >= started else None


_MILLISECOND: Final = timedelta(milliseconds=1)


@lru_cache(maxsize=4_096)
def _bastion(text: str) -> ResourceId | None:
    """Read the id of a Bastion; one that no key of a table can hold is none."""
    found = _machine(text)
    if found is None or _BASTIONS not in found.key:
        return None
    try:
        key(f"{found.key}|{_ANY_DAY}")
    except ValueError:
        return None
    return found


def _machine(text: str) -> ResourceId | None:
    if len(text) > _LONGEST_ID:
        return None
    try:
        return resource_id(text)
    except InvalidResourceIdError:
        return None
