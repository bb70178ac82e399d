"""Load balancers as Azure writes them: frontends, pools, and the rules of every kind."""

from __future__ import annotations

import pytest

from shared.network.ids import ResourceId
from shared.network.load_balancer import LoadBalancer, NatRule, PoolAddress, PortMapping
from shared.network.topology import Sku
from shared.packetset.addresses import address_number
from shared.packetset.protocols import Protocol
from tests.rows import (
    Part,
    Row,
    balancing_rule,
    balancing_rule_id,
    frontend,
    frontend_id,
    ip_configuration_id,
    load_balancer,
    nat_pool,
    nat_rule,
    outbound_rule,
    pool,
    pool_id,
    pool_nat_rule,
    port_mapping,
    resource_id,
    subnet_id,
)
from tests.unit.adapters.row_reading import only, snapshot_of, unread

MEMBER = ip_configuration_id()
VNET = ResourceId(resource_id("vnet", "vnet-1"))


def balancer_of(row: Row) -> LoadBalancer:
    return only(snapshot_of(row).load_balancers.values())


def entry_with(**members: object) -> PoolAddress:
    """Read one entry of a pool's own list, by the names of its members in ARM."""
    parts: list[Part] = [{"name": "pool", "properties": {}}]
    parts[0]["properties"]["loadBalancerBackendAddresses"] = [{"properties": members}]
    return only(only(balancer_of(load_balancer(pools=parts)).pools).addresses)


def nat_rule_with(**members: object) -> NatRule:
    part = nat_rule()
    part["properties"] |= members
    return only(balancer_of(load_balancer(nat_rules=[part])).nat_rules)


def test_public_and_internal_frontends_are_told_apart() -> None:
    internal = frontend("inner", private_ip="10.0.0.9", subnet=subnet_id())
    public, private = balancer_of(load_balancer(frontends=[frontend(), internal])).frontends
    assert (public.id, public.is_public) == (ResourceId(frontend_id()), True)
    assert public.public_ip == ResourceId(resource_id("pip", "pip-lb"))
    assert (private.is_public, private.subnet) == (False, ResourceId(subnet_id()))
    assert private.private_ip == address_number("10.0.0.9")


def test_frontend_of_a_prefix_is_public() -> None:
    part: Part = {"name": "front", "properties": {"publicIPPrefix": {"id": "/prefix"}}}
    found = only(balancer_of(load_balancer(frontends=[part])).frontends)
    assert (found.is_public, found.public_ip) == (True, None)


def test_members_of_a_pool_are_read_from_both_lists() -> None:
    found = only(balancer_of(load_balancer(pools=[pool(members=[MEMBER])])).pools)
    assert (found.id, found.configurations) == (ResourceId(pool_id()), (ResourceId(MEMBER),))
    assert only(found.addresses).configuration == ResourceId(MEMBER)


def test_addresses_of_a_pool_lie_in_its_network() -> None:
    found = only(
        balancer_of(load_balancer(pools=[pool(addresses=["10.0.0.4"], vnet="vnet-1")])).pools
    )
    assert only(found.addresses) == PoolAddress(address_number("10.0.0.4"), VNET)


@pytest.mark.parametrize(
    ("members", "network"),
    [
        pytest.param({"virtualNetwork": {"id": VNET.text}}, VNET, id="own"),
        pytest.param({"subnet": {"id": subnet_id()}}, VNET, id="of-its-subnet"),
        pytest.param({"virtualNetwork": None, "subnet": None}, None, id="none"),
    ],
)
def test_network_of_an_entry_is_its_own_or_that_of_its_subnet(
    members: Part, network: ResourceId | None
) -> None:
    assert entry_with(**members).network == network


def test_entry_without_a_network_has_that_of_the_pool() -> None:
    part: Part = {"name": "pool", "properties": {"virtualNetwork": {"id": VNET.text}}}
    part["properties"]["loadBalancerBackendAddresses"] = [{"properties": {"ipAddress": "10.0.0.4"}}]
    found = only(balancer_of(load_balancer(pools=[part])).pools)
    assert only(found.addresses).network == VNET


def test_entry_of_a_global_pool_names_a_regional_frontend() -> None:
    found = balancer_of(load_balancer(pools=[pool(frontends=[frontend_id("lb-2")])], tier="Global"))
    assert only(only(found.pools).addresses).frontend == ResourceId(frontend_id("lb-2"))


@pytest.mark.parametrize(
    ("state", "down"),
    [("Down", True), ("DOWN", True), ("Up", False), ("None", False), (None, False)],
)
def test_entry_is_down_when_it_refuses_new_connections(state: str | None, *, down: bool) -> None:
    assert entry_with(adminState=state).is_down is down


def test_port_mappings_are_kept_by_the_name_of_their_rule() -> None:
    mappings = [port_mapping("Nat-SSH", 50001), {"frontendPort": 1}, {"inboundNatRuleName": "x"}]
    found = entry_with(inboundNatRulesPortMapping=mappings)
    assert found.mappings == (PortMapping("nat-ssh", 50001),)


def test_balancing_rule_is_read_whole() -> None:
    row = load_balancer(rules=[balancing_rule(front_port=2222, back_port=22, floating=True)])
    found = only(balancer_of(row).rules)
    assert (found.id, found.frontend) == (
        ResourceId(balancing_rule_id()),
        ResourceId(frontend_id()),
    )
    assert (found.front_port, found.back_port, found.floating) == (2222, 22, True)
    assert (found.pools, found.protocol) == ((ResourceId(pool_id()),), Protocol.TCP)


@pytest.mark.parametrize(
    ("single", "several", "pools"),
    [
        ("/a", ["/A", "/b"], ["/a", "/b"]),
        (None, ["/b"], ["/b"]),
        ("/a", None, ["/a"]),
        (None, None, []),
    ],
)
def test_pools_of_a_rule_are_those_of_both_members(
    single: str | None, several: list[str] | None, pools: list[str]
) -> None:
    part = balancing_rule()
    del part["pool"]
    part["properties"] |= {
        "backendAddressPool": {"id": single} if single else None,
        "backendAddressPools": [{"id": one} for one in several] if several else None,
    }
    found = only(balancer_of(load_balancer(rules=[part])).rules)
    assert [one.key for one in found.pools] == pools


@pytest.mark.parametrize(
    ("text", "protocol"),
    [
        ("Tcp", Protocol.TCP),
        ("UDP", Protocol.UDP),
        ("All", Protocol.ANY),
        ("Quic", Protocol.UDP),
        (None, Protocol.ANY),
    ],
)
def test_protocol_of_a_rule_is_read_in_any_case(text: str | None, protocol: Protocol) -> None:
    part = balancing_rule()
    part["properties"]["protocol"] = text
    assert only(balancer_of(load_balancer(rules=[part])).rules).protocol is protocol
    assert nat_rule_with(protocol=text).protocol is protocol


def test_balancer_with_an_unknown_protocol_is_unread() -> None:
    assert list(unread(load_balancer(rules=[balancing_rule(protocol="Sctp")]))) == ["lb-1"]


def test_nat_rule_of_version_1_has_one_target_and_one_front_port() -> None:
    found = only(balancer_of(load_balancer(nat_rules=[nat_rule(target=MEMBER)])).nat_rules)
    assert (found.configuration, found.pool) == (ResourceId(MEMBER), None)
    assert (found.front_ports, found.back_port) == ((50001, 50001), 22)


def test_nat_rule_of_version_2_has_a_pool_and_a_range() -> None:
    found = only(balancer_of(load_balancer(nat_rules=[pool_nat_rule()])).nat_rules)
    assert (found.configuration, found.pool) == (None, ResourceId(pool_id()))
    assert (found.front_ports, found.back_port) == ((50000, 50100), 22)


@pytest.mark.parametrize(
    ("members", "front_ports"),
    [
        pytest.param({"frontendPortRangeStart": 0}, (50001, 50001), id="range-of-zero"),
        pytest.param({"frontendPortRangeStart": 7}, (7, 7), id="range-without-an-end"),
        pytest.param({"frontendPort": None}, (0, 0), id="no-port"),
    ],
)
def test_front_ports_are_the_range_or_the_one_port(
    members: Part, front_ports: tuple[int, int]
) -> None:
    assert nat_rule_with(**members).front_ports == front_ports


def test_nat_rule_with_nothing_behind_it_is_read() -> None:
    found = nat_rule_with(backendPort=None, enableFloatingIP=None)
    assert (found.configuration, found.pool, found.back_port, found.floating) == (
        None,
        None,
        0,
        False,
    )


def test_nat_pool_is_read_with_its_range() -> None:
    found = only(balancer_of(load_balancer(nat_pools=[nat_pool()])).nat_pools)
    assert (found.front_ports, found.back_port) == ((50000, 50100), 22)


def test_outbound_rules_are_not_among_the_rules() -> None:
    found = balancer_of(load_balancer(outbound_rules=[outbound_rule()]))
    assert (found.rules, found.nat_rules, found.nat_pools) == ((), (), ())


def test_child_without_id_is_named_after_its_balancer() -> None:
    row = load_balancer() | {"properties": {"frontendIPConfigurations": [{"properties": {}}]}}
    row["properties"]["frontendIPConfigurations"][0]["name"] = "front"
    assert only(balancer_of(row).frontends).id == ResourceId(frontend_id())


@pytest.mark.parametrize(("sku", "expected"), [("Standard", Sku.STANDARD), ("basic", Sku.BASIC)])
def test_sku_of_a_balancer_is_read_in_any_case(sku: str, expected: Sku) -> None:
    assert balancer_of(load_balancer(sku=sku)).sku is expected


@pytest.mark.parametrize("sku", [None, ""])
def test_balancer_without_a_sku_is_basic(sku: str | None) -> None:
    assert balancer_of(load_balancer() | {"sku": sku}).sku is Sku.BASIC


@pytest.mark.parametrize("sku", ["Premium"])
def test_balancer_of_an_unknown_sku_is_unread(sku: str) -> None:
    assert list(unread(load_balancer(sku=sku))) == ["lb-1"]


@pytest.mark.parametrize("sku", ["Gateway", "Service"])
def test_balancer_of_every_documented_sku_is_read(sku: str) -> None:
    assert unread(load_balancer(sku=sku)) == {}


@pytest.mark.parametrize("properties", [{}, {"frontendIPConfigurations": None}])
def test_bare_balancer_is_read(properties: Part) -> None:
    found = balancer_of(load_balancer() | {"properties": properties})
    assert (found.frontends, found.pools, found.rules) == ((), (), ())
