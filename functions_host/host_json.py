"""What `host.json` says about queues, routes and time limits."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final

from functions_host import HostError

_TIME_SPAN: Final = re.compile(r"(?:(\d+)\.)?(\d{1,2}):(\d{1,2}):(\d{1,2}(?:\.\d{1,7})?)")
_UNBOUNDED: Final = "-1"
_LARGEST_BATCH: Final = 32


class UnreadableHostJson(HostError):
    """`host.json` is missing, not JSON, or holds a value that the real host refuses too."""


class MessageEncoding(StrEnum):
    """How the text of a queue message stands in storage."""

    BASE64 = "base64"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class QueueOptions:
    """How queues are read.

    Source: Microsoft Learn, "Azure Queue storage trigger and bindings for Azure Functions",
    host.json settings (names, defaults, the limit of 32 messages a batch).
    """

    batch_size: int = 16
    new_batch_threshold: int = 8
    max_dequeue_count: int = 5
    visibility_timeout: timedelta = timedelta(0)
    max_polling_interval: timedelta = timedelta(minutes=1)
    message_encoding: MessageEncoding = MessageEncoding.BASE64

    def __post_init__(self) -> None:
        if not 1 <= self.batch_size <= _LARGEST_BATCH:
            raise UnreadableHostJson(f"batchSize must be 1 to {_LARGEST_BATCH}")
        if self.new_batch_threshold < 0:
            raise UnreadableHostJson("newBatchThreshold must not be negative")
        if self.max_dequeue_count < 1:
            raise UnreadableHostJson("maxDequeueCount must be at least 1")

    @property
    def concurrency(self) -> int:
        """How many messages of one queue may be worked on at once."""
        return self.batch_size + self.new_batch_threshold


@dataclass(frozen=True, slots=True)
class HostOptions:
    """The parts of `host.json` that this host obeys.

    `function_timeout` is None when the app asks for no limit.  The default is that of every plan
    but the old Consumption plan.

    Source: Microsoft Learn, "host.json reference for Azure Functions".
    """

    queues: QueueOptions = QueueOptions()
    route_prefix: str = "api"
    function_timeout: timedelta | None = timedelta(minutes=30)


def read_host_json(path: Path) -> HostOptions:
    """Read the options from an app's `host.json`.

    Raises:
        UnreadableHostJson: with the path and the property at fault.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise UnreadableHostJson(f"{path}: {error}") from error
    try:
        extensions = _section(document, "extensions")
        return HostOptions(
            queues=_queue_options(_section(extensions, "queues")),
            route_prefix=_text(_section(extensions, "http"), "routePrefix", "api").strip("/"),
            function_timeout=_timeout(document),
        )
    except UnreadableHostJson as error:
        raise UnreadableHostJson(f"{path}: {error}") from error


def _queue_options(section: Mapping[str, object]) -> QueueOptions:
    batch_size = _number(section, "batchSize", 16)
    encoding = _text(section, "messageEncoding", MessageEncoding.BASE64)
    if encoding.lower() not in set(MessageEncoding):
        raise UnreadableHostJson(f"messageEncoding must be base64 or none, not {encoding!r}")
    return QueueOptions(
        batch_size=batch_size,
        new_batch_threshold=_number(section, "newBatchThreshold", batch_size // 2),
        max_dequeue_count=_number(section, "maxDequeueCount", 5),
        visibility_timeout=_span(section, "visibilityTimeout", "00:00:00"),
        max_polling_interval=_span(section, "maxPollingInterval", "00:01:00"),
        message_encoding=MessageEncoding(encoding.lower()),
    )


def _timeout(document: Mapping[str, object]) -> timedelta | None:
    if _text(document, "functionTimeout", "00:30:00") == _UNBOUNDED:
        return None
    return _span(document, "functionTimeout", "00:30:00")


def _section(document: object, name: str) -> Mapping[str, object]:
    section = document.get(name, {}) if isinstance(document, Mapping) else None
    if not isinstance(section, Mapping):
        raise UnreadableHostJson(f"{name} must be an object")
    return section


def _text(section: Mapping[str, object], name: str, default: str) -> str:
    value = section.get(name, default)
    if not isinstance(value, str):
        raise UnreadableHostJson(f"{name} must be text")
    return value


def _number(section: Mapping[str, object], name: str, default: int) -> int:
    value = section.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool):
        raise UnreadableHostJson(f"{name} must be a whole number")
    return value


def _span(section: Mapping[str, object], name: str, default: str) -> timedelta:
    text = _text(section, name, default)
    found = _TIME_SPAN.fullmatch(text)
    if found is None:
        raise UnreadableHostJson(f"{name} must be a time span such as 00:00:30, not {text!r}")
    days, hours, minutes, seconds = found.groups(default="0")
    return timedelta(days=int(days), hours=int(hours), minutes=int(minutes), seconds=float(seconds))
