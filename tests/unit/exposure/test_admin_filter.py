"""Security admin rules before a network: who is asked, in which order, and what is not known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from tests.judging import scan
from tests.rows import (
    FIREWALL_SUBNET,
    Part,
    Row,
    admin_rule,
    allow,
    classic_nat_collection,
    deny,
    dnat_rule,
    effective_admin_rules,
    firewall,
    ip_configuration,
    nic,
    nsg,
    one_vm_behind,
    one_vm_estate,
    public_ip,
    resource_id,
    row,
    subnet,
    vm,
    vnet,
)

NSG_CLOSED: list[Part] = []
NSG_OPEN = [allow(100)]


def judged(rows: Sequence[Row]) -> list[tuple[str, str, list[str]]]:
    """Give name of the machine, verdict and codes of reasons of every exposure."""
    return [
        (one["vm"].rsplit("/", 1)[-1], one["verdict"], [each["code"] for each in one["reasons"]])
        for one in scan(rows)["exposures"]
    ]


def behind(*rules: Part, nsg_rules: Sequence[Part] | None = None) -> list[Row]:
    custom = NSG_OPEN if nsg_rules is None else nsg_rules
    return [*one_vm_estate(custom), effective_admin_rules(rules=rules)]


def of_manager(name: str, rule: Part) -> Part:
    return rule | {"id": rule["id"].replace("/nm-1/", f"/{name}/")}


def manager(name: str, *groups: str) -> Row:
    scopes = {"managementGroups": list(groups), "subscriptions": []}
    return row(resource_id("network-manager", name), {"networkManagerScopes": scopes})


@pytest.mark.parametrize(
    ("rule", "verdict"),
    [
        pytest.param(admin_rule(10, "Deny"), "not-exposed", id="deny"),
        pytest.param(admin_rule(10, "Deny", direction="Outbound"), "exposed", id="outbound"),
        pytest.param(admin_rule(10, "Deny", protocol="Udp"), "exposed", id="another-protocol"),
        pytest.param(admin_rule(10, "Deny", protocol="Any"), "not-exposed", id="any-protocol"),
        pytest.param(admin_rule(10, "Deny", ports=["80", "443"]), "exposed", id="another-port"),
        pytest.param(admin_rule(10, "Deny", ports=["20-25"]), "not-exposed", id="range"),
        pytest.param(
            admin_rule(10, "Deny", destinations=["10.0.0.9"]), "exposed", id="another-destination"
        ),
        pytest.param(admin_rule(10, "Allow"), "exposed", id="allow-hands-on"),
    ],
)
def test_rule_stands_before_what_it_is_about(rule: Part, verdict: str) -> None:
    assert judged(behind(rule)) == [("vm-1", verdict, [])]


def test_allow_hands_on_to_the_security_group() -> None:
    rows = behind(admin_rule(10, "Allow"), nsg_rules=NSG_CLOSED)
    assert judged(rows) == [("vm-1", "not-exposed", [])]


def test_always_allow_delivers_past_the_security_group() -> None:
    rows = behind(admin_rule(10, "AlwaysAllow"), nsg_rules=NSG_CLOSED)
    assert judged(rows) == [("vm-1", "exposed", [])]


def test_machines_of_one_network_are_each_judged_by_the_rules_about_them() -> None:
    rows = [
        vm("vm-1", ["nic-1"]),
        vm("vm-2", ["nic-2"]),
        nic("nic-1", [ip_configuration(private_ip="10.0.0.4", public_ip="pip-1")], vm="vm-1"),
        nic("nic-2", [ip_configuration(private_ip="10.0.0.5", public_ip="pip-2")], vm="vm-2"),
        public_ip("pip-1", "20.1.2.3"),
        public_ip("pip-2", "20.1.2.4"),
        vnet(subnets=[subnet(nsg="nsg-1")]),
        nsg("nsg-1", NSG_OPEN),
        effective_admin_rules(
            rules=[
                admin_rule(10, "Deny", destinations=["10.0.0.4"]),
                admin_rule(20, "Allow", destinations=["10.0.0.5"]),
            ]
        ),
    ]
    assert judged(rows) == [("vm-1", "not-exposed", []), ("vm-2", "exposed", [])]


HIGH_DENY = of_manager("nm-high", admin_rule(50, "Deny"))
LOW_ALWAYS = of_manager("nm-low", admin_rule(10, "AlwaysAllow"))
HIGH, LOW = manager("nm-high", "/mg/root"), manager("nm-low")


@pytest.mark.parametrize(
    ("managers", "verdict", "reasons"),
    [
        pytest.param([HIGH, LOW], "not-exposed", [], id="higher-scope-wins"),
        pytest.param(
            [manager("nm-high"), LOW], "undetermined", ["admin-rules-unread"], id="equal-scopes"
        ),
        pytest.param([LOW], "undetermined", ["admin-rules-unread"], id="scope-not-told"),
        pytest.param(
            [HIGH, manager("nm-low", "/mg/other")],
            "undetermined",
            ["admin-rules-unread"],
            id="both-over-management-groups",
        ),
    ],
)
def test_between_managers_the_higher_scope_wins(
    managers: list[Row], verdict: str, reasons: list[str]
) -> None:
    rows = [*behind(LOW_ALWAYS, HIGH_DENY), *managers]
    assert judged(rows) == [("vm-1", verdict, reasons)]


def test_reason_names_the_managers_that_cannot_be_ranked() -> None:
    (exposure,) = scan(behind(LOW_ALWAYS, HIGH_DENY))["exposures"]
    assert exposure["reasons"][0]["text"] == (
        "security admin rules are not known: which of the network managers nm-high, nm-low wins"
        " cannot be told"
    )


def test_manager_whose_rules_are_about_other_ports_need_not_be_ranked() -> None:
    elsewhere = of_manager("nm-low", admin_rule(10, "AlwaysAllow", ports=["80"]))
    assert judged(behind(elsewhere, HIGH_DENY)) == [("vm-1", "not-exposed", [])]


def test_rules_with_a_fault_may_close_or_open() -> None:
    broken = admin_rule(10, "Deny", ports=["70000"])
    verdict = ("vm-1", "undetermined", ["admin-rules-unread"])
    assert judged(behind(broken)) == [verdict]
    assert judged(behind(broken, nsg_rules=NSG_CLOSED)) == [verdict]


def test_always_allow_without_any_security_group_is_not_known() -> None:
    rows = [*one_vm_estate(None), effective_admin_rules(rules=[admin_rule(10, "AlwaysAllow")])]
    assert judged(rows) == [("vm-1", "undetermined", ["always-allow-without-nsg"])]


DELEGATED: Any = [{"properties": {"serviceName": "Microsoft.Sql/managedInstances"}}]


@pytest.mark.parametrize(
    ("rule", "nsg_rules", "verdict"),
    [
        pytest.param(admin_rule(10, "Deny"), NSG_OPEN, "exposed", id="deny-is-not-applied"),
        pytest.param(
            admin_rule(10, "AlwaysAllow"), NSG_CLOSED, "undetermined", id="always-allow-may-be"
        ),
    ],
)
def test_network_with_a_managed_instance_is_exempt(
    rule: Part, nsg_rules: list[Part], verdict: str
) -> None:
    network = vnet(subnets=[subnet(nsg="nsg-subnet"), subnet("sql", delegations=DELEGATED)])
    rows = [one for one in behind(rule, nsg_rules=nsg_rules) if one["type"] != network["type"]]
    assert [one[1] for one in judged([*rows, network])] == [verdict]


@pytest.mark.parametrize(
    ("access", "nsg_rules", "verdict"),
    [
        pytest.param("AlwaysAllow", [deny(100, source="10.0.1.0/26")], "undetermined", id="opens"),
        pytest.param("Deny", [], "undetermined", id="closes"),
        pytest.param("Allow", [], "exposed", id="hands-on"),
    ],
)
def test_network_group_as_source_may_hold_the_firewall(
    access: str, nsg_rules: list[Part], verdict: str
) -> None:
    rule = admin_rule(10, access)
    group = {"addressPrefix": "/groups/g", "addressPrefixType": "NetworkGroup"}
    rule["properties"]["sources"] = [group]
    rows = one_vm_behind(
        firewall(nat_collections=[classic_nat_collection(rules=[dnat_rule()])]),
        public_ip("pip-fw", "20.9.9.9"),
        effective_admin_rules(rules=[rule]),
        rules=nsg_rules,
        subnets=[subnet(FIREWALL_SUBNET, ("10.0.1.0/26",))],
    )
    assert [one[1] for one in judged(rows)] == [verdict]
