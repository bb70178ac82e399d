"""The card of one finding tells what, from where, by which rule, since when and what to do."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.checks.result import Json, Severity
from shared.findings.finding import Actor
from shared.rendering.card_elements import MAX_CARD_BYTES, Card, card_bytes
from shared.rendering.card_finding import finding_card
from shared.rendering.card_links import CardLinks
from tests.e2e.card_browser import texts_of
from tests.golden.card_samples import exposure, hostile, rule, step, vm_id
from tests.unit.rendering.test_card_evidence import JSON
from tests.unit.rendering.test_card_text import COMMONMARK

PLAIN = CardLinks()


def text_of(card: Card) -> str:
    return "\n".join(texts_of(card))


def test_card_of_any_check_works_from_title_severity_and_resource() -> None:
    text = text_of(finding_card(step("some-new-check", title="Something is amiss"), PLAIN))
    assert "CRITICAL · NEW" in text
    assert "Something is amiss" in text
    assert "vm-web-01" in text


def test_card_names_the_actor_with_client_and_operation() -> None:
    actor = Actor("alice@contoso.com", client="Azure Portal", operation="rules/write")
    assert "alice@contoso.com (Azure Portal, rules/write)" in text_of(
        finding_card(step(actor=actor), PLAIN)
    )


def test_card_names_an_actor_of_whom_nothing_else_is_known() -> None:
    lines = text_of(finding_card(step(actor=Actor("alice@contoso.com")), PLAIN)).splitlines()
    assert lines[lines.index("By") + 1] == "alice@contoso.com"


@pytest.mark.parametrize("evidence", [{}, {"exposures": [exposure(verdict="undetermined")]}])
def test_undetermined_card_claims_nothing(evidence: dict[str, Json]) -> None:
    text = text_of(finding_card(step(severity=Severity.INFO, evidence=evidence), PLAIN)).lower()
    assert "not known: can vm-web-01 be reached" in text
    assert "safe" not in text
    assert "open" not in text


def test_undetermined_card_leads_nowhere_and_lets_nobody_in() -> None:
    evidence = {"exposures": [exposure(verdict="undetermined", reach=None, witness=None)]}
    lines = text_of(finding_card(step(severity=Severity.INFO, evidence=evidence), PLAIN))
    assert not {"Leads to", "Sources", "From"} & set(lines.splitlines())
    assert "it stays unknown whether vm-web-01 can be reached" in lines


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1, "Not known: whether 1 further way in can be used, too"),
        (2, "Not known: whether 2 further ways in can be used, too"),
    ],
)
def test_card_about_an_exposed_door_tells_of_those_that_are_not_known(
    count: int, words: str
) -> None:
    unknown = exposure(verdict="undetermined", reach=None)
    card = finding_card(step(evidence={"exposures": [exposure(), *[unknown] * count]}), PLAIN)
    assert words in text_of(card).splitlines()


@pytest.mark.parametrize(
    ("check", "was"), [("vm-ssh-reachable", "INFO OR UNDETERMINED"), ("nsg-ssh-open", "INFO")]
)
def test_card_of_what_got_worse_claims_no_more_of_before_than_is_known(
    check: str, was: str
) -> None:
    worse = replace(step(check), before=step().after, severity_before=Severity.INFO)
    text = text_of(finding_card(worse, PLAIN)).splitlines()
    assert f"CRITICAL · WORSE THAN BEFORE · WAS {was}" in text


def test_card_about_an_exposed_door_leaves_the_others_out() -> None:
    closed = exposure(verdict="not-exposed", private_ip="10.9.9.9")
    evidence = {"exposures": [closed, exposure()]}
    assert "10.9.9.9" not in text_of(finding_card(step(evidence=evidence), PLAIN))


def test_card_of_a_reach_without_a_name_says_from_outside() -> None:
    evidence = {"exposures": [exposure(reach=None, port=None)]}
    text = text_of(finding_card(step(evidence=evidence), PLAIN))
    assert "vm-web-01 can be reached over a management port from outside" in text


def test_card_of_many_ways_in_counts_those_that_it_leaves_out() -> None:
    evidence = {"exposures": [exposure()] * 30}
    text = text_of(finding_card(step(evidence=evidence), PLAIN))
    shown = text.count("Leads to")
    assert 0 < shown < 30
    assert f"and {30 - shown} ways in more" in text


def test_card_of_a_long_trace_counts_the_rules_that_it_leaves_out() -> None:
    trace = [rule("nic-nsg", f"nsg-{number}") for number in range(12)]
    lines = text_of(
        finding_card(step(evidence={"exposures": [exposure(trace=trace)]}), PLAIN)
    ).splitlines()
    assert lines[lines.index("More rules") + 1] == str(12 - lines.count("NIC NSG"))


def test_card_of_many_front_doors_counts_those_that_it_leaves_out() -> None:
    doors = [exposure()["front_door"]] * 20
    text = text_of(finding_card(step("vm-public-ip", evidence={"front_doors": doors}), PLAIN))
    assert f"and {20 - text.count('Front door')} front doors more" in text


def test_card_of_a_group_without_a_port_still_names_its_rules() -> None:
    evidence = {"rules": [rule("", "nsg-web", "allow-ssh", 100)]}
    assert "**allow-ssh**" in text_of(finding_card(step("nsg-ssh-open", evidence=evidence), PLAIN))


def test_card_names_the_dashboard_only_where_there_is_one() -> None:
    assert "Dashboard" not in str(finding_card(step(), PLAIN))
    assert "https://d.example" in str(
        finding_card(step(), CardLinks(dashboard="https://d.example"))
    )


def test_card_of_a_changed_finding_says_when_it_changed() -> None:
    changed = replace(step(), before=step().after, severity_before=Severity.LOW)
    lines = text_of(finding_card(changed, PLAIN)).splitlines()
    assert "CRITICAL · WORSE THAN BEFORE · WAS LOW" in lines
    assert lines[lines.index("Changed") + 1] == "2026-11-22 10:01 UTC"


@pytest.mark.parametrize("character", ["x", "[", "\u202e", "\U0001d54f", "\n"])
def test_card_of_endless_names_fits_into_a_message(character: str) -> None:
    name = (character * 5_000 + "z").replace("\n", "a\n")
    trace = [rule("nic-nsg", name, name, 100)] * 40
    door = {"kind": name, "id": f"/a/{name}", "address": name, "port": 22}
    way_in = exposure(trace=trace, front_door=door, private_ip=name)
    endless = step(
        resource=vm_id(name),
        title=name,
        evidence={"exposures": [way_in] * 40},
        actor=Actor(name, client=name, operation=name),
    )
    finding = replace(endless.finding, controls=(name,) * 40)
    card = finding_card(replace(endless, finding=finding), CardLinks(dashboard="https://d.example"))
    assert card_bytes(card) < MAX_CARD_BYTES


def test_card_shows_no_hostile_text_unescaped() -> None:
    card = finding_card(hostile(), PLAIN)
    drawn = "".join(COMMONMARK.render(text) for text in texts_of(card))
    assert set(re.findall(r"<[^>]*>", drawn)) == {"<p>", "</p>", "<strong>", "</strong>"}
    assert "\u202e" not in str(card)


@settings(max_examples=60)
@given(
    st.fixed_dictionaries(
        {}, optional=dict.fromkeys(("exposures", "front_doors", "rules", "sources"), JSON)
    ),
    st.sampled_from(Severity),
)
def test_card_is_made_of_evidence_of_any_shape(
    evidence: dict[str, Json], severity: Severity
) -> None:
    assert card_bytes(finding_card(step(severity=severity, evidence=evidence), PLAIN)) > 0
