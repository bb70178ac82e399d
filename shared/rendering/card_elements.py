"""The few Adaptive Card elements that every Teams client shows, and the size that Teams takes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Final, TypeAlias

from shared.checks.result import Json
from shared.rendering.card_text import CardText, plain, say

Element: TypeAlias = Mapping[str, Json]
Card: TypeAlias = Mapping[str, Json]
Link: TypeAlias = tuple[str, str | None]
"""What a link is called, and where it leads: nowhere when it is None."""

MAX_CARD_BYTES: Final = 20_000
"""Teams takes a message of about 28 KB; the rest is left to what the flow wraps round a card.

Source: Microsoft Learn, "Format cards in Microsoft Teams", size limit of a message.
"""


class Style(StrEnum):
    """The look of a container."""

    DEFAULT = "default"
    EMPHASIS = "emphasis"
    ACCENT = "accent"
    GOOD = "good"
    WARNING = "warning"
    ATTENTION = "attention"


_COLOURS: Final = frozenset({Style.ACCENT, Style.GOOD, Style.WARNING, Style.ATTENTION})


def paragraph(text: CardText, *, subtle: bool = False, spacing: str = "Default") -> Element:
    """Give a wrapping text."""
    return {
        "type": "TextBlock",
        "text": text,
        "wrap": True,
        "spacing": spacing,
        **({"isSubtle": True, "size": "Small"} if subtle else {}),
    }


def heading(text: CardText, size: str = "Medium", style: Style = Style.DEFAULT) -> Element:
    """Give a bold text, in the colour of a style that has one."""
    return {
        "type": "TextBlock",
        "text": text,
        "wrap": True,
        "weight": "Bolder",
        "size": size,
        **({"color": style.capitalize()} if style in _COLOURS else {}),
    }


def facts(pairs: Iterable[tuple[str, CardText]]) -> Element:
    """Give a table of names and values, leaving out the empty values."""
    return {
        "type": "FactSet",
        "facts": [{"title": plain(title), "value": value} for title, value in pairs if value],
    }


def columns(*columns: tuple[str, Sequence[Element]], link: Link = ("", None)) -> Element:
    """Give columns of (width, elements) side by side; with a link the whole row leads there."""
    title, address = link
    return {
        "type": "ColumnSet",
        "columns": [
            {"type": "Column", "width": width, "items": list(items)} for width, items in columns
        ],
        **({"selectAction": _open(title, address)} if address else {}),
    }


def tiles(counts: Iterable[tuple[int, CardText, Style]]) -> Element:
    """Give numbers side by side, each over its label and on a ground of its own."""
    return columns(
        *(
            (
                "auto",
                [
                    container(
                        [
                            heading(say("{count}", count=count), size="ExtraLarge"),
                            paragraph(label, subtle=True, spacing="None"),
                        ],
                        style,
                    )
                ],
            )
            for count, label, style in counts
        )
    )


def and_more(count: int) -> Sequence[Element]:
    """Say how many a list leaves out, where it leaves out any."""
    return [paragraph(say("and {count} more", count=count))] if count > 0 else []


def container(items: Sequence[Element], style: Style, *, bleed: bool = False) -> Element:
    """Give elements on a common ground; with `bleed` it reaches the edges of the card."""
    return {
        "type": "Container",
        "style": style,
        "items": list(items),
        **({"bleed": True} if bleed else {}),
    }


def buttons(links: Iterable[Link]) -> Sequence[Element]:
    """Give one row of buttons, none when no address is known."""
    actions = [_open(title, address) for title, address in links if address]
    return [{"type": "ActionSet", "actions": actions}] if actions else []


def _open(title: str, address: str) -> Element:
    return {"type": "Action.OpenUrl", "title": title, "url": address}


def card(body: Sequence[Element], summary: CardText) -> Card:
    """Give a whole card; `summary` is what a client shows that can't draw cards.

    Version 1.4 is drawn by every Teams client; full width is Teams' own extension.
    """
    return {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "fallbackText": summary,
        "msteams": {"width": "Full"},
        "body": list(body),
    }


def card_bytes(card: Card) -> int:
    """Give the size of a card as JSON, counted at its largest: every non-ASCII text escaped."""
    return len(json.dumps(card))


def largest_that_fits(build: Callable[[int], Card], most: int) -> Card:
    """Give the card with the most details, `most` down to none, that Teams will take.

    `build` makes a card with so many details and says in it how many it left out; the card
    without any is taken as it is.
    """
    for count in range(most, 0, -1):
        attempt = build(count)
        if card_bytes(attempt) < MAX_CARD_BYTES:
            return attempt
    return build(0)
