"""Why something happens to a resource: who asked for what."""

import uuid
from dataclasses import dataclass
from enum import StrEnum

from simulator.arm.identifiers import subscription_of
from simulator.caller import Caller
from simulator.exchange import Request


class Verb(StrEnum):
    """What a request does, as the types of events name it."""

    WRITE = "Write"
    DELETE = "Delete"
    ACTION = "Action"


@dataclass(frozen=True, slots=True)
class Cause:
    """One request that may change something, and its words.

    `target` is the id in the request, which for a child lies inside the resource that is written;
    `operation` is the permission that it needs, such as
    `Microsoft.Network/networkSecurityGroups/securityRules/write`.
    """

    target: str
    operation: str
    caller: Caller
    correlation_id: str
    request_id: str
    method: str
    url: str

    @classmethod
    def of(cls, request: Request, target: str, operation: str, caller: Caller) -> "Cause":
        """Read the words of a request; it has ids of its own unless it brings them."""
        headers = request.headers
        query = "&".join(f"{name}={value}" for name, value in request.query.items())
        return cls(
            target=target,
            operation=operation,
            caller=caller,
            correlation_id=headers.get("x-ms-correlation-request-id") or str(uuid.uuid4()),
            request_id=headers.get("x-ms-client-request-id") or str(uuid.uuid4()),
            method=request.method,
            url=f"{request.base_url}{request.path}?{query}",
        )

    @property
    def verb(self) -> Verb:
        """What the request does."""
        last = self.operation.rpartition("/")[2].lower()
        return {"write": Verb.WRITE, "delete": Verb.DELETE}.get(last, Verb.ACTION)

    @property
    def subscription(self) -> str:
        """The id of the subscription."""
        return subscription_of(self.target)
