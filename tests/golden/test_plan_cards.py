"""The cards about plans are those that people have read."""

from __future__ import annotations

import pytest

from shared.remediation.lifecycle import PlanState
from shared.rendering.card_elements import MAX_CARD_BYTES, card_bytes
from shared.rendering.card_plan import TOLD, plan_card
from tests.golden.card_samples import text_of
from tests.golden.plan_card_samples import FOLDER, LINKS, samples, view
from tests.golden.test_cards import faults

CARDS = samples()


def test_golden_files_are_those_of_the_samples() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == set(CARDS)


@pytest.mark.parametrize("name", CARDS)
def test_card_is_the_reviewed_one(name: str) -> None:
    assert text_of(CARDS[name]) == (FOLDER / f"{name}.json").read_text(encoding="ascii")


@pytest.mark.parametrize("name", CARDS)
def test_card_is_one_that_teams_takes(name: str) -> None:
    assert faults(CARDS[name]) == []
    assert card_bytes(CARDS[name]) < MAX_CARD_BYTES


def test_card_of_a_finished_plan_says_that_open_sessions_may_go_on() -> None:
    assert "Sessions that are open may go on" in text_of(CARDS["done"])
    assert "Sessions that are open" not in text_of(CARDS["awaiting"])


def test_only_what_people_must_know_of_is_told() -> None:
    assert {state.value for state in TOLD} == {
        "awaiting-approval",
        "done",
        "rolled-back",
        "needs-a-person",
    }
    with pytest.raises(KeyError):
        plan_card(view(PlanState.APPLYING), LINKS)
