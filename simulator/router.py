"""Which handler answers which request."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from simulator.exchange import Request, Response
from simulator.simulation import Simulation

Captures: TypeAlias = Mapping[str, str]
"""What the placeholders of a route's template stood for in one request's path."""

Handler: TypeAlias = Callable[[Simulation, Request, Captures], Response]
Guard: TypeAlias = Callable[[Simulation, Request], None]


@dataclass(frozen=True, slots=True)
class Route:
    """One method and path template with the handler for it.

    In the template `{name}` stands for one path segment and `{name:rest}` for all that remain.
    Paths match without case, as in Azure Resource Manager.  An `exclusive` route runs under the
    simulation's lock, after the operations whose time has come; another one sees to both itself.
    """

    method: str
    template: str
    handler: Handler
    guards: tuple[Guard, ...] = ()
    exclusive: bool = True

    def compiled(self) -> re.Pattern[str]:
        """Return the template as a pattern for whole paths."""
        text = re.escape(self.template)
        text = re.sub(r"\\\{(\w+):rest\\\}", r"(?P<\1>.+)", text)
        text = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", text)
        return re.compile(text + "/?", re.IGNORECASE)


class Router:
    """Finds the route of a request; of several that match, the first one given."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._routes = tuple((route, route.compiled()) for route in routes)

    def answer(self, simulation: Simulation, request: Request) -> Response:
        """Let the first matching route answer; without one the status is 404, or 405."""
        path_known = False
        for route, pattern in self._routes:
            found = pattern.fullmatch(request.path)
            if found is None:
                continue
            path_known = True
            if route.method == request.method:
                return _run(route, simulation, request, found.groupdict())
        status, code = (405, "MethodNotAllowed") if path_known else (404, "PathNotFound")
        message = f"The simulator does not serve {request.method} {request.path}."
        return Response.json({"error": {"code": code, "message": message}}, status)


def _run(route: Route, simulation: Simulation, request: Request, captures: Captures) -> Response:
    for guard in route.guards:
        guard(simulation, request)
    if not route.exclusive:
        return route.handler(simulation, request, captures)
    with simulation.lock:
        simulation.settle()
        return route.handler(simulation, request, captures)
