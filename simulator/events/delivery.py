"""One event on its way to one endpoint.

Source: Microsoft Learn, "Event Grid message delivery and retry": the waits between tries, the
answers after which there is no other try, and the members of a dead letter.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from http import HTTPStatus
from typing import Final

from simulator.events.messages import Schema
from simulator.events.subscription import EventSubscription
from simulator.exchange import JsonObject

ACCEPTED: Final = range(HTTPStatus.OK, HTTPStatus.NO_CONTENT + 1)
_FOR_GOOD: Final = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE})
_WAITS_SECONDS: Final = (10, 30, 60, 300, 600, 1_800, 3_600, 10_800, 21_600, 43_200)
_MEDIA_TYPES: Final = {Schema.CLOUD_EVENTS: "application/cloudevents+json; charset=utf-8"}
_JSON: Final = "application/json; charset=utf-8"


class DeliveryState(StrEnum):
    """Where a delivery is; all but `waiting` are its end."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    DEAD = "dead-letter"
    LOST = "lost"


@dataclass(slots=True, eq=False)
class Delivery:
    """One copy of an event for one endpoint, and what became of it.

    `status` is that of the last answer, 0 while there was none.
    """

    subscription: EventSubscription
    event: JsonObject
    state: DeliveryState = DeliveryState.WAITING
    tries: int = 0
    status: int = 0
    published_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    ended_at: datetime | None = None

    @property
    def body(self) -> object:
        """What is posted: an array of one event, or one CloudEvent."""
        is_cloud_event = self.subscription.schema is Schema.CLOUD_EVENTS
        return self.event if is_cloud_event else [self.event]

    @property
    def headers(self) -> dict[str, str]:
        """The headers of a try."""
        return {
            "Content-Type": _MEDIA_TYPES.get(self.subscription.schema, _JSON),
            "aeg-event-type": "Notification",
            "aeg-delivery-count": str(self.tries),
        }

    def answered(self, status: int, most_tries: int, wait_factor: float) -> float | None:
        """Note the answer to a try, 0 for none; return the seconds to the next, None at the end."""
        self.tries += 1
        self.status = status
        if status in ACCEPTED:
            self._end(DeliveryState.DELIVERED)
        elif status in _FOR_GOOD or self.tries >= most_tries:
            self._end(DeliveryState.DEAD)
        else:
            return _WAITS_SECONDS[min(self.tries, len(_WAITS_SECONDS)) - 1] * wait_factor
        return None

    def lose(self) -> None:
        """End it without another try."""
        self._end(DeliveryState.LOST)

    def as_json(self) -> JsonObject:
        """Return what the control interface shows of it."""
        return {
            "event": self.event["id"],
            "type": self.event.get("eventType") or self.event.get("type"),
            "subject": self.event["subject"],
            "address": self.subscription.address,
            "state": str(self.state),
            "tries": self.tries,
            "status": self.status,
            "published_at": self.published_at.isoformat(),
            "ended_at": self.ended_at.isoformat() if self.ended_at else None,
        }

    def dead_letter(self) -> JsonObject:
        """Return the event as Event Grid puts it into the container for dead letters."""
        is_refused = self.status in _FOR_GOOD
        return {
            **self.event,
            "deadLetterReason": "UndeliverableEvent"
            if is_refused
            else "MaxDeliveryAttemptsExceeded",
            "deliveryAttempts": self.tries,
            "lastDeliveryOutcome": _outcome(self.status),
            "publishTime": self.published_at.isoformat(),
            "lastDeliveryAttemptTime": self.ended_at.isoformat() if self.ended_at else None,
        }

    def _end(self, state: DeliveryState) -> None:
        self.state = state
        self.ended_at = datetime.now(UTC)


def _outcome(status: int) -> str:
    if status == 0:
        return "TimedOut"
    return {400: "BadRequest", 404: "NotFound", 413: "PayloadTooLarge"}.get(status, "GenericError")
