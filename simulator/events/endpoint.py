"""The control interface of Event Grid: who is told, and what became of each event."""

from typing import Final

from simulator.events.subscription import EventSubscription, InvalidSubscription
from simulator.exchange import Request, Response
from simulator.router import Captures, Route
from simulator.simulation import Simulation


def get_subscriptions(simulation: Simulation, _request: Request, _captures: Captures) -> Response:
    """Answer the event subscriptions."""
    return Response.json(_shown(simulation))


def put_subscriptions(simulation: Simulation, request: Request, _captures: Captures) -> Response:
    """Put event subscriptions in the place of those before."""
    given = request.json_object().get("subscriptions") or []
    try:
        subscriptions = [EventSubscription.from_json(one) for one in given]
    except InvalidSubscription as error:
        body = {"error": {"code": "InvalidEventSubscription", "message": str(error)}}
        return Response.json(body, 400)
    simulation.events.subscribe(subscriptions, simulation.settings.event_seed)
    return Response.json(_shown(simulation))


def get_events(simulation: Simulation, request: Request, _captures: Captures) -> Response:
    """Answer what became of each event, or of those in one state."""
    return Response.json({"events": simulation.events.deliveries(request.query.get("state"))})


def delete_events(simulation: Simulation, _request: Request, _captures: Captures) -> Response:
    """Forget every event, also those still waiting."""
    simulation.events.forget()
    return Response(204)


def get_dead_letters(simulation: Simulation, _request: Request, _captures: Captures) -> Response:
    """Answer the events that could not be delivered."""
    return Response.json({"events": simulation.events.dead_letters()})


def _shown(simulation: Simulation) -> object:
    return {"subscriptions": [one.as_json() for one in simulation.events.subscriptions]}


ROUTES: Final = (
    Route("GET", "/simulator/event-subscriptions", get_subscriptions),
    Route("PUT", "/simulator/event-subscriptions", put_subscriptions),
    Route("GET", "/simulator/events", get_events),
    Route("DELETE", "/simulator/events", delete_events),
    Route("GET", "/simulator/dead-letters", get_dead_letters),
)
