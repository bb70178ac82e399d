"""The card about signals of sessions."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from jsonschema import Draft6Validator

from shared.findings.session_signals import Signal, SignalKind
from shared.network.ids import ResourceId
from shared.rendering.card_elements import MAX_CARD_BYTES, card_bytes
from shared.rendering.card_links import CardLinks
from shared.rendering.session_card import signal_words, signals_card
from tests.session_samples import NOW, bastion_id, machine_id

SCHEMA = json.loads(
    (Path(__file__).resolve().parents[2] / "data" / "adaptive-card-1.4.json").read_text()
)


def signal(kind: SignalKind = SignalKind.SHARED_ACCOUNT, **fields: object) -> Signal:
    usual: dict[str, object] = {
        "client_address": "198.51.100.7",
        "user_name": "root",
        "machine": ResourceId(machine_id().upper()),
    }
    return Signal(kind, ResourceId(bastion_id()), NOW, **{**usual, **fields})  # type: ignore[arg-type]  # fields of a signal


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (
            signal(SignalKind.FAILED_LOGINS, count=6),
            "At least 6 failed logins from 198.51.100.7 through bas-hub in a short time.",
        ),
        (
            signal(),
            "root logged in to vm-app-1 from 198.51.100.7: nobody is behind that name.",
        ),
        (
            signal(SignalKind.UNTRUSTED_CLIENT, user_name="", machine=None),
            "nobody named came to a machine from 198.51.100.7, which is not a trusted source.",
        ),
        (
            signal(SignalKind.EXEMPT_MACHINE, client_address=""),
            "root came to vm-app-1 from an address not told; a finding on it is exempt.",
        ),
    ],
)
def test_signal_is_told_in_a_sentence(one: Signal, words: str) -> None:
    assert signal_words(one) == words


def test_name_that_is_markup_stays_a_name() -> None:
    assert r"\[x\]\(https\:\/\/evil\)" in signal_words(signal(user_name="[x](https://evil)"))


def test_severest_comes_first_and_the_title_counts_all() -> None:
    card = signals_card([signal(), signal(SignalKind.FAILED_LOGINS)], CardLinks())
    text = json.dumps(card)
    assert card["fallbackText"] == "2 signals in Bastion sessions"
    assert text.index("Repeated failed logins") < text.index("Shared account")


def test_card_is_an_adaptive_card() -> None:
    links = CardLinks(dashboard="https://portcullis.example")
    card = dict(signals_card([signal(kind) for kind in SignalKind], links))
    assert card.pop("msteams") == {"width": "Full"}
    assert list(Draft6Validator(SCHEMA).iter_errors(card)) == []


def test_many_signals_fit_on_one_card_that_says_how_many_are_left_out() -> None:
    many = [signal(user_name=f"{'u' * 70}{n}") for n in range(50)]
    card = signals_card(many, CardLinks())
    assert card_bytes(card) < MAX_CARD_BYTES
    assert "more" in json.dumps(card["body"])
    assert card["fallbackText"] == "50 signals in Bastion sessions"


def test_key_on_the_card_shows_a_repeat() -> None:
    again = Signal(SignalKind.SHARED_ACCOUNT, ResourceId(bastion_id()), NOW + timedelta(minutes=5))
    assert again.key[9:17] in json.dumps(signals_card([again], CardLinks()))
