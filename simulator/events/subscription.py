"""Event subscriptions: who is told, where, and in which form."""

import ipaddress
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlsplit

from simulator.events.messages import Schema
from simulator.exchange import JsonObject

_MEMBERS: Final = frozenset({"url", "schema", "function"})
_WEBHOOK: Final = "/runtime/webhooks/EventGrid"


class InvalidSubscription(ValueError):
    """An event subscription that cannot be understood, or that leads off this machine."""


@dataclass(frozen=True, slots=True)
class EventSubscription:
    """One endpoint on this machine.

    `url` is the address of a Functions host when `function` names one of its functions, and the
    whole address to post to when `function` is empty.
    """

    url: str
    schema: Schema
    function: str = ""

    @classmethod
    def from_json(cls, given: object) -> "EventSubscription":
        """Read a subscription as the control interface takes it.

        Raises:
            InvalidSubscription: an unknown member or schema, or an address that is not on loopback.
        """
        if not isinstance(given, dict) or not given.keys() <= _MEMBERS:
            raise InvalidSubscription(f"A subscription has only {', '.join(sorted(_MEMBERS))}.")
        url = str(given.get("url") or "").rstrip("/")
        if not _is_on_loopback(url):
            raise InvalidSubscription(f"The address '{url}' is not on this machine.")
        try:
            schema = Schema(str(given.get("schema") or Schema.EVENT_GRID))
        except ValueError as error:
            raise InvalidSubscription(f"There are the schemas {', '.join(Schema)}.") from error
        return cls(url, schema, str(given.get("function") or ""))

    @property
    def address(self) -> str:
        """Where events are posted to."""
        if not self.function:
            return self.url
        return f"{self.url}{_WEBHOOK}?functionName={quote(self.function)}"

    def as_json(self) -> JsonObject:
        """Return the subscription as it was given."""
        return {"url": self.url, "schema": str(self.schema), "function": self.function}


def _is_on_loopback(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme == "http" and ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False
