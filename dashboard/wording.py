"""How pages write names, times and numbers; what other people named is shown and never acts."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from shared.network.ids import ResourceId
from shared.rendering.card_wording import resource_name
from shared.rendering.visible_text import visible

LONGEST: Final = 300
_MINUTE: Final = timedelta(minutes=1)
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
_SUBSCRIPTION_SHOWN: Final = 8
_TYPE: Final = re.compile(r"/providers/[^/]+/([^/]+)", re.IGNORECASE)


def shown(text: object, limit: int = LONGEST) -> str:
    """Give a text as one line in which nothing acts or hides, cut where it is endless."""
    whole = str(text)
    cut = visible(whole[: limit + 1])
    return cut if len(whole) <= limit else f"{visible(whole[:limit])}…"


def lines_of(text: str) -> str:
    """Give a text of several lines, each as `shown` does it."""
    return "\n".join(visible(line) for line in text.split("\n"))


def name_of(resource: ResourceId) -> str:
    """Name a resource, with its parent where its own name says little."""
    return shown(resource_name(resource))


def place_of(resource: ResourceId) -> str:
    """Say where a resource lies: its resource group, and how its subscription's id begins."""
    group = shown(resource.resource_group, 80)
    subscription = shown(resource.subscription[:_SUBSCRIPTION_SHOWN])
    return " · ".join(part for part in (group, subscription) if part)


def minute(time: datetime) -> str:
    """Give a time to the minute, in UTC."""
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M}"


def stamp(time: datetime) -> str:
    """Give a time as JSON and HTML have it."""
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")


def ago(time: datetime, now: datetime) -> str:
    """Say roughly how long ago something was."""
    passed = now - time
    if passed < _MINUTE:
        return "just now"
    return f"{span(passed)} ago"


def span(passed: timedelta) -> str:
    """Give a length of time in its largest unit."""
    for unit, one, many in ((_DAY, "day", "days"), (_HOUR, "hour", "hours")):
        if passed >= 2 * unit or (unit is _HOUR and passed >= unit):
            number = int(passed / unit)
            return f"{number:,} {one if number == 1 else many}"
    number = int(passed / _MINUTE)
    if number:
        return f"{number} {'minute' if number == 1 else 'minutes'}"
    seconds = max(0, round(passed.total_seconds()))
    return f"{seconds} {'second' if seconds == 1 else 'seconds'}"


def hours(number: float) -> str:
    """Give a number of hours in words."""
    return "under 1 hour" if number < 1 else span(timedelta(hours=number))


def thousands(number: float) -> str:
    """Give a number with separators."""
    return f"{number:,}"


def begun(text: str) -> str:
    """Begin a text with a capital letter; the others stay as they are."""
    return text[:1].upper() + text[1:]
