from pathlib import Path
from typing import Final

import pytest

from simulator.estate import Change, DoorKind, Severity, Verdict, one_change, one_opening
from simulator.estate.chronicle import chronicle
from tests.sample_estate_reading import (
    BY_ID,
    CHAPTERS,
    ESTATE,
    configurations,
    groups,
    ids_referred_to,
    ids_that_exist,
    instances,
    interfaces,
    machines,
    references_of,
)

_PAGE: Final = Path(__file__).parents[2] / "docs" / "estate.md"
_NSG: Final = "networkSecurityGroup"

# The tricky cases that a machine can act out; 49 is about an address on no NIC.
_FACTS_OF_MACHINES: Final = [*range(1, 49), *range(50, 58)]


def test_story_tells_every_tricky_case_of_machines_once() -> None:
    told = sorted(fact for chapter in ESTATE.story for fact in chapter.facts)
    assert told == _FACTS_OF_MACHINES


def test_story_is_about_machines_of_the_estate_as_azure_spells_them() -> None:
    told = [chapter.vm_id for chapter in ESTATE.story]
    assert set(told) <= {machine["id"] for machine in (*machines(), *instances())}
    assert len(set(told)) == len(told)


def test_story_tells_every_public_address_of_every_machine() -> None:
    doors = [door for chapter in ESTATE.story for door in chapter.doors]
    told = {door.public_ip.lower() for door in doors if door.kind is DoorKind.PUBLIC_IP}
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


def test_objections_are_about_resources_of_the_estate_each_once() -> None:
    told = [(each.check, each.resource_id) for each in ESTATE.objections]
    assert {resource.lower() for _, resource in told} <= ids_that_exist()
    assert len(set(told)) == len(told)


def test_objections_are_of_every_check_about_bastion_and_login() -> None:
    assert {each.check for each in ESTATE.objections} == {
        "bastion-missing",
        "bastion-blocked",
        "bastion-nsg-incomplete",
        "bastion-subnet-too-small",
        "bastion-audit-off",
        "bastion-shareable-links",
        "vm-password-login",
        "vm-no-entra-login",
        "bastion-access-gap",
    }


def test_machines_outside_the_story_have_no_public_address() -> None:
    own = (DoorKind.PUBLIC_IP, DoorKind.INSTANCE_PUBLIC_IP)
    told = {
        chapter.vm_id for chapter in CHAPTERS.values() for door in chapter.doors if door.kind in own
    }
    assert len(ESTATE.public_ip_vms) == 50
    assert set(ESTATE.public_ip_vms) == told


@pytest.mark.parametrize(
    ("vm", "severity"),
    [
        ("vm-split-halves", Severity.CRITICAL),
        ("vm-deallocated", Severity.HIGH),
        ("vm-azurecloud", Severity.HIGH),
        ("vm-pinned-admin", Severity.LOW),
        ("vm-storage-tag", Severity.INFO),
        ("vm-deny-first", None),
        ("vm-behind-old-firewall", Severity.HIGH),
        ("vmss-crane/1", None),
    ],
)
def test_severity_follows_reach_and_power_state(vm: str, severity: Severity | None) -> None:
    assert [door.outcome.severity for door in CHAPTERS[vm].doors] == [severity]


def test_list_of_service_tags_settles_what_depends_on_it_alone() -> None:
    told = ESTATE.with_service_tags()
    pairs = zip(ESTATE.story, told.story, strict=True)
    assert [after.vm for before, after in pairs if before != after] == ["vm-storage-tag"]
    severities = {each.name: each.severity for each in told.nsg_stories}
    assert severities["nsg-storage-tag"] is Severity.LOW


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
    left = [rule["sourceAddressPrefix"] for rule in rules.values() if rule["access"] == "Allow"]
    assert left == ["10.10.0.0/26"], "the Bastion's subnet alone"


def test_opening_adds_an_allow_that_outranks_every_deny() -> None:
    change = one_opening()
    group = BY_ID[change.nsg_id.lower()]
    rules = {rule["id"]: rule["properties"] for rule in group["properties"]["securityRules"]}
    assert change.path not in rules
    assert change.body is not None
    added = change.body["properties"]
    assert (change.method, added["access"]) == ("PUT", "Allow")
    denied = [rule["priority"] for rule in rules.values() if rule["access"] == "Deny"]
    assert added["priority"] < min(denied)


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        pytest.param(one_change(), Verdict.EXPOSED, id="closing"),
        pytest.param(one_opening(), Verdict.NOT_EXPOSED, id="opening"),
    ],
)
def test_change_is_about_one_machine_whose_group_serves_nobody_else(
    change: Change, verdict: Verdict
) -> None:
    (door,) = CHAPTERS[change.vm].doors
    users = [
        nic["properties"]["virtualMachine"]["id"].lower()
        for nic in interfaces()
        if change.nsg_id.lower() in {each["id"].lower() for each in references_of(nic, _NSG)}
    ]
    assert door.outcome.verdict is verdict
    assert users == [change.vm_id.lower()]


def test_page_about_the_estate_is_what_the_estate_says() -> None:
    assert _PAGE.read_text(encoding="utf-8") == chronicle(ESTATE)
