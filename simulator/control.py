"""The control interface: look at the simulator, and change how it behaves."""

from typing import Final

from simulator.arm.cause import Cause
from simulator.arm.identifiers import key_of, type_of
from simulator.arm.virtual_machine import POWER_STATES, powered
from simulator.exchange import Request, Response
from simulator.faults import FaultRule, InvalidFault
from simulator.router import Captures, Route
from simulator.settings import InvalidSetting
from simulator.simulation import Simulation


def get_health(simulation: Simulation, _request: Request, _captures: Captures) -> Response:
    """Answer that the simulator runs, and how much it holds."""
    answer = {
        "status": "ok",
        "resources": len(simulation.store.resources),
        "subscriptions": len(simulation.store.subscriptions),
    }
    return Response.json(answer)


def get_settings(simulation: Simulation, _request: Request, _captures: Captures) -> Response:
    """Answer the settings."""
    return Response.json(simulation.settings.as_json())


def patch_settings(simulation: Simulation, request: Request, _captures: Captures) -> Response:
    """Change some settings; the others stay."""
    try:
        simulation.settings = simulation.settings.with_changes(request.json_object())
    except InvalidSetting as error:
        return _bad_request(str(error))
    return Response.json(simulation.settings.as_json())


def get_faults(simulation: Simulation, _request: Request, _captures: Captures) -> Response:
    """Answer the fault rules with the uses that are left to them."""
    return Response.json({"faults": [rule.as_json() for rule in simulation.faults.rules]})


def put_faults(simulation: Simulation, request: Request, _captures: Captures) -> Response:
    """Put a list of fault rules in the place of those in force."""
    try:
        rules = [FaultRule.from_json(rule) for rule in request.json_object().get("faults") or []]
    except InvalidFault as error:
        return _bad_request(str(error))
    simulation.faults.rules = rules
    return Response.json({"faults": [rule.as_json() for rule in rules]})


def get_requests(simulation: Simulation, _request: Request, _captures: Captures) -> Response:
    """Answer the requests so far, but for those to the control interface."""
    return Response.json({"requests": [entry.as_json() for entry in simulation.log]})


def delete_requests(simulation: Simulation, _request: Request, _captures: Captures) -> Response:
    """Forget the requests so far."""
    simulation.log.clear()
    return Response(204)


def catch_up(simulation: Simulation, _request: Request, _captures: Captures) -> Response:
    """Let Resource Graph see every write made so far."""
    simulation.index.catch_up()
    return Response(204)


def set_power(simulation: Simulation, request: Request, _captures: Captures) -> Response:
    """Put a virtual machine into a power state, without an operation."""
    body = request.json_object()
    state = str(body.get("state", "")).lower()
    if state not in POWER_STATES:
        return _bad_request(f"The state must be one of {', '.join(sorted(POWER_STATES))}.")
    resources = simulation.store.resources
    machine = resources.get(key_of(str(body.get("id", ""))))
    if machine is None or machine.type != "microsoft.compute/virtualmachines":
        return _bad_request(f"There is no virtual machine {body.get('id')}.")
    target = machine.document["id"]
    cause = Cause.of(request, target, f"{type_of(target)}/write", simulation.settings.caller)
    now = simulation.now()
    after = simulation.store.put(powered(machine.document, state), now)
    simulation.store.announce(now, machine, after, cause)
    return Response(204)


def reset(simulation: Simulation, _request: Request, _captures: Captures) -> Response:
    """Go back to the start: estate, settings, faults, log and messages."""
    simulation.reset()
    return Response(204)


def _bad_request(message: str) -> Response:
    return Response.json({"error": {"code": "BadRequest", "message": message}}, 400)


ROUTES: Final = (
    Route("GET", "/simulator/health", get_health),
    Route("GET", "/simulator/settings", get_settings),
    Route("PATCH", "/simulator/settings", patch_settings),
    Route("GET", "/simulator/faults", get_faults),
    Route("PUT", "/simulator/faults", put_faults),
    Route("GET", "/simulator/requests", get_requests),
    Route("DELETE", "/simulator/requests", delete_requests),
    Route("POST", "/simulator/index/catch-up", catch_up),
    Route("POST", "/simulator/power", set_power),
    Route("POST", "/simulator/reset", reset),
)
