"""POST of a query to Resource Graph.

Source: REST API reference, Azure Resource Graph, Resources; Microsoft Learn, "Paging results" and
"Guidance for throttled requests in Azure Resource Graph".
"""

import uuid
from typing import Final

from simulator.arm.errors import ArmError, ErrorDetail
from simulator.arm.resources_endpoint import arm_route
from simulator.exchange import Request, Response
from simulator.graph.execution import MAXIMUM_PAYLOAD_BYTES, answer_page
from simulator.graph.kql import InvalidQuery, translated
from simulator.graph.query import GraphQuery, InvalidGraphRequest
from simulator.graph.quota import Allowance
from simulator.graph.scope import readable_scope
from simulator.router import Captures, Route
from simulator.simulation import Simulation

_PATH: Final = "/providers/Microsoft.ResourceGraph/resources"


def post_query(simulation: Simulation, request: Request, _captures: Captures) -> Response:
    """Answer one page of a query's rows."""
    principal = request.headers["authorization"]
    with simulation.lock:
        simulation.settle()
        settings = simulation.settings
        allowance = simulation.quota.ask(principal, simulation.now(), settings)
        if not allowance.granted:
            raise _throttled(allowance, named=settings.quota_retry_after)
        try:
            query = GraphQuery.from_json(request.json_object())
            translation = translated(query.text)
        except (InvalidGraphRequest, InvalidQuery) as error:
            raise _refused(400, "BadRequest", "InvalidQuery", str(error), allowance) from error
        scope = readable_scope(simulation, query)
        if scope is None:
            message = "Access is denied to the requested resource."
            raise _refused(403, "AccessDenied", "AccessDenied", message, allowance)
        view = simulation.index.view(simulation.now(), settings)
    try:
        body = answer_page(view, query, translation, scope, settings)
    except InvalidQuery as error:
        raise _refused(400, "BadRequest", "InvalidQuery", str(error), allowance) from error
    if len(body) > MAXIMUM_PAYLOAD_BYTES:
        message = (
            f"Response payload size is {len(body)}, and has exceeded the limit of "
            f"{MAXIMUM_PAYLOAD_BYTES}. Please consider querying less data at a time and make "
            "paginated call if needed."
        )
        raise _refused(400, "BadRequest", "ResponsePayloadTooLarge", message, allowance)
    return Response(200, body, allowance.headers())


def _refused(
    status: int, code: str, detail_code: str, detail: str, allowance: Allowance
) -> ArmError:
    message = f"Please provide below info when asking for support: correlationId = {uuid.uuid4()}."
    details = (ErrorDetail(detail_code, detail),)
    return ArmError(status, code, message, details, allowance.headers())


def _throttled(allowance: Allowance, *, named: bool) -> ArmError:
    detail = (
        "Client application has been throttled and should not attempt to repeat the request until "
        "an amount of time has elapsed. Please see https://aka.ms/resourcegraph-throttling for "
        "help."
    )
    error = _refused(429, "RateLimiting", "RateLimiting", detail, allowance)
    if named:
        error.headers = {**error.headers, "Retry-After": str(allowance.resets_after_seconds)}
    return error


_ARM_ROUTE: Final = arm_route("POST", _PATH, post_query)
ROUTES: Final = (Route("POST", _PATH, post_query, guards=_ARM_ROUTE.guards, exclusive=False),)
