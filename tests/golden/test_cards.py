"""The cards are those that people have read: `python -m tests.golden.card_samples` renews them."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from jsonschema import Draft6Validator

from shared.rendering.card_elements import MAX_CARD_BYTES, Card, card_bytes
from tests.golden.card_samples import FOLDER, samples, text_of

SCHEMA = json.loads(
    (Path(__file__).parents[1] / "data" / "adaptive-card-1.4.json").read_text(encoding="utf-8")
)
CARDS = samples()


def faults(card: Card) -> list[str]:
    """Check a card by the schema, which does not know Teams' own extension `msteams`."""
    standard = {name: value for name, value in card.items() if name != "msteams"}
    return [error.message for error in Draft6Validator(SCHEMA).iter_errors(standard)]


def test_golden_files_are_those_of_the_samples() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == set(CARDS)


@pytest.mark.parametrize("name", CARDS)
def test_card_is_the_reviewed_one(name: str) -> None:
    assert text_of(CARDS[name]) == (FOLDER / f"{name}.json").read_text(encoding="ascii")


@pytest.mark.parametrize("name", CARDS)
def test_card_is_valid_by_the_schema_of_adaptive_cards(name: str) -> None:
    assert faults(CARDS[name]) == []


@pytest.mark.parametrize("name", CARDS)
def test_card_fits_into_a_message_of_teams(name: str) -> None:
    assert card_bytes(CARDS[name]) < MAX_CARD_BYTES


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"body": [{"type": "TextBlock"}]}, id="text-block-without-text"),
        pytest.param({"body": [{"type": "TextBlock", "text": "a", "size": "Huge"}]}, id="size"),
        pytest.param({"type": "Card"}, id="type"),
    ],
)
def test_schema_refuses_a_card_that_is_wrong(change: Mapping[str, object]) -> None:
    assert faults({**CARDS["new"], **change}) != []  # type: ignore[dict-item]
