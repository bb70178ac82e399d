"""The estate's further ways in are built of what Azure needs for them."""

import ipaddress
from collections.abc import Iterator
from typing import Any

import pytest

from simulator.estate import Door, DoorKind
from tests.sample_estate_reading import (
    BY_ID,
    CHAPTERS,
    ESTATE,
    configurations,
    ids_that_exist,
    of_type,
    subnets,
)


def doors(*kinds: DoorKind) -> list[Door]:
    return [
        door
        for chapter in ESTATE.story
        for door in chapter.doors
        if door.kind in (kinds or DoorKind)
    ]


def dnat_rules() -> Iterator[dict[str, Any]]:
    for firewall in of_type("Microsoft.Network/azureFirewalls"):
        for collection in firewall["properties"]["natRuleCollections"]:
            yield from collection["properties"]["rules"]
    for group in of_type("Microsoft.Network/firewallPolicies/ruleCollectionGroups"):
        for collection in group["properties"]["ruleCollections"]:
            yield from collection["rules"]


def test_doors_are_opened_by_resources_of_the_estate() -> None:
    assert {door.id.lower() for door in doors()} <= ids_that_exist()


def test_doors_are_of_every_kind() -> None:
    assert {door.kind for door in doors()} == set(DoorKind)


@pytest.mark.parametrize("kind", list(DoorKind))
def test_doors_of_a_kind_differ_by_opener_rule_or_port(kind: DoorKind) -> None:
    found = [(door.id.lower(), door.rule, door.front_port) for door in doors(kind)]
    assert len(set(found)) == len(found)


def test_doors_with_a_rule_are_those_of_firewalls() -> None:
    named = {door.rule for door in doors() if door.rule is not None}
    assert named == {door.rule for door in doors(DoorKind.DNAT_RULE)}
    assert named <= {rule["name"] for rule in dnat_rules()}


def test_balancers_have_the_sku_of_their_addresses() -> None:
    mismatched = [
        balancer["name"]
        for balancer in of_type("Microsoft.Network/loadBalancers")
        for front in balancer["properties"]["frontendIPConfigurations"]
        if "publicIPAddress" in front["properties"]
        and balancer["sku"] != BY_ID[front["properties"]["publicIPAddress"]["id"].lower()]["sku"]
    ]
    assert mismatched == []


def test_global_rule_keeps_the_port_of_the_regional_frontend() -> None:
    flows = [
        each["properties"]
        for balancer in of_type("Microsoft.Network/loadBalancers")
        if balancer["sku"]["tier"] == "Global"
        for each in balancer["properties"]["loadBalancingRules"]
    ]
    assert [(flow["frontendPort"], flow["backendPort"]) for flow in flows] == [(22, 22)]


def test_ports_of_nat_pool_members_lie_in_the_range_of_the_pool() -> None:
    (balancer,) = [
        each["properties"]
        for each in of_type("Microsoft.Network/loadBalancers")
        if each["properties"]["inboundNatPools"]
    ]
    (pool,) = [each["properties"] for each in balancer["inboundNatPools"]]
    ports = {each["properties"]["frontendPort"] for each in balancer["inboundNatRules"]}
    assert ports == {50000, 50001}
    assert ports <= set(range(pool["frontendPortRangeStart"], pool["frontendPortRangeEnd"] + 1))


def test_dnat_rules_lead_to_machines_or_to_a_name() -> None:
    private = {each["properties"]["privateIPAddress"] for each in configurations()}
    targets = {rule.get("translatedAddress") for rule in dnat_rules()}
    assert targets - private == {None}
    assert [rule["name"] for rule in dnat_rules() if "translatedFqdn" in rule] == [
        "publish-by-name"
    ]


def test_firewall_subnets_are_large_enough_and_have_no_group() -> None:
    found = [each for name, each in subnets().items() if name.endswith("/azurefirewallsubnet")]
    assert [ipaddress.ip_network(each["addressPrefix"]).prefixlen for each in found] == [26, 26]
    assert all("networkSecurityGroup" not in each for each in found)


def test_admin_rules_are_in_force_on_two_networks_one_beside_a_managed_instance() -> None:
    under = {
        each["id"].split("/providers/Microsoft.Network/effective")[0]
        for each in of_type("Microsoft.Network/effectiveSecurityAdminRules")
    }
    (instance,) = of_type("Microsoft.Sql/managedInstances")
    beside = instance["properties"]["subnetId"].split("/subnets/")[0]
    assert {each.rsplit("/", 1)[1] for each in under} == {"vnet-payments", "vnet-ledger"}
    assert beside in under


def test_snapshots_of_admin_rules_say_what_the_rules_say() -> None:
    kind = "Microsoft.Network/networkManagers/securityAdminConfigurations/ruleCollections/rules"
    rules = {each["id"]: each["properties"] for each in of_type(kind)}
    snapshots = {
        each["id"].rpartition("/snapshots/")[0]: each["properties"]
        for each in of_type(f"{kind}/snapshots")
    }
    assert len(rules) == 3
    assert snapshots == rules


def test_every_subscription_has_a_network_watcher_where_it_has_machines() -> None:
    places = {
        (each["id"].split("/")[2], each["location"])
        for each in of_type("Microsoft.Compute/virtualMachines")
    }
    watched = {
        (each["id"].split("/")[2], each["location"])
        for each in of_type("Microsoft.Network/networkWatchers")
    }
    assert places <= watched


def test_loose_ends_are_resources_without_a_door_of_their_own() -> None:
    found = {each.resource_id.lower() for each in ESTATE.loose_ends}
    assert found <= set(BY_ID)
    assert found.isdisjoint(door.id.lower() for door in doors())


@pytest.mark.parametrize(
    ("vm", "ports"),
    [
        ("vm-nat-odd-port", [(50001, 22)]),
        ("vm-nat-hidden-port", [(22, 2222)]),
        ("vm-nat-pool-2", [(50101, 22)]),
        ("vm-behind-two", [(22, 22), (22, 22)]),
        ("vm-published-to-office", [(2224, 22)]),
        ("vmss-loader/1", [(50001, 22)]),
        ("vm-outbound-only", []),
        ("vm-internal-balancer", []),
        ("vm-published-inside", []),
    ],
)
def test_doors_tell_the_ports_that_are_dialled(vm: str, ports: list[tuple[int, int]]) -> None:
    assert [(door.front_port, door.port) for door in CHAPTERS[vm].doors] == ports
