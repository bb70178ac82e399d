"""A storage account: how long it is waited for, and what it refuses, told plainly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

from shared.usecases.interfaces import StoreConflictError, StoreError

PATIENCE: Final[Mapping[str, Any]] = {
    "retry_total": 4,
    "connection_timeout": 10,
    "read_timeout": 60,
}
"""The SDK's settings of a client: an account that is gone is reported within the minute."""

_REMEDIES: Final = {
    HTTPStatus.UNAUTHORIZED: "sign in again, or correct the account key",
    HTTPStatus.FORBIDDEN: (
        "give this identity the roles Storage Table Data Contributor and Storage Queue Data"
        " Contributor, correct the account key, or let this network through the account's firewall"
    ),
    HTTPStatus.NOT_FOUND: (
        "check the account's name; a deleted table or queue is made anew at the next start"
    ),
    HTTPStatus.TOO_MANY_REQUESTS: "the account is busy; the work is tried again later",
    HTTPStatus.INTERNAL_SERVER_ERROR: "the service failed; the work is tried again later",
    HTTPStatus.SERVICE_UNAVAILABLE: "the account is busy; the work is tried again later",
}

_OVERTAKEN: Final = (HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED)
_GONE: Final = ("ResourceNotFound", "EntityNotFound")


@contextmanager
def connecting() -> Iterator[None]:
    """Report a connection string that cannot be read, without a word of it.

    Raises:
        StoreError: the text is no connection string.
    """
    try:
        yield
    except ValueError:
        raise StoreError(
            "the connection string of the storage account cannot be read: copy it again from the"
            " account's access keys"
        ) from None


@contextmanager
def told_plainly(url: str, doing: str) -> Iterator[None]:
    """Turn the SDK's errors into ours: what was tried, where, what was answered, what to do.

    Of the SDK's own text nothing is passed on, so that no signature or key can get into a log.
    An error without a status is that of a credential that got no token.

    Raises:
        StoreConflictError: another writer made, changed or deleted the row before.
        StoreError: anything else that the account did not do.
    """
    from azure.core.exceptions import AzureError, HttpResponseError

    try:
        yield
    except HttpResponseError as error:
        where, code = f"{doing} at {place(url)}", _code(error)
        status = error.status_code or HTTPStatus.UNAUTHORIZED.value
        if status in _OVERTAKEN or code in _GONE:
            raise StoreConflictError(f"{where}: somebody else wrote first ({code})") from error
        raise StoreError(_refusal(where, status, code)) from error
    except AzureError as error:
        raise StoreError(
            f"{doing} at {place(url)}: no answer ({type(error).__name__}); check the account's"
            " name, the network on the way to it, and that it is running"
        ) from error


def place(url: str) -> str:
    """Give the address of an account without a query, where a signature may stand."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path.rstrip('/')}"


def _code(error: object) -> str:
    """Give the service's word for the refusal, `AuthorizationFailure` for instance."""
    code = getattr(error, "error_code", None)
    text = str(getattr(code, "value", code) or "")
    return text if text.isalnum() else ""


def _refusal(where: str, status: int, code: str) -> str:
    answer = f"{where}: refused with {status} {code}".rstrip()
    remedy = next((text for known, text in _REMEDIES.items() if known == status), None)
    return f"{answer}; {remedy}" if remedy else answer
