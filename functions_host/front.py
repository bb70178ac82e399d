"""The host's front: hands each request to the part that answers it."""

from collections.abc import Sequence
from dataclasses import dataclass

from functions_host import admin, event_grid, http_functions
from functions_host.http_message import Request, Response
from functions_host.http_routes import Router
from functions_host.invocation import Invoker
from functions_host.loader import HostedFunction


@dataclass(frozen=True, slots=True)
class Front:
    """Knows every part of a running host that answers requests."""

    administration: admin.Administration
    router: Router
    event_grid_functions: Sequence[HostedFunction]
    base_url: str
    invoker: Invoker

    def answer(self, request: Request) -> Response:
        """Answer one request; the host's own paths come before the app's routes."""
        path = request.path.lower()
        if path == event_grid.PATH:
            return event_grid.answer(request, self.event_grid_functions, self.invoker)
        if path.startswith(admin.PREFIX):
            return self.administration.answer(request)
        if found := self.router.find(request):
            return http_functions.answer(request, found, self.base_url, self.invoker)
        if path == "/" and request.method == "GET":
            return self.administration.overview()
        return Response(404)
