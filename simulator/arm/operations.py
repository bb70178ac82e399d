"""Long-running operations: accepted now, done after some polls and some time."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from simulator.arm.errors import ErrorDetail
from simulator.exchange import JsonObject


@dataclass(slots=True)
class Operation:
    """One accepted write or action on a resource.

    While `polls_left` is above 0, or `due_at` is ahead, the operation is in progress.  `succeed`
    or `fail` then runs once, with the time at which the operation ended; that may lie before the
    request by which it is noticed.  `failure` is the error that it ends with, if any; `answer` is
    what an action gives back at the end, None for a write.
    """

    id: str
    resource_key: str
    started_at: datetime
    due_at: datetime
    polls_left: int
    failure: ErrorDetail | None
    succeed: Callable[[datetime], None]
    fail: Callable[[datetime], None]
    answer: JsonObject | None = None
    status: str = "InProgress"

    def as_json(self) -> JsonObject:
        """Return the status as the operation's own address answers it."""
        answer: JsonObject = {
            "name": self.id,
            "status": self.status,
            "startTime": self.started_at.isoformat(),
        }
        if self.status == "Failed" and self.failure is not None:
            answer["error"] = self.failure.as_json()
        return answer


class Operations:
    """All operations by id, and for each resource the one that runs."""

    def __init__(self) -> None:
        self._operations: dict[str, Operation] = {}
        self._running: dict[str, Operation] = {}

    def start(  # noqa: PLR0913 - one argument for each thing that is known of an operation
        self,
        resource_key: str,
        now: datetime,
        *,
        seconds: float,
        polls: int,
        failure: ErrorDetail | None,
        succeed: Callable[[datetime], None],
        fail: Callable[[datetime], None],
        answer: JsonObject | None = None,
    ) -> Operation:
        """Begin an operation on a resource that has none running."""
        operation = Operation(
            id=str(uuid.uuid4()),
            resource_key=resource_key,
            started_at=now,
            due_at=now + timedelta(seconds=seconds),
            polls_left=polls,
            failure=failure,
            succeed=succeed,
            fail=fail,
            answer=answer,
        )
        self._operations[operation.id] = operation
        self._running[resource_key] = operation
        return operation

    def running_on(self, resource_key: str) -> Operation | None:
        """Return the operation that runs on a resource, if one does."""
        return self._running.get(resource_key)

    def settle(self, now: datetime) -> None:
        """End every operation whose time has come."""
        for key, operation in list(self._running.items()):
            if operation.polls_left == 0 and operation.due_at <= now:
                del self._running[key]
                operation.status = "Failed" if operation.failure else "Succeeded"
                (operation.fail if operation.failure else operation.succeed)(operation.due_at)

    def polled(self, operation_id: str, now: datetime) -> Operation | None:
        """Return an operation whose status is read, and count the read."""
        operation = self._operations.get(operation_id)
        if operation is not None and operation.polls_left > 0:
            operation.polls_left -= 1
            operation.due_at = max(operation.due_at, now)
        return operation
