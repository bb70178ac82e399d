"""nsg-ssh-open: what a group by itself lets in, whatever stands behind it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from shared.checks.nsg_open import NSG_OPEN
from shared.checks.result import CheckResult, Severity
from tests.rows import (
    Part,
    Row,
    allow,
    deny,
    ip_configuration,
    nic,
    nsg,
    resource_id,
    scale_set,
    scale_set_nic_model,
    subnet,
    subnet_id,
    vnet,
)
from tests.unit.checks.judging_rows import facts_of, results, unjudged

BY_SUBNET = vnet(subnets=[subnet(nsg="nsg-1")])
STORAGE = ["20.60.0.0/14"]
INTERNET = allow(100)


def of_rules(
    rules: Sequence[Part], *others: Row, attached: bool = True, ports: Sequence[int] = (22,)
) -> list[CheckResult]:
    """Give the results on `nsg-1`; the other groups of a case are its own matter."""
    rows = [nsg("nsg-1", rules), *others, *([BY_SUBNET] if attached else [])]
    return results(NSG_OPEN, facts_of(rows, ports=ports, storage=STORAGE))


@pytest.mark.parametrize(
    ("rule", "severity"),
    [
        pytest.param(INTERNET, "high", id="internet"),
        pytest.param(allow(100, source="AzureCloud"), "medium", id="azure-tenants"),
        pytest.param(allow(100, source="80.0.0.0/12"), "medium", id="wide"),
        pytest.param(allow(100, source="Storage"), "low", id="service-ranges"),
        pytest.param(allow(100, source="203.0.113.7"), "info", id="limited"),
    ],
)
def test_severity_is_one_step_below_that_of_a_machine(rule: Part, severity: str) -> None:
    (found,) = of_rules([rule])
    assert found.severity.value == severity


@pytest.mark.parametrize(
    "rule", [INTERNET, allow(100, source="AzureCloud"), allow(100, source="Storage")]
)
def test_group_attached_to_nothing_is_low_and_says_so(rule: Part) -> None:
    (found,) = of_rules([rule], attached=False)
    assert (found.severity, found.evidence["attached"]) == (Severity.LOW, False)
    assert found.title.endswith(", attached to nothing")


@pytest.mark.parametrize(
    "holder",
    [
        pytest.param(BY_SUBNET, id="subnet"),
        pytest.param(nic(nsg="nsg-1"), id="interface"),
        pytest.param(nic(nsg=resource_id("nsg", "NSG-1").upper()), id="another-casing"),
        pytest.param(
            scale_set(nic_models=[scale_set_nic_model(subnet_id(), nsg="nsg-1")]), id="model"
        ),
    ],
)
def test_group_is_attached_by_whatever_refers_to_it(holder: Row) -> None:
    (found,) = of_rules([INTERNET], holder, attached=False)
    assert (found.severity, found.evidence["attached"]) == (Severity.HIGH, True)


def test_title_says_who_gets_through_to_what() -> None:
    (found,) = of_rules([INTERNET])
    assert found.title == "nsg-1 lets the internet through to SSH (port 22)"


def test_result_stands_on_the_group_with_the_rule_and_its_sources() -> None:
    (found,) = of_rules([allow(100, source="203.0.113.0/24")])
    assert (found.check, str(found.resource)) == ("nsg-ssh-open", resource_id("nsg", "nsg-1"))
    assert (found.evidence["port"], found.evidence["reach"]) == (22, "limited")
    assert found.evidence["sources"] == {
        "certain": ["203.0.113.0/24"],
        "address_count": 256,
        "less_tags": [],
        "possible_tags": [],
    }
    assert found.evidence["rules"] == [
        {
            "layer": "nic-nsg",
            "resource": resource_id("nsg", "nsg-1"),
            "rule": "allow-inbound-100",
            "priority": 100,
            "access": "Allow",
        }
    ]


def test_every_open_port_is_a_result_of_its_own() -> None:
    found = of_rules([allow(100, port=["22", "3389"])], ports=(22, 3389, 5985))
    assert [one.discriminator for one in found] == [("22",), ("3389",)]
    assert ["CIS 6.0 7.2" in one.controls for one in found] == [True, False]


@pytest.mark.parametrize(
    "rules",
    [
        pytest.param([], id="default-rules"),
        pytest.param([deny(100), allow(200)], id="shadowed-by-a-deny"),
        pytest.param(
            [deny(100), allow(200, destination="10.0.0.4")], id="shadowed-for-one-destination"
        ),
        pytest.param([deny(100, source="Internet"), allow(200)], id="internet-denied-first"),
        pytest.param([allow(100, protocol="Udp")], id="another-protocol"),
        pytest.param([allow(100, port="80")], id="another-port"),
        pytest.param([allow(100, source="VirtualNetwork")], id="own-network"),
        pytest.param([allow(100, source="AzureLoadBalancer")], id="probe"),
        pytest.param([allow(100, source="10.0.0.0/8")], id="private-sources"),
        pytest.param([allow(100, source_asgs=["web"])], id="application-group-as-source"),
        pytest.param(
            [allow(100, destination_asgs=["web"])], id="application-group-without-members"
        ),
        pytest.param([allow(100, direction="Outbound")], id="outbound"),
    ],
)
def test_group_that_lets_nobody_in_has_no_result(rules: list[Part]) -> None:
    assert of_rules(rules) == []


def test_trusted_sources_do_not_count() -> None:
    rows = [nsg("nsg-1", [allow(100, source="203.0.113.7")]), BY_SUBNET]
    assert results(NSG_OPEN, facts_of(rows, trusted=["203.0.113.0/24"])) == []


@pytest.mark.parametrize(
    ("rules", "reach"),
    [
        pytest.param([allow(100, destination="10.0.0.4")], "internet", id="one-destination"),
        pytest.param(
            [deny(100, destination="10.0.0.0/24"), allow(200)], "internet", id="all-but-a-subnet"
        ),
        pytest.param(
            [
                allow(100, source="203.0.113.7", destination="10.0.0.4"),
                allow(200, source="80.0.0.0/12", destination="10.0.0.5"),
            ],
            "wide",
            id="worst-of-two",
        ),
        pytest.param(
            [
                allow(100, source="80.0.0.0/12", destination="10.0.0.4"),
                allow(200, source="203.0.113.7", destination="10.0.0.5"),
            ],
            "wide",
            id="worst-of-two-first",
        ),
        pytest.param([allow(100, source="2a01::/16")], "internet", id="ipv6"),
    ],
)
def test_worst_destination_counts(rules: list[Part], reach: str) -> None:
    (found,) = of_rules(rules)
    assert found.evidence["reach"] == reach


def test_application_group_with_a_member_counts() -> None:
    member = nic("nic-1", [ip_configuration(asgs=["web"])])
    (found,) = of_rules([allow(100, destination_asgs=["web"])], member)
    assert found.evidence["reach"] == "internet"


def test_application_group_with_a_member_of_unknown_address_counts() -> None:
    member = nic("nic-1", [ip_configuration(private_ip=None, asgs=["web"])])
    (found,) = of_rules([allow(100, destination_asgs=["web"])], member)
    assert found.evidence["reach"] == "internet"


def test_application_group_whose_members_are_denied_first_does_not_count() -> None:
    member = nic("nic-1", [ip_configuration(private_ip="10.0.0.4", asgs=["web"])])
    rules = [deny(100, destination="10.0.0.4"), allow(200, destination_asgs=["web"])]
    assert of_rules(rules, member) == []


def test_group_with_faults_is_unjudged_and_names_every_one() -> None:
    rows = [nsg("nsg-1", [INTERNET, allow(200, name="odd", port="ssh"), allow(300, port="-")])]
    (found,) = unjudged(NSG_OPEN, facts_of(rows))
    assert (found.check, str(found.resource)) == ("nsg-ssh-open", resource_id("nsg", "nsg-1"))
    assert "rule 'odd': not a port" in found.reason
    assert found.reason.count("not a port") == 2
    assert results(NSG_OPEN, facts_of(rows)) == []


def test_group_that_depends_on_an_unknown_tag_is_unjudged() -> None:
    rows = [nsg("nsg-1", [allow(100, source="Storage")]), BY_SUBNET]
    (found,) = unjudged(NSG_OPEN, facts_of(rows))
    assert found.reason == "the addresses of service tag Storage are not known"


def test_known_opening_outweighs_an_unknown_one() -> None:
    rules = [
        allow(100, source="Sql", destination="10.0.0.4"),
        allow(200, source="203.0.113.7", destination="10.0.0.5"),
    ]
    (found,) = of_rules(rules)
    assert found.evidence["reach"] == "limited"
