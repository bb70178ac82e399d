"""Instance view and power actions of virtual machines."""

from typing import Final

from simulator.arm.preconditions import require_etag, require_idle
from simulator.arm.reading import Located, locate
from simulator.arm.resources_endpoint import arm_route, resource_path
from simulator.arm.virtual_machine import ACTIONS, instance_view, powered
from simulator.arm.writes import Change, begin, in_state, operation_headers
from simulator.exchange import Request, Response
from simulator.router import Captures, Handler
from simulator.simulation import Simulation

_TEMPLATE: Final = (
    "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Compute"
    "/virtualMachines/{name}/"
)


def get_instance_view(simulation: Simulation, _request: Request, captures: Captures) -> Response:
    """Answer the instance view of a virtual machine."""
    located = _locate(simulation, captures, "instanceView/read")
    return Response.json(instance_view(located.existing().document))


def power_action(action: str) -> Handler:
    """Return the handler of one power action, accepted with 202 and done by an operation."""

    def handle(simulation: Simulation, request: Request, captures: Captures) -> Response:
        located = _locate(simulation, captures, f"{action}/action")
        document = powered(located.existing().document, ACTIONS[action])
        require_idle(simulation, located.owner.key)
        require_etag(located, request)
        change = Change(located, f"{action}/action", lambda state: in_state(document, state))
        operation = begin(simulation, request, change)
        return Response(202, headers=operation_headers(simulation, request, located, operation))

    return handle


def _locate(simulation: Simulation, captures: Captures, action: str) -> Located:
    named = {
        **captures,
        "namespace": "Microsoft.Compute",
        "tail": f"virtualMachines/{captures['name']}",
    }
    return locate(simulation.store.resources, resource_path(simulation, named, action))


ROUTES: Final = (
    arm_route("GET", _TEMPLATE + "instanceView", get_instance_view),
    *(arm_route("POST", _TEMPLATE + action, power_action(action)) for action in ACTIONS),
)
