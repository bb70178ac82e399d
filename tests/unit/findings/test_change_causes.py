"""Each kind of change is named as what explains that a way in opened, closed or changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import pytest

from shared.findings.change_causes import explained
from shared.findings.scan_comparison import Change
from shared.rendering.change_text import cause_text
from tests.cases.admin_rules import managed
from tests.cases.balancers import MEMBER, balanced
from tests.cases.firewalls import firewalled
from tests.diffing import difference, difference_of_scans
from tests.rows import (
    Row,
    admin_rule,
    allow,
    balancing_rule,
    bastion,
    default_route,
    deny,
    dnat_rule,
    ip_configuration,
    ip_group,
    nat_rule,
    nic,
    nsg,
    one_vm_estate,
    pool,
    subnet,
    vnet,
)

CLOSED: Final = one_vm_estate([])
OPEN: Final = one_vm_estate([allow(100, name="ssh")])
OFFICE: Final = allow(100, name="office", source="203.0.113.0/28")


def replaced(rows: Sequence[Row], *others: Row) -> list[Row]:
    """Give rows with some of them in another form, found by type and name."""
    new = {(one["type"], one["name"]): one for one in others}
    kept = [one for one in rows if (one["type"], one["name"]) not in new]
    return [*kept, *new.values()]


def without(rows: Sequence[Row], *names: str) -> list[Row]:
    return [one for one in rows if one["name"] not in names]


CHANGES = [
    pytest.param(
        CLOSED,
        OPEN,
        Change.OPENED,
        "NSG nsg-subnet: rule ssh added (priority 100, access Allow, protocol Tcp, source *,"
        " destination ports 22)",
        id="rule-added",
    ),
    pytest.param(
        one_vm_estate([deny(100, name="stop"), allow(200)]),
        one_vm_estate([allow(200)]),
        Change.OPENED,
        "NSG nsg-subnet: rule stop removed (priority 100, access Deny, protocol Tcp, source *,"
        " destination ports 22)",
        id="rule-removed",
    ),
    pytest.param(
        one_vm_estate([deny(300, name="stop"), allow(400, name="ssh")]),
        one_vm_estate([deny(300, name="stop"), allow(200, name="ssh")]),
        Change.OPENED,
        "NSG nsg-subnet: rule ssh: priority 400, now 200",
        id="priority",
    ),
    pytest.param(
        one_vm_estate([allow(100, name="ssh", port="443")]),
        OPEN,
        Change.OPENED,
        "NSG nsg-subnet: rule ssh: destination ports 443, now 22",
        id="ports",
    ),
    pytest.param(
        one_vm_estate([deny(100, name="ssh")]),
        OPEN,
        Change.OPENED,
        "NSG nsg-subnet: rule ssh: access Deny, now Allow",
        id="access",
    ),
    pytest.param(
        one_vm_estate([OFFICE]),
        one_vm_estate([allow(100, name="office", source="203.0.113.0/24")]),
        Change.CHANGED,
        "NSG nsg-subnet: rule office: source 203.0.113.0/28, now 203.0.113.0/24",
        id="prefix",
    ),
    pytest.param(
        one_vm_estate([allow(100)], nic_rules=[]),
        replaced(one_vm_estate([allow(100)]), nic("nic-1", [ip_configuration(public_ip="pip-1")])),
        Change.OPENED,
        "network interface nic-1: NSG nsg-nic detached",
        id="group-detached-from-interface",
    ),
    pytest.param(
        [*one_vm_estate(None), nsg("nsg-subnet", [allow(100)])],
        one_vm_estate([allow(100)]),
        Change.OPENED,
        "subnet vnet-1/default: NSG nsg-subnet attached",
        id="group-attached-to-subnet",
    ),
    pytest.param(
        replaced(OPEN, nic("nic-1", [ip_configuration()])),
        OPEN,
        Change.OPENED,
        "network interface nic-1: IP configuration ipconfig1: public IP pip-1 attached",
        id="public-ip-attached",
    ),
    pytest.param(
        balanced([allow(100)]),
        balanced([allow(100)], nat_rules=[nat_rule(target=MEMBER)]),
        Change.OPENED,
        "load balancer lb-1: NAT rule nat-ssh added (frontend front, protocol Tcp,"
        " front ports 50001, back port 22, configuration ipconfig1)",
        id="nat-rule",
    ),
    pytest.param(
        firewalled([]),
        firewalled([], dnat_rule()),
        Change.OPENED,
        "firewall fw-1: rule dnat-ssh added",
        id="dnat",
    ),
    pytest.param(
        balanced([allow(100)], rules=[balancing_rule()], pools=[pool()]),
        balanced([allow(100)], rules=[balancing_rule()], pools=[pool(members=[MEMBER])]),
        Change.OPENED,
        "load balancer lb-1: backend pool pool: member ipconfig1 attached",
        id="pool-member",
    ),
    pytest.param(
        [*firewalled([], dnat_rule(groups=["offices"])), ip_group("offices", ["203.0.113.7"])],
        [
            *firewalled([], dnat_rule(groups=["offices"])),
            ip_group("offices", ["203.0.113.7", "203.0.113.8"]),
        ],
        Change.CHANGED,
        "IP group offices: addresses 203.0.113.7/32, now 203.0.113.7/32, 203.0.113.8/32",
        id="ip-group",
    ),
    pytest.param(
        managed([allow(100)]),
        managed([allow(100)], admin_rule(10, "Deny", sources=["Internet"])),
        Change.CLOSED,
        "virtual network vnet-1: security admin rule admin-deny-10 added (priority 10, access Deny,"
        " protocol Tcp, source Internet, destination ports 22)",
        id="admin-rule",
    ),
    pytest.param(
        OPEN,
        one_vm_estate([allow(100, name="ssh")], routes=[default_route()]),
        Change.CHANGED,
        "subnet vnet-1/default: route table rt-default attached",
        id="route",
    ),
    pytest.param(
        OPEN,
        one_vm_estate([allow(100, name="ssh")], power="deallocated"),
        Change.CHANGED,
        "machine vm-1: power state running, now deallocated",
        id="power",
    ),
    pytest.param(
        OPEN, without(OPEN, "vm-1", "nic-1"), Change.CLOSED, "machine vm-1 removed", id="gone"
    ),
    pytest.param(
        without(OPEN, "vm-1", "nic-1"), OPEN, Change.OPENED, "machine vm-1 added", id="new"
    ),
    pytest.param(
        one_vm_estate(None),
        one_vm_estate(None, sku="Basic"),
        Change.OPENED,
        "public IP pip-1: SKU Standard, now Basic",
        id="sku",
    ),
]


@pytest.mark.parametrize(("old", "new", "change", "cause"), CHANGES)
def test_change_is_explained(
    old: Sequence[Row], new: Sequence[Row], change: Change, cause: str
) -> None:
    (one,) = difference(old, new).exposures
    assert one.change is change
    assert any(cause_text(told).startswith(cause) for told in one.causes)


@pytest.mark.parametrize(
    "noise",
    [
        pytest.param(allow(200, name="web", port="443"), id="other-port"),
        pytest.param(allow(200, name="out", direction="Outbound"), id="outbound"),
        pytest.param(allow(200, name="udp", protocol="Udp"), id="other-protocol"),
        pytest.param(allow(200, name="lab", source="10.9.0.0/16"), id="senders-not-concerned"),
    ],
)
def test_change_that_has_nothing_to_do_with_it_is_left_out(noise: Row) -> None:
    rules = [allow(100, name="ssh", source="203.0.113.0/28")]
    (one,) = difference(CLOSED, one_vm_estate([*rules, noise])).exposures
    assert [cause_text(told).partition(" (")[0] for told in one.causes] == [
        "NSG nsg-subnet: rule ssh added"
    ]


def test_deciding_rule_comes_first_among_several_causes() -> None:
    new = one_vm_estate([allow(100, name="ssh"), allow(200, name="any", port="*")])
    (one,) = difference(CLOSED, new).exposures
    assert cause_text(one.causes[0]).startswith("NSG nsg-subnet: rule ssh added")


@pytest.mark.parametrize(
    ("old", "new", "cause"),
    [
        pytest.param(
            CLOSED,
            OPEN,
            "subnet NSG nsg-subnet: ssh (100) Allow decides instead of DenyAllInBound (65500) Deny",
            id="another-rule",
        ),
        pytest.param(
            one_vm_estate(None),
            OPEN,
            "subnet NSG nsg-subnet: ssh (100) Allow decides",
            id="a-rule-where-none-was",
        ),
        pytest.param(
            OPEN,
            without(OPEN, "nsg-subnet"),
            "subnet NSG nsg-subnet: could not be read decides instead of ssh (100) Allow",
            id="a-group-that-was-not-read",
        ),
        pytest.param(
            one_vm_estate(None, sku="Basic"),
            OPEN,
            None,
            id="same-verdict",
        ),
    ],
)
def test_scans_alone_are_explained_by_the_deciding_rules(
    old: Sequence[Row], new: Sequence[Row], cause: str | None
) -> None:
    told = [
        cause_text(one) for way in difference_of_scans(old, new).exposures for one in way.causes
    ]
    assert told[:1] == ([] if cause is None else [cause])


def test_rule_that_decides_no_longer_is_told() -> None:
    (one,) = difference_of_scans(OPEN, one_vm_estate(None)).exposures
    assert "subnet NSG nsg-subnet: ssh (100) Allow no longer decides" in map(cause_text, one.causes)


def test_finding_about_a_machine_has_the_causes_of_its_way_in() -> None:
    compared = difference(CLOSED, OPEN)
    (finding,) = (one for one in compared.findings if one.seen.check == "vm-ssh-reachable")
    assert finding.causes == compared.exposures[0].causes


def test_finding_about_a_group_names_the_rule_for_its_port_alone() -> None:
    new = one_vm_estate([allow(100, name="ssh"), allow(200, name="web", port="443")])
    (finding,) = (one for one in difference(CLOSED, new).findings if "nsg" in one.seen.check)
    assert [cause_text(one).partition(" (")[0] for one in finding.causes] == [
        "NSG nsg-subnet: rule ssh added"
    ]


def test_finding_about_a_public_address_names_what_attached_it() -> None:
    old = replaced(OPEN, nic("nic-1", [ip_configuration()]))
    (finding,) = (one for one in difference(old, OPEN).findings if one.seen.check == "vm-public-ip")
    assert "public IP pip-1 attached" in cause_text(finding.causes[0])


def test_network_of_the_way_is_compared_without_its_other_subnets() -> None:
    old = replaced(CLOSED, vnet(subnets=[subnet(nsg="nsg-subnet")]))
    new = replaced(OPEN, vnet(subnets=[subnet(nsg="nsg-subnet"), subnet("other", ["10.0.9.0/24"])]))
    (one,) = difference(old, new).exposures
    assert [cause_text(told).partition(" (")[0] for told in one.causes] == [
        "NSG nsg-subnet: rule ssh added"
    ]


def test_finding_about_a_network_names_the_bastion_that_came_or_went() -> None:
    elsewhere = bastion("bas-2", vnet="vnet-2")
    hosted = [*CLOSED, bastion(), elsewhere]
    gone = [
        one
        for one in difference(hosted, [*CLOSED, elsewhere]).findings
        if one.seen.check == "bastion-missing"
    ]
    assert ["Bastion bas-1 removed" in map(cause_text, one.causes) for one in gone] == [True]


def test_finding_whose_evidence_names_no_door_has_no_cause() -> None:
    compared = difference(CLOSED, OPEN)
    bare = tuple(
        replace(one, after=replace(one.after, evidence={"exposures": [{}, None]}), causes=())
        for one in compared.findings
        if one.after and one.seen.check == "vm-ssh-reachable"
    )
    (finding,) = explained(replace(compared, findings=bare)).findings
    assert finding.causes == ()


def test_ip_group_is_told_for_the_rule_that_admits_it_alone() -> None:
    rules = [dnat_rule("one", groups=["a"]), dnat_rule("two", groups=["b"], ports=["3333"])]
    old = [ip_group(name, ["203.0.113.7"]) for name in "ab"]
    new = [ip_group(name, ["203.0.113.7", "203.0.113.8"]) for name in "ab"]
    estate = firewalled([], *rules)
    ways = difference([*estate, *old], [*estate, *new]).exposures
    assert {
        way.seen.front_door.rule: [cause_text(told).partition(":")[0] for told in way.causes]
        for way in ways
    } == {"one": ["IP group a"], "two": ["IP group b"]}
