"""Posts Adaptive Cards to a Teams channel through a Workflows webhook.

Source: Microsoft Learn, "Create incoming webhooks with Workflows for Microsoft Teams"; the message
form is that of the template "Send webhook alerts to a channel".
"""

from __future__ import annotations

import ipaddress
import json
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from shared.checks.result import Json
from shared.usecases.interfaces import NotificationError, NotificationRefusedError

if TYPE_CHECKING:
    from requests import Session

_CONNECT_TIMEOUT_SECONDS: Final = 10
_READ_TIMEOUT_SECONDS: Final = 30
_LONGEST_WAIT_SECONDS: Final = 86_400.0
_ANSWER_BYTES: Final = 2_048

_RETIRED_HOSTS: Final = ("webhook.office.com", "outlook.office.com", "outlook.office365.com")
_HIDDEN_STATUS: Final = re.compile(r"returned HTTP error (\d{3})")

_PASSING: Final = frozenset(
    {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}
)


class InvalidWebhookError(ValueError):
    """A webhook address that cards must not be sent to; the text never holds the address."""


def checked_webhook(url: str) -> str:
    """Give back a webhook's address, or say what is wrong with it.

    Any https host will do, since a proxy or relay of one's own is as good as
    `*.logic.azure.com` and `*.environment.api.powerplatform.com`.  The retired connectors of
    Office 365 are refused.  Plain http is for a simulator on this machine: a loopback address in
    figures.

    Raises:
        InvalidWebhookError: no https address, with a user name in it, or a retired connector.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise InvalidWebhookError("the Teams webhook is no address") from None
    if not host or port == 0 or any(character.isspace() for character in url.strip()):
        raise InvalidWebhookError("the Teams webhook is no address")
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(host)):
        raise InvalidWebhookError("the Teams webhook must be an https address")
    if parts.username is not None or parts.password is not None:
        raise InvalidWebhookError("the Teams webhook must not hold a user name or password")
    if any(host == retired or host.endswith(f".{retired}") for retired in _RETIRED_HOSTS):
        raise InvalidWebhookError(
            "the Teams webhook is a retired Office 365 connector: make a flow from the Workflows "
            'template "Send webhook alerts to a channel" and use its address'
        )
    return url.strip()


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class TeamsNotifier:
    """Hands cards to one webhook, one card a request.

    The address is a credential: it stands in no error, log line or representation.
    """

    def __init__(
        self,
        url: str,
        session: Session | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Take the address of the flow; raise `InvalidWebhookError` when it is unfit.

        `now` is what a Retry-After with a date is reckoned from.
        """
        self._url = checked_webhook(url)
        self._session = session
        self._now = now

    def __repr__(self) -> str:
        """Name the kind and not the address."""
        return "TeamsNotifier(...)"

    def send(self, card: Mapping[str, Json]) -> None:
        """Post one card and return once the flow has accepted it, which is before it is shown.

        Raises:
            NotificationError: no answer, a server's error, or too many requests.
            NotificationRefusedError: any other answer but success, redirects too.
        """
        status, retry_after = self._post(_message(card))
        if status in _PASSING or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise NotificationError(
                f"Teams answered with status {status}", self._waiting_seconds(retry_after)
            )
        if not _is_success(status):
            raise NotificationRefusedError(f"Teams refused the card with status {status}")

    def _post(self, body: bytes) -> tuple[int, str]:
        """Give the status of the answer, the hidden one where there is one, and Retry-After.

        The error is raised outside of the handler: those of requests hold the address.
        """
        import requests

        session = self._session = self._session or requests.Session()
        failure = ""
        try:
            with (
                _unlogged(self._url),
                session.post(
                    self._url,
                    data=body,
                    headers={"Content-Type": "application/json"},
                    timeout=(_CONNECT_TIMEOUT_SECONDS, _READ_TIMEOUT_SECONDS),
                    allow_redirects=False,
                    stream=True,
                ) as response,
            ):
                start = next(response.iter_content(_ANSWER_BYTES), b"")
                return _true_status(response.status_code, start), response.headers.get(
                    "Retry-After", ""
                )
        except requests.RequestException as error:
            failure = type(error).__name__
        raise NotificationError(f"Teams gave no answer: {failure}")

    def _waiting_seconds(self, retry_after: str) -> float | None:
        """Read Retry-After, seconds or a date, as at most a day from now; None without a sense."""
        value = retry_after.strip()
        if value.isascii() and value.isdigit():
            return min(float(value), _LONGEST_WAIT_SECONDS)
        try:
            until = parsedate_to_datetime(value)
        except ValueError:
            return None
        aware = until if until.tzinfo else until.replace(tzinfo=UTC)
        return min(max((aware - self._now()).total_seconds(), 0.0), _LONGEST_WAIT_SECONDS)


def _message(card: Mapping[str, Json]) -> bytes:
    attachment = {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "contentUrl": None,
        "content": card,
    }
    return json.dumps({"type": "message", "attachments": [attachment]}).encode()


def _true_status(status: int, start: bytes) -> int:
    """Give the status that a successful answer hides in its body, else the answer's own.

    Source: Microsoft Learn, "Create incoming webhooks", rate limiting: a 200 that says
    "Microsoft Teams endpoint returned HTTP error 429".
    """
    hidden = _HIDDEN_STATUS.search(start.decode("utf-8", "replace"))
    return int(hidden[1]) if hidden and _is_success(status) else status


def _is_success(status: int) -> bool:
    return HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES


@contextmanager
def _unlogged(url: str) -> Iterator[None]:
    """Keep a secret address out of the lines that urllib3 logs of each request at DEBUG."""
    parts = urlsplit(url)
    secrets = [part for part in (parts.query, parts.path.strip("/")) if part]

    def is_harmless(record: logging.LogRecord) -> bool:
        line = record.getMessage()
        return not any(secret in line for secret in secrets)

    logger = logging.getLogger("urllib3.connectionpool")
    logger.addFilter(is_harmless)
    try:
        yield
    finally:
        logger.removeFilter(is_harmless)
