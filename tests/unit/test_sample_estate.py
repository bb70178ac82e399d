import ipaddress
import json
from collections import Counter
from itertools import pairwise
from typing import Any, Final

import pytest

from simulator.estate import sample_estate
from tests.sample_estate_reading import (
    BY_ID,
    ESTATE,
    configurations,
    groups,
    ids_referred_to,
    ids_that_exist,
    interfaces,
    machines,
    nested,
    of_type,
    prefixes,
    references_of,
    subnets,
)

_BASTION: Final = "Microsoft.Network/bastionHosts"
_EXTENSION: Final = "Microsoft.Compute/virtualMachines/extensions"
_ASSIGNMENT: Final = "Microsoft.Authorization/roleAssignments"


def _inside(prefix: str, space: str) -> bool:
    inner, outer = ipaddress.ip_network(prefix), ipaddress.ip_network(space)
    return inner[0] in outer and inner[-1] in outer


def _flow(rule: dict[str, Any]) -> tuple[str, str, str, tuple[str, ...]]:
    ports = rule.get("destinationPortRanges") or [rule["destinationPortRange"]]
    ends = (rule["sourceAddressPrefix"], rule["destinationAddressPrefix"])
    return (rule["direction"], *ends, tuple(ports))


def _takes_password(machine: dict[str, Any]) -> bool:
    linux = machine["properties"].get("osProfile", {}).get("linuxConfiguration", {})
    return linux.get("disablePasswordAuthentication") is False


def _identities(resources: list[dict[str, Any]]) -> set[int]:
    return {id(each) for resource in resources for each in nested(resource)}


def test_estate_built_twice_is_the_same() -> None:
    assert json.dumps(sample_estate().resources) == json.dumps(ESTATE.resources)


def test_estate_built_twice_shares_nothing_that_a_caller_may_change() -> None:
    assert _identities(sample_estate().resources).isdisjoint(_identities(ESTATE.resources))


def test_resource_ids_differ_by_more_than_case() -> None:
    assert len(BY_ID) == len(ESTATE.resources)


def test_references_all_resolve() -> None:
    assert ids_referred_to() - ids_that_exist() == set()


def test_resource_names_end_their_ids() -> None:
    assert all(each["id"].endswith(f"/{each['name']}") for each in ESTATE.resources)


def test_estate_holds_some_eighty_machines_in_five_subscriptions() -> None:
    used = {machine["id"].split("/")[2] for machine in machines()}
    assert len(machines()) == 89
    assert used == {each["subscriptionId"] for each in ESTATE.subscriptions}
    assert len(used) == 5


def test_management_groups_hold_every_subscription_once() -> None:
    children = [
        child["id"]
        for group in ESTATE.management_groups
        for child in group["properties"]["children"]
    ]
    assert set(children) >= {each["id"] for each in ESTATE.subscriptions}
    assert max(Counter(children).values()) == 1


def test_private_addresses_lie_in_their_subnets() -> None:
    misplaced = [
        each["id"]
        for each in configurations()
        if not any(
            ipaddress.ip_address(each["properties"]["privateIPAddress"])
            in ipaddress.ip_network(prefix)
            for prefix in prefixes(subnets()[each["properties"]["subnet"]["id"].lower()])
        )
    ]
    assert misplaced == []


def test_private_addresses_leave_out_the_four_that_azure_keeps_in_each_subnet() -> None:
    first = {
        str(ipaddress.ip_network(prefix)[offset])
        for subnet in subnets().values()
        for prefix in prefixes(subnet)
        for offset in range(4)
    }
    assert first.isdisjoint(each["properties"]["privateIPAddress"] for each in configurations())


@pytest.mark.parametrize("version", [4, 6])
def test_subnets_and_networks_never_overlap(version: int) -> None:
    networks = [
        ipaddress.ip_network(prefix) for subnet in subnets().values() for prefix in prefixes(subnet)
    ]
    bounds = sorted((int(n[0]), int(n[-1])) for n in networks if n.version == version)
    assert bounds
    assert all(before[1] < after[0] for before, after in pairwise(bounds))


def test_subnets_lie_in_the_address_space_of_their_network() -> None:
    astray = [
        prefix
        for network in of_type("Microsoft.Network/virtualNetworks")
        for subnet in network["properties"]["subnets"]
        for prefix in prefixes(subnet["properties"])
        if not any(
            _inside(prefix, space)
            for space in network["properties"]["addressSpace"]["addressPrefixes"]
        )
    ]
    assert astray == []


def test_addresses_are_used_once() -> None:
    private = [each["properties"]["privateIPAddress"] for each in configurations()]
    public = [
        address["properties"]["ipAddress"]
        for address in of_type("Microsoft.Network/publicIPAddresses")
        if "ipAddress" in address["properties"]
    ]
    assert max(Counter(private + public).values()) == 1


def test_public_addresses_count_as_internet() -> None:
    addresses = [
        ipaddress.ip_address(address["properties"]["ipAddress"])
        for address in of_type("Microsoft.Network/publicIPAddresses")
        if "ipAddress" in address["properties"]
    ]
    assert all(address.is_global for address in addresses)


def test_public_addresses_are_used_by_one_configuration_each() -> None:
    used = [
        each["properties"]["publicIPAddress"]["id"].lower()
        for each in configurations()
        if "publicIPAddress" in each["properties"]
    ]
    assert max(Counter(used).values()) == 1


@pytest.mark.parametrize("kind", ["securityRules", "defaultSecurityRules"])
def test_rule_priorities_are_unique_per_direction(kind: str) -> None:
    slots = Counter(
        (group["id"], rule["properties"]["direction"], rule["properties"]["priority"])
        for group in groups()
        for rule in group["properties"][kind]
    )
    assert max(slots.values()) == 1


def test_rule_priorities_lie_where_azure_allows_them() -> None:
    custom = [
        rule["properties"] for group in groups() for rule in group["properties"]["securityRules"]
    ]
    assert all(100 <= rule["priority"] <= 4096 for rule in custom)


def test_machines_and_interfaces_name_each_other() -> None:
    by_machine = {
        (machine["id"].lower(), nic["id"].lower())
        for machine in machines()
        for nic in machine["properties"]["networkProfile"]["networkInterfaces"]
    }
    by_interface = {
        (nic["properties"]["virtualMachine"]["id"].lower(), nic["id"].lower())
        for nic in interfaces()
        if "virtualMachine" in nic["properties"]
    }
    assert by_machine == by_interface


def test_peerings_are_connected_on_both_sides() -> None:
    sides = {
        (network["id"].lower(), peering["properties"]["remoteVirtualNetwork"]["id"].lower())
        for network in of_type("Microsoft.Network/virtualNetworks")
        for peering in network["properties"]["virtualNetworkPeerings"]
        if peering["properties"]["peeringState"] == "Connected"
    }
    assert len(sides) == 16
    assert sides == {(remote, local) for local, remote in sides}
    assert all(local.split("/")[2] != remote.split("/")[2] for local, remote in sides)


def test_one_peering_is_disconnected_on_both_sides() -> None:
    ends = {
        network["name"]
        for network in of_type("Microsoft.Network/virtualNetworks")
        for peering in network["properties"]["virtualNetworkPeerings"]
        if peering["properties"]["peeringState"] == "Disconnected"
    }
    assert ends == {"vnet-hub", "vnet-lighthouse"}


def test_compute_spells_a_resource_group_otherwise_than_network() -> None:
    spellings = {
        reference["id"] != BY_ID[reference["id"].lower()]["id"]
        for nic in interfaces()
        for reference in references_of(nic, "virtualMachine", "networkSecurityGroup")
    }
    assert spellings == {True, False}


def test_bastion_subnet_has_room_and_every_flow_that_bastion_needs() -> None:
    subnet = next(
        properties for name, properties in subnets().items() if name.endswith("/azurebastionsubnet")
    )
    group = BY_ID[subnet["networkSecurityGroup"]["id"].lower()]
    flows = {_flow(rule["properties"]) for rule in group["properties"]["securityRules"]}
    assert ipaddress.ip_network(subnet["addressPrefix"]).prefixlen == 26
    assert flows == {
        ("Inbound", "Internet", "*", ("443",)),
        ("Inbound", "GatewayManager", "*", ("443",)),
        ("Inbound", "AzureLoadBalancer", "*", ("443",)),
        ("Inbound", "VirtualNetwork", "VirtualNetwork", ("8080", "5701")),
        ("Outbound", "*", "VirtualNetwork", ("22", "3389")),
        ("Outbound", "*", "AzureCloud", ("443",)),
        ("Outbound", "VirtualNetwork", "VirtualNetwork", ("8080", "5701")),
        ("Outbound", "*", "Internet", ("80",)),
    }


def test_bastion_host_stands_in_the_bastion_subnet() -> None:
    (host,) = [each for each in of_type(_BASTION) if each["name"] == "bas-hub"]
    (configuration,) = host["properties"]["ipConfigurations"]
    assert host["sku"]["name"] == "Standard"
    assert configuration["properties"]["subnet"]["id"].endswith(
        "vnet-hub/subnets/AzureBastionSubnet"
    )


def test_bastions_that_the_company_has_besides_have_what_their_story_needs() -> None:
    hosts = {each["name"]: each for each in of_type(_BASTION)}
    settings = {
        each["id"].split("/")[8]: each["properties"]["logs"][0]["enabled"]
        for each in of_type("Microsoft.Insights/diagnosticSettings")
    }
    (link,) = of_type(f"{_BASTION}/bastionShareableLinks")
    assert hosts["bas-boathouse"]["sku"]["name"] == "Developer"
    assert "ipConfigurations" not in hosts["bas-boathouse"]["properties"]
    assert settings == {"bas-hub": True, "bas-quay": False, "bas-boathouse": True}
    assert (link["id"].split("/")[8], hosts["bas-quay"]["properties"]["enableShareableLink"]) == (
        "bas-quay",
        True,
    )


def test_role_assignments_are_under_scopes_that_exist() -> None:
    scopes = {each["properties"]["scope"].lower() for each in of_type(_ASSIGNMENT)}
    known = {each["id"].lower() for each in (*ESTATE.resources, *ESTATE.subscriptions)}
    known |= {group["id"].lower() for group in ESTATE.management_groups}
    known |= {each["id"].lower().split("/providers/")[0] for each in machines()}
    assert scopes <= known
    assert all(each["id"].startswith(each["properties"]["scope"]) for each in of_type(_ASSIGNMENT))


def test_private_endpoint_brings_an_interface_without_a_machine() -> None:
    (nic,) = [nic for nic in interfaces() if "privateEndpoint" in nic["properties"]]
    assert "virtualMachine" not in nic["properties"]


def test_loose_ends_are_referred_to_by_nothing() -> None:
    loose = {
        each["name"]
        for kind in ("networkSecurityGroups", "publicIPAddresses")
        for each in of_type(f"Microsoft.Network/{kind}")
        if each["id"].lower() not in ids_referred_to()
    }
    assert loose == {"nsg-forgotten", "pip-forgotten"}


def test_ways_to_sign_in_differ() -> None:
    entra = {each["id"].lower().rsplit("/", 2)[0] for each in of_type(_EXTENSION)}
    by_system_identity = {
        each["id"].lower()
        for each in machines()
        if each.get("identity", {}).get("type") == "SystemAssigned"
    }
    by_password = [each["name"] for each in machines() if _takes_password(each)]
    assert entra == by_system_identity
    assert len(entra) == 82
    assert sorted(by_password) == ["vm-basic-ip-no-nsg", "vm-desk-3", "vm-erp", "vm-ftp"]


def test_one_machine_has_no_os_profile() -> None:
    without = [each["name"] for each in machines() if "osProfile" not in each["properties"]]
    assert without == ["vm-restored"]


def test_one_tag_is_hostile_text_that_azure_would_store() -> None:
    (hostile,) = [tag for each in machines() for tag in each["tags"].values() if "<script>" in tag]
    assert "\u200f" in hostile
    assert "](" in hostile
    assert len(hostile) <= 256
