"""What the log tells of changes; `run` ties an event to its card, and names its deployment."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class EventQueued:
    """An event told of a change that may matter; it is marked, and a look at it asked for."""

    NAME: ClassVar = "event.queued"
    LEVEL: ClassVar = logging.INFO

    run: str


@dataclass(frozen=True, slots=True)
class EventRefused:
    """What came in as an event is none; the table `changes` keeps it with the reason."""

    NAME: ClassVar = "event.refused"
    LEVEL: ClassVar = logging.WARNING


@dataclass(frozen=True, slots=True)
class ChangesAssessed:
    """What changed in a subscription was read, judged and recorded, in some rounds."""

    NAME: ClassVar = "changes.assessed"
    LEVEL: ClassVar = logging.INFO

    subscription: str
    marks: int
    rounds: int
    arm_reads: int
    queries: int
    steps: int


@dataclass(frozen=True, slots=True)
class ChangesPostponed:
    """The rest of the changes waits: for Azure, for the receiver of cards, or for its turn."""

    NAME: ClassVar = "changes.postponed"
    LEVEL: ClassVar = logging.WARNING

    subscription: str
    reason: str


@dataclass(frozen=True, slots=True)
class ChangeAbandoned:
    """The assessment of a change failed for good; its mark stays and is looked at again later."""

    NAME: ClassVar = "change.abandoned"
    LEVEL: ClassVar = logging.ERROR

    subscription: str


@dataclass(frozen=True, slots=True)
class LagMeasured:
    """How long the changes behind one card took until people were told, in seconds."""

    NAME: ClassVar = "lag.measured"
    LEVEL: ClassVar = logging.INFO

    run: str
    findings: int
    received_p95: float
    judged_p95: float
    told_p50: float
    told_p95: float
