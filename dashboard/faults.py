"""What may go wrong with a request, as a status and words for people."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from dashboard.sign_in import AccessDeniedError
from dashboard.visit import BadAddressError, NotThereError
from dashboard.wording import begun
from shared.config import InvalidSettingsError
from shared.usecases.interfaces import StoreConflictError, StoreError
from shared.usecases.report import ContinuationError

EXPECTED: Final = (
    AccessDeniedError,
    BadAddressError,
    ContinuationError,
    InvalidSettingsError,
    NotThereError,
    StoreError,
)
"""The errors that `fault_of` knows; anything else is a defect, and fails the function."""


@dataclass(frozen=True, slots=True)
class Fault:
    """How a request failed; the text says nothing that whoever asked may not know."""

    status: HTTPStatus
    title: str
    text: str


def fault_of(error: Exception, *, is_known: bool) -> Fault:
    """Put an error into words; what a store says is for those alone who were let in."""
    match error:
        case AccessDeniedError():
            titles = {HTTPStatus.UNAUTHORIZED: "Please sign in"}
            return Fault(error.status, titles.get(error.status, "No access"), str(error))
        case NotThereError():
            return Fault(HTTPStatus.NOT_FOUND, "Not there", str(error))
        case BadAddressError() | ContinuationError():
            return Fault(HTTPStatus.BAD_REQUEST, "Not understood", begun(str(error)))
        case StoreConflictError():
            text = "Somebody else changed this at the same moment. Look again, then decide again."
            return Fault(HTTPStatus.CONFLICT, "Overtaken", text)
        case StoreError():
            text = str(error) if is_known else "Its storage does not answer."
            return Fault(HTTPStatus.SERVICE_UNAVAILABLE, "Storage does not answer", text)
        case _:
            return Fault(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "Not set up",
                "The app's settings are not valid, or name no storage. Its log names each fault.",
            )
