"""Which cards a run's news makes: one for each finding, one for what closed, or a digest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from shared.findings.finding import Transition
from shared.rendering.card_elements import Card
from shared.rendering.card_finding import finding_card
from shared.rendering.card_links import CardLinks
from shared.rendering.card_lists import closing_card, digest_card
from shared.rendering.card_news import News, news_of, worst_first

HANDFUL: Final = 5
"""More cards than this from one run become a digest."""


@dataclass(frozen=True, slots=True)
class Telling:
    """One card, and the steps that are told once it is accepted."""

    card: Card
    transitions: tuple[Transition, ...]


def cards_of(transitions: Sequence[Transition], run: str, links: CardLinks) -> tuple[Telling, ...]:
    """Turn the news of one run into the cards that tell it, the worst first, what closed last.

    Each step is told by exactly one card; no news makes no card.
    """
    closed = tuple(step for step in transitions if news_of(step) is News.CLOSED)
    told = worst_first(step for step in transitions if news_of(step) is not News.CLOSED)
    if len(told) + bool(closed) > HANDFUL:
        return (Telling(digest_card(transitions, run, links), tuple(transitions)),)
    cards = [Telling(finding_card(step, links), (step,)) for step in told]
    if closed:
        cards.append(Telling(closing_card(closed, links), closed))
    return tuple(cards)
