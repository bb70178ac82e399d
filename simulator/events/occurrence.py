"""Something that a request did, once it has ended."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from simulator.arm.cause import Cause
from simulator.exchange import JsonObject


class Outcome(StrEnum):
    """How a request ended, as the types of events name it."""

    SUCCESS = "Success"
    FAILURE = "Failure"


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A request that has ended.

    `written` is the document of the resource with a document of its own that was written or
    deleted, as it is now or, when it `is_gone`, as it was; None after an action without traces.
    """

    cause: Cause
    time: datetime
    outcome: Outcome
    tenant: str
    written: JsonObject | None = None
    is_gone: bool = False
