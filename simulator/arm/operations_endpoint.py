"""Status and result of long-running operations.

Source: REST API guide, "Track asynchronous Azure operations": the status address answers 200 with
`status`, the result address 202 until the operation has ended.
"""

from typing import Final

from simulator.arm.errors import ArmError
from simulator.arm.operations import Operation
from simulator.arm.resources_endpoint import arm_route
from simulator.exchange import Request, Response
from simulator.router import Captures
from simulator.simulation import Simulation

_TEMPLATE: Final = "/subscriptions/{subscription}/providers/{namespace}/locations/{region}"


def get_status(simulation: Simulation, _request: Request, captures: Captures) -> Response:
    """Answer the status of an operation; each answer counts as one poll."""
    operation = _polled(simulation, captures)
    headers = {}
    if operation.status == "InProgress":
        headers["Retry-After"] = str(simulation.settings.retry_after_seconds)
    return Response.json(operation.as_json(), headers=headers)


def get_result(simulation: Simulation, request: Request, captures: Captures) -> Response:
    """Answer 202 while an operation runs, then what it gives, or the error that it ended with.

    A write gives nothing, with status 204.
    """
    operation = _polled(simulation, captures)
    if operation.status == "InProgress":
        headers = {
            "Location": f"{request.base_url}{request.path}?api-version="
            f"{request.query['api-version']}",
            "Retry-After": str(simulation.settings.retry_after_seconds),
        }
        return Response(202, headers=headers)
    if operation.failure is not None:
        raise ArmError(500, operation.failure.code, operation.failure.message)
    return Response(204) if operation.answer is None else Response.json(operation.answer)


def _polled(simulation: Simulation, captures: Captures) -> Operation:
    operation = simulation.operations.polled(captures["operation"], simulation.now())
    if operation is None:
        message = f"The operation '{captures['operation']}' was not found."
        raise ArmError(404, "OperationNotFound", message)
    return operation


ROUTES: Final = (
    arm_route("GET", _TEMPLATE + "/operations/{operation}", get_status),
    arm_route("GET", _TEMPLATE + "/operationResults/{operation}", get_result),
)
