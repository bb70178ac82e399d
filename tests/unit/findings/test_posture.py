"""The scorecard: four requirements for each machine, and rolled up; unknown is never met."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from shared.findings.kept_posture import PostureHead
from shared.findings.posture import MachineScore, Requirement, Standing, worst
from shared.findings.posture_brief import brief_of
from shared.findings.posture_judgement import posture
from shared.network.ids import ResourceId
from shared.rendering.json_text import json_lines
from shared.rendering.posture_document import kept_document, posture_document
from shared.rendering.posture_markdown import posture_markdown
from shared.rendering.posture_words import (
    kept_line,
    machine_table,
    name_of,
    place_table,
    verdict_lines,
)
from tests.rows import (
    Row,
    allow,
    bastion,
    bastion_subnet,
    deny,
    diagnostic_setting,
    diagnostic_settings,
    entra_login_extension,
    firewall,
    instance_id,
    ip_configuration,
    nic,
    nsg,
    one_vm_estate,
    public_ip,
    resource_id,
    scale_set,
    scale_set_nic_model,
    shareable_links,
    subnet,
    subnet_id,
    vm,
    vnet,
)
from tests.rows.authorization import READER, USER_LOGIN, WHOLE_SUBSCRIPTION, role_assignment
from tests.unit.adapters.row_reading import NOW
from tests.unit.checks.judging_rows import facts_of

IP, SSH = Requirement.NO_PUBLIC_IP, Requirement.NO_DIRECT_SSH
SESSIONS, IDENTITY = Requirement.SESSIONS_RECORDED, Requirement.OWN_IDENTITY
MET, NOT_MET, UNKNOWN = Standing.MET, Standing.NOT_MET, Standing.UNKNOWN
LOGIN = role_assignment("ann", USER_LOGIN)
READ = role_assignment("ann", READER)


def good() -> list[Row]:
    """Return an estate of one machine that meets everything."""
    return [
        vm(identity="SystemAssigned"),
        nic(),
        vnet(subnets=[subnet(), bastion_subnet()]),
        bastion(),
        entra_login_extension(),
        diagnostic_settings(settings=[diagnostic_setting()]),
        shareable_links(),
        LOGIN,
        READ,
    ]


def but(*rows: Row, without: tuple[str, ...] = ()) -> list[Row]:
    """Return the good estate with other rows over it, and without those of some types."""
    return [row for row in good() if row["type"] not in without] + list(rows)


def standings(rows: list[Row], machine: str = "vm-1") -> dict[Requirement, Standing]:
    one = score_of(rows, machine)
    return {requirement: score.standing for requirement, score in one.scores.items()}


def score_of(rows: list[Row], machine: str = "vm-1") -> MachineScore:
    scored = posture(facts_of(rows)).estate.machines
    return next(one for one in scored if one.machine.name == machine)


def reached_by(*rules: Row) -> list[Row]:
    """Return the machine with a public address, and these rules of its NSG."""
    return but(
        nic(ip_configurations=[ip_configuration(public_ip="pip-1")], nsg="nsg-1"),
        public_ip("pip-1", "20.1.2.3"),
        nsg("nsg-1", rules),
    )


@pytest.mark.parametrize(
    ("rows", "worse"),
    [
        pytest.param(good(), {}, id="everything-met"),
        pytest.param(reached_by(), {IP: NOT_MET}, id="address-of-its-own-closed"),
        pytest.param(reached_by(allow(100)), {IP: NOT_MET, SSH: NOT_MET}, id="open"),
        pytest.param(
            reached_by(allow(100, source="Storage")), {IP: NOT_MET, SSH: UNKNOWN}, id="unresolved"
        ),
        pytest.param(
            but(nic(), vm(nics=["nic-1", "nic-2"], identity="SystemAssigned")),
            {IP: UNKNOWN, SSH: UNKNOWN},
            id="interface-not-read",
        ),
        pytest.param(
            but(without=("microsoft.network/bastionhosts",)),
            {SESSIONS: NOT_MET, IDENTITY: NOT_MET},
            id="no-bastion",
        ),
        pytest.param(
            but(nic(nsg="nsg-1"), nsg("nsg-1", [deny(100)])), {SESSIONS: NOT_MET}, id="blocked"
        ),
        pytest.param(but(nic(nsg="nsg-1")), {SESSIONS: UNKNOWN}, id="group-not-read"),
        pytest.param(but(diagnostic_settings()), {SESSIONS: NOT_MET}, id="audit-off"),
        pytest.param(
            but(without=("portcullis/diagnostic-settings",)), {SESSIONS: UNKNOWN}, id="audit-unread"
        ),
        pytest.param(
            but(vm(identity="SystemAssigned", password_login=True)),
            {IDENTITY: NOT_MET},
            id="passwords",
        ),
        pytest.param(
            but(vm(identity="SystemAssigned", password_login=None)),
            {IDENTITY: UNKNOWN},
            id="passwords-not-told",
        ),
        pytest.param(but(vm()), {IDENTITY: NOT_MET}, id="no-entra-login"),
        pytest.param(but(vm(os="Windows")), {IDENTITY: UNKNOWN}, id="windows"),
        pytest.param(
            but(without=("microsoft.authorization/roleassignments",)),
            {IDENTITY: UNKNOWN},
            id="roles-unread",
        ),
        pytest.param(
            [row for row in good() if row is not LOGIN], {IDENTITY: NOT_MET}, id="nobody-may"
        ),
        pytest.param(but(shareable_links(vms=["vm-1"])), {IDENTITY: NOT_MET}, id="links"),
        pytest.param(
            but(without=("portcullis/shareable-links",)), {IDENTITY: UNKNOWN}, id="links-unread"
        ),
        pytest.param(
            but(vnet(), without=("microsoft.network/virtualnetworks",))[:0] or [vm(), nic()],
            {SSH: MET, SESSIONS: UNKNOWN, IDENTITY: NOT_MET},
            id="network-not-read",
        ),
        pytest.param(
            [vm(nics=[], identity="SystemAssigned"), entra_login_extension()],
            {SESSIONS: UNKNOWN, IDENTITY: UNKNOWN},
            id="machine-nowhere",
        ),
    ],
)
def test_machine_stands_as_its_checks_say(
    rows: list[Row], worse: dict[Requirement, Standing]
) -> None:
    assert standings(rows) == dict.fromkeys(Requirement, MET) | worse


def test_stopped_machine_that_few_would_reach_is_reached_all_the_same() -> None:
    rows = reached_by(allow(100, source="203.0.113.0/28"))
    rows[0] = vm(identity="SystemAssigned", power="deallocated")
    assert standings(rows)[SSH] is NOT_MET


def test_every_requirement_has_its_evidence() -> None:
    proofs = {
        requirement: [(proof.check, proof.text) for proof in score.proofs]
        for requirement, score in score_of(good()).scores.items()
    }
    assert proofs == {
        IP: [("vm-public-ip", "no public address of its own")],
        SSH: [("vm-ssh-reachable", "the internet reaches no management port")],
        SESSIONS: [
            ("bastion-blocked", "Bastion gets through"),
            ("bastion-audit-off", "the Bastion's audit log is kept"),
        ],
        IDENTITY: [
            ("vm-no-entra-login", "signing in with Entra ID is set up"),
            ("vm-password-login", "provisioned without password login"),
            ("bastion-access-gap", "somebody holds the roles to open it through Bastion"),
            ("bastion-shareable-links", "the Bastion has no shareable links"),
        ],
    }


def test_scale_set_without_instances_has_a_login_that_nobody_knows() -> None:
    rows = but(scale_set(nic_models=[scale_set_nic_model(subnet_id())]))
    assert standings(rows, "vmss-1")[IDENTITY] is UNKNOWN


@pytest.mark.parametrize(
    ("standing", "of"),
    [
        (MET, [MET, MET]),
        (NOT_MET, [MET, UNKNOWN, NOT_MET]),
        (UNKNOWN, [MET, UNKNOWN]),
        (UNKNOWN, []),
    ],
)
def test_worst_counts_and_unknown_is_never_met(standing: Standing, of: list[Standing]) -> None:
    assert worst(of) is standing


def test_places_roll_their_machines_up() -> None:
    rows = but(vm("vm-2", ["nic-2"]), nic("nic-2", vm="vm-2"))
    scored = posture(facts_of(rows))
    for place in (scored.estate, *scored.subscriptions, *scored.networks):
        assert place.standing(IP) is MET
        assert place.standing(IDENTITY) is NOT_MET
        assert (place.count(IDENTITY, MET), place.count(IDENTITY, NOT_MET)) == (1, 1)
    assert [str(one.place) for one in scored.networks] == [resource_id("vnet", "vnet-1")]


def test_nothing_is_met_for_a_place_that_was_not_read_whole() -> None:
    gap = {"id": WHOLE_SUBSCRIPTION, "type": "portcullis/unread", "properties": {"reason": "away"}}
    scored = posture(facts_of(but(gap)))
    assert scored.estate.machines[0].scores[IP].standing is MET
    assert {place.standing(IP) for place in (scored.estate, *scored.subscriptions)} == {UNKNOWN}


def appliance() -> list[Row]:
    """Return an interface without a machine that passes packets on."""
    own = ip_configuration(private_ip="10.0.0.9", public_ip="pip-9")
    return [
        nic("nic-9", [own], vm=None, enableIPForwarding=True),
        public_ip("pip-9", "20.9.9.9"),
    ]


def test_what_may_lead_on_to_machines_leaves_their_places_unknown() -> None:
    scored = posture(facts_of(but(*appliance())))
    assert scored.estate.machines[0].scores[SSH].standing is MET
    assert [one.standing(SSH) for one in (scored.estate, *scored.subscriptions)] == [UNKNOWN] * 2
    assert scored.networks[0].standing(SSH) is MET
    assert "  nic-9: the interface has a public address" in "\n".join(verdict_lines(scored))


def test_lines_say_how_the_estate_stands() -> None:
    gap = {"id": WHOLE_SUBSCRIPTION, "type": "portcullis/unread", "properties": {"reason": "away"}}
    assert list(verdict_lines(posture(facts_of(good()))))[:2] == [
        "no public IP: met, 1 VM: 1 met.",
        "no direct SSH: met, 1 VM: 1 met.",
    ]
    assert next(iter(verdict_lines(posture(facts_of([]))))) == "no public IP: unknown, 0 VMs: none."
    assert list(verdict_lines(posture(facts_of([gap]))))[-1].startswith("Part of the estate")


def test_tables_have_a_row_for_each_place_and_machine() -> None:
    scored = posture(facts_of(but(diagnostic_settings(), without=("portcullis/shareable-links",))))
    assert [row[:2] for row in place_table(scored).rows] == [
        ("estate", "1"),
        (f"subscription {WHOLE_SUBSCRIPTION.split('/')[2]}", "1"),
        ("network vnet-1", "1"),
    ]
    assert place_table(scored).rows[0][2:] == (
        "met (1)",
        "met (1)",
        "NOT MET (0)",
        "unknown (0, 1 unknown)",
    )
    assert machine_table(scored).rows == (
        (
            "vm-1",
            "met",
            "met",
            "NOT MET",
            "unknown",
            (
                "Nobody records who uses Bastion bas-1: no audit log is kept;"
                " its shareable links were not read"
            ),
        ),
    )


def test_instance_is_named_with_its_scale_set() -> None:
    assert name_of(ResourceId(instance_id("vmss-1", 3))) == "vmss-1/3"
    assert name_of(ResourceId(resource_id("vm", "vm-1"))) == "vm-1"


def test_document_holds_every_proof() -> None:
    scored = posture(facts_of(but(*appliance())))
    document = json.loads("\n".join(json_lines(posture_document(scored, NOW))))
    assert (document["schema"], document["complete"]) == ("portcullis/posture/1", True)
    estate = document["estate"]["requirements"]["no-direct-ssh"]
    assert (estate["standing"], estate["met"], estate["unknown"]) == ("unknown", 1, 0)
    assert [one["resource"] for one in estate["evidence"]] == [resource_id("nic", "nic-9")]
    (machine,) = document["machines"]
    assert machine["vm"] == resource_id("vm", "vm-1")
    assert machine["requirements"]["no-public-ip"] == {
        "standing": "met",
        "evidence": [
            {
                "standing": "met",
                "check": "vm-public-ip",
                "resource": resource_id("vm", "vm-1"),
                "text": "no public address of its own",
            }
        ],
    }


def test_kept_document_names_the_sweeps() -> None:
    scored = posture(facts_of(good()))
    brief = brief_of(scored.subscriptions[0])
    document = kept_document(scored, NOW, [PostureHead("s-1", NOW, "sweep-1", brief)])
    assert document["kept"] == [
        {"subscription": "s-1", "observed_at": "2026-03-01T00:00:00Z", "sweep": "sweep-1"}
    ]


def test_line_says_as_of_when_sweeps_kept_it() -> None:
    brief = brief_of(posture(facts_of(good())).estate)
    head = PostureHead("s-1", NOW, "sweep-1", brief)
    later = replace(head, observed_at=NOW + timedelta(hours=1))
    assert kept_line([]) == "No sweep has kept a scorecard of this."
    assert kept_line([head, head]) == "As sweeps kept it, by data of 2026-03-01 00:00 UTC."
    assert kept_line([later, head]).endswith("00:00 UTC to 2026-03-01 01:00 UTC.")


def test_markdown_escapes_names_and_has_both_tables() -> None:
    rows = one_vm_estate([])
    hostile = resource_id("vm", "vm|`*<b>")
    rows[0] = rows[0] | {"id": hostile}
    text = posture_markdown(posture(facts_of([*rows, *appliance(), firewall()])), NOW)
    assert text.startswith("# Remote access as of 2026-03-01")
    assert "## By place" in text
    assert "vm|`*<b>" not in text
    assert "  - nic-9" in text.replace("\\", "")
