"""The cards about many findings name the worst and count the rest."""

from dataclasses import replace

import pytest

from shared.checks.result import Severity
from shared.rendering.card_elements import MAX_CARD_BYTES, card_bytes
from shared.rendering.card_links import CardLinks
from shared.rendering.card_lists import closing_card, digest_card
from tests.e2e.card_browser import texts_of
from tests.golden.card_samples import ALICE, RUN, busy_run, closed, step, vm_id

PLAIN = CardLinks()


def test_closing_card_of_one_finding_is_in_the_singular() -> None:
    assert "1 finding closed" in list(texts_of(closing_card([closed("vm-1")], PLAIN)))


def test_closing_card_tells_when_and_by_whom() -> None:
    texts = list(texts_of(closing_card([closed("vm-1", actor=ALICE)], PLAIN)))
    assert "2026-11-22 13:01 UTC, seen by a sweep, by alice@contoso.com" in texts


def test_closing_card_of_many_names_the_worst_ten_and_counts_the_rest() -> None:
    many = [closed(f"vm-{number:02}", Severity.LOW) for number in range(30)]
    texts = list(texts_of(closing_card([*many, closed("vm-worst", Severity.CRITICAL)], PLAIN)))
    named = [text for text in texts if text.startswith("vm-")]
    assert named[0] == "vm-worst"
    assert len(named) == 10
    assert "and 21 more" in texts


def test_digest_counts_by_severity_and_by_check() -> None:
    texts = list(texts_of(digest_card(busy_run(), RUN, PLAIN)))
    assert "21 findings, 2 closed" in texts
    assert texts[texts.index("CRITICAL") - 1] == "4"
    assert texts[texts.index("HIGH") - 1] == "6"
    assert texts[texts.index("vm-ssh-reachable") + 1] == "9 new, 1 of them undetermined"
    assert texts[texts.index("vm-public-ip") + 1] == "6 new"


def test_digest_names_what_closed() -> None:
    texts = list(texts_of(digest_card(busy_run(), RUN, PLAIN)))
    assert texts[texts.index("Closed") + 1] == "vm-old-01, vm-old-02"


def test_digest_without_anything_closed_does_not_speak_of_it() -> None:
    texts = list(texts_of(digest_card([step()], RUN, PLAIN)))
    assert "Closed" not in texts


def test_digest_counts_what_closed_beyond_those_that_it_names() -> None:
    gone = [closed(f"vm-{number:02}") for number in range(14)]
    texts = list(texts_of(digest_card([step(), *gone], RUN, PLAIN)))
    assert texts[texts.index("Closed") + 1].endswith("vm-09 and 4 more")


@pytest.mark.parametrize("character", ["x", "[", "\U0001d54f"])
def test_digest_of_ten_thousand_endless_names_fits_into_a_message(character: str) -> None:
    name = character * 3_000
    one = step(resource=vm_id(name), title=name)
    steps = [
        replace(one, finding=replace(one.finding, fingerprint=f"{number:064}"))  # type: ignore[arg-type]
        for number in range(10_000)
    ]
    card = digest_card([*steps, *[closed(name)] * 50], RUN, CardLinks())
    named = [text for text in texts_of(card) if text.startswith("rg-shop-prod")]
    assert card_bytes(card) < MAX_CARD_BYTES
    assert f"and {10_000 - len(named):,} more" in list(texts_of(card))
