"""What stands in the messages of our queues."""

from __future__ import annotations

import json
from typing import Self

from shared.findings.resource_change import ResourceChange
from shared.usecases.change_message import change_in
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
    def is_look(self) -> bool:
        """Whether the message asks to look at a subscription, and tells of no change."""
        return "look" in self._fields

    @property
    def change(self) -> ResourceChange:
        """A change of a resource."""
        try:
            return change_in(self._fields)
        except ValueError as error:
            raise InvalidMessageError("the message names no change") from error

    @property
    def subscription(self) -> str:
        """The subscription to look at, or the one in which the change is."""
        look = self._fields.get("look")
        if self.is_look and (not isinstance(look, str) or not look):
            raise InvalidMessageError("the message names no subscription")
        return look if isinstance(look, str) else self.change.subject.subscription
