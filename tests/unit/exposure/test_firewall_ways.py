"""Ways in through DNAT rules: from which addresses, to which targets, by which ports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from tests.judging import scan
from tests.rows import (
    FIREWALL_SUBNET,
    Part,
    Row,
    balancing_rule,
    classic_nat_collection,
    dnat_rule,
    firewall,
    firewall_policy,
    frontend,
    hub_firewall,
    ip_configuration_id,
    ip_group,
    load_balancer,
    nat_rule,
    one_vm_behind,
    policy_nat_collection,
    pool,
    public_ip,
    rule_collection_group,
    subnet,
    subnet_id,
    vnet,
)
from tests.rows.network import peering

MEMBER = ip_configuration_id()
HOME = subnet(FIREWALL_SUBNET, ("10.0.1.0/26",))
PUBLIC = public_ip("pip-fw", "20.9.9.9")


def doors(rows: Sequence[Row], ports: Sequence[int] = (22,)) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = scan(rows, ports=ports)["exposures"]
    return found


def classic(*rules: Part, others: Sequence[Row] = (PUBLIC,), **settings: Any) -> list[Row]:  # noqa: ANN401 - passed on
    """Put `vm-1` behind a firewall of its network with classic rules."""
    collections = [classic_nat_collection(rules=rules)]
    return one_vm_behind(firewall(nat_collections=collections, **settings), *others, subnets=[HOME])


@pytest.mark.parametrize(
    ("ports", "to_port", "asked", "expected"),
    [
        pytest.param(["2222"], "22", [22], [(2222, 22, None)], id="translated-to-it"),
        pytest.param(["22"], "2222", [22], [(22, 2222, None)], id="dialled"),
        pytest.param(["443"], "443", [22], [], id="neither"),
        pytest.param(["20-30"], "22", [22], [(22, 22, [20, 30])], id="range-with-it"),
        pytest.param(["50-60"], "22", [22], [(50, 22, [50, 60])], id="range-without-it"),
        pytest.param(["2222", "80"], "22", [22], [(80, 22, None)], id="two-ports"),
        pytest.param([], "22", [22], [], id="no-port"),
        pytest.param(["3389"], "3389", [22, 3389], [(3389, 3389, None)], id="asked-for"),
    ],
)
def test_dnat_rule_is_a_door_by_either_port(
    ports: list[str],
    to_port: str,
    asked: list[int],
    expected: list[tuple[int, int, list[int] | None]],
) -> None:
    found = doors(classic(dnat_rule(ports=ports, to_port=to_port)), asked)
    assert [
        (one["front_door"]["port"], one["port"], one["front_door"].get("port_range"))
        for one in found
    ] == expected


@pytest.mark.parametrize(
    ("rule", "count"),
    [
        pytest.param(dnat_rule(destinations=["20.9.9.9"]), 1, id="public-address"),
        pytest.param(dnat_rule(destinations=["*"]), 1, id="any"),
        pytest.param(dnat_rule(destinations=["10.0.1.4"]), 0, id="private-address"),
        pytest.param(dnat_rule(destinations=["20.9.9.8"]), 0, id="another-address"),
        pytest.param(dnat_rule(to="10.0.0.9"), 0, id="nobody-there"),
        pytest.param(dnat_rule(to_fqdn="jump.example.org"), 0, id="to-a-name"),
    ],
)
def test_rule_about_a_public_address_leads_to_a_machine(rule: Part, count: int) -> None:
    assert len(doors(classic(rule))) == count


def test_every_public_address_of_an_any_rule_is_a_door() -> None:
    others = [PUBLIC, public_ip("pip-fw2", "20.9.9.10")]
    rows = classic(dnat_rule(destinations=["*"]), others=others, public_ips=["pip-fw", "pip-fw2"])
    assert [one["front_door"]["address"] for one in doors(rows)] == ["20.9.9.9", "20.9.9.10"]


def test_address_that_is_not_allocated_is_no_door() -> None:
    assert doors(classic(dnat_rule(destinations=["*"]), others=[public_ip("pip-fw", None)])) == []


def test_address_that_is_none_stops_nothing_else() -> None:
    found = scan(classic(dnat_rule(), others=[public_ip("pip-fw", "20.9.9.999")]))
    assert (found["complete"], found["exposures"]) == (False, [])


def test_door_names_rule_collection_and_address() -> None:
    (found,) = doors(classic(dnat_rule()))
    door = found["front_door"]
    assert (door["kind"], door["rule"], door["address"]) == (
        "firewall-dnat",
        "dnat-ssh",
        "20.9.9.9",
    )
    assert door["id"].endswith("/natRuleCollections/nat")


def _policy_rows(*groups: Row, base: str | None = None) -> list[Row]:
    return one_vm_behind(
        firewall(policy="child"),
        PUBLIC,
        firewall_policy("child", base=base),
        *groups,
        subnets=[HOME],
    )


def _group(policy: str) -> Row:
    return rule_collection_group(policy, collections=[policy_nat_collection(rules=[dnat_rule()])])


@pytest.mark.parametrize(
    ("groups", "base", "count"),
    [
        pytest.param([_group("child")], None, 1, id="own"),
        pytest.param([_group("base"), firewall_policy("base")], "base", 1, id="inherited"),
        pytest.param([_group("base")], "base", 1, id="base-without-a-row"),
        pytest.param([_group("other")], None, 0, id="another-policy"),
        pytest.param(
            [_group("base"), firewall_policy("base", base="child")], "base", 1, id="in-a-ring"
        ),
    ],
)
def test_policy_gives_its_own_rules_and_those_of_its_base(
    groups: list[Row], base: str | None, count: int
) -> None:
    assert len(doors(_policy_rows(*groups, base=base))) == count


OFFICE, BRANCH = ip_group("office", ["203.0.113.0/24"]), ip_group("branch", ["198.51.100.7"])


@pytest.mark.parametrize(
    ("rule", "groups", "certain"),
    [
        pytest.param(dnat_rule(groups=["office"]), [OFFICE], ["203.0.113.0/24"], id="one"),
        pytest.param(
            dnat_rule(groups=["office", "branch"]),
            [OFFICE, BRANCH],
            ["198.51.100.7/32", "203.0.113.0/24"],
            id="two",
        ),
        pytest.param(
            dnat_rule(groups=["office"]) | {"sourceAddresses": ["198.51.100.7"]},
            [OFFICE],
            ["198.51.100.7/32", "203.0.113.0/24"],
            id="beside-addresses",
        ),
        pytest.param(
            dnat_rule(groups=["office", "branch"]), [BRANCH], ["198.51.100.7/32"], id="one-unread"
        ),
    ],
)
def test_clients_are_those_that_the_rule_admits(
    rule: Part, groups: list[Row], certain: list[str]
) -> None:
    (found,) = doors(classic(rule, others=[PUBLIC, *groups]))
    assert (found["verdict"], found["sources"]["certain"]) == ("exposed", certain)


def test_ip_group_that_was_not_read_may_admit_anybody() -> None:
    (found,) = doors(classic(dnat_rule(groups=["office"])))
    assert (found["verdict"], [one["code"] for one in found["reasons"]]) == (
        "undetermined",
        ["ip-group-unread"],
    )


def _internal(*rules: Part, private_ip: str = "10.0.0.9", **parts: Any) -> Row:  # noqa: ANN401 - passed on
    inner = [frontend(private_ip=private_ip, subnet=subnet_id())]
    return load_balancer(frontends=inner, pools=[pool(members=[MEMBER])], rules=rules, **parts)


@pytest.mark.parametrize(
    ("balancer", "expected"),
    [
        pytest.param(_internal(balancing_rule()), [22], id="same-port"),
        pytest.param(_internal(balancing_rule("ssh", 22, 2222)), [2222], id="another-port-behind"),
        pytest.param(_internal(balancing_rule("ssh", 0, 0)), [22], id="every-port"),
        pytest.param(_internal(balancing_rule("ssh", 443, 443)), [], id="another-port"),
        pytest.param(_internal(balancing_rule(), private_ip="10.0.0.8"), [], id="another-address"),
        pytest.param(_internal(balancing_rule(frontend="other")), [], id="another-frontend"),
        pytest.param(_internal(balancing_rule(protocol="Udp")), [], id="another-protocol"),
        pytest.param(
            _internal(nat_rules=[nat_rule(front_port=22, back_port=2222, target=MEMBER)]),
            [2222],
            id="nat-rule",
        ),
        pytest.param(
            _internal(nat_rules=[nat_rule(front_port=2022, target=MEMBER)]),
            [],
            id="nat-rule-of-another-port",
        ),
        pytest.param(
            _internal(nat_rules=[nat_rule(front_port=22, frontend="other", target=MEMBER)]),
            [],
            id="nat-rule-of-another-frontend",
        ),
        pytest.param(
            _internal(nat_rules=[nat_rule(front_port=22, protocol="Udp", target=MEMBER)]),
            [],
            id="nat-rule-of-another-protocol",
        ),
    ],
)
def test_target_may_be_an_internal_balancer(balancer: Row, expected: list[int]) -> None:
    rows = classic(dnat_rule(to="10.0.0.9"), others=[PUBLIC, balancer])
    assert [one["port"] for one in doors(rows)] == expected


@pytest.mark.parametrize(
    "balancer",
    [
        pytest.param(_internal(balancing_rule("ssh", 2022, 2222)), id="balancing-rule"),
        pytest.param(
            _internal(nat_rules=[nat_rule(front_port=2022, back_port=2222, target=MEMBER)]),
            id="nat-rule",
        ),
    ],
)
def test_management_port_that_clients_dial_counts_through_every_translation(balancer: Row) -> None:
    rule = dnat_rule(ports=["22"], to="10.0.0.9", to_port="2022")
    (found,) = doors(classic(rule, others=[PUBLIC, balancer]))
    assert (found["front_door"]["port"], found["port"]) == (22, 2222)


def _from_the_hub(*halves: Row) -> list[Row]:
    rules = [classic_nat_collection(rules=[dnat_rule()])]
    rows = one_vm_behind(firewall(vnet="hub", nat_collections=rules), PUBLIC)
    return [*(one for one in rows if one["name"] != "vnet-1"), *halves]


SPOKE_HALF = vnet(subnets=[subnet(nsg="nsg-subnet")], peerings=[peering("hub")])
HUB_SUBNETS = [subnet(FIREWALL_SUBNET, ("10.1.1.0/26",))]
HUB_HALF = vnet(
    "hub", ["10.1.0.0/16"], subnets=HUB_SUBNETS, peerings=[peering("vnet-1", ["10.0.0.0/16"])]
)


@pytest.mark.parametrize(
    ("halves", "count"),
    [
        pytest.param([SPOKE_HALF, HUB_HALF], 1, id="peered"),
        pytest.param([SPOKE_HALF, vnet("hub", subnets=HUB_SUBNETS)], 0, id="not-peered"),
        pytest.param([vnet(), HUB_HALF], 0, id="one-sided"),
    ],
)
def test_firewall_reaches_its_own_network_and_its_peers(halves: list[Row], count: int) -> None:
    assert len(doors(_from_the_hub(*halves))) == count


def test_firewall_of_a_virtual_hub_may_reach_every_network() -> None:
    rows = one_vm_behind(hub_firewall(), _group("policy-1"), firewall_policy())
    (found,) = doors(rows)
    assert (found["verdict"], found["front_door"]["public_ip"]) == ("undetermined", None)
    assert found["front_door"]["address"] == "20.9.9.9"


def test_translated_source_is_shown_beside_the_client() -> None:
    (found,) = doors(classic(dnat_rule(sources=["203.0.113.7"])))
    assert (found["witness"]["source"], found["witness"]["translated_source"]) == (
        "203.0.113.7",
        "10.0.1.1",
    )
    assert [step["layer"] for step in found["trace"]] == ["front-door", "subnet-nsg"]
