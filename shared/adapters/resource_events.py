"""What Event Grid sends, in either of its schemas, and the change that it tells of.

Nothing of an event is trusted: it only says where to look.  Sources: Microsoft Learn, "Azure
subscription as an Event Grid source", "Azure Resource Notifications - Resources events", and
"CloudEvents v1.0 schema with Azure Event Grid".
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, TypeAlias

from shared.adapters.event_actor import actor_in
from shared.adapters.watched_changes import Look, Verb, look_at
from shared.findings.resource_change import ResourceChange
from shared.network.ids import ResourceId
from shared.usecases.interfaces import InvalidEventError

Members: TypeAlias = Mapping[str, object]

EVENT_CHARACTERS: Final = 1024 * 1024
"""The most that one event may have.  Source: Microsoft Learn, "Event Grid quotas and limits"."""
ID_CHARACTERS: Final = 1_024
_EVENT_ID_CHARACTERS: Final = 128

_VERBS: Final = {
    **{
        f"microsoft.resources.resource{verb}{outcome}": verb
        for verb in Verb
        for outcome in ("success", "failure", "cancel")
    },
    "microsoft.resourcenotifications.resources.createdorupdated": Verb.WRITE,
    "microsoft.resourcenotifications.resources.deleted": Verb.DELETE,
}
"""What was done, by the event's type.  What failed or was cancelled may have been done in part."""

_GUID: Final = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_SEGMENT: Final = r"(?!\.{1,2}(?:/|$))[\w.() @,:;+=~!$&*-]+"
_RESOURCE: Final = re.compile(rf"/subscriptions/{_GUID}(?:/{_SEGMENT})+", re.IGNORECASE)
"""A resource of a subscription; nothing else that an address could be made of."""
_FRACTION: Final = re.compile(r"(\.\d{6})\d+")


def read_event(text: str, received: datetime) -> ResourceChange | None:
    """Read one event, as JSON; None where it tells of nothing that matters.

    A change that takes a sweep is one of `/subscriptions/<id>`.  A time that cannot be read, or
    is yet to come, becomes the time of receipt: what changed must be looked at all the same.

    Raises:
        InvalidEventError: it is no event, or one that names no resource.
    """
    event = _event(text)
    verb = _VERBS.get(_text(event, "eventType", "type").lower())
    if verb is None:
        return None
    details = _object(event.get("data"), "data")
    resource = _resource(event, details)
    operation = _text(details, "operationName")
    look = look_at(resource, verb, _action(operation))
    if look is None:
        return None
    scope = ResourceId(f"/subscriptions/{resource.subscription}")
    return ResourceChange(
        resource=scope if look is Look.SUBSCRIPTION else resource,
        occurred=_occurred(event, details, received),
        received=received,
        event_id=_event_id(event),
        deleted=verb is Verb.DELETE,
        actor=actor_in(details, operation),
    )


def _event(text: str) -> Members:
    if len(text) > EVENT_CHARACTERS:
        raise InvalidEventError(f"an event has {EVENT_CHARACTERS} characters at most")
    event = _object(text, "the event")
    if not _text(event, "eventType", "type"):
        raise InvalidEventError("the event has no type")
    return event


def _object(value: object, name: str) -> Members:
    """Give an object, also one that came as JSON text."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError) as error:
            raise InvalidEventError(f"{name} is no JSON") from error
    if not isinstance(value, Mapping):
        raise InvalidEventError(f"{name} is no JSON object")
    return value


def _text(members: Members, *names: str) -> str:
    """Give the first of some members that is a text."""
    return next((value for name in names if isinstance(value := members.get(name), str)), "")


def _resource(event: Members, details: Members) -> ResourceId:
    """Give the resource that changed; its notification names it inside, too."""
    information = details.get("resourceInfo")
    named = _text(information, "id") if isinstance(information, Mapping) else ""
    told = (_text(event, "subject"), named, _text(details, "resourceUri"))
    text = next((each.rstrip("/") for each in told if each), "")
    if len(text) > ID_CHARACTERS or not _RESOURCE.fullmatch(text):
        raise InvalidEventError("the event names no resource of a subscription")
    return ResourceId(text)


def _action(operation: str) -> str:
    """Give the name of an action: `start` of `Microsoft.Compute/virtualMachines/start/action`."""
    head, _, verb = operation.rpartition("/")
    return head.rpartition("/")[2] if verb.lower() == Verb.ACTION else ""


def _occurred(event: Members, details: Members, received: datetime) -> datetime:
    """Give the time of the change: that of the resource where it is told, else of the event."""
    operational = details.get("operationalInfo")
    own = _text(operational, "resourceEventTime") if isinstance(operational, Mapping) else ""
    text = own or _text(event, "eventTime", "time")
    try:
        time = datetime.fromisoformat(_FRACTION.sub(r"\1", text))
        aware = time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError):
        return received
    return min(aware, received)


def _event_id(event: Members) -> str:
    """Give the event's id, or a digest of one that is too long or not plain."""
    text = _text(event, "id")
    if not text:
        raise InvalidEventError("the event has no id")
    if len(text) <= _EVENT_ID_CHARACTERS and text.isascii() and text.isprintable():
        return text
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
