"""What stands in the messages of our queues."""

from __future__ import annotations

import json
from typing import Self

from shared.usecases.interfaces import PortcullisError


class InvalidMessageError(PortcullisError):
    """A message that none of our code wrote; its text stays in the queue and out of the log."""


class QueuedWork:
    """The fields of one message; reading one that is missing raises InvalidMessageError."""

    def __init__(self, fields: dict[str, object]) -> None:
        self._fields = fields

    @classmethod
    def parse(cls, body: bytes) -> Self:
        """Read a message.

        Raises:
            InvalidMessageError: it is no JSON object.
        """
        try:
            fields = json.loads(body)
        except ValueError:
            fields = None
        if not isinstance(fields, dict):
            raise InvalidMessageError("the message is no JSON object")
        return cls(fields)

    @property
    def sweep(self) -> str:
        """The id of a sweep."""
        sweep = self._fields.get("sweep")
        if not isinstance(sweep, str) or not sweep:
            raise InvalidMessageError("the message names no sweep")
        return sweep

    @property
    def shard(self) -> int:
        """The number of a shard."""
        shard = self._fields.get("shard")
        if not isinstance(shard, int) or isinstance(shard, bool) or shard < 0:
            raise InvalidMessageError("the message names no shard")
        return shard

    @property
    def plan(self) -> str:
        """The id of a plan; empty where the message asks to look at a subscription."""
        plan = self._fields.get("plan", "")
        if not isinstance(plan, str) or not (plan or self.look):
            raise InvalidMessageError("the message names no plan")
        return plan

    @property
    def look(self) -> str:
        """The subscription to plan for; empty where the message is about one plan."""
        look = self._fields.get("look", "")
        if not isinstance(look, str):
            raise InvalidMessageError("the message names no subscription")
        return look

    @property
    def subscription(self) -> str:
        """The subscription to look at."""
        look = self._fields.get("look")
        if not isinstance(look, str) or not look:
            raise InvalidMessageError("the message names no subscription")
        return look
