"""The list of findings, page by page, by the filters in its address."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from dashboard.filters import (
    finding_filter,
    finding_query,
    only_known,
    page_size,
    place_in,
    with_place,
    with_size,
)
from dashboard.templating import page
from dashboard.visit import Visit
from shared.checks import CHECKS
from shared.findings.finding import FindingState
from shared.usecases.report import WORST_FIRST, EstateCount, FindingFilter, findings_page

NAMES = ("state", "check", "severity", "subscription", "q", "limit", "after")


def findings(visit: Visit, request: Request) -> Response:
    """Show one page of findings."""
    query = request.query_params
    only_known(query, NAMES)
    wanted, after = finding_filter(query), place_in(query)
    size = page_size(query)
    found = findings_page(visit.reports.finding_lists, wanted, size, after)
    own = with_size(finding_query(wanted), query)
    kept = visit.reports.tallies.kept()
    values = {
        "wanted": wanted,
        "rows": found.rows,
        "following": with_place(own, found.following) if found.following else None,
        "first": own if after else None,
        "is_short": found.following is not None and len(found.rows) < size,
        "expected": expected(kept, wanted),
        "counted_at": kept.at,
        "states": list(FindingState),
        "severities": WORST_FIRST,
        "checks": CHECKS,
        "subscriptions": sorted(kept.counted),
        "is_filtered": finding_query(wanted) != finding_query(FindingFilter((FindingState.OPEN,))),
    }
    return page(visit, "findings.html", values)


def expected(kept: EstateCount, wanted: FindingFilter) -> int | None:
    """Give how many findings a filter lets through by the last count; None where it cannot tell."""
    if kept.at is None or wanted.text:
        return None
    return sum(
        one.tally.count(state, wanted.checks or None, wanted.severities or WORST_FIRST)
        for subscription, one in kept.counted.items()
        if wanted.subscription in ("", subscription)
        for state in wanted.states or FindingState
    )
