"""A card is cut by leaving out whole details, never in the middle of one."""

import json

from shared.rendering.card_elements import (
    MAX_CARD_BYTES,
    Card,
    card,
    card_bytes,
    facts,
    largest_that_fits,
    paragraph,
)
from shared.rendering.card_text import CardText, say

THOUSAND = CardText("x" * 1_000)


def with_rows(count: int) -> Card:
    left_out = say("{count} left out", count=100 - count)
    return card([*(paragraph(THOUSAND) for _ in range(count)), paragraph(left_out)], left_out)


def test_card_that_fits_keeps_every_detail() -> None:
    assert largest_that_fits(with_rows, 3) == with_rows(3)


def test_card_too_large_loses_details_and_says_how_many() -> None:
    fitting = largest_that_fits(with_rows, 100)
    kept = len(json.dumps(fitting).split("x" * 1_000)) - 1
    assert card_bytes(fitting) < MAX_CARD_BYTES
    assert card_bytes(with_rows(kept + 1)) >= MAX_CARD_BYTES
    assert fitting["fallbackText"] == f"{100 - kept} left out"


def test_card_that_never_fits_is_given_without_details() -> None:
    assert largest_that_fits(lambda count: card([], CardText("y" * 30_000 + str(count))), 5)[
        "fallbackText"
    ] == CardText("y" * 30_000 + "0")


def test_facts_without_a_value_are_left_out() -> None:
    table = facts([("kept", CardText("value")), ("dropped", CardText(""))])
    assert table["facts"] == [{"title": "kept", "value": "value"}]


def test_size_counts_characters_beyond_ascii_at_their_longest() -> None:
    assert card_bytes({"text": "東"}) == len(r'{"text": "\u6771"}')
