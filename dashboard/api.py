"""The JSON API: the data of the pages for programs, under `/api/v1`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from dashboard import findings as findings_page_view
from dashboard import sessions as sessions_page_view
from dashboard.api_documents import (
    head_document,
    plan_record_document,
    plan_summary_document,
    record_document,
    scorecard_document,
    summary_document,
    sweep_document,
    transition_document,
)
from dashboard.filters import (
    finding_filter,
    finding_query,
    only_known,
    page_size,
    place_in,
    session_filter,
    session_query,
    with_place,
    words_in,
)
from dashboard.finding import record_of
from dashboard.openapi import document
from dashboard.plans import listed, plan_of
from dashboard.posture import machine_of
from dashboard.posture_address import asked_in
from dashboard.posture_view import scorecard
from dashboard.sweep_view import sweep_view
from dashboard.sweeps import PARTIAL_SHOWN, SHOWN, sweep_of
from dashboard.visit import Visit
from shared.exposure.documents import Json
from shared.remediation.lifecycle import PlanState
from shared.rendering.exemptions_table import exemptions_document
from shared.rendering.posture_document import machine_document
from shared.rendering.sessions_table import session_document
from shared.usecases.report import findings_page

View: TypeAlias = Callable[[Visit, Request], Response]


def _findings(visit: Visit, request: Request) -> Response:
    query = request.query_params
    only_known(query, findings_page_view.NAMES)
    wanted, limit = finding_filter(query), page_size(query)
    found = findings_page(visit.reports.finding_lists, wanted, limit, place_in(query))
    own = f"{finding_query(wanted)}&limit={limit}"
    return _listed("findings", [*map(summary_document, found.rows)], own, found.following)


def _finding(visit: Visit, request: Request) -> Response:
    only_known(request.query_params, ())
    return JSONResponse(record_document(record_of(visit, request)))


def _history(visit: Visit, request: Request) -> Response:
    only_known(request.query_params, ())
    fingerprint = record_of(visit, request).finding.fingerprint
    steps = visit.reports.findings.history(fingerprint)
    return JSONResponse({"fingerprint": fingerprint, "history": [*map(transition_document, steps)]})


def _sweeps(visit: Visit, request: Request) -> Response:
    only_known(request.query_params, ())
    store = visit.reports.sweeps
    listed = (*store.latest(SHOWN), *store.latest(PARTIAL_SHOWN, partial=True))
    listed = tuple(sorted(listed, key=lambda one: one.started, reverse=True))
    return JSONResponse({"sweeps": [sweep_document(sweep_view(one, visit.now)) for one in listed]})


def _sweep(visit: Visit, request: Request) -> Response:
    only_known(request.query_params, ())
    return JSONResponse(sweep_document(sweep_view(sweep_of(visit, request), visit.now)))


def _posture(visit: Visit, request: Request) -> Response:
    query = request.query_params
    asked, limit = asked_in(query), page_size(query)
    card = scorecard(visit.reports, asked, limit, place_in(query))
    own = f"{asked.query}&limit={limit}" if asked.query else f"limit={limit}"
    following = f"/api/v1/posture?{with_place(own, card.following)}" if card.following else None
    return JSONResponse({**scorecard_document(card), "next": following})


def _posture_machine(visit: Visit, request: Request) -> Response:
    head, score = machine_of(visit, request)
    return JSONResponse({**head_document(head), **machine_document(score)})


def _sessions(visit: Visit, request: Request) -> Response:
    query = request.query_params
    only_known(query, sessions_page_view.NAMES)
    wanted = session_filter(query, sessions_page_view.latest_day(visit))
    limit = page_size(query)
    found = visit.reports.session_lists.of_day(wanted, limit, place_in(query))
    own = f"{session_query(wanted)}&limit={limit}"
    return _listed("sessions", [*map(session_document, found.rows)], own, found.following)


def _exemptions(visit: Visit, request: Request) -> Response:
    only_known(request.query_params, ())
    store = visit.reports.exemptions
    return JSONResponse(exemptions_document(store.every(), store.refused_tags(), visit.now))


def _plans(visit: Visit, request: Request) -> Response:
    only_known(request.query_params, ("state",))
    states = words_in(request.query_params, "state", PlanState)
    return JSONResponse({"plans": [*map(plan_summary_document, listed(visit, states))]})


def _plan(visit: Visit, request: Request) -> Response:
    only_known(request.query_params, ())
    record = plan_of(visit, request)
    steps = visit.reports.plans.history(record.plan.id)
    return JSONResponse(plan_record_document(record, steps))


def _openapi(_visit: Visit, request: Request) -> Response:
    only_known(request.query_params, ())
    return JSONResponse(document())


def _listed(name: str, rows: list[Json], own: str, following: str | None) -> Response:
    """Give part of a list, and the address of the next part."""
    address = f"/api/v1/{name}?{with_place(own, following)}" if following else None
    return JSONResponse({name: rows, "next": address})


ADDRESSES: Final[Mapping[str, View]] = {
    "/api/v1/findings": _findings,
    "/api/v1/findings/{fingerprint}": _finding,
    "/api/v1/findings/{fingerprint}/history": _history,
    "/api/v1/sweeps": _sweeps,
    "/api/v1/sweeps/{sweep}": _sweep,
    "/api/v1/posture": _posture,
    "/api/v1/posture/machine": _posture_machine,
    "/api/v1/sessions": _sessions,
    "/api/v1/exemptions": _exemptions,
    "/api/v1/plans": _plans,
    "/api/v1/plans/{plan}": _plan,
    "/api/v1/openapi.json": _openapi,
}
