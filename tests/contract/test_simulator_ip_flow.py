"""The simulator verifies single flows as a network watcher does."""

from collections.abc import Iterator

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError

from tests.simulated_azure import (
    COMPUTE,
    GROUP,
    NETWORK,
    SimulatedAzure,
    resource,
    rule,
    simulated_azure,
    small_estate,
)

WATCHER = resource(f"{NETWORK}/networkWatchers/watcher")
FAR_WATCHER = resource(f"{NETWORK}/networkWatchers/far") | {"location": "eastus"}
OWN_GROUP = resource(
    f"{NETWORK}/networkSecurityGroups/own",
    securityRules=[
        {"name": "not-from-one", **rule(100, access="Deny", sourceAddressPrefix="203.0.113.7")},
        {"name": "ssh", **rule(200, sourceAddressPrefix="Internet")},
        {"name": "odd-clients", **rule(300, destinationPortRange="80", sourcePortRange="53")},
    ],
)


@pytest.fixture
def azure() -> Iterator[SimulatedAzure]:
    estate = {each["id"]: each for each in small_estate()}
    nic = estate[f"{NETWORK}/networkInterfaces/nic"]["properties"]
    nic["networkSecurityGroup"] = {"id": OWN_GROUP["id"]}
    with simulated_azure(*estate.values(), OWN_GROUP, WATCHER, FAR_WATCHER) as running:
        yield running


def verified(
    azure: SimulatedAzure, watcher: str = "watcher", **changes: str
) -> tuple[str, str | None]:
    flow = {
        "targetResourceId": f"{COMPUTE}/virtualMachines/vm",
        "direction": "Inbound",
        "protocol": "TCP",
        "localIPAddress": "10.0.0.4",
        "localPort": "22",
        "remoteIPAddress": "198.51.100.9",
        "remotePort": "50123",
        **changes,
    }
    result = azure.network.network_watchers.begin_verify_ip_flow(GROUP, watcher, flow).result()
    return (result.access, result.rule_name)


@pytest.mark.parametrize(
    ("changes", "access", "rule_name"),
    [
        pytest.param({}, "Allow", "securityRules/ssh", id="both-groups-allow"),
        pytest.param(
            {"remoteIPAddress": "203.0.113.7"},
            "Deny",
            "securityRules/not-from-one",
            id="earlier-deny-of-the-interface",
        ),
        pytest.param(
            {"localPort": "443"},
            "Deny",
            "defaultSecurityRules/DenyAllInBound",
            id="no-rule-for-the-port",
        ),
        pytest.param(
            {"protocol": "UDP"}, "Deny", "defaultSecurityRules/DenyAllInBound", id="other-protocol"
        ),
        pytest.param(
            {"remoteIPAddress": "10.0.0.9"},
            "Allow",
            "defaultSecurityRules/AllowVnetInBound",
            id="neighbour-by-the-default-rule",
        ),
        pytest.param(
            {"direction": "Outbound", "localPort": "50123", "remotePort": "443"},
            "Allow",
            "defaultSecurityRules/AllowInternetOutBound",
            id="outbound-meets-the-subnet-last",
        ),
        pytest.param({"remotePort": "*"}, "Allow", "securityRules/ssh", id="any-client-port"),
    ],
)
def test_flow_is_decided_by_the_first_match_of_each_group(
    azure: SimulatedAzure, changes: dict[str, str], access: str, rule_name: str
) -> None:
    assert verified(azure, **changes) == (access, rule_name)


def test_flow_that_the_subnet_denies_never_meets_the_interface(azure: SimulatedAzure) -> None:
    path = f"{NETWORK}/networkSecurityGroups/nsg/securityRules/ssh"
    azure.request("PUT", path, json=rule(access="Deny")).raise_for_status()
    assert verified(azure, remoteIPAddress="203.0.113.7") == ("Deny", "securityRules/ssh")


def test_named_interface_is_looked_at(azure: SimulatedAzure) -> None:
    nic = f"{NETWORK}/networkInterfaces/nic"
    assert verified(azure, targetNicResourceId=nic.upper())[0] == "Allow"


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"localIPAddress": "10.0.0.99"}, id="address-of-another-machine"),
        pytest.param({"remoteIPAddress": "2001:db8::1"}, id="ipv6"),
        pytest.param({"localPort": "ssh"}, id="no-port"),
        pytest.param({"targetResourceId": f"{COMPUTE}/virtualMachines/gone"}, id="no-machine"),
        pytest.param(
            {"targetResourceId": f"{COMPUTE}/virtualMachineScaleSets/set/virtualMachines/0"},
            id="instance-of-a-scale-set",
        ),
        pytest.param({"watcher": "far"}, id="watcher-of-another-region"),
    ],
)
def test_impossible_flow_is_refused(azure: SimulatedAzure, changes: dict[str, str]) -> None:
    with pytest.raises(HttpResponseError) as refused:
        verified(azure, **changes)
    assert refused.value.status_code == 400


def test_watcher_that_is_not_there_is_not_found(azure: SimulatedAzure) -> None:
    with pytest.raises(ResourceNotFoundError):
        verified(azure, "nobody")


def test_flow_before_no_group_passes_without_a_rule(azure: SimulatedAzure) -> None:
    subnet = f"{NETWORK}/virtualNetworks/vnet/subnets/default"
    body = {"properties": {"addressPrefix": "10.0.0.0/24"}}
    azure.request("PUT", subnet, json=body).raise_for_status()
    nic = azure.request("GET", f"{NETWORK}/networkInterfaces/nic").json()
    del nic["properties"]["networkSecurityGroup"]
    azure.request("PUT", f"{NETWORK}/networkInterfaces/nic", json=nic).raise_for_status()
    assert verified(azure) == ("Allow", None)
