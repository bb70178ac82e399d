"""vm-ssh-reachable: how severe, in which words, on what, and told apart by what."""

from __future__ import annotations

from typing import Any

import pytest

from shared.checks.check import Facts
from shared.checks.result import CheckResult, Severity
from shared.checks.ssh_reachable import SSH_REACHABLE
from tests.rows import (
    Part,
    Row,
    allow,
    classic_nat_collection,
    deny,
    dnat_rule,
    firewall,
    ip_configuration,
    ip_configuration_id,
    load_balancer,
    nat_rule,
    nic,
    nsg,
    one_vm_behind,
    one_vm_estate,
    public_ip,
    resource_id,
    subnet,
    vm,
    vnet,
)
from tests.unit.checks.judging_rows import facts_of, results, unjudged

STORAGE = ["20.60.0.0/14"]
INTERNET = allow(100)
TENANTS = allow(100, source="AzureCloud")
WIDE = allow(100, source="80.0.0.0/12")
SERVICE = allow(100, source="Storage")
LIMITED = allow(100, source="203.0.113.7")


def of_rule(rule: Part, power: str = "running") -> CheckResult:
    """Give the only result on a machine behind one rule."""
    (found,) = results(SSH_REACHABLE, facts_of(one_vm_estate([rule], power=power), storage=STORAGE))
    return found


def of_rows(rows: list[Row], **asked: Any) -> list[CheckResult]:  # noqa: ANN401 - passed on
    return results(SSH_REACHABLE, facts_of(rows, **asked))


@pytest.mark.parametrize(
    ("rule", "severity"),
    [
        pytest.param(INTERNET, "critical", id="internet"),
        pytest.param(TENANTS, "high", id="azure-tenants"),
        pytest.param(WIDE, "high", id="wide"),
        pytest.param(SERVICE, "medium", id="service-ranges"),
        pytest.param(LIMITED, "low", id="limited"),
    ],
)
def test_severity_follows_the_reach(rule: Part, severity: str) -> None:
    assert of_rule(rule).severity.value == severity


@pytest.mark.parametrize(
    ("rule", "severity"),
    [
        pytest.param(INTERNET, "high", id="internet"),
        pytest.param(TENANTS, "medium", id="azure-tenants"),
        pytest.param(WIDE, "medium", id="wide"),
        pytest.param(SERVICE, "low", id="service-ranges"),
        pytest.param(LIMITED, "info", id="limited"),
    ],
)
def test_severity_is_one_step_lower_while_the_machine_is_stopped(rule: Part, severity: str) -> None:
    assert of_rule(rule, power="deallocated").severity.value == severity


@pytest.mark.parametrize(
    ("rule", "title"),
    [
        (INTERNET, "SSH (port 22) of vm-1 is reachable from the internet"),
        (TENANTS, "SSH (port 22) of vm-1 is reachable from any Azure tenant"),
        (WIDE, "SSH (port 22) of vm-1 is reachable from a wide range of internet addresses"),
        (SERVICE, "SSH (port 22) of vm-1 is reachable from the ranges of an Azure service"),
        (LIMITED, "SSH (port 22) of vm-1 is reachable from a few internet addresses"),
    ],
)
def test_title_says_who_reaches_what(rule: Part, title: str) -> None:
    assert of_rule(rule).title == title


def test_title_of_a_stopped_machine_says_when() -> None:
    assert of_rule(INTERNET, power="deallocated").title == (
        "SSH (port 22) of vm-1 is reachable from the internet once it is started"
    )


@pytest.mark.parametrize(
    ("port", "name", "cis"),
    [
        pytest.param(22, "SSH (port 22)", "CIS 6.0 7.2", id="ssh"),
        pytest.param(3389, "RDP (port 3389)", "CIS 6.0 7.1", id="rdp"),
        pytest.param(2222, "port 2222", "CIS 6.0 7.2", id="another"),
    ],
)
def test_each_port_has_its_name_and_its_controls(port: int, name: str, cis: str) -> None:
    rows = one_vm_estate([allow(100, port=str(port))])
    (found,) = of_rows(rows, ports=(22, 3389, 2222))
    assert (found.title, found.discriminator[2]) == (
        f"{name} of vm-1 is reachable from the internet",
        str(port),
    )
    assert cis in found.controls


def test_several_open_ports_are_several_results() -> None:
    rows = one_vm_estate([allow(100, port=["22", "3389"])])
    found = of_rows(rows, ports=(22, 3389))
    assert [one.discriminator[2] for one in found] == ["22", "3389"]


def test_closed_machine_has_no_result() -> None:
    assert of_rows(one_vm_estate([deny(100), allow(200)])) == []


def test_trusted_sources_alone_are_no_result() -> None:
    assert of_rows(one_vm_estate([LIMITED]), trusted=["203.0.113.0/24"]) == []


def test_what_cannot_be_told_is_info_and_says_why() -> None:
    rows = one_vm_estate([SERVICE])
    (found,) = of_rows(rows)
    assert found.severity is Severity.INFO
    assert found.title == (
        "Whether SSH (port 22) of vm-1 is reachable cannot be told:"
        " the addresses of service tag Storage are not known"
    )


def test_result_stands_on_the_machine_with_its_exposure_as_evidence() -> None:
    found = of_rule(INTERNET)
    assert (found.check, str(found.resource)) == ("vm-ssh-reachable", resource_id("vm", "vm-1"))
    (exposure,) = _exposures(found)
    assert (exposure["verdict"], exposure["port"]) == ("exposed", 22)
    assert exposure["trace"][0]["rule"] == "allow-inbound-100"


def test_discriminator_is_the_door_and_the_port_in_any_spelling() -> None:
    estate = one_vm_estate([INTERNET])
    shouted = [row | {"id": row["id"].upper()} for row in estate]
    (found,) = of_rows(estate)
    assert found.discriminator == (resource_id("pip", "pip-1").lower(), "", "22")
    assert [one.discriminator for one in of_rows(shouted)] == [found.discriminator]


def test_every_door_of_a_machine_is_a_result_of_its_own() -> None:
    parts = [
        ip_configuration("one", "10.0.0.4", public_ip="pip-1"),
        ip_configuration("two", "10.0.0.5", public_ip="pip-2", primary=False),
    ]
    rows = [
        vm(),
        nic("nic-1", parts),
        public_ip("pip-1"),
        public_ip("pip-2", "20.1.2.4"),
        vnet(subnets=[subnet(nsg="nsg-1")]),
        nsg("nsg-1", [INTERNET]),
    ]
    assert len({one.discriminator for one in of_rows(rows)}) == 2


def _through_one_nat_rule(*rules: Part) -> list[Row]:
    """Two configurations of one machine, which one NAT rule leads to by two ways."""
    parts = [
        ip_configuration("one", "10.0.0.4"),
        ip_configuration("two", "10.0.0.5", primary=False),
    ]
    rule_id = f"{resource_id('lb', 'lb-1')}/inboundNatRules/nat-ssh"
    for part in parts:
        part["properties"]["loadBalancerInboundNatRules"] = [{"id": rule_id}]
    return [
        vm(),
        nic("nic-1", parts),
        vnet(subnets=[subnet(nsg="nsg-1")]),
        nsg("nsg-1", rules),
        public_ip("pip-lb"),
        load_balancer(nat_rules=[nat_rule()]),
    ]


@pytest.mark.parametrize(
    ("to_first", "to_second"),
    [pytest.param(INTERNET, LIMITED, id="worst-first"), pytest.param(LIMITED, INTERNET, id="last")],
)
def test_two_configurations_behind_one_door_are_one_result_of_the_worst(
    to_first: Part, to_second: Part
) -> None:
    rules = [_to("10.0.0.4", to_first, 100), _to("10.0.0.5", to_second, 200)]
    (found,) = of_rows(_through_one_nat_rule(*rules))
    assert found.severity is Severity.CRITICAL
    assert [one["reach"] for one in _exposures(found)] == ["internet", "limited"]


def test_closed_configuration_behind_an_open_door_is_no_evidence() -> None:
    (found,) = of_rows(_through_one_nat_rule(_to("10.0.0.5", INTERNET, 100)))
    assert [one["ip_configuration"] for one in _exposures(found)] == ["two"]


def test_translated_door_is_told_by_its_rule_and_rated_alike() -> None:
    rows = one_vm_behind(
        load_balancer(nat_rules=[nat_rule(target=ip_configuration_id())]),
        public_ip("pip-lb"),
        rules=[INTERNET],
    )
    (found,) = of_rows(rows)
    assert found.severity is Severity.CRITICAL
    assert found.discriminator[0].endswith("/inboundnatrules/nat-ssh")


def test_machine_with_an_unread_interface_is_unjudged() -> None:
    facts: Facts = facts_of([vm(nics=["nic-1", "nic-2"]), nic(), vnet()])
    (found,) = unjudged(SSH_REACHABLE, facts)
    assert (found.check, found.resource.name) == ("vm-ssh-reachable", "vm-1")
    assert found.reason == (f"network interface {resource_id('nic', 'nic-2')} could not be read")


def test_dnat_rule_to_a_name_is_unjudged_on_the_firewall() -> None:
    rule = dnat_rule(to_fqdn="jump.example.org")
    facts = facts_of([firewall(nat_collections=[classic_nat_collection(rules=[rule])])])
    (found,) = unjudged(SSH_REACHABLE, facts)
    assert (str(found.resource), found.reason) == (
        resource_id("firewall", "fw-1"),
        "DNAT rule dnat-ssh leads to jump.example.org, whose address is not known",
    )


@pytest.mark.parametrize(
    ("port", "to_port", "count"),
    [
        pytest.param("2222", "22", 1, id="translated-to-it"),
        pytest.param("22", "2222", 1, id="dialled"),
        pytest.param("443", "443", 0, id="another-port"),
    ],
)
def test_dnat_rule_to_a_name_matters_for_management_ports(
    port: str, to_port: str, count: int
) -> None:
    rule = dnat_rule(to_fqdn="jump.example.org", ports=[port], to_port=to_port)
    facts = facts_of([firewall(nat_collections=[classic_nat_collection(rules=[rule])])])
    assert len(unjudged(SSH_REACHABLE, facts)) == count


@pytest.mark.parametrize(
    ("forwards", "public_ip_name", "count"),
    [
        pytest.param(True, "pip-1", 1, id="public-and-forwarding"),
        pytest.param(True, None, 0, id="forwarding-in-private"),
        pytest.param(False, "pip-1", 0, id="public-alone"),
    ],
)
def test_appliance_in_public_may_let_others_through(
    public_ip_name: str | None, count: int, *, forwards: bool
) -> None:
    configuration = ip_configuration(public_ip=public_ip_name)
    rows = [vm(), nic("nic-1", [configuration], enableIPForwarding=forwards), vnet(), public_ip()]
    found = unjudged(SSH_REACHABLE, facts_of(rows))
    assert [one.resource.name for one in found] == ["nic-1"] * count


def _to(destination: str, rule: Part, priority: int) -> Part:
    members = {"destinationAddressPrefix": destination, "priority": priority}
    return {"name": f"to-{destination}", "properties": rule["properties"] | members}


def _exposures(result: CheckResult) -> list[dict[str, Any]]:
    exposures = result.evidence["exposures"]
    assert isinstance(exposures, list)
    return exposures
