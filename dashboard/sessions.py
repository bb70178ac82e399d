"""The sessions through Bastions of one day, page by page."""

from __future__ import annotations

from datetime import date

from starlette.requests import Request
from starlette.responses import Response

from dashboard.filters import (
    only_known,
    page_size,
    place_in,
    session_filter,
    session_query,
    with_place,
    with_size,
)
from dashboard.templating import page
from dashboard.visit import Visit
from shared.findings.session import SessionOutcome
from shared.rendering.sessions_table import name_of

NAMES = ("day", "machine", "user", "outcome", "limit", "after")


def sessions(visit: Visit, request: Request) -> Response:
    """Show one page of sessions."""
    query = request.query_params
    only_known(query, NAMES)
    wanted, after = session_filter(query, latest_day(visit)), place_in(query)
    found = visit.reports.session_lists.of_day(wanted, page_size(query), after)
    own = with_size(session_query(wanted), query)
    values = {
        "wanted": wanted,
        "rows": found.rows,
        "following": with_place(own, found.following) if found.following else None,
        "first": own if after else None,
        "day_before": session_query(wanted, -1),
        "day_after": session_query(wanted, 1) if wanted.day < visit.now.date() else None,
        "outcomes": list(SessionOutcome),
        "logs": [(log, log.state(visit.now)) for log in visit.reports.session_lists.logs()],
        "resource_name": name_of,
    }
    return page(visit, "sessions.html", values)


def latest_day(visit: Visit) -> date:
    """Give the day of the latest record of any Bastion; today where there is none."""
    logs = visit.reports.session_lists.logs()
    return max(
        (log.last_record.date() for log in logs if log.last_record), default=visit.now.date()
    )
