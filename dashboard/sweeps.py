"""The sweeps: how they went, and what each one could not read."""

from __future__ import annotations

import re
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from dashboard.filters import only_known
from dashboard.sweep_view import overdue, sweep_view
from dashboard.templating import page
from dashboard.visit import NotThereError, Visit
from shared.usecases.interfaces import Sweep

SHOWN: Final = 20
PARTIAL_SHOWN: Final = 10
_ID: Final = re.compile(r"[0-9]{8}T[0-9]{6}\.[0-9]{6}Z(-part)?")


def sweeps(visit: Visit, request: Request) -> Response:
    """Show the latest sweeps, whole and partial."""
    only_known(request.query_params, ())
    store = visit.reports.sweeps
    latest = store.latest(SHOWN)
    values = {
        "whole": [sweep_view(one, visit.now) for one in latest],
        "partial": [
            sweep_view(one, visit.now) for one in store.latest(PARTIAL_SHOWN, partial=True)
        ],
        "late": overdue(latest, visit.now),
    }
    return page(visit, "sweeps.html", values)


def sweep(visit: Visit, request: Request) -> Response:
    """Show one sweep with what it could not read."""
    only_known(request.query_params, ())
    return page(visit, "sweep.html", {"sweep": sweep_view(sweep_of(visit, request), visit.now)})


def sweep_of(visit: Visit, request: Request) -> Sweep:
    """Find the sweep that an address names.

    Raises:
        NotThereError: there is none.
    """
    name = request.path_params["sweep"]
    found = visit.reports.sweeps.sweep(name) if _ID.fullmatch(name) else None
    if found is None:
        raise NotThereError("No sweep of this id is recorded.")
    return found
