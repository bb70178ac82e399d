"""One query, one page: asks Resource Graph until it answers, refuses for good or takes too long."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Final, Protocol

import msgspec

from shared.adapters.graph_query import GraphQuery
from shared.adapters.query_pacing import RESETS_AFTER_HEADER, QueryPacer, duration_seconds
from shared.usecases.interfaces import AccessDeniedError, Clock, InventoryError, ThrottledError

ATTEMPTS: Final = 6
"""How often one page is asked for before the read is given up."""
_FIRST_BACKOFF_SECONDS: Final = 1.0
_LONGEST_BACKOFF_SECONDS: Final = 30.0
_THROTTLED: Final = 429
_SIGN_IN: Final = 401
_REFUSED: Final = 403
_TOO_LARGE: Final = 413
_TRANSIENT: Final = frozenset({408, 500, 502, 503, 504})
_OK: Final = 200


class UnreachableError(InventoryError):
    """No whole answer came back: the connection failed, was cut or took too long."""


class SignInError(InventoryError):
    """Azure does not know who we are: no query will be answered."""


class AnswerTooLargeError(InventoryError):
    """The page would be larger than the service sends (16 MiB)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back over HTTP; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class GraphEndpoint(Protocol):
    """Carries a query to Resource Graph."""

    def post(self, body: bytes) -> Answer:
        """Send a request body and give the answer, whatever its status.

        Raises:
            SignInError: no token could be had.
            UnreachableError: no whole answer came back.
        """


@dataclass(frozen=True, slots=True)
class QueryScope:
    """Which subscriptions a query looks at: some, those of a management group, or all readable."""

    subscriptions: tuple[str, ...] = ()
    management_group: str | None = None


class Page(msgspec.Struct, frozen=True, rename="camel"):
    """One page of rows, each still as the text that came.

    `result_truncated` is the text `true` or `false`.
    Source: SDK model `QueryResponse` of azure-mgmt-resourcegraph 8.0.1.
    """

    total_records: int
    data: list[msgspec.Raw]
    result_truncated: str = "false"
    skip_token: str | None = msgspec.field(default=None, name="$skipToken")


_PAGE: Final = msgspec.json.Decoder(Page)


class _PassingError(Exception):
    """A failure that another attempt may not meet, and how long the service said to wait first."""

    def __init__(self, failure: InventoryError, wait_seconds: float | None = None) -> None:
        super().__init__(str(failure))
        self.failure = failure
        self.wait_seconds = wait_seconds


class GraphExchange:
    """Asks for pages, within the quota and a bounded number of times.

    The SDK's retries are left out: they don't repeat a 429 without `Retry-After` or a 502 on a
    POST, know nothing of the quota, and sleep as long as a header says, without end.
    """

    def __init__(self, endpoint: GraphEndpoint, clock: Clock, pacer: QueryPacer) -> None:
        self._endpoint = endpoint
        self._clock = clock
        self._pacer = pacer

    def ask(self, query: GraphQuery, scope: QueryScope, top: int, skip_token: str | None) -> Page:
        """Give the page of at most `top` rows that `skip_token` names; None names the first.

        Raises:
            SignInError: no token could be had, or it was refused.
            AccessDeniedError: the identity may not read any of the scope.
            AnswerTooLargeError: ask for fewer rows.
            ThrottledError: the service has no time for us soon.
            InventoryError: it refused, or failed `ATTEMPTS` times.
        """
        body = _request(query, scope, top, skip_token)
        for attempt in range(1, ATTEMPTS):
            try:
                return self._once(query, body)
            except _PassingError as passing:
                told = passing.wait_seconds
                self._pacer.pause(_backoff_seconds(attempt) if told is None else told)
        try:
            return self._once(query, body)
        except _PassingError as passing:
            raise passing.failure from passing

    def _once(self, query: GraphQuery, body: bytes) -> Page:
        self._pacer.wait_for_turn()
        try:
            answer = self._endpoint.post(body)
        except UnreachableError as error:
            raise _PassingError(error) from error
        self._pacer.note(answer.headers)
        if answer.status == _OK:
            return _page(answer)
        if answer.status == _THROTTLED:
            wait_seconds = self._told_to_wait(answer)
            throttled = ThrottledError(_complaint(query, answer), wait_seconds)
            raise _PassingError(throttled, wait_seconds)
        if answer.status in _TRANSIENT:
            failure = InventoryError(_complaint(query, answer))
            raise _PassingError(failure, self._told_to_wait(answer))
        raise _refusal(query, answer)

    def _told_to_wait(self, answer: Answer) -> float | None:
        """Read the wait that an answer asks for; None when it asks for none, or for no time.

        That is `Retry-After`, in seconds or as a date, else for a throttled query the end of the
        quota's window.
        """
        text = answer.headers.get("retry-after", "").strip()
        if text.isdecimal():
            return float(text) or None
        try:
            moment = parsedate_to_datetime(text)
        except ValueError:
            is_throttled = answer.status == _THROTTLED
            window = duration_seconds(answer.headers.get(RESETS_AFTER_HEADER, ""))
            return (window or None) if is_throttled else None
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        seconds = (aware - self._clock.now()).total_seconds()
        return seconds if seconds > 0 else None


def _request(query: GraphQuery, scope: QueryScope, top: int, skip_token: str | None) -> bytes:
    options: dict[str, object] = {"$top": top, "resultFormat": "objectArray"}
    if skip_token is not None:
        options["$skipToken"] = skip_token
    if query.looks_above:
        options["authorizationScopeFilter"] = "AtScopeAboveAndBelow"
    body: dict[str, object] = {"query": query.text, "options": options}
    if scope.subscriptions:
        body["subscriptions"] = scope.subscriptions
    elif scope.management_group is not None:
        body["managementGroups"] = [scope.management_group]
    return msgspec.json.encode(body)


def _backoff_seconds(attempt: int) -> float:
    return min(_FIRST_BACKOFF_SECONDS * 2.0 ** (attempt - 1), _LONGEST_BACKOFF_SECONDS)


def _page(answer: Answer) -> Page:
    """Read a page.

    Source of the header: Microsoft Learn, "Guidance for throttled requests in Azure Resource
    Graph"; a scope of more than 10,000 subscriptions is cut without another sign.
    """
    if answer.headers.get("x-ms-tenant-subscription-limit-hit", "").lower() == "true":
        raise InventoryError("the scope holds more than 10,000 subscriptions; name fewer")
    try:
        return _PAGE.decode(answer.body)
    except msgspec.DecodeError as error:
        raise InventoryError(f"Resource Graph sent what is no page of rows: {error}") from error


class _Fault(msgspec.Struct):
    code: str | None = None
    message: str | None = None
    details: list[_Fault] | None = None


class _ErrorBody(msgspec.Struct):
    error: _Fault = msgspec.field(default_factory=_Fault)


_ERROR: Final = msgspec.json.Decoder(_ErrorBody)


def _faults(answer: Answer) -> tuple[_Fault, ...]:
    """Read the error of an answer with its details; none when the body is something else."""
    try:
        fault = _ERROR.decode(answer.body).error
    except msgspec.DecodeError:
        return ()
    return (fault, *(fault.details or ()))


def _complaint(query: GraphQuery, answer: Answer) -> str:
    said = "; ".join(f"{fault.code}: {fault.message}" for fault in _faults(answer) if fault.code)
    return f"Resource Graph answered {answer.status} to {query.name}.kql: {said or 'no reason'}"


def _refusal(query: GraphQuery, answer: Answer) -> InventoryError:
    """Name what an answer means that will be the same next time.

    Source of `ResponsePayloadTooLarge`, which comes as a detail of a 400: microsoft/ARI issue 199.
    """
    message = _complaint(query, answer)
    codes = {fault.code for fault in _faults(answer)}
    if answer.status == _TOO_LARGE or "ResponsePayloadTooLarge" in codes:
        return AnswerTooLargeError(message)
    if answer.status == _SIGN_IN:
        return SignInError(message)
    if answer.status == _REFUSED:
        return AccessDeniedError(message)
    return InventoryError(message)
