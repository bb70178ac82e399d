"""The ASGI app: every address, who may open it, and what is answered when that fails."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Final, TypeAlias
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard import api, health
from dashboard.exemptions import exemptions
from dashboard.faults import EXPECTED, Fault, fault_of
from dashboard.finding import finding
from dashboard.findings import findings
from dashboard.overview import overview
from dashboard.plans import decide_plan, plan, plans
from dashboard.posture import posture, posture_machine
from dashboard.principal import AppRole
from dashboard.problems import problem
from dashboard.security_headers import SecurityHeaders
from dashboard.sessions import sessions
from dashboard.sign_in import SignIn
from dashboard.sweeps import sweep, sweeps
from dashboard.templating import bare_page, mark, style_sheet
from dashboard.visit import Visit
from shared.wiring import functions_runtime

View: TypeAlias = Callable[[Visit, Request], Response]
Taking: TypeAlias = Callable[[Visit, Request, Mapping[str, str]], Response]
Answer: TypeAlias = Callable[[Request], Response]
AnswerToForm: TypeAlias = Callable[[Request], Awaitable[Response]]

PAGES: Final[Mapping[str, View]] = {
    "/": overview,
    "/findings": findings,
    "/findings/{fingerprint}": finding,
    "/exemptions": exemptions,
    "/posture": posture,
    "/posture/machine": posture_machine,
    "/sessions": sessions,
    "/plans": plans,
    "/plans/{plan}": plan,
    "/sweeps": sweeps,
    "/sweeps/{sweep}": sweep,
}
FORMS: Final[Mapping[str, Taking]] = {"/plans/{plan}": decide_plan}
_API: Final = "/api/"
_LONGEST_FORM: Final = 16 * 1024
_KEPT: Final = {"Cache-Control": "private, max-age=86400"}


def application(environ: Mapping[str, str]) -> Starlette:
    """Give the app; the settings are read from `environ` anew by every request.

    Every page and everything of the API is behind `_Door`, which lets in readers at least, and to
    forms approvers.  Open
    to anybody are the style sheet, and whether the app lives and is ready.
    """
    door = _Door(environ)
    guarded = {**PAGES, **api.ADDRESSES}
    routes = [
        Route("/static/portcullis.css", _style),
        Route("/static/mark.svg", _mark),
        Route("/api/health", health.live),
        Route("/api/ready", health.readiness(environ)),
        *(Route(path, door.guarding(view), methods=["GET"]) for path, view in guarded.items()),
        *(Route(path, door.taking(taking), methods=["POST"]) for path, taking in FORMS.items()),
    ]
    return Starlette(
        routes=routes,
        middleware=[Middleware(SecurityHeaders)],
        exception_handlers={HTTPException: _no_such_address},
    )


class _Door:
    """Lets in whoever may come in."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def guarding(self, view: View, role: AppRole = AppRole.READER) -> Answer:
        """Give what answers an address: the view for those in a role, else what went wrong."""

        def answer(request: Request) -> Response:
            is_known = False
            try:
                visit = self._visit(request, role)
                is_known = True
                return view(visit, request)
            except EXPECTED as error:
                return refusal(request, fault_of(error, is_known=is_known))

        return answer

    def taking(self, taking: Taking) -> AnswerToForm:
        """Give what takes a form from approvers."""

        async def answer(request: Request) -> Response:
            form = form_in(await request.body())

            def view(visit: Visit, request: Request) -> Response:
                return taking(visit, request, form)

            return await run_in_threadpool(self.guarding(view, AppRole.APPROVER), request)

        return answer

    def _visit(self, request: Request, role: AppRole) -> Visit:
        runtime = functions_runtime(self._environ)
        signed_in = SignIn.read(self._environ, is_simulated=runtime.settings.arm.is_simulator)
        return Visit(signed_in.principal(request.headers, role), runtime, runtime.clock.now())


def form_in(body: bytes) -> Mapping[str, str]:
    """Read a form as browsers send it; of one that is endless, or broken, nothing."""
    if len(body) > _LONGEST_FORM:
        return {}
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


def refusal(request: Request, fault: Fault) -> Response:
    """Tell what went wrong: as a page, or to programs as a problem."""
    if request.url.path.startswith(_API):
        return problem(fault, request.url.path)
    return bare_page("fault.html", {"fault": fault}, fault.status)


def _no_such_address(request: Request, error: Exception) -> Response:
    status = HTTPStatus(error.status_code) if isinstance(error, HTTPException) else HTTPStatus(500)
    texts = {
        HTTPStatus.NOT_FOUND: "There is no page at this address.",
        HTTPStatus.METHOD_NOT_ALLOWED: "This address does not take that method.",
    }
    return refusal(request, Fault(status, status.phrase, texts.get(status, status.description)))


def _style(_request: Request) -> Response:
    return Response(style_sheet(), media_type="text/css", headers=_KEPT)


def _mark(_request: Request) -> Response:
    return Response(mark(), media_type="image/svg+xml", headers=_KEPT)
