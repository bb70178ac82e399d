"""The news of a run becomes a card each, or one digest."""

import pytest

from shared.findings.finding import Transition
from shared.rendering.card_links import CardLinks
from shared.rendering.cards import cards_of
from tests.e2e.card_browser import texts_of
from tests.golden.card_samples import RUN, busy_run, closed, step, vm_id


def opened(count: int) -> list[Transition]:
    return [step(resource=vm_id(f"vm-{number}")) for number in range(count)]


@pytest.mark.parametrize(
    ("news", "cards"),
    [
        pytest.param([], 0, id="no-news"),
        pytest.param(opened(5), 5, id="a-handful"),
        pytest.param(opened(6), 1, id="more-than-a-handful"),
        pytest.param([closed(f"vm-{n}") for n in range(9)], 1, id="all-that-closed-is-one-card"),
        pytest.param([*opened(4), closed("a"), closed("b")], 5, id="a-handful-with-closings"),
        pytest.param([*opened(5), closed("a")], 1, id="closings-make-it-more"),
    ],
)
def test_number_of_cards_of_a_run(news: list[Transition], cards: int) -> None:
    assert len(cards_of(news, RUN, CardLinks())) == cards


def test_each_step_is_told_by_exactly_one_card() -> None:
    news = [*opened(3), closed("a"), closed("b")]
    told = [one for telling in cards_of(news, RUN, CardLinks()) for one in telling.transitions]
    assert sorted(one.key for one in told) == sorted(one.key for one in news)


def test_what_closed_is_told_last() -> None:
    *_, last = cards_of([closed("a"), *opened(2)], RUN, CardLinks())
    assert "1 finding closed" in list(texts_of(last.card))


def test_digest_tells_every_step_and_names_the_run() -> None:
    (digest,) = cards_of(busy_run(), RUN, CardLinks())
    assert len(digest.transitions) == len(busy_run())
    assert any(RUN in text for text in texts_of(digest.card))
