"""The cards about many findings: what closed, and the digest of a busy run."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from shared.findings.finding import Actor, Cause, Transition
from shared.rendering.card_actor import actor_facts
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
from shared.rendering.card_news import (
    News,
    is_undetermined,
    news_of,
    severity_label,
    short_key,
    style_of,
    worst_first,
)
from shared.rendering.card_text import CardText, counted, joined, moment, plain, say
from shared.rendering.card_wording import resource_name

_NAMED: Final = 10
_TITLE_LIMIT: Final = 160

_CAUSES: Final = {
    Cause.SWEEP: CardText("seen by a sweep"),
    Cause.EVENT: CardText("seen as it changed"),
    Cause.REMEDIATION: CardText("closed by remediation"),
    Cause.EXEMPTION: CardText("exempted"),
    Cause.EXEMPTION_ENDED: CardText("after an exemption ended"),
}


def closing_card(transitions: Sequence[Transition], links: CardLinks) -> Card:
    """Give one card of everything that closed in a run, the worst first."""
    ordered = worst_first(transitions)
    return largest_that_fits(lambda most: _closing(ordered, links, most), _NAMED)


def _closing(ordered: Sequence[Transition], links: CardLinks, most: int) -> Card:
    title = say("{findings} closed", findings=counted(len(ordered), "finding"))
    body = [
        container(
            [heading(CardText("CLOSED"), size="Small"), heading(title, size="Large")],
            Style.GOOD,
            bleed=True,
        ),
        *(_row(step, links, _how_it_closed(step)) for step in ordered[:most]),
        *and_more(len(ordered) - most),
        *buttons([links.to_dashboard()]),
    ]
    return card(body, title)


def _how_it_closed(step: Transition) -> CardText:
    who = say("by {name}", name=step.actor.name) if step.actor else CardText("")
    return joined([moment(step.observed_at), _CAUSES[step.cause], who])


def digest_card(transitions: Sequence[Transition], run: str, links: CardLinks) -> Card:
    """Give one card for a run that brought more than a reader wants to read one by one.

    It counts by severity and by check, names the worst ten and says how many it does not name.  A
    run that is all of one deployment says who deployed.
    """
    told = worst_first(step for step in transitions if news_of(step) is not News.CLOSED)
    closed = worst_first(step for step in transitions if news_of(step) is News.CLOSED)
    return largest_that_fits(lambda most: _digest(told, closed, run, links, most), _NAMED)


def _digest(
    told: Sequence[Transition],
    closed: Sequence[Transition],
    run: str,
    links: CardLinks,
    most: int,
) -> Card:
    title = joined(
        [
            counted(len(told), "finding"),
            say("{n} closed", n=len(closed)) if closed else CardText(""),
        ]
    )
    latest = max(step.observed_at for step in (*told, *closed))
    deployment = _deployment([*told, *closed])
    label = CardText("DIGEST" if deployment is None else "ONE DEPLOYMENT")
    about = say("{time} · run {run}", time=moment(latest), run=run)
    body = [
        container(
            [
                heading(label, size="Small"),
                heading(title, size="Large"),
                paragraph(about if deployment is None else moment(latest), subtle=True),
            ],
            Style.EMPHASIS,
            bleed=True,
        ),
        *([] if deployment is None else [facts(actor_facts(deployment))]),
        _severities(told),
        facts([*_by_check(told), ("Closed", _names(closed, most))]),
        heading(CardText("The worst")),
        *(_row(step, links, plain(step.finding.title, _TITLE_LIMIT)) for step in told[:most]),
        *and_more(len(told) - most),
        *buttons([links.to_dashboard()]),
    ]
    return card(body, title)


def _deployment(steps: Sequence[Transition]) -> Actor | None:
    """Give who made all of some changes at once; None where they have nothing in common."""
    correlations = {step.actor.correlation_id if step.actor else "" for step in steps}
    return steps[0].actor if len(correlations) == 1 and correlations != {""} else None


def _names(steps: Sequence[Transition], most: int) -> CardText:
    names = joined(plain(resource_name(step.finding.resource)) for step in steps[:most])
    more = len(steps) - most
    return say("{names} and {more} more", names=names, more=more) if more > 0 else names


def _severities(told: Iterable[Transition]) -> Element:
    counts = Counter(severity_label(step.finding) for step in told)
    styles = {severity_label(step.finding): style_of(step.finding) for step in told}
    return tiles((counts[label], label, style) for label, style in styles.items())


def _by_check(told: Iterable[Transition]) -> list[tuple[str, CardText]]:
    by_check: defaultdict[str, list[Transition]] = defaultdict(list)
    for step in told:
        by_check[step.finding.check].append(step)
    return [(check, _kinds(steps)) for check, steps in sorted(by_check.items())]


def _kinds(steps: Sequence[Transition]) -> CardText:
    counts = Counter(map(news_of, steps))
    kinds = [say("{n} {news}", n=counts[news], news=news.lower()) for news in News if counts[news]]
    unknown = sum(is_undetermined(step.finding) for step in steps)
    if unknown:
        kinds.append(say("{n} of them undetermined", n=unknown))
    return joined(kinds)


def _row(step: Transition, links: CardLinks, detail: CardText) -> Element:
    finding = step.finding
    is_closed = news_of(step) is News.CLOSED
    label = say("WAS {before}" if is_closed else "{before}", before=severity_label(finding))
    style = Style.DEFAULT if is_closed else style_of(finding)
    name = plain(resource_name(finding.resource))
    where = say("{group} · {check}", group=finding.resource.resource_group, check=finding.check)
    return columns(
        ("110px", [heading(label, size="Small", style=style)]),
        (
            "stretch",
            [
                heading(name, size="Default"),
                paragraph(detail, spacing="None"),
                paragraph(joined([where, short_key(finding)], " · "), subtle=True, spacing="None"),
            ],
        ),
        link=links.to_portal(finding.resource),
    )
