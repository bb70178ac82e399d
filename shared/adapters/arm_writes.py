"""Writes to Azure Resource Manager, each sent once: what comes of them is told, not waited for.

The SDK's own clients poll to the end and retry by themselves; a function that applies a plan can do
neither, for it must know of each write whether it was sent.  Their pipeline is used all the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from urllib.parse import quote, urlsplit

from shared.adapters.arm_content import image_of
from shared.adapters.arm_edits import (
    api_version,
    edit_request,
    restoring_request,
    standing,
)
from shared.adapters.arm_endpoint import ArmEndpoint
from shared.adapters.identity import arm_pipeline
from shared.network.ids import ResourceId
from shared.remediation.edit import Edit
from shared.usecases.plan_record import Absent, Seen
from shared.usecases.remediation_interfaces import (
    Failed,
    FailureKind,
    Forgotten,
    Progress,
    Running,
    Standing,
    Succeeded,
    WireRequest,
    WriteFailedError,
    WriteFailure,
)

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential
    from azure.core.rest import HttpRequest, HttpResponse
    from azure.mgmt.core import ARMPipelineClient

POLL_SECONDS: Final = 5.0
"""How soon to ask again where an operation names no time."""
_TEXT_CHARACTERS: Final = 300
_NOT_FOUND: Final = 404
_THROTTLED: Final = 429
_TRANSIENT: Final = frozenset({408, 500, 502, 503, 504})
_GONE: Final = frozenset({"resourcenotfound", "notfound", "parentresourcenotfound"})
_KINDS: Final[Mapping[str, FailureKind]] = {
    "retryableerror": FailureKind.BUSY,
    "retryableerrorduetoanotheroperation": FailureKind.BUSY,
    "referencedresourcenotprovisioned": FailureKind.BUSY,
    "anotheroperationinprogress": FailureKind.BUSY,
    "securityruleconflict": FailureKind.CONFLICT,
    "scopelocked": FailureKind.LOCKED,
    "preconditionfailed": FailureKind.STALE,
}
"""What the codes of Azure's errors mean, in lower case."""
_STATUSES: Final[Mapping[int, FailureKind]] = {
    403: FailureKind.DENIED,
    412: FailureKind.STALE,
    _THROTTLED: FailureKind.THROTTLED,
}
_OTHER: Final = FailureKind.REFUSED
_ACTION: Final = re.compile(r"perform action '([^']{1,200})'")
_SUPERSEDED: Final = re.compile(r"cancel\w*.*superseded|superseded.*cancel", re.IGNORECASE)

JsonObject: TypeAlias = Mapping[str, Any]


class ArmWriter:
    """The `ChangeWriter` over Azure Resource Manager; see there for what each method promises."""

    def __init__(self, endpoint: ArmEndpoint, credential: TokenCredential) -> None:
        """Take the address and the credential; nothing is asked before the first use."""
        self._endpoint = endpoint
        self._credential = credential

    def image(self, target: ResourceId) -> Seen:
        """Read a resource in the version in which it is written."""
        response = self._send("GET", quote(target.text), api_version(target))
        if response.status_code == _NOT_FOUND and _codes(_error(response))[0] in _GONE:
            return Absent(target)
        _check(response)
        try:
            return image_of(target, response.content)
        except ValueError as error:
            failure = WriteFailure(FailureKind.REFUSED, "UnreadableAnswer", str(error))
            raise WriteFailedError(failure) from error

    def request(self, edit: Edit, seen: Seen) -> WireRequest:
        """Give the request that makes an edit."""
        return edit_request(edit, seen)

    def restoration(self, before: Seen, now: Seen) -> WireRequest | None:
        """Give the request that puts back what was before."""
        return restoring_request(before, now)

    def standing(self, edit: Edit, before: Seen, now: Seen) -> Standing:
        """Tell whether an edit is in what is seen now."""
        return standing(edit, before, now)

    def begin(self, request: WireRequest) -> str:
        """Send a request once; its token is the address at which Azure tells of the operation."""
        response = self._send(
            request.method, quote(request.path), request.api_version, request.headers, request.body
        )
        _check(response)
        headers = response.headers
        return headers.get("Azure-AsyncOperation") or headers.get("Location") or ""

    def resume(self, token: str) -> Progress:
        """Ask at the address of an operation, which must be one of this endpoint."""
        if not _is_at(token, self._endpoint.url):
            failure = WriteFailure(FailureKind.REFUSED, "ForeignOperation", "not of this endpoint")
            raise WriteFailedError(failure)
        response = self._send("GET", token)
        if response.status_code == _NOT_FOUND:
            return Forgotten()
        if response.status_code == 202:  # noqa: PLR2004 - the result of an operation is not there
            return Running(_retry_after(response) or POLL_SECONDS)
        if response.status_code in {*_TRANSIENT, _THROTTLED} and "/operationresults/" not in (
            token.lower()
        ):
            _check(response)
        return _progress(response)

    def _send(
        self,
        method: str,
        path: str,
        version: str = "",
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> HttpResponse:
        from azure.core.exceptions import AzureError, ClientAuthenticationError
        from azure.core.rest import HttpRequest

        url = path if not version else self._endpoint.url + path
        sent = {"Accept": "application/json", **(headers or {})}
        if body:
            sent["Content-Type"] = "application/json"
        request: HttpRequest = HttpRequest(
            method,
            url,
            params={"api-version": version} if version else None,
            headers=sent,
            content=body or None,
        )
        try:
            response: HttpResponse = self._client.send_request(request)
        except ClientAuthenticationError as error:
            raise _unsent(FailureKind.DENIED, "SignInFailed", error) from error
        except AzureError as error:
            raise _unsent(FailureKind.UNREACHABLE, "Unreachable", error) from error
        return response

    @cached_property
    def _client(self) -> ARMPipelineClient[Any, Any]:
        from azure.mgmt.core import ARMPipelineClient

        return ARMPipelineClient(**arm_pipeline(self._endpoint, self._credential))


def classified(
    status: int, error: JsonObject, retry_after_seconds: float | None = None
) -> WriteFailure:
    """Tell what a refusal means, from its status and the `error` object of the answer."""
    codes = _codes(error)
    text = str(error.get("message") or "").strip().partition("\n")[0][:_TEXT_CHARACTERS]
    kind = _kind(status, codes, text)
    actions = _ACTION.findall(str(error.get("message") or ""))
    return WriteFailure(
        kind,
        str(error.get("code") or status),
        text,
        retry_after_seconds if kind.is_retryable else None,
        actions[-1] if actions and kind is FailureKind.DENIED else "",
    )


def _kind(status: int, codes: Sequence[str], text: str) -> FailureKind:
    """Go by the codes first, for the status of one and the same error varies."""
    named = next((_KINDS[code] for code in codes if code in _KINDS), None)
    if named is FailureKind.BUSY:
        return named
    if _SUPERSEDED.search(text):
        return FailureKind.SUPERSEDED
    if named is not None:
        return named
    return FailureKind.UNREACHABLE if status in _TRANSIENT else _STATUSES.get(status, _OTHER)


def _codes(error: JsonObject) -> list[str]:
    """Give the code of an error and those of its details, in lower case."""
    details = error.get("details")
    inner = details if isinstance(details, list) else []
    every = [error, *(one for one in inner if isinstance(one, dict))]
    return [str(one.get("code") or "").lower() for one in every]


def _progress(response: HttpResponse) -> Progress:
    """Read the status of an operation, or its result."""
    if response.status_code >= 400:  # noqa: PLR2004 - every refusal
        return Failed(classified(response.status_code, _error(response)))
    status = str(_document(response).get("status") or "Succeeded").lower()
    if status == "succeeded":
        return Succeeded()
    if status in {"failed", "canceled", "cancelled"}:
        failure = classified(0, _error(response))
        return Failed(failure if failure.code != "0" else _unnamed(status))
    return Running(_retry_after(response) or POLL_SECONDS)


def _unnamed(status: str) -> WriteFailure:
    return WriteFailure(FailureKind.REFUSED, status, "Azure does not say why")


def _check(response: HttpResponse) -> None:
    if response.status_code >= 400:  # noqa: PLR2004 - every refusal
        failure = classified(response.status_code, _error(response), _retry_after(response))
        raise WriteFailedError(failure)


def _error(response: HttpResponse) -> JsonObject:
    error = _document(response).get("error")
    return error if isinstance(error, dict) else {}


def _document(response: HttpResponse) -> JsonObject:
    try:
        document = json.loads(response.content)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _retry_after(response: HttpResponse) -> float | None:
    """Give the seconds that the service wants to be left alone, where it says so in seconds."""
    text = response.headers.get("Retry-After", "")
    return float(text) if text.isascii() and text.isdigit() else None


def _unsent(kind: FailureKind, code: str, error: Exception) -> WriteFailedError:
    text = str(getattr(error, "message", error)).partition("\n")[0][:_TEXT_CHARACTERS]
    return WriteFailedError(WriteFailure(kind, code, text))


def _is_at(address: str, endpoint: str) -> bool:
    """Tell whether an address is of the endpoint's host: our token goes nowhere else."""
    there, here = urlsplit(address), urlsplit(endpoint)
    return (there.scheme, there.netloc.lower()) == (here.scheme, here.netloc.lower())
