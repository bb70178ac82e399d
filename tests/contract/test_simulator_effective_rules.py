"""The simulator answers which rules stand before an interface, in the documented shape."""

import ipaddress
from collections.abc import Iterator
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError

from tests.simulated_azure import (
    COMPUTE,
    GROUP,
    NETWORK,
    JsonObject,
    SimulatedAzure,
    resource,
    rule,
    simulated_azure,
    small_estate,
)

NIC = f"{NETWORK}/networkInterfaces/nic"
ASG = f"{NETWORK}/applicationSecurityGroups/web"


@pytest.fixture
def azure() -> Iterator[SimulatedAzure]:
    with simulated_azure(*small_estate()) as running:
        yield running


def entries(azure: SimulatedAzure) -> list[Any]:
    poller = azure.network.network_interfaces.begin_list_effective_network_security_groups(
        GROUP, "nic"
    )
    return list(poller.result().value)


def rules(azure: SimulatedAzure) -> dict[str, Any]:
    return {each.name: each for each in entries(azure)[0].effective_security_rules}


def changed(azure: SimulatedAzure, kind: str, name: str, **properties: object) -> None:
    path = f"{NETWORK}/{kind}/{name}"
    document: JsonObject = azure.request("GET", path).json()
    document["properties"] |= properties
    azure.request("PUT", path, json=document).raise_for_status()


def test_subnet_comes_before_the_interface(azure: SimulatedAzure) -> None:
    subnet, own = entries(azure)
    assert subnet.association.subnet.id.endswith("/virtualNetworks/vnet/subnets/default")
    assert own.association.network_interface.id == NIC
    assert {each.network_security_group.id for each in (subnet, own)} == {
        f"{NETWORK}/networkSecurityGroups/nsg"
    }


def test_own_rule_is_named_by_its_kind_and_its_ports_are_ranges(azure: SimulatedAzure) -> None:
    ssh = rules(azure)["securityRules/ssh"]
    assert (ssh.protocol, ssh.access, ssh.priority, ssh.direction) == (
        "Tcp",
        "Allow",
        100,
        "Inbound",
    )
    assert (ssh.destination_port_range, ssh.destination_port_ranges) == ("22-22", ["22-22"])
    assert ssh.source_port_range == "0-65535"


def test_anywhere_is_one_prefix_and_expands_to_nothing(azure: SimulatedAzure) -> None:
    ssh = rules(azure)["securityRules/ssh"]
    assert (ssh.source_address_prefix, ssh.expanded_source_address_prefix) == ("0.0.0.0/0", [])


def test_virtual_network_is_the_space_and_the_platform_address(azure: SimulatedAzure) -> None:
    default = rules(azure)["defaultSecurityRules/AllowVnetInBound"]
    assert default.protocol == "All"
    assert default.source_address_prefix == "VirtualNetwork"
    assert default.expanded_source_address_prefix == ["10.0.0.0/16", "168.63.129.16/32"]


def test_tag_map_holds_what_the_tags_stand_for(azure: SimulatedAzure) -> None:
    tags = entries(azure)[0].tag_map
    assert tags["AzureLoadBalancer"] == ["168.63.129.16/32"]
    assert {"VirtualNetwork", "Internet", "AzureLoadBalancer"} <= set(tags)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("203.0.113.7", True),
        ("10.1.2.3", False),
        ("172.31.0.1", False),
        ("168.63.129.16", False),
        ("224.0.0.1", False),
    ],
)
def test_internet_is_what_is_public(azure: SimulatedAzure, address: str, public: bool) -> None:  # noqa: FBT001 - a column of the table
    tags = entries(azure)[0].tag_map
    blocks = [ipaddress.ip_network(each) for each in tags["Internet"]]
    assert any(ipaddress.ip_address(address) in block for block in blocks) is public


def test_service_tag_expands_by_the_list(azure: SimulatedAzure) -> None:
    changed(
        azure,
        "networkSecurityGroups",
        "nsg",
        securityRules=[{"name": "ssh", **rule(sourceAddressPrefix="storage.westeurope")}],
    )
    ssh = rules(azure)["securityRules/ssh"]
    assert ssh.source_address_prefix == "Storage.WestEurope"
    assert "20.60.26.0/23" in ssh.expanded_source_address_prefix


def test_application_security_group_stands_for_its_members(azure: SimulatedAzure) -> None:
    azure.request("PUT", ASG, json={"location": "westeurope"}).raise_for_status()
    nic = azure.request("GET", NIC).json()
    (configuration,) = nic["properties"]["ipConfigurations"]
    configuration["properties"]["applicationSecurityGroups"] = [{"id": ASG}]
    azure.request("PUT", NIC, json=nic).raise_for_status()
    own = rule(destinationAddressPrefix=None, destinationApplicationSecurityGroups=[{"id": ASG}])
    changed(azure, "networkSecurityGroups", "nsg", securityRules=[{"name": "ssh", **own}])
    assert rules(azure)["securityRules/ssh"].destination_address_prefixes == ["10.0.0.4/32"]


def test_rule_for_a_group_without_members_is_not_listed(azure: SimulatedAzure) -> None:
    azure.request("PUT", ASG, json={"location": "westeurope"}).raise_for_status()
    own = rule(destinationAddressPrefix=None, destinationApplicationSecurityGroups=[{"id": ASG}])
    changed(azure, "networkSecurityGroups", "nsg", securityRules=[{"name": "ssh", **own}])
    assert "securityRules/ssh" not in rules(azure)


@pytest.mark.parametrize(("widens", "is_in_tag"), [(True, True), (False, False)])
def test_default_route_may_widen_virtual_network(
    azure: SimulatedAzure,
    widens: bool,  # noqa: FBT001 - a column of the table
    is_in_tag: bool,  # noqa: FBT001 - a column of the table
) -> None:
    table = f"{NETWORK}/routeTables/rt"
    route = {"addressPrefix": "0.0.0.0/0", "nextHopType": "VirtualAppliance"}
    body = {
        "location": "westeurope",
        "properties": {"routes": [{"name": "default", "properties": route}]},
    }
    azure.request("PUT", table, json=body).raise_for_status()
    subnet = f"{NETWORK}/virtualNetworks/vnet/subnets/default"
    properties = {"addressPrefix": "10.0.0.0/24", "routeTable": {"id": table}}
    azure.request("PUT", subnet, json={"properties": properties}).raise_for_status()
    azure.set(default_route_widens_tag=widens)
    default = rules(azure)["defaultSecurityRules/AllowVnetInBound"]
    assert ("0.0.0.0/0" in default.expanded_source_address_prefix) is is_in_tag


def test_answer_comes_at_the_end_of_an_operation(azure: SimulatedAzure) -> None:
    azure.set(operation_polls=2)
    accepted = azure.request("POST", f"{NIC}/effectiveNetworkSecurityGroups")
    assert (accepted.status_code, accepted.content) == (202, b"")
    assert len(entries(azure)) == 2


def test_interface_can_be_written_while_the_question_runs(azure: SimulatedAzure) -> None:
    azure.set(operation_polls=5)
    azure.request("POST", f"{NIC}/effectiveNetworkSecurityGroups").raise_for_status()
    nic = azure.request("GET", NIC).json()
    assert azure.request("PUT", NIC, json=nic).status_code == 200


@pytest.mark.parametrize("state", ["deallocated", "stopped"])
def test_interface_of_a_machine_that_does_not_run_is_refused(
    azure: SimulatedAzure, state: str
) -> None:
    body = {"id": f"{COMPUTE}/virtualMachines/vm", "state": state}
    azure.request("POST", "/simulator/power", json=body).raise_for_status()
    with pytest.raises(HttpResponseError, match="running virtual machine"):
        entries(azure)


def test_interface_without_a_machine_is_refused() -> None:
    loose = [each for each in small_estate() if "virtualMachines" not in each["id"]]
    with simulated_azure(*loose) as azure, pytest.raises(HttpResponseError) as refused:
        entries(azure)
    assert refused.value.status_code == 400


def test_interface_without_any_group_has_no_entries() -> None:
    subnet = {"name": "default", "properties": {"addressPrefix": "10.0.0.0/24"}}
    bare = resource(
        f"{NETWORK}/virtualNetworks/vnet",
        addressSpace={"addressPrefixes": ["10.0.0.0/16"]},
        subnets=[subnet],
    )
    estate = {each["id"]: each for each in (*small_estate(), bare)}
    del estate[NIC]["properties"]["networkSecurityGroup"]
    with simulated_azure(*estate.values()) as azure:
        assert entries(azure) == []
