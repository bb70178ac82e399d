"""Ways in through load balancers: which rules lead where, and by which port."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from tests.judging import scan
from tests.rows import (
    Part,
    Row,
    allow,
    balancing_rule,
    frontend,
    frontend_id,
    ip_configuration,
    ip_configuration_id,
    load_balancer,
    nat_pool,
    nat_pool_id,
    nat_rule,
    nic,
    nsg,
    one_vm_behind,
    pool,
    pool_id,
    pool_nat_rule,
    port_mapping,
    public_ip,
    resource_id,
    subnet,
    subnet_id,
    vm,
    vnet,
)

MEMBER = ip_configuration_id()
SSH_OPEN = [allow(100)]
ALL_OPEN = [allow(100, port="*")]


def doors(rows: Sequence[Row], ports: Sequence[int] = (22,)) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = scan(rows, ports=ports)["exposures"]
    return found


def balanced(
    custom: Sequence[Part] = SSH_OPEN,
    /,
    **parts: Any,  # noqa: ANN401 - passed on to `load_balancer`
) -> list[Row]:
    """Put `vm-1` behind the public load balancer `lb-1` of these parts."""
    return one_vm_behind(public_ip("pip-lb", "20.7.7.7"), load_balancer(**parts), rules=custom)


def dialled(rows: Sequence[Row], ports: Sequence[int] = (22,)) -> list[tuple[int, int]]:
    """Give the port that a client dials with the port at the machine, for every door."""
    return [(one["front_door"]["port"], one["port"]) for one in doors(rows, ports)]


@pytest.mark.parametrize(
    ("front", "back", "ports", "expected"),
    [
        pytest.param(22, 22, [22], [(22, 22)], id="same-port"),
        pytest.param(2222, 22, [22], [(2222, 22)], id="management-port-behind"),
        pytest.param(22, 2222, [22], [(22, 2222)], id="management-port-in-front"),
        pytest.param(443, 443, [22], [], id="neither"),
        pytest.param(0, 0, [22, 3389], [(22, 22), (3389, 3389)], id="every-port"),
        pytest.param(443, 443, [22, 443], [(443, 443)], id="asked-for"),
    ],
)
def test_balancing_rule_is_a_door_by_either_port(
    front: int, back: int, ports: list[int], expected: list[tuple[int, int]]
) -> None:
    rule = balancing_rule(front_port=front, back_port=back)
    rows = balanced(ALL_OPEN, pools=[pool(members=[MEMBER])], rules=[rule])
    assert dialled(rows, ports) == expected


@pytest.mark.parametrize(
    ("parts", "count"),
    [
        pytest.param({"rules": [balancing_rule(protocol="Udp")]}, 0, id="balancing-udp"),
        pytest.param({"rules": [balancing_rule(protocol="All")]}, 1, id="balancing-all"),
        pytest.param({"nat_rules": [nat_rule(target=MEMBER, protocol="Udp")]}, 0, id="nat-udp"),
        pytest.param({"nat_rules": [nat_rule(target=MEMBER, protocol="All")]}, 1, id="nat-all"),
        pytest.param({"rules": [balancing_rule(frontend="other")]}, 0, id="unknown-frontend"),
        pytest.param({"nat_rules": [nat_rule(target=None)]}, 0, id="nat-rule-without-a-target"),
        pytest.param(
            {"nat_rules": [nat_rule(front_port=8443, back_port=443, target=MEMBER)]},
            0,
            id="nat-rule-for-another-port",
        ),
        pytest.param({"nat_rules": [nat_rule(target=MEMBER, frontend="x")]}, 0, id="nat-frontend"),
        pytest.param({"nat_pools": [nat_pool()]}, 0, id="nat-pool-of-nobody"),
        pytest.param({"nat_pools": [nat_pool(frontend="x")]}, 0, id="nat-pool-of-no-frontend"),
        pytest.param({"rules": [balancing_rule(pool="empty")]}, 0, id="pool-that-is-not-there"),
    ],
)
def test_rule_leads_in_for_tcp_from_its_own_frontend_to_its_own_target(
    parts: dict[str, list[Part]], count: int
) -> None:
    assert len(doors(balanced(pools=[pool(members=[MEMBER])], **parts))) == count


def test_internal_frontend_is_no_door() -> None:
    inner = [frontend(private_ip="10.0.0.9", subnet=subnet_id())]
    parts = {"pools": [pool(members=[MEMBER])], "rules": [balancing_rule()]}
    assert doors(balanced(frontends=inner, **parts)) == []


@pytest.mark.parametrize(
    "members",
    [
        pytest.param(pool(members=[MEMBER]), id="listed-by-the-pool"),
        pytest.param(pool(members=[MEMBER.upper()]), id="in-another-casing"),
        pytest.param(pool(addresses=["10.0.0.4"], vnet="vnet-1"), id="by-address"),
        pytest.param(pool(), id="named-by-the-configuration"),
    ],
)
def test_member_of_a_pool_is_found_by_whichever_side_names_it_and_once(members: Part) -> None:
    part = ip_configuration()
    part["properties"]["loadBalancerBackendAddressPools"] = [{"id": pool_id()}]
    rows = balanced(pools=[members], rules=[balancing_rule()])
    assert dialled([*rows, nic("nic-1", [part])]) == [(22, 22)]


@pytest.mark.parametrize(
    ("address", "network", "count"),
    [
        pytest.param("10.0.0.4", "vnet-1", 1, id="in-its-network"),
        pytest.param("10.0.0.4", "vnet-2", 0, id="same-address-in-another-network"),
        pytest.param("10.0.0.5", "vnet-1", 0, id="another-address"),
    ],
)
def test_address_of_a_pool_is_looked_up_within_its_network(
    address: str, network: str, count: int
) -> None:
    members = pool(addresses=[address], vnet=network)
    assert len(doors(balanced(pools=[members], rules=[balancing_rule()]))) == count


@pytest.mark.parametrize(
    "members",
    [
        pytest.param(pool(members=[MEMBER]), id="by-configuration"),
        pytest.param(pool(addresses=["10.0.0.4"], vnet="vnet-1"), id="by-address"),
    ],
)
def test_member_that_is_down_gets_nothing(members: Part) -> None:
    (entry,) = members["properties"]["loadBalancerBackendAddresses"]
    entry["properties"]["adminState"] = "Down"
    assert doors(balanced(pools=[members], rules=[balancing_rule()])) == []


def test_front_port_of_a_member_is_the_one_that_azure_mapped() -> None:
    mapped = pool(members=[MEMBER], mappings=[port_mapping("Nat-SSH", 50007)])
    (found,) = doors(balanced(pools=[mapped], nat_rules=[pool_nat_rule()]))
    assert (found["front_door"]["port"], "port_range" in found["front_door"]) == (50007, False)


@pytest.mark.parametrize(
    ("mappings", "expected"),
    [
        pytest.param([], [50000, 50100], id="no-mapping"),
        pytest.param([port_mapping("another", 50007)], [50000, 50100], id="of-another-rule"),
    ],
)
def test_without_a_mapping_the_range_is_what_is_known(
    mappings: list[Part], expected: list[int]
) -> None:
    members = pool(addresses=["10.0.0.4"], vnet="vnet-1", mappings=mappings)
    (found,) = doors(balanced(pools=[members], nat_rules=[pool_nat_rule()]))
    assert (found["front_door"]["port"], found["front_door"]["port_range"]) == (50000, expected)


def test_range_that_holds_a_management_port_is_dialled_there() -> None:
    rule = pool_nat_rule(front_ports=(20, 30), back_port=2222)
    rows = balanced(ALL_OPEN, pools=[pool(members=[MEMBER])], nat_rules=[rule])
    assert dialled(rows) == [(22, 2222)]


def test_range_far_from_management_ports_on_both_sides_is_no_door() -> None:
    rule = pool_nat_rule(back_port=443)
    assert doors(balanced(pools=[pool(members=[MEMBER])], nat_rules=[rule])) == []


def _pooled(*nat_rules: Part, back_port: int = 22) -> list[Row]:
    """Put `vm-1` into the NAT pool of a balancer, with these NAT rules beside it."""
    part = ip_configuration()
    part["properties"]["loadBalancerInboundNatPools"] = [{"id": nat_pool_id()}]
    return [
        vm(),
        nic("nic-1", [part]),
        vnet(subnets=[subnet(nsg="nsg-1")]),
        nsg("nsg-1", ALL_OPEN),
        public_ip("pip-lb", "20.7.7.7"),
        load_balancer(nat_pools=[nat_pool(back_port=back_port)], nat_rules=nat_rules),
    ]


@pytest.mark.parametrize(
    ("nat_rules", "kinds"),
    [
        pytest.param([], ["nat-pool"], id="pool-alone"),
        pytest.param([nat_rule(front_port=50001, target=MEMBER)], ["nat-ssh"], id="made-from-it"),
        pytest.param(
            [nat_rule(front_port=60001, target=MEMBER)], ["nat-ssh", "nat-pool"], id="another-rule"
        ),
    ],
)
def test_nat_pool_and_the_rules_made_from_it_are_one_door(
    nat_rules: list[Part], kinds: list[str]
) -> None:
    found = [one["front_door"]["id"].rsplit("/", 1)[-1] for one in doors(_pooled(*nat_rules))]
    assert found == kinds


def test_nat_pool_far_from_management_ports_is_no_door() -> None:
    assert doors(_pooled(back_port=443)) == []


def test_nat_rule_that_a_configuration_names_is_a_door() -> None:
    part = ip_configuration()
    rule_id = f"{resource_id('lb', 'lb-1')}/inboundNatRules/nat-ssh"
    part["properties"]["loadBalancerInboundNatRules"] = [{"id": rule_id}]
    rows = balanced(nat_rules=[nat_rule()])
    assert dialled([*rows, nic("nic-1", [part])]) == [(50001, 22)]


def _global(*regional: Row, back_port: int = 22) -> list[Row]:
    """Put `vm-1` behind a global balancer whose pool is the frontend of a regional one."""
    worldwide = load_balancer(
        pools=[pool(frontends=[frontend_id("lb-2")])],
        rules=[balancing_rule(front_port=2022, back_port=back_port)],
        tier="Global",
    )
    return one_vm_behind(public_ip("pip-lb", "20.7.7.7"), worldwide, *regional, rules=ALL_OPEN)


def _regional(front_port: int = 22, back_port: int = 22, *, protocol: str = "Tcp") -> Row:
    inner = [frontend(private_ip="10.0.0.9", subnet=subnet_id())]
    rule = balancing_rule(front_port=front_port, back_port=back_port, protocol=protocol)
    return load_balancer("lb-2", frontends=inner, pools=[pool(members=[MEMBER])], rules=[rule])


@pytest.mark.parametrize(
    ("regional", "count"),
    [
        pytest.param([_regional()], 1, id="same-port"),
        pytest.param([_regional(0, 0)], 1, id="every-port"),
        pytest.param([_regional(443, 443)], 0, id="no-rule-for-the-port"),
        pytest.param([_regional(protocol="Udp")], 0, id="another-protocol"),
        pytest.param([], 0, id="regional-balancer-not-read"),
    ],
)
def test_global_balancer_leads_through_regional_rules(regional: list[Row], count: int) -> None:
    assert len(doors(_global(*regional))) == count


def test_port_at_the_machine_is_the_one_that_the_regional_rule_leads_to() -> None:
    assert dialled(_global(_regional(22, 2222))) == [(2022, 2222)]


def test_member_of_another_balancer_is_not_the_pool_of_a_rule() -> None:
    other = load_balancer("lb-2", frontends=[], pools=[pool(members=[MEMBER])])
    rows = [*balanced(pools=[pool()], rules=[balancing_rule()]), other]
    assert doors(rows) == []


@pytest.mark.parametrize(
    ("address", "destination", "verdict"),
    [
        pytest.param("20.7.7.7", "20.7.7.7", "exposed", id="frontend-address"),
        pytest.param("20.7.7.7", "10.0.0.4", "not-exposed", id="private-address"),
        pytest.param(None, "20.7.7.7", "undetermined", id="not-allocated"),
        pytest.param("20.7.7.777", "20.7.7.7", "undetermined", id="impossible"),
    ],
)
def test_floating_rule_keeps_the_frontend_as_destination(
    address: str | None, destination: str, verdict: str
) -> None:
    rows = one_vm_behind(
        public_ip("pip-lb", address),
        load_balancer(pools=[pool(members=[MEMBER])], rules=[balancing_rule(floating=True)]),
        rules=[allow(100, destination=destination)],
    )
    assert [one["verdict"] for one in doors(rows)] == [verdict]


def test_door_of_a_prefix_has_no_address() -> None:
    part: Part = {"name": "front", "properties": {"publicIPPrefix": {"id": "/prefix"}}}
    rows = balanced(frontends=[part], pools=[pool(members=[MEMBER])], rules=[balancing_rule()])
    (found,) = doors(rows)
    assert (found["front_door"]["address"], found["front_door"]["public_ip"]) == (None, None)
    assert (found["verdict"], found["family"]) == ("exposed", "ipv4")
