"""Requests and responses as values, free of sockets."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

JsonObject: TypeAlias = dict[str, Any]
"""A JSON object as `json.loads` gives it.  Objects in the store are never changed in place."""


class UnreadableBody(ValueError):
    """A request body is not the JSON object that its endpoint needs."""


class DroppedConnection(Exception):
    """The connection is to be closed without an answer."""


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request.

    Names of query parameters and headers are lower case; of a repeated query parameter the first
    value is kept.  `base_url` is the address that the client used, without a trailing slash.
    """

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    base_url: str

    def json_object(self) -> JsonObject:
        """Return the body as a JSON object; an empty body gives an empty object.

        Raises:
            UnreadableBody: the body is not JSON, or JSON of another kind.
        """
        if not self.body:
            return {}
        try:
            value = json.loads(self.body)
        except ValueError as error:
            raise UnreadableBody(f"The request body is not JSON: {error}") from error
        if not isinstance(value, dict):
            raise UnreadableBody("The request body is not a JSON object.")
        return value


@dataclass(frozen=True, slots=True)
class Response:
    """One HTTP response; `body` is JSON text, or empty."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def json(
        cls, value: object, status: int = 200, headers: Mapping[str, str] | None = None
    ) -> "Response":
        """Return a response whose body is `value` as JSON."""
        return cls(status, json.dumps(value).encode(), headers or {})
