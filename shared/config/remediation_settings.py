"""Settings about remediation: how far it goes, where, how fast, when not, and who approves."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from shared.config import values
from shared.config.reading import Reading, shown
from shared.network.ids import ResourceId
from shared.remediation.approval import ApprovalRules
from shared.remediation.limits import Freeze, Limits, Mode, ResourceScope, Scope, TagScope

MODE: Final = "PORTCULLIS_REMEDIATION_MODE"
SCOPES: Final = "PORTCULLIS_REMEDIATION_SCOPES"
MAX_PER_HOUR: Final = "PORTCULLIS_REMEDIATION_MAX_PER_HOUR"
STOP: Final = "PORTCULLIS_REMEDIATION_STOP"
FREEZE: Final = "PORTCULLIS_REMEDIATION_FREEZE"
FOUR_EYES: Final = "PORTCULLIS_REMEDIATION_FOUR_EYES"
APPROVAL_HOURS: Final = "PORTCULLIS_REMEDIATION_APPROVAL_HOURS"
WRITER: Final = "PORTCULLIS_REMEDIATION_CLIENT_ID"

_RESOURCE: Final = re.compile(
    r"/subscriptions/[0-9a-f-]{36}(/resourcegroups/[^/]+)?"
    r"|/providers/microsoft\.management/managementgroups/[^/]+"
)
_TAG: Final = re.compile(r"tag:([^=<>%&\\?/]{1,512})=(.{0,256})", re.IGNORECASE)
_WORDS: Final = {"true": True, "false": False}
_MOST_HOURS: Final = 24 * 30


@dataclass(frozen=True, slots=True)
class RemediationSettings:
    """What may be written, how approvals are given, and which identity of the app writes.

    `writer_client_id` is empty where the app writes as whom it reads.
    """

    limits: Limits
    rules: ApprovalRules
    writer_client_id: str = ""


def read_remediation_settings(reading: Reading) -> RemediationSettings:
    """Read them; without any, nothing is planned and nothing written."""
    usual = ApprovalRules()
    mode = reading.value(MODE, values.word_of(Mode), Mode.OFF)
    limits = Limits(
        mode=mode,
        scopes=reading.value(SCOPES, scopes, ()),
        per_hour=reading.value(MAX_PER_HOUR, values.changes_per_hour, 1),
        freezes=reading.value(FREEZE, freezes, ()),
        stopped=reading.value(STOP, switch, default=False),
    )
    if mode is Mode.AUTO and not reading.text(SCOPES):
        text = f"is auto, but {SCOPES} is empty; name what may be changed, or write approve"
        reading.fault(MODE, text)
    rules = ApprovalRules(
        four_eyes=reading.value(FOUR_EYES, switch, usual.four_eyes),
        valid_for=reading.value(APPROVAL_HOURS, hours, usual.valid_for),
    )
    return RemediationSettings(limits, rules, reading.text(WRITER))


def scopes(text: str) -> tuple[Scope, ...]:
    """Read what may be changed: ids of management groups, subscriptions, groups; or tags."""
    return tuple(_scope(one.strip()) for one in text.split(",") if one.strip())


def freezes(text: str) -> tuple[Freeze, ...]:
    """Read times in which nothing is written, each as begin/end in ISO 8601 with a zone."""
    return tuple(_freeze(one.strip()) for one in text.split(",") if one.strip())


def switch(text: str) -> bool:
    """Read a word for on or off."""
    if text.lower() not in _WORDS:
        raise ValueError(f"is {shown(text)}; write true or false")
    return _WORDS[text.lower()]


def hours(text: str) -> timedelta:
    """Read for how many hours an approval holds."""
    if text.isascii() and text.isdigit() and 1 <= int(text) <= _MOST_HOURS:
        return timedelta(hours=int(text))
    raise ValueError(f"is {shown(text)}; write hours from 1 to {_MOST_HOURS}")


def _scope(text: str) -> Scope:
    tag = _TAG.fullmatch(text)
    if tag is not None:
        return TagScope(tag[1].strip(), tag[2].strip())
    if _RESOURCE.fullmatch(text.lower().rstrip("/")):
        return ResourceScope(ResourceId(text))
    raise ValueError(
        f"names {shown(text)}; write /subscriptions/<id>,"
        " /subscriptions/<id>/resourceGroups/<name>,"
        " /providers/Microsoft.Management/managementGroups/<id> or tag:<name>=<value>,"
        " separated by commas"
    )


def _freeze(text: str) -> Freeze:
    begin, _, end = text.partition("/")
    try:
        return Freeze(datetime.fromisoformat(begin.strip()), datetime.fromisoformat(end.strip()))
    except ValueError:
        raise ValueError(
            f"names {shown(text)}; write begin/end, such as"
            " 2026-12-20T00:00Z/2027-01-04T06:00Z, separated by commas"
        ) from None
