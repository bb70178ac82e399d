from pathlib import Path
from typing import Final

import pytest

from simulator.estate import Severity, Verdict, one_change
from simulator.estate.chronicle import chronicle
from tests.sample_estate_reading import (
    BY_ID,
    ESTATE,
    configurations,
    groups,
    ids_referred_to,
    interfaces,
    machines,
    references_of,
)

_PAGE: Final = Path(__file__).parents[2] / "docs" / "estate.md"
_NSG: Final = "networkSecurityGroup"
_CHAPTERS: Final = {chapter.vm: chapter for chapter in ESTATE.story}

# The tricky cases that a public address on a NIC can act out; 49 is about an address on no NIC.
_FACTS_OF_MACHINES: Final = [
    *range(1, 14),
    *range(18, 30),
    *range(35, 39),
    *(45, 46, 48, 50, 51, 52, 53, 54, 57),
]


def test_story_tells_every_tricky_case_of_public_addresses_once() -> None:
    told = sorted(fact for chapter in ESTATE.story for fact in chapter.facts)
    assert told == _FACTS_OF_MACHINES


def test_story_is_about_machines_of_the_estate_as_azure_spells_them() -> None:
    told = [chapter.vm_id for chapter in ESTATE.story]
    assert set(told) <= {machine["id"] for machine in machines()}
    assert len(set(told)) == len(told)


def test_story_tells_every_public_address_of_every_machine() -> None:
    told = {door.public_ip.lower() for chapter in ESTATE.story for door in chapter.doors}
    used = {
        each["properties"]["publicIPAddress"]["id"].lower()
        for each in configurations()
        if "publicIPAddress" in each["properties"]
    }
    assert told == used


def test_story_gives_the_addresses_of_the_resources() -> None:
    doors = [door for chapter in ESTATE.story for door in chapter.doors]
    told = [(door.address, door.family) for door in doors]
    held = [BY_ID[door.public_ip.lower()]["properties"] for door in doors]
    assert told == [
        (each.get("ipAddress"), each["publicIPAddressVersion"].lower()) for each in held
    ]


def test_story_has_a_reach_exactly_where_something_is_exposed() -> None:
    outcomes = [door.outcome for chapter in ESTATE.story for door in chapter.doors]
    outcomes += [told.outcome for told in ESTATE.nsg_stories]
    assert all((each.reach is not None) == (each.verdict is Verdict.EXPOSED) for each in outcomes)


def test_nsg_stories_tell_every_group_once() -> None:
    told = sorted(story.nsg_id for story in ESTATE.nsg_stories)
    assert told == sorted(group["id"] for group in groups())


def test_nsg_stories_know_which_group_is_attached() -> None:
    attached = {story.nsg_id.lower() for story in ESTATE.nsg_stories if story.attached}
    referred = ids_referred_to()
    assert attached == {group["id"].lower() for group in groups()} & referred


def test_machines_outside_the_story_have_no_public_address() -> None:
    assert len(ESTATE.public_ip_vms) == 41
    assert set(ESTATE.public_ip_vms) == {chapter.vm_id for chapter in _CHAPTERS.values()}


@pytest.mark.parametrize(
    ("vm", "severity"),
    [
        ("vm-split-halves", Severity.CRITICAL),
        ("vm-deallocated", Severity.HIGH),
        ("vm-azurecloud", Severity.HIGH),
        ("vm-pinned-admin", Severity.LOW),
        ("vm-storage-tag", Severity.INFO),
        ("vm-deny-first", None),
    ],
)
def test_severity_follows_reach_and_power_state(vm: str, severity: Severity | None) -> None:
    assert [door.outcome.severity for door in _CHAPTERS[vm].doors] == [severity]


@pytest.mark.parametrize(
    ("nsg", "severity"),
    [
        ("nsg-split-halves", Severity.HIGH),
        ("nsg-azurecloud", Severity.MEDIUM),
        ("nsg-pinned-admin", Severity.INFO),
        ("nsg-forgotten", Severity.LOW),
        ("nsg-deny-first", None),
    ],
)
def test_group_is_one_step_milder_than_a_machine(nsg: str, severity: Severity | None) -> None:
    assert [each.severity for each in ESTATE.nsg_stories if each.name == nsg] == [severity]


def test_change_deletes_a_rule_that_alone_lets_ssh_into_the_machine() -> None:
    change = one_change()
    group = BY_ID[change.nsg_id.lower()]
    rules = {rule["id"]: rule["properties"] for rule in group["properties"]["securityRules"]}
    assert (change.method, change.body) == ("DELETE", None)
    assert rules.pop(change.path)["access"] == "Allow"
    assert {rule["access"] for rule in rules.values()} == {"Deny"}


def test_change_is_about_one_exposed_machine_whose_group_serves_nobody_else() -> None:
    change = one_change()
    (door,) = _CHAPTERS[change.vm].doors
    users = [
        nic["properties"]["virtualMachine"]["id"].lower()
        for nic in interfaces()
        if change.nsg_id.lower() in {each["id"].lower() for each in references_of(nic, _NSG)}
    ]
    assert door.outcome.verdict is Verdict.EXPOSED
    assert users == [change.vm_id.lower()]


def test_page_about_the_estate_is_what_the_estate_says() -> None:
    assert _PAGE.read_text(encoding="utf-8") == chronicle(ESTATE)
