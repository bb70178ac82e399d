"""Cards made of what the checks really find: the evidence is theirs and not a sample's."""

from typing import Any, Final

import pytest

from shared.checks.result import Severity
from shared.findings.finding import Transition
from shared.network.ids import ResourceId
from shared.rendering.card_elements import MAX_CARD_BYTES, Card, card_bytes
from shared.rendering.card_finding import finding_card
from shared.rendering.card_links import CardLinks
from shared.rendering.cards import cards_of
from simulator.estate import sample_estate
from tests.e2e.card_browser import texts_of
from tests.golden.card_samples import RUN, step
from tests.golden.test_cards import faults
from tests.judging import scan

FINDINGS: Final[list[dict[str, Any]]] = scan(sample_estate().resources)["findings"]


def step_of(finding: dict[str, Any]) -> Transition:
    return step(
        finding["check"],
        finding["resource"],
        Severity(finding["severity"]),
        finding["title"],
        finding["evidence"],
    )


def card_about(check: str, name: str) -> Card:
    (found,) = (
        finding
        for finding in FINDINGS
        if finding["check"] == check and ResourceId(finding["resource"]).name == name
    )
    return finding_card(step_of(found), CardLinks())


@pytest.mark.parametrize("finding", FINDINGS, ids=lambda finding: finding["title"])
def test_card_of_each_finding_is_valid_and_small(finding: dict[str, Any]) -> None:
    card = finding_card(step_of(finding), CardLinks())
    assert faults(card) == []
    assert card_bytes(card) < MAX_CARD_BYTES


def test_card_of_a_reachable_machine_names_door_rule_and_remedy() -> None:
    texts = list(texts_of(card_about("vm-ssh-reachable", "vm-every-port")))
    assert "vm-every-port can be reached over SSH (port 22) from the internet" in texts
    assert texts[texts.index("Front door") + 1].startswith("20.86.20.4 port 22 (public IP ")
    assert texts[texts.index("What to do") + 1].startswith(
        "Reach vm-every-port through Azure Bastion, and close rule **"
    )


def test_card_of_a_stopped_machine_says_when_it_becomes_reachable() -> None:
    texts = list(texts_of(card_about("vm-ssh-reachable", "vm-deallocated")))
    assert (
        "vm-deallocated could be reached over SSH (port 22) from the internet as soon as it starts"
    ) in texts


def test_first_sweep_of_the_estate_is_one_digest() -> None:
    steps = [step_of(finding) for finding in FINDINGS]
    (digest,) = cards_of(steps, RUN, CardLinks())
    assert faults(digest.card) == []
    assert f"{len(FINDINGS)} findings" in list(texts_of(digest.card))
