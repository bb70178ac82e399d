"""Open sessions of Bastion hosts: listed, ended, and opened through the control interface.

Source: REST reference, "Get Active Sessions" (long-running, answered at `Location`) and "Disconnect
Active Sessions" (answered at once) of Bastion hosts.
"""

from typing import Final

from simulator.arm.errors import ArmError
from simulator.arm.identifiers import key_of
from simulator.arm.reading import Located, locate
from simulator.arm.resources_endpoint import arm_route, resource_path
from simulator.arm.writes import begin_action, operation_headers
from simulator.exchange import JsonObject, Request, Response
from simulator.router import Captures, Route
from simulator.simulation import Simulation

_HOST: Final = (
    "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Network"
    "/bastionHosts/{name}"
)
_HOST_TYPE: Final = "microsoft.network/bastionhosts"


def get_active_sessions(simulation: Simulation, request: Request, captures: Captures) -> Response:
    """Accept to list the sessions; the list, as of now, is the result of the operation."""
    located = _located(simulation, captures, "getActiveSessions/action")
    answer = {"value": simulation.sessions.on(located.owner.key, simulation.now())}
    operation = begin_action(simulation, request, answer)
    return Response(202, headers=operation_headers(simulation, request, located, operation))


def disconnect_active_sessions(
    simulation: Simulation, request: Request, captures: Captures
) -> Response:
    """End sessions, and answer for each id what became of it."""
    located = _located(simulation, captures, "disconnectActiveSessions/action")
    named = request.json_object().get("sessionIds")
    if not isinstance(named, list):
        raise ArmError(400, "InvalidRequestContent", "The body needs a list sessionIds.")
    states = [_ended(simulation, located.owner.key, str(one)) for one in named]
    return Response.json({"value": states})


def open_session(simulation: Simulation, request: Request, _captures: Captures) -> Response:
    """Open a session on the host that the body names as `bastion`."""
    body = request.json_object()
    host = simulation.store.resources.get(key_of(str(body.get("bastion", ""))))
    if host is None or host.type != _HOST_TYPE:
        message = f"There is no Bastion host {body.get('bastion')}."
        return Response.json({"error": {"code": "BadRequest", "message": message}}, 400)
    return Response.json(simulation.sessions.open(host.key, body, simulation.now()), 201)


def _located(simulation: Simulation, captures: Captures, action: str) -> Located:
    named = {
        **captures,
        "namespace": "Microsoft.Network",
        "tail": f"bastionHosts/{captures['name']}",
    }
    located = locate(simulation.store.resources, resource_path(simulation, named, action))
    located.existing()
    return located


def _ended(simulation: Simulation, host_key: str, session_id: str) -> JsonObject:
    if simulation.sessions.end(host_key, session_id):
        return {"sessionId": session_id, "message": "Disconnected.", "state": "Disconnected"}
    return {"sessionId": session_id, "message": "Session not found.", "state": "NotFound"}


ROUTES: Final = (
    arm_route("POST", _HOST + "/getActiveSessions", get_active_sessions),
    arm_route("POST", _HOST + "/disconnectActiveSessions", disconnect_active_sessions),
    Route("POST", "/simulator/bastion-sessions", open_session),
)
