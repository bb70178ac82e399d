"""The card of one finding: what is wrong, the evidence, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from shared.findings.finding import Finding, Transition
from shared.rendering.card_actor import actor_facts
from shared.rendering.card_elements import (
    Card,
    Element,
    Style,
    buttons,
    card,
    columns,
    container,
    facts,
    heading,
    largest_that_fits,
    paragraph,
)
from shared.rendering.card_evidence import (
    ExposureView,
    doors_of,
    exposures_of,
    port_of,
    reach_of,
    rules_of,
    sources_of,
)
from shared.rendering.card_links import CardLinks
from shared.rendering.card_news import (
    News,
    is_undetermined,
    may_be_undetermined,
    news_of,
    severity_label,
    short_key,
    style_of,
)
from shared.rendering.card_text import CardText, counted, joined, moment, plain, say
from shared.rendering.card_wording import (
    bastion_remedy,
    door_words,
    protocols,
    reach_words,
    resource_name,
    rule_fact,
    rules_remedy,
    sources_words,
    witness_words,
)

_TITLE_LIMIT: Final = 200
_MOST_DETAILS: Final = 8
_UNDETERMINED: Final = "undetermined"
_ASYMMETRIC: Final = "answers leave by a user-defined default route"


def finding_card(transition: Transition, links: CardLinks) -> Card:
    """Give the card of one finding, whatever its check: at least severity, title and resource."""
    return largest_that_fits(lambda most: _card(transition, links, most), _MOST_DETAILS)


def _card(transition: Transition, links: CardLinks, most: int) -> Card:
    finding = transition.finding
    headline = _headline(finding)
    body = [
        _head(transition, headline),
        *_evidence(finding, most),
        *_remedy(finding, most),
        facts(_circumstances(transition)),
        *buttons([links.to_portal(finding.resource), links.to_dashboard()]),
        paragraph(_footer(finding, most), subtle=True),
    ]
    label = severity_label(finding)
    return card(body, say("{label}: {headline}", label=label, headline=headline))


def _head(transition: Transition, headline: CardText) -> Element:
    finding = transition.finding
    label = say("{severity} · {news}", severity=severity_label(finding), news=_news(transition))
    return container(
        [
            columns(
                ("stretch", [heading(label, size="Small")]),
                ("auto", [paragraph(say("Finding {key}", key=short_key(finding)), subtle=True)]),
            ),
            heading(headline, size="Large"),
        ],
        style_of(finding),
        bleed=True,
    )


def _news(transition: Transition) -> CardText:
    news = news_of(transition)
    before = transition.severity_before
    if before is None or news is not News.WORSE:
        return CardText(news)
    was = before.upper()
    if may_be_undetermined(transition.finding.check, before):
        was = f"{was} OR UNDETERMINED"
    return say("{news} · WAS {before}", news=CardText(news), before=was)


def _headline(finding: Finding) -> CardText:
    vm = plain(resource_name(finding.resource))
    exposures = _exposures(finding)
    service = protocols(exposure.port for exposure in exposures)
    if is_undetermined(finding):
        return say("Not known: can {vm} be reached over {service}?", vm=vm, service=service)
    if not exposures:
        return plain(finding.title, _TITLE_LIMIT)
    worst = exposures[0]
    return say(
        "{vm} {can} be reached over {service} from {reach}{latent}",
        vm=vm,
        can=CardText("could" if worst.latent else "can"),
        service=service,
        reach=reach_words(worst.reach) or CardText("outside"),
        latent=CardText(" as soon as it starts" if worst.latent else ""),
    )


def _exposures(finding: Finding) -> Sequence[ExposureView]:
    """Give the ways in that the finding is about: the exposed ones, unless it is undetermined."""
    wanted = _UNDETERMINED if is_undetermined(finding) else "exposed"
    return [one for one in exposures_of(finding.evidence) if one.verdict == wanted]


def _evidence(finding: Finding, most: int) -> list[Element]:
    exposures = _exposures(finding)
    if exposures:
        shown = [_way_in(exposure, most) for exposure in exposures[:most]]
        left_out = _left_out(len(exposures) - len(shown), "way in", "ways in")
        return [*shown, *left_out, *_unknown(finding)]
    if doors := doors_of(finding.evidence):
        named = [("Front door", door_words(replace(door, port=None))) for door in doors[:most]]
        return [facts(named), *_left_out(len(doors) - len(named), "front door")] if named else []
    return _rules(finding, most)


def _unknown(finding: Finding) -> list[Element]:
    """Tell of the ways in that nobody could judge, on a card about others that are exposed."""
    unknown = [one for one in exposures_of(finding.evidence) if one.verdict == _UNDETERMINED]
    if not unknown or is_undetermined(finding):
        return []
    ways = counted(len(unknown), "further way in", "further ways in")
    return [paragraph(say("Not known: whether {ways} can be used, too", ways=ways))]


def _way_in(exposure: ExposureView, most: int) -> Element:
    rules = [rule_fact(step) for step in exposure.trace[:most]]
    omitted = len(exposure.trace) - len(rules)
    witness = exposure.witness
    is_unknown = exposure.verdict == _UNDETERMINED
    return facts(
        [
            ("Front door", door_words(exposure.door)),
            ("Target" if is_unknown else "Leads to", _target(exposure)),
            ("From", reach_words(exposure.reach)),
            ("Perhaps from" if is_unknown else "Sources", sources_words(exposure.sources)),
            *rules,
            ("More rules", CardText(str(omitted) if omitted else "")),
            ("Witness", witness_words(witness) if witness else CardText("")),
            ("Return path", CardText(_ASYMMETRIC if exposure.asymmetric else "")),
            ("Reason", joined((plain(r, 200) for r in exposure.reasons[:most]), "; ")),
        ]
    )


def _target(exposure: ExposureView) -> CardText:
    port = CardText("" if exposure.port is None else f"port {exposure.port}")
    return joined([plain(exposure.private_ip), port], " ")


def _rules(finding: Finding, most: int) -> list[Element]:
    rules = rules_of(finding.evidence)
    reach = reach_of(finding.evidence)
    port = port_of(finding.evidence)
    rows = [
        ("Lets in", protocols([port]) if port is not None else CardText("")),
        ("From", reach_words(reach)),
        ("Sources", sources_words(sources_of(finding.evidence))),
        *(rule_fact(step) for step in rules[:most]),
    ]
    told = [row for row in rows if row[1]]
    return [facts(told), *_left_out(len(rules) - most, "rule")] if told else []


def _left_out(count: int, noun: str, plural: str | None = None) -> list[Element]:
    if count <= 0:
        return []
    return [paragraph(say("and {more} more", more=counted(count, noun, plural)), subtle=True)]


def _remedy(finding: Finding, most: int) -> list[Element]:
    text = _remedy_text(finding, most)
    if not text:
        return []
    return [
        container(
            [heading(CardText("What to do")), paragraph(text, spacing="Small")], Style.EMPHASIS
        )
    ]


def _remedy_text(finding: Finding, most: int) -> CardText:
    vm = resource_name(finding.resource)
    if is_undetermined(finding):
        return say(
            "Take away the reason, for instance by letting Portcullis read what it could not. "
            "Until then it stays unknown whether {vm} can be reached.",
            vm=vm,
        )
    if exposures := _exposures(finding):
        return bastion_remedy(vm, exposures[: max(1, most)])
    if doors_of(finding.evidence):
        return say(
            "Reach {vm} through Azure Bastion, and take the public address away from it.", vm=vm
        )
    rules = rules_of(finding.evidence)
    attached = finding.evidence.get("attached") is not False
    return rules_remedy(rules, attached=attached) if rules else CardText("")


def _circumstances(transition: Transition) -> list[tuple[str, CardText]]:
    finding = transition.finding
    news = news_of(transition)
    since = "Changed" if news in {News.WORSE, News.CHANGED} else "Since"
    return [
        ("Resource", plain(resource_name(finding.resource))),
        ("Resource group", plain(finding.resource.resource_group)),
        ("Subscription", plain(finding.resource.subscription)),
        (since, moment(transition.observed_at)),
        *actor_facts(transition.actor),
    ]


def _footer(finding: Finding, most: int) -> CardText:
    controls = joined(plain(control) for control in finding.controls[:most])
    check = say("Check {check}", check=finding.check)
    return joined([check, controls], " · ")
