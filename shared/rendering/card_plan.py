"""The cards about plans: one waits for a person, one is done, rolled back, or needs a person."""

from __future__ import annotations

from typing import Final

from shared.remediation.lifecycle import PlanState
from shared.rendering.card_elements import (
    Card,
    Element,
    Style,
    buttons,
    card,
    container,
    facts,
    heading,
    largest_that_fits,
    paragraph,
)
from shared.rendering.card_links import CardLinks
from shared.rendering.card_text import CardText, joined, moment, plain, say
from shared.rendering.plan_view import PlanView

_NAMED: Final = 12
_SENTENCE: Final = 400
_HEADS: Final = {
    PlanState.AWAITING_APPROVAL: (CardText("PLAN AWAITING APPROVAL"), Style.ACCENT),
    PlanState.DONE: (CardText("CLOSED BY A PLAN"), Style.GOOD),
    PlanState.ROLLED_BACK: (CardText("PLAN ROLLED BACK"), Style.WARNING),
    PlanState.NEEDS_A_PERSON: (CardText("PLAN NEEDS A PERSON"), Style.ATTENTION),
}
TOLD: Final = frozenset(_HEADS)
"""The states that are told on a card."""


def plan_card(view: PlanView, links: CardLinks) -> Card:
    """Give the card of a plan in one of the states that are told.

    Raises:
        KeyError: the state is not told.
    """
    head, style = _HEADS[view.state]
    most = max(len(view.plan.steps), len(view.kept))
    return largest_that_fits(
        lambda count: _card(view, links, head, style, count), min(_NAMED, most)
    )


def _card(view: PlanView, links: CardLinks, head: CardText, style: Style, most: int) -> Card:
    title = plain(view.plan.title, _SENTENCE)
    told = [paragraph(plain(view.note, _SENTENCE))] if view.note else []
    is_done = view.state is PlanState.DONE
    body = [
        container([heading(head, size="Small"), heading(title, size="Large")], style, bleed=True),
        paragraph(plain(view.state.meaning, _SENTENCE)),
        *told,
        *_steps(view, most),
        _facts(view, most),
        *([paragraph(CardText(view.connections), subtle=True)] if is_done else []),
        *buttons([_to_plan(view, links), links.to_portal(view.plan.subjects[0])]),
    ]
    return card(body, title)


def _steps(view: PlanView, most: int) -> list[Element]:
    steps = view.plan.steps
    shown = [paragraph(plain(step, _SENTENCE), spacing="Small") for step in steps[:most]]
    more = len(steps) - most
    return [*shown, *([paragraph(say("and {more} more steps", more=more))] if more > 0 else [])]


def _facts(view: PlanView, most: int) -> Element:
    rehearsal = view.plan.rehearsal
    kept = [plain(machine.name) for machine in view.kept[:most]]
    more = len(view.kept) - most
    if more > 0:
        kept.append(say("and {more} more", more=more))
    verb = "Closed" if view.state is PlanState.DONE else "Closes"
    return facts(
        [
            (verb, say("{count} findings", count=len(rehearsal.closes))),
            ("Still reached as before", joined(kept)),
            ("Other findings that change", _count(len(rehearsal.changes))),
            ("Approved by", plain(view.approved_by)),
            ("Since", moment(view.since)),
            ("Plan", plain(str(view.plan.id)[:12])),
        ]
    )


def _count(number: int) -> CardText:
    return say("{number}", number=number) if number else CardText("")


def _to_plan(view: PlanView, links: CardLinks) -> tuple[str, str | None]:
    if links.dashboard is None:
        return "Plan", None
    verb = "Decide" if view.state is PlanState.AWAITING_APPROVAL else "Plan"
    return verb, f"{links.dashboard}/plans/{view.plan.id}"
