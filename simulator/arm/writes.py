"""Accepting a write: staged at once, finished by its long-running operation."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from simulator.arm.cause import Cause
from simulator.arm.errors import ErrorDetail
from simulator.arm.identifiers import type_of
from simulator.arm.operations import Operation
from simulator.arm.reading import Located
from simulator.arm.resource_set import StoredResource
from simulator.caller import caller_of
from simulator.events.occurrence import Occurrence, Outcome
from simulator.exchange import JsonObject, Request
from simulator.simulation import Simulation

_FAILURE = ErrorDetail("InternalServerError", "An error occurred.")


@dataclass(frozen=True, slots=True)
class Change:
    """A write that was found lawful.

    `version` gives the resource's document in a provisioning state; None deletes the resource.
    `action` is the last word of the permission that the write needs, such as `write`.
    """

    located: Located
    action: str
    version: Callable[[str], JsonObject] | None


def in_state(document: JsonObject, state: str) -> JsonObject:
    """Return a document with another provisioning state."""
    return {**document, "properties": {**document["properties"], "provisioningState": state}}


def begin(simulation: Simulation, request: Request, change: Change) -> Operation:
    """Stage a change and start the operation that finishes it.

    While the operation runs the new content is readable with the state `Updating`, or the old one
    with `Deleting`.  An operation that fails leaves the old content with the state `Failed`, or
    the new content where there was no old one.
    """
    store, before = simulation.store, change.located.resource
    path = change.located.path
    cause = _cause(simulation, request, path.id, f"{path.type}/{change.action}")

    def succeed(ended: datetime) -> None:
        after = store.put(change.version("Succeeded"), ended) if change.version else None
        if after is None:
            store.remove(path.key)
        store.announce(ended, before, after, cause)
        _tell(simulation, cause, ended, Outcome.SUCCESS, before, after)

    def fail(ended: datetime) -> None:
        after = None
        if before is not None:
            after = store.put(in_state(before.document, "Failed"), ended)
        elif change.version is not None:
            after = store.put(change.version("Failed"), ended)
        if after is not None:
            store.announce(ended, before, after, cause)
        _tell(simulation, cause, ended, Outcome.FAILURE, before, after)

    if change.version is not None:
        store.put(change.version("Updating"), simulation.now())
    elif before is not None:
        store.put(in_state(before.document, "Deleting"), simulation.now())
    return _started(simulation, request, change.located.owner.key, succeed, fail)


def begin_action(simulation: Simulation, request: Request, answer: JsonObject) -> Operation:
    """Start an operation that changes nothing, and gives `answer` when it has ended."""
    target, _, action = request.path.rstrip("/").rpartition("/")
    cause = _cause(simulation, request, target, f"{type_of(target)}/{action}/action")

    def succeed(ended: datetime) -> None:
        _tell(simulation, cause, ended, Outcome.SUCCESS)

    def fail(ended: datetime) -> None:
        _tell(simulation, cause, ended, Outcome.FAILURE)

    own_key = f"{request.path}#{uuid.uuid4()}"
    return _started(simulation, request, own_key, succeed, fail, answer=answer)


def _cause(simulation: Simulation, request: Request, target: str, operation: str) -> Cause:
    caller = caller_of(request, simulation.settings.caller)
    return Cause.of(request, target, operation, caller)


def _tell(
    simulation: Simulation,
    cause: Cause,
    ended: datetime,
    outcome: Outcome,
    *versions: StoredResource | None,
) -> None:
    """Let Event Grid tell that a request has ended, with the versions before it and after it."""
    if not simulation.events.subscriptions:
        return
    store = simulation.store
    tenant = store.subscriptions[cause.subscription.lower()]["tenantId"]
    shown = next((version for version in reversed(versions) if version is not None), None)
    written = store.resources.rendered(shown) if shown else None
    is_gone = bool(versions) and versions[-1] is None
    occurrence = Occurrence(cause, ended, outcome, tenant, written, is_gone)
    simulation.events.publish(occurrence, simulation.settings)


def _started(  # noqa: PLR0913 - one argument for each thing that is known of an operation
    simulation: Simulation,
    request: Request,
    resource_key: str,
    succeed: Callable[[datetime], None],
    fail: Callable[[datetime], None],
    *,
    answer: JsonObject | None = None,
) -> Operation:
    fault = simulation.faults.next_for(request, after_accept=True)
    failure = None
    if fault is not None:
        body = fault.body if isinstance(fault.body, dict) else {}
        failure = ErrorDetail(
            str(body.get("code", _FAILURE.code)), str(body.get("message", _FAILURE.message))
        )
    return simulation.operations.start(
        resource_key,
        simulation.now(),
        seconds=simulation.settings.operation_seconds,
        polls=simulation.settings.operation_polls,
        failure=failure,
        succeed=succeed,
        fail=fail,
        answer=answer,
    )


def operation_headers(
    simulation: Simulation, request: Request, located: Located, operation: Operation
) -> dict[str, str]:
    """Return the headers that tell a client where to follow an operation.

    Source: REST API guide, "Track asynchronous Azure operations".
    """
    resource = located.resource
    region = (resource.document.get("location") if resource else None) or "westeurope"
    base = (
        f"{request.base_url}/subscriptions/{located.path.subscription}"
        f"/providers/{located.path.namespace}/locations/{region}"
    )
    version = f"api-version={request.query['api-version']}"
    return {
        "Azure-AsyncOperation": f"{base}/operations/{operation.id}?{version}",
        "Location": f"{base}/operationResults/{operation.id}?{version}",
        "Retry-After": str(simulation.settings.retry_after_seconds),
    }
