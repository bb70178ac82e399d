"""A Teams channel behind a Workflow: it takes cards and keeps them for reading.

Source: Microsoft Learn, "Create incoming webhooks with Workflows for Microsoft Teams": a post is
answered with 202 and no body before anybody sees the card.
"""

from typing import Final

from simulator.exchange import Request, Response
from simulator.router import Captures, Route
from simulator.simulation import Simulation


def post_card(simulation: Simulation, request: Request, captures: Captures) -> Response:
    """Accept a message for a channel; without the signature in the address it is refused."""
    if not request.query.get("sig"):
        error = {"code": "DirectApiAuthorizationRequired", "message": "The signature is missing."}
        return Response.json({"error": error}, 401)
    simulation.messages.append(
        {
            "channel": captures["channel"],
            "received_at": simulation.now().isoformat(),
            "size_bytes": len(request.body),
            "payload": request.json_object(),
        }
    )
    return Response(202)


def list_messages(simulation: Simulation, _request: Request, _captures: Captures) -> Response:
    """Answer every message that arrived, oldest first, whole."""
    return Response.json({"messages": simulation.messages})


def forget_messages(simulation: Simulation, _request: Request, _captures: Captures) -> Response:
    """Forget the messages that arrived."""
    simulation.messages.clear()
    return Response(204)


ROUTES: Final = (
    Route("POST", "/teams/{channel}", post_card),
    Route("GET", "/simulator/teams", list_messages),
    Route("DELETE", "/simulator/teams", forget_messages),
)
