"""The exemptions: what is left open on purpose, who answers for it, and until when."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from dashboard.filters import only_known
from dashboard.templating import page
from dashboard.visit import Visit
from shared.rendering.exemptions_table import EVERY_CHECK, state_of


def exemptions(visit: Visit, request: Request) -> Response:
    """Show every exemption: those in force first, by when they end."""
    only_known(request.query_params, ())
    store = visit.reports.exemptions
    kept = sorted(
        store.every(), key=lambda one: (not one.is_in_force(visit.now), one.exemption.expires)
    )
    values = {
        "rows": [(one, state_of(one, visit.now)) for one in kept],
        "refused": store.refused_tags(),
        "every_check": EVERY_CHECK,
    }
    return page(visit, "exemptions.html", values)
