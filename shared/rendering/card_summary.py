"""The card that comes on a schedule: how the estate stands, and what the period did to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from shared.checks.result import Severity
from shared.findings.finding import FindingRecord
from shared.rendering.card_elements import (
    Card,
    Element,
    Style,
    and_more,
    buttons,
    card,
    columns,
    container,
    facts,
    heading,
    largest_that_fits,
    paragraph,
    tiles,
)
from shared.rendering.card_links import CardLinks
from shared.rendering.card_news import STYLES, short_key
from shared.rendering.card_text import CardText, counted, joined, moment, plain, say
from shared.rendering.card_wording import resource_name
from shared.rendering.estate_summary import EstateSummary

_NAMED: Final = 5
_REASON_LIMIT: Final = 160
_DAY_HOURS: Final = 24
_MOST_HOURS: Final = 48
_LABEL: Final = CardText("STATE OF THE ESTATE")


def summary_card(summary: EstateSummary, links: CardLinks) -> Card:
    """Give one card; it names as many of the oldest and of the unread as fit."""
    return largest_that_fits(lambda most: _card(summary, links, most), _NAMED)


def _card(summary: EstateSummary, links: CardLinks, most: int) -> Card:
    title = _title(summary)
    period = say("{since} to {until}", since=moment(summary.since), until=moment(summary.until))
    body = [
        container(
            [
                heading(_LABEL, size="Small"),
                heading(title, size="Large"),
                paragraph(period, subtle=True),
            ],
            _style(summary),
            bleed=True,
        ),
        *_severities(summary),
        facts(_numbers(summary)),
        *_oldest(summary, links, most),
        *_unread(summary, most),
        *buttons([links.to_dashboard()]),
    ]
    return card(body, title)


def _title(summary: EstateSummary) -> CardText:
    total = sum(summary.open.values())
    if not total:
        where = " in what was read" if summary.unread else ""
        return CardText(f"No open findings{where}")
    critical = summary.open[Severity.CRITICAL]
    worst = say(", {n} of them critical", n=critical) if critical else CardText("")
    return say("{total} open{worst}", total=counted(total, "finding"), worst=worst)


def _style(summary: EstateSummary) -> Style:
    """Give the look of the worst that is open; what was not read looks no better than medium."""
    worst = next((severity for severity, count in summary.open.items() if count), None)
    if summary.unread and (worst is None or worst.rank < Severity.MEDIUM.rank):
        return Style.WARNING
    return Style.GOOD if worst is None else STYLES[worst]


def _severities(summary: EstateSummary) -> list[Element]:
    told = [
        (count, CardText(severity.upper()), STYLES[severity])
        for severity, count in summary.open.items()
        if count
    ]
    return [tiles(told)] if told else []


def _numbers(summary: EstateSummary) -> list[tuple[str, CardText]]:
    return [
        ("Opened", say("{n}", n=summary.opened)),
        ("Closed", say("{n}", n=summary.closed)),
        ("Time to close", _duration(summary.hours_to_close)),
        ("Not known", say("{n}", n=summary.unknown)),
        ("Exempt", say("{n}", n=summary.exempt)),
        ("Last sweep", moment(summary.swept) if summary.swept else CardText("none has ended yet")),
        ("Not read", CardText("" if summary.unread else "nothing: all in scope was read")),
    ]


def _duration(hours: float | None) -> CardText:
    """Give the median in hours, or in days where it is more than two."""
    if hours is None:
        return CardText("")
    if hours < 1:
        return CardText("median under an hour")
    if hours <= _MOST_HOURS:
        return say("median {hours}", hours=counted(round(hours), "hour"))
    return say("median {days}", days=counted(round(hours / _DAY_HOURS), "day"))


def _oldest(summary: EstateSummary, links: CardLinks, most: int) -> list[Element]:
    if not summary.oldest:
        return []
    critical = summary.open[Severity.CRITICAL]
    shown = summary.oldest[:most]
    return [
        heading(CardText("Critical and open longest")),
        *(_row(record, summary, links) for record in shown),
        *and_more(critical - len(shown)),
    ]


def _row(record: FindingRecord, summary: EstateSummary, links: CardLinks) -> Element:
    resource = record.finding.resource
    days = (summary.until - record.first_seen).days
    where = say("{group} · {check}", group=resource.resource_group, check=record.finding.check)
    return columns(
        ("110px", [heading(counted(days, "day"), size="Small", style=Style.ATTENTION)]),
        (
            "stretch",
            [
                heading(plain(resource_name(resource)), size="Default"),
                paragraph(
                    joined([where, short_key(record.finding)], " · "), subtle=True, spacing="None"
                ),
            ],
        ),
        link=links.to_portal(resource),
    )


def _unread(summary: EstateSummary, most: int) -> Sequence[Element]:
    if not summary.unread:
        return []
    rows = [(one.scope.name, plain(one.reason, _REASON_LIMIT)) for one in summary.unread[:most]]
    return [
        heading(say("Not read: {parts}", parts=counted(len(summary.unread), "part"))),
        *([facts(rows)] if rows else []),
        *and_more(len(summary.unread) - len(rows)),
    ]
