"""Firewalls, their policies and IP groups as Azure writes them."""

from __future__ import annotations

import pytest

from shared.network.firewall import DnatRule, Firewall
from shared.network.ids import ResourceId
from shared.packetset.addresses import ALL_ADDRESSES, NO_ADDRESSES, AddressSet, address_number
from tests.rows import (
    FIREWALL_SUBNET,
    Part,
    Row,
    classic_nat_collection,
    dnat_rule,
    firewall,
    firewall_policy,
    hub_firewall,
    ip_group,
    policy_nat_collection,
    resource_id,
    rule_collection_group,
    rule_collection_group_id,
    subnet_id,
)
from tests.unit.adapters.row_reading import only, snapshot_of, unread


def firewall_of(row: Row) -> Firewall:
    return only(snapshot_of(row).firewalls.values())


def classic(*rules: Part, action: str = "Dnat") -> Row:
    return firewall(nat_collections=[classic_nat_collection(rules=rules, action=action)])


def rule_with(**members: object) -> DnatRule:
    """Read one classic DNAT rule with these members, by their names in ARM."""
    return only(firewall_of(classic(dnat_rule() | members)).rules)


def test_firewall_of_a_network_is_read_with_its_addresses() -> None:
    found = firewall_of(firewall(public_ips=["pip-1", "pip-2"], policy="policy-1"))
    assert found.public_ips == tuple(
        ResourceId(resource_id("pip", name)) for name in ("pip-1", "pip-2")
    )
    assert found.subnet == ResourceId(subnet_id("vnet-1", FIREWALL_SUBNET))
    assert found.policy == ResourceId(resource_id("firewall-policy", "policy-1"))
    assert found.private_address == address_number("10.0.1.4")


def test_firewall_of_a_hub_is_read_with_its_own_addresses() -> None:
    found = firewall_of(hub_firewall(addresses=["20.9.9.9", "20.9.9.10"]))
    assert found.hub_addresses == (address_number("20.9.9.9"), address_number("20.9.9.10"))
    assert (found.subnet, found.public_ips) == (None, ())
    assert found.private_address == address_number("10.200.0.4")


@pytest.mark.parametrize(
    "properties",
    [
        {},
        {"hubIPAddresses": {}},
        {"hubIPAddresses": {"publicIPs": {}}},
        {"hubIPAddresses": {"publicIPs": {"addresses": [{}]}}},
        {"ipConfigurations": [{"properties": {}}]},
        {"natRuleCollections": [{"properties": {}}]},
    ],
)
def test_bare_firewall_is_read(properties: Part) -> None:
    found = firewall_of(firewall() | {"properties": properties})
    assert (found.public_ips, found.hub_addresses, found.rules) == ((), (), ())
    assert (found.private_address, found.subnet, found.policy) == (None, None, None)


def test_classic_rule_is_read_with_its_collection() -> None:
    found = only(firewall_of(classic(dnat_rule(sources=["203.0.113.0/24"]))).rules)
    collection = ResourceId(f"{resource_id('firewall', 'fw-1')}/natRuleCollections/nat")
    assert (found.collection, found.name, found.everywhere) == (collection, "dnat-ssh", False)
    assert list(found.sources.prefixes()) == ["203.0.113.0/24"]
    assert list(found.destinations.prefixes()) == ["20.9.9.9/32"]
    assert (list(found.ports.spans), found.translated_port) == ([(2222, 2222)], 22)
    assert found.translated_address == address_number("10.0.0.4")


def test_collection_without_id_is_named_after_its_firewall() -> None:
    row = firewall()
    members = classic_nat_collection(rules=[dnat_rule()])
    row["properties"]["natRuleCollections"] = [members]
    collection = f"{resource_id('firewall', 'fw-1')}/natRuleCollections/nat"
    assert only(firewall_of(row).rules).collection == ResourceId(collection)


@pytest.mark.parametrize(("action", "rules"), [("Dnat", 1), ("DNAT", 1), ("Snat", 0)])
def test_only_destinations_are_translated_inwards(action: str, rules: int) -> None:
    assert len(firewall_of(classic(dnat_rule(), action=action)).rules) == rules


@pytest.mark.parametrize(
    ("protocols", "rules"),
    [(["TCP"], 1), (["Any"], 1), (["UDP", "tcp"], 1), (["UDP"], 0), (["ICMP"], 0), ([], 1)],
)
def test_only_rules_of_tcp_are_kept(protocols: list[str], rules: int) -> None:
    row = classic(dnat_rule(protocols=protocols))
    assert len(firewall_of(row).rules) == rules


@pytest.mark.parametrize(
    ("sources", "everywhere", "prefixes"),
    [
        pytest.param(["*"], True, [], id="any"),
        pytest.param([], True, [], id="empty-list"),
        pytest.param(None, True, [], id="null"),
        pytest.param(["203.0.113.7"], False, ["203.0.113.7/32"], id="address"),
        pytest.param(["10.0.0.4-10.0.0.5"], False, ["10.0.0.4/31"], id="range"),
    ],
)
def test_sources_are_read_and_none_is_everywhere(
    sources: list[str] | None, prefixes: list[str], *, everywhere: bool
) -> None:
    found = rule_with(sourceAddresses=sources)
    assert (found.everywhere, list(found.sources.prefixes())) == (everywhere, prefixes)


def test_ip_groups_alone_are_not_everywhere() -> None:
    found = only(firewall_of(classic(dnat_rule(groups=["office"]))).rules)
    assert found.source_groups == (ResourceId(resource_id("ip-group", "office")),)
    assert (found.everywhere, found.sources) == (False, NO_ADDRESSES)


def test_any_beside_ip_groups_is_everywhere() -> None:
    group = resource_id("ip-group", "office")
    found = rule_with(sourceAddresses=["*"], sourceIpGroups=[group, "", None][:2])
    assert (found.everywhere, found.source_groups) == (True, (ResourceId(group),))


def test_any_destination_is_every_address_of_the_firewall() -> None:
    assert rule_with(destinationAddresses=["*"]).destinations == ALL_ADDRESSES


def test_rule_to_a_name_has_no_address() -> None:
    row = classic(dnat_rule(to_fqdn="jump.example.org"))
    found = only(firewall_of(row).rules)
    assert (found.translated_address, found.translated_name) == (None, "jump.example.org")


@pytest.mark.parametrize(("port", "number"), [("22", 22), (22, 22), (None, 0)])
def test_translated_port_is_read_as_text_and_as_number(port: object, number: int) -> None:
    assert rule_with(translatedPort=port).translated_port == number


@pytest.mark.parametrize(
    "member",
    [
        {"destinationPorts": ["ssh"]},
        {"translatedPort": "70000"},
        {"translatedPort": "20-30"},
        {"sourceAddresses": ["10.0.0.0/33"]},
        {"destinationAddresses": ["20.9.9.999"]},
        {"sourceIpGroups": ["office"]},
        {"protocols": ["Sctp"]},
        {"translatedAddress": "10.0.0.400"},
    ],
)
def test_firewall_with_an_impossible_rule_is_unread(member: Part) -> None:
    assert "fw-1" in unread(classic(dnat_rule() | member))


def test_firewall_with_an_impossible_hub_address_is_unread() -> None:
    assert "fw-hub" in unread(hub_firewall(addresses=["20.9.9.999"]))


def test_policy_is_read_with_its_base_and_its_groups() -> None:
    row = firewall_policy("child", base="base")
    row["properties"]["ruleCollectionGroups"] = [{"id": rule_collection_group_id("child")}]
    found = only(snapshot_of(row).firewall_policies.values())
    assert found.base == ResourceId(resource_id("firewall-policy", "base"))
    assert found.groups == (ResourceId(rule_collection_group_id("child")),)


def test_rule_of_a_policy_is_read_with_its_group() -> None:
    row = rule_collection_group(collections=[policy_nat_collection(rules=[dnat_rule()])])
    found = only(snapshot_of(row).rule_collection_groups.values())
    assert only(found.rules).collection == ResourceId(rule_collection_group_id())
    assert only(found.rules).translated_port == 22


@pytest.mark.parametrize(
    ("members", "rules"),
    [
        ({"ruleCollectionType": "FIREWALLPOLICYNATRULECOLLECTION"}, 1),
        ({"action": {"type": "dnat"}}, 1),
        ({"action": None}, 1),
        ({"action": {}}, 1),
        ({"ruleCollectionType": "FirewallPolicyFilterRuleCollection"}, 0),
        ({"ruleCollectionType": None}, 0),
        ({"action": {"type": "Snat"}}, 0),
        ({"rules": None}, 0),
    ],
)
def test_only_nat_collections_of_a_policy_are_kept(members: Part, rules: int) -> None:
    collection = policy_nat_collection(rules=[dnat_rule()]) | members
    row = rule_collection_group(collections=[collection])
    assert len(only(snapshot_of(row).rule_collection_groups.values()).rules) == rules


def test_group_without_collections_is_read() -> None:
    row = rule_collection_group() | {"properties": {}}
    assert only(snapshot_of(row).rule_collection_groups.values()).rules == ()


def test_ip_group_is_a_set_of_addresses() -> None:
    row = ip_group("office", ["203.0.113.0/24", "198.51.100.1-198.51.100.2"])
    assert only(snapshot_of(row).ip_groups.values()).addresses == AddressSet.of(
        ["203.0.113.0/24", "198.51.100.1", "198.51.100.2"]
    )


def test_empty_ip_group_holds_nobody() -> None:
    row = ip_group("office", []) | {"properties": {}}
    assert only(snapshot_of(row).ip_groups.values()).addresses == NO_ADDRESSES


def test_ip_group_with_an_impossible_address_is_unread() -> None:
    assert list(unread(ip_group("office", ["10.0.0.0/33"]))) == ["office"]
