"""The first page: the state of the estate in a few numbers, each a link to what is behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from dashboard.filters import link_to, only_known
from dashboard.sweep_view import last_closed, overdue, sweep_view
from dashboard.templating import page
from dashboard.trend import trend_picture, trend_words
from dashboard.visit import Visit
from dashboard.wording import hours, span
from shared.checks import CHECKS
from shared.checks.result import Severity
from shared.checks.ssh_reachable import SSH_REACHABLE
from shared.findings.finding import FindingState
from shared.findings.lag import Lag, percentile
from shared.findings.tally import CERTAIN, Tally, hours_to_close, total, trend
from shared.usecases.report import WORST_FIRST

SWEEPS_READ = 6


@dataclass(frozen=True, slots=True)
class Number:
    """A number with a link to the findings behind it."""

    number: int
    link: str
    severity: str = ""


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One check: how many of its findings are open, by severity, the worst first."""

    id: str
    finds: str
    numbers: tuple[Number, ...]
    every: Number


def overview(visit: Visit, request: Request) -> Response:
    """Show the first page."""
    only_known(request.query_params, ())
    reports = visit.reports
    count = reports.count()
    tally = total(one.tally for one in count.counted.values())
    sweeps = reports.sweeps.latest(SWEEPS_READ)
    done = last_closed(sweeps)
    days = trend(tally, visit.now.date())
    closing = hours_to_close(tally, visit.now.date())
    values = {
        "counted_at": count.at,
        "reachable": Number(tally.reachable, _ways_in(CERTAIN)),
        "in_doubt": Number(tally.in_doubt, _ways_in((Severity.INFO,))),
        "severities": [
            Number(
                tally.count(FindingState.OPEN, severities=[severity]),
                link_to(severities=[severity]),
                severity.value,
            )
            for severity in WORST_FIRST
        ],
        "open": Number(tally.count(FindingState.OPEN), link_to()),
        "exempt": Number(tally.count(FindingState.EXEMPT), link_to(state=FindingState.EXEMPT)),
        "closing": None if closing is None else hours(closing),
        "closed_link": link_to(SSH_REACHABLE.id, state=FindingState.RESOLVED),
        "trend": trend_picture(days),
        "trend_words": trend_words(days),
        "days": days,
        "sweep": sweep_view(done, visit.now) if done else None,
        "running": sweep_view(sweeps[0], visit.now) if sweeps and not sweeps[0].closed else None,
        "late": overdue(sweeps, visit.now),
        "lag": _lag(reports.lags.lags()),
        "checks": check_rows(tally),
        "severity_names": [severity.value for severity in WORST_FIRST],
    }
    return page(visit, "overview.html", values)


def check_rows(tally: Tally) -> Sequence[CheckRow]:
    """Give a row for each check that has anything open, in the order in which checks are shown."""
    return [
        CheckRow(
            check.id,
            check.finds,
            tuple(
                Number(
                    tally.count(FindingState.OPEN, [check.id], [severity]),
                    link_to(check.id, severities=[severity]),
                    severity.value,
                )
                for severity in WORST_FIRST
            ),
            Number(tally.count(FindingState.OPEN, [check.id]), link_to(check.id)),
        )
        for check in CHECKS
        if tally.count(FindingState.OPEN, [check.id])
    ]


def _ways_in(severities: Sequence[Severity]) -> str:
    return link_to(SSH_REACHABLE.id, severities=severities)


def _lag(lags: Sequence[Lag]) -> tuple[str, str, int] | None:
    """Give median and 95th percentile of the time until people are told, and of how many."""
    if not lags:
        return None
    seconds = [lag.told for lag in lags]
    half, most = percentile(seconds, 0.5), percentile(seconds, 0.95)
    return _seconds(half), _seconds(most), len(lags)


def _seconds(number: float) -> str:
    return f"{number:.1f} s" if number < 60 else span(timedelta(seconds=number))  # noqa: PLR2004 - a minute
