"""Direct reads from Resource Manager, for what Resource Graph does not tell or not completely."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar, cast
from urllib.parse import quote

import msgspec

from shared.adapters.arm_endpoint import ArmEndpoint
from shared.adapters.graph_exchange import SignInError, UnreachableError
from shared.adapters.identity import arm_pipeline
from shared.adapters.payloads import UNREAD_TYPE
from shared.network.ids import ResourceId
from shared.network.snapshot import Snapshot
from shared.usecases.interfaces import AccessDeniedError, Clock, InventoryError, ThrottledError

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential
    from azure.core.exceptions import HttpResponseError
    from azure.core.polling import LROPoller
    from azure.core.rest import HttpResponse
    from azure.mgmt.core import ARMPipelineClient
    from azure.mgmt.network import NetworkManagementClient

Supplement: TypeAlias = Callable[[Snapshot, Sequence[str]], Iterable[bytes]]
"""Reads what an estate still lacks: from what is known of it and the subscriptions in scope to
rows, as JSON text, that are laid over it.  What cannot be read is a row of type
`portcullis/unread`, or stays as it is; a supplement raises nothing."""

BACKOFF_SECONDS: Final = (1.0, 4.0, 15.0)
"""How long to wait before each further attempt, where the service names no time."""
POLLING_SECONDS: Final = 1
LONGEST_OPERATION_SECONDS: Final = 120.0
LONGEST_WAIT_SECONDS: Final = 60.0
"""A service that wants to be left alone for longer is not waited for."""
_REFUSED: Final = 403
_THROTTLED: Final = 429
_TRANSIENT: Final = frozenset({408, 429, 500, 502, 503, 504})

Found = TypeVar("Found")


class ArmReader:
    """Asks Resource Manager through azure-mgmt-network, a bounded number of times.

    The SDK's retries are left out, as for Resource Graph: they sleep as long as a header says.
    """

    def __init__(self, endpoint: ArmEndpoint, credential: TokenCredential, clock: Clock) -> None:
        """Take the address and the credential; nothing is asked before the first use."""
        self._endpoint = endpoint
        self._credential = credential
        self._clock = clock
        self._clients: dict[str, NetworkManagementClient] = {}

    def network(self, subscription: str) -> NetworkManagementClient:
        """Give the SDK's client for the networks of one subscription."""
        if subscription not in self._clients:
            from azure.mgmt.network import NetworkManagementClient

            pipeline = arm_pipeline(self._endpoint, self._credential)
            self._clients[subscription] = NetworkManagementClient(
                subscription_id=subscription, **pipeline
            )
        return self._clients[subscription]

    def ask(self, doing: str, call: Callable[[], Found]) -> Found:
        """Make one call; `doing` begins the message of what goes wrong with it.

        Raises:
            SignInError: no token could be had, or it was refused.
            AccessDeniedError: the identity may not read it.
            ThrottledError: the service has no time for us soon.
            InventoryError: it refused, or could not be reached.
        """
        for backoff in BACKOFF_SECONDS:
            try:
                with _told_plainly(doing):
                    return call()
            except ThrottledError as error:
                wait = error.retry_after_seconds
                if wait is not None and wait > LONGEST_WAIT_SECONDS:
                    raise
                self._clock.sleep(backoff if wait is None else wait)
            except UnreachableError:
                self._clock.sleep(backoff)
        with _told_plainly(doing):
            return call()

    def body(self, doing: str, call: Callable[[], object]) -> bytes:
        """Make one call that is given `cls=body_of`, and give the body of its answer.

        Raises:
            InventoryError: as `ask`.
        """
        found = self.ask(doing, call)
        if not isinstance(found, bytes):
            raise TypeError(f"the call gave {type(found).__name__}, and not the body of an answer")
        return found

    def get(
        self, doing: str, path: str, api_version: str, query: Mapping[str, str] | None = None
    ) -> bytes:
        """Read what lies at a path for which the SDK has no operation.

        Raises:
            InventoryError: as `ask`.
        """

        def call() -> bytes:
            from azure.core.rest import HttpRequest

            url = self._endpoint.url + quote(path)
            parameters = {**(query or {}), "api-version": api_version}
            request = HttpRequest("GET", url, params=parameters)
            response = self._plain_client.send_request(request)
            response.raise_for_status()
            body: bytes = response.content
            return body

        return self.ask(doing, call)

    @cached_property
    def _plain_client(self) -> ARMPipelineClient[Any, Any]:
        from azure.mgmt.core import ARMPipelineClient

        return ARMPipelineClient(**arm_pipeline(self._endpoint, self._credential))

    def outcome(self, doing: str, begin: Callable[[], LROPoller[Any]]) -> bytes:
        """Begin an operation, wait for its end, and give the body of its answer.

        `begin` passes `cls=body_of` and `polling_interval=POLLING_SECONDS` on.

        Raises:
            InventoryError: as `ask`, or it had not ended after `LONGEST_OPERATION_SECONDS`.
        """

        def call() -> object:
            poller = begin()
            poller.wait(LONGEST_OPERATION_SECONDS)
            if not poller.done():
                raise InventoryError(f"{doing}: Azure did not answer in time")
            return poller.result()

        return self.body(doing, call)


def body_of(response: Any, _model: object, _headers: object) -> bytes:  # noqa: ANN401 - SDK's own
    """Give the body of an answer as it came: what the SDK's `cls` argument takes."""
    content: bytes = response.http_response.content
    return content


def direct_row(row_type: str, about: ResourceId, answer: object) -> bytes:
    """Write an answer as the row under which a saved snapshot keeps it.

    `row_type` is without its prefix, such as `service-tags`; `answer` is JSON data or
    `msgspec.Raw`.
    """
    return msgspec.json.encode(
        {"id": about.text, "type": f"portcullis/{row_type}", "properties": answer}
    )


def unread_row(about: ResourceId, reason: str) -> bytes:
    """Write that something could not be read as the row that says so."""
    return msgspec.json.encode(
        {"id": about.text, "type": UNREAD_TYPE, "properties": {"reason": reason}}
    )


@contextmanager
def _told_plainly(doing: str) -> Iterator[None]:
    """Translate the SDK's errors into those of the use cases."""
    from azure.core.exceptions import AzureError, ClientAuthenticationError, HttpResponseError

    try:
        yield
    except ClientAuthenticationError as error:
        raise SignInError(f"{doing}: signing in failed: {_first_line(error.message)}") from error
    except HttpResponseError as error:
        raise _refusal(doing, error) from error
    except AzureError as error:
        raise UnreachableError(
            f"{doing}: Azure could not be reached: {_first_line(error.message)}"
        ) from error


def _refusal(doing: str, error: HttpResponseError) -> InventoryError:
    code = error.error.code if error.error is not None else None
    told = error.error.message if error.error is not None else error.message
    message = f"{doing}: {code or error.status_code}: {_first_line(told or error.message)}"
    if error.status_code == _REFUSED:
        return AccessDeniedError(message)
    if error.status_code in _TRANSIENT:
        return ThrottledError(message, _retry_after(error))
    return InventoryError(message)


def _retry_after(error: HttpResponseError) -> float | None:
    """Give the seconds that the service wants to be left alone, where it says so in seconds."""
    response = cast("HttpResponse | None", error.response)
    text = response.headers.get("Retry-After", "") if response is not None else ""
    return float(text) if text.isascii() and text.isdigit() else None


def _first_line(text: object) -> str:
    return str(text).strip().partition("\n")[0]
