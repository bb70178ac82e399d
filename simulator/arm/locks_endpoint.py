"""Management locks at any scope: list, get, put and delete.

Source: REST reference, "Management Locks", 2016-09-01.
"""

from typing import Final

from simulator.arm.errors import ArmError
from simulator.arm.identifiers import key_of
from simulator.arm.lists_endpoint import paged
from simulator.arm.locks import locks_within
from simulator.arm.preconditions import require_readable
from simulator.arm.resources_endpoint import arm_route
from simulator.exchange import Request, Response
from simulator.router import Captures
from simulator.simulation import Simulation

_LEVELS: Final = frozenset({"cannotdelete", "readonly", "notspecified"})
_BELOW: Final = (
    "/subscriptions/{subscription}/{within:rest}/providers/Microsoft.Authorization/locks"
)
_AT_TOP: Final = "/subscriptions/{subscription}/providers/Microsoft.Authorization/locks"


def list_locks(simulation: Simulation, request: Request, captures: Captures) -> Response:
    """Answer the locks on a scope and on all below it."""
    require_readable(simulation, captures["subscription"], "Microsoft.Authorization/locks/read")
    scope = key_of(request.path).rpartition("/providers/")[0]
    return paged(simulation, request, locks_within(simulation, scope))


def get_lock(simulation: Simulation, request: Request, _captures: Captures) -> Response:
    """Answer one lock."""
    return Response.json(_existing(simulation, request))


def put_lock(simulation: Simulation, request: Request, captures: Captures) -> Response:
    """Create or replace a lock, at once."""
    properties = request.json_object().get("properties") or {}
    if str(properties.get("level", "")).lower() not in _LEVELS:
        raise ArmError(400, "InvalidLockLevel", "The lock level is not valid.")
    key = key_of(request.path)
    existed = key in simulation.locks
    simulation.locks[key] = {
        "id": request.path,
        "name": captures["name"],
        "type": "Microsoft.Authorization/locks",
        "properties": properties,
    }
    return Response.json(simulation.locks[key], 200 if existed else 201)


def delete_lock(simulation: Simulation, request: Request, _captures: Captures) -> Response:
    """Take a lock away; one that is not there gives 204."""
    return Response(204 if simulation.locks.pop(key_of(request.path), None) is None else 200)


def _existing(simulation: Simulation, request: Request) -> dict[str, object]:
    lock = simulation.locks.get(key_of(request.path))
    if lock is None:
        raise ArmError(404, "LockNotFound", f"The lock '{request.path}' could not be found.")
    return lock


ROUTES: Final = tuple(
    route
    for template in (_AT_TOP, _BELOW)
    for route in (
        arm_route("GET", template, list_locks),
        arm_route("GET", template + "/{name}", get_lock),
        arm_route("PUT", template + "/{name}", put_lock),
        arm_route("DELETE", template + "/{name}", delete_lock),
    )
)
