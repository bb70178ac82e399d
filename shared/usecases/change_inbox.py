"""What comes in of changes: each is marked in one call, and one look at many is asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from threading import Lock
from typing import Final, TypeAlias

from shared.findings.resource_change import ResourceChange
from shared.usecases.change_interfaces import ChangeMarks
from shared.usecases.change_message import look_message
from shared.usecases.interfaces import Clock, InvalidEventError, Queue, WorkQueue

ReadEvent: TypeAlias = Callable[[str, datetime], ResourceChange | None]
"""Reads an event that came in at a time; None where it cannot matter.

Raises InvalidEventError for what is no event.
"""

SPACING: Final = timedelta(seconds=1)
"""While changes flow, one instance asks for a look no more often than that."""


class Receipt(StrEnum):
    """What became of an event that came in."""

    QUEUED = "queued"
    IGNORED = "ignored"
    REFUSED = "refused"


class LookRequests:
    """Sees to it that after every change a look at its subscription begins, with few messages.

    The first change is looked at at once.  What follows within `SPACING` shares one message, which
    is to be seen when that is over: it is on the queue before the first of them is answered for,
    so that nothing is lost whoever dies.  May be used by several threads.
    """

    def __init__(self, queue: WorkQueue, clock: Clock) -> None:
        """Begin with nothing asked for."""
        self._queue = queue
        self._clock = clock
        self._due: dict[str, datetime] = {}
        self._lock = Lock()

    def ask(self, subscription: str) -> None:
        """Have a look begin after this moment; a message on its way to be seen is enough.

        Raises:
            StoreError: the queue did not do its part.
        """
        with self._lock:
            now = self._clock.now()
            due = self._due.get(subscription)
            if due is not None and due - SPACING <= now < due:
                return
            follows = due is not None and due <= now < due + SPACING
            wait = SPACING if follows else timedelta()
            message = look_message(subscription)
            self._queue.send(Queue.CHANGES, message, wait.total_seconds())
            self._due[subscription] = now + wait


@dataclass(frozen=True, slots=True)
class ChangeInbox:
    """What taking an event needs: one for as long as an instance lives."""

    read: ReadEvent
    marks: ChangeMarks
    looks: LookRequests
    clock: Clock


@dataclass(frozen=True, slots=True)
class Received:
    """What became of an event; `run` is that of the change it told of, empty where it told none."""

    receipt: Receipt
    run: str = ""


def receive_event(text: str, inbox: ChangeInbox) -> Received:
    """Mark what an event tells of and have it looked at; keep what is no event.

    A repeat marks it again, which is harmless.

    Raises:
        StoreError: the queue or the table did not do its part; let the event come again.
    """
    received = inbox.clock.now()
    try:
        change = inbox.read(text, received)
    except InvalidEventError as error:
        inbox.marks.refuse(text, str(error), received)
        return Received(Receipt.REFUSED)
    if change is None:
        return Received(Receipt.IGNORED)
    inbox.marks.mark(change)
    inbox.looks.ask(change.subject.subscription)
    return Received(Receipt.QUEUED, change.run)
