"""Changes as messages of the queue `Queue.CHANGES`, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime

from shared.checks.result import Json
from shared.findings.finding import Actor, ActorKind
from shared.findings.resource_change import ResourceChange
from shared.network.ids import resource_id


def change_message(change: ResourceChange) -> Mapping[str, Json]:
    """Say that a resource changed."""
    actor = change.actor
    return {
        "resource": change.resource.text,
        "occurred": change.occurred.isoformat(),
        "received": change.received.isoformat(),
        "event": change.event_id,
        "deleted": change.deleted,
        "actor": None if actor is None else {**asdict(actor), "kind": actor.kind.value},
    }


def look_message(subscription: str) -> Mapping[str, Json]:
    """Ask to look at what is still marked in a subscription, and to tell what is still untold."""
    return {"look": subscription}


def change_in(message: Mapping[str, object]) -> ResourceChange:
    """Read what `change_message` said.

    Raises:
        ValueError: the message says something else.
    """
    actor = message.get("actor")
    try:
        return ResourceChange(
            resource=resource_id(str(message["resource"])),
            occurred=_time(message["occurred"]),
            received=_time(message["received"]),
            event_id=str(message["event"]),
            deleted=message["deleted"] is True,
            actor=_actor(actor) if isinstance(actor, Mapping) else None,
        )
    except (KeyError, TypeError) as error:
        raise ValueError("the message names no change") from error


def _time(value: object) -> datetime:
    time = datetime.fromisoformat(str(value))
    if time.tzinfo is None:
        raise ValueError("a time of the message lacks its zone")
    return time


def _actor(members: Mapping[str, object]) -> Actor:
    texts = {name: str(value) for name, value in members.items()}
    return Actor(
        texts["name"],
        ActorKind(texts["kind"]),
        texts["client"],
        texts["operation"],
        texts["correlation_id"],
    )
