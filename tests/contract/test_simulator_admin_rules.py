"""The simulator knows which security admin rules are in force, and where they stand."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest

from tests.simulated_azure import (
    COMPUTE,
    GROUP,
    NETWORK,
    JsonObject,
    SimulatedAzure,
    resource,
    simulated_azure,
    small_estate,
)

VNET = f"{NETWORK}/virtualNetworks/vnet"
MANAGER = f"{NETWORK}/networkManagers/nm"
CONFIGURATION = f"{MANAGER}/securityAdminConfigurations/guard"
COLLECTION = f"{CONFIGURATION}/ruleCollections/first"
FLOW = {
    "targetResourceId": f"{COMPUTE}/virtualMachines/vm",
    "direction": "Inbound",
    "protocol": "TCP",
    "localIPAddress": "10.0.0.4",
    "localPort": "22",
    "remoteIPAddress": "198.51.100.9",
    "remotePort": "50123",
}


def snapshot(priority: int, access: str, number: int = 2, source: str = "Internet") -> JsonObject:
    rule_id = f"{COLLECTION}/rules/{access}-{priority}".lower().replace(MANAGER.lower(), MANAGER, 1)
    return resource(
        f"{rule_id}/snapshots/{number}",
        access=access,
        direction="Inbound",
        priority=priority,
        protocol="Tcp",
        sources=[{"addressPrefix": source, "addressPrefixType": "ServiceTag"}],
        destinations=[{"addressPrefix": "*", "addressPrefixType": "IPPrefix"}],
        sourcePortRanges=["0-65535"],
        destinationPortRanges=["22"],
    ) | {"kind": "Custom"}


def managed(
    *rules: JsonObject, applies: str = "None", service: str | None = None
) -> AbstractContextManager[SimulatedAzure]:
    """Serve the small estate under a network manager."""
    in_force = resource(
        f"{VNET}/providers/Microsoft.Network/effectiveSecurityAdminRules/default",
        EffectiveSecurityAdminConfigurations=[{"Id": f"{CONFIGURATION}/snapshots/2"}],
    )
    estate = {each["id"]: each for each in small_estate()}
    if service is not None:
        delegation = {"name": "it", "properties": {"serviceName": service}}
        estate[VNET]["properties"]["subnets"].append(
            {
                "name": "service",
                "properties": {"addressPrefix": "10.0.9.0/24", "delegations": [delegation]},
            }
        )
    return simulated_azure(
        *estate.values(),
        resource(MANAGER, networkManagerScopes={"managementGroups": ["mg"]}),
        resource(
            CONFIGURATION,
            description="guards",
            applyOnNetworkIntentPolicyBasedServices=[applies],
        ),
        resource(COLLECTION, appliesToGroups=[{"networkGroupId": f"{MANAGER}/networkGroups/ng"}]),
        in_force,
        resource(f"{NETWORK}/networkWatchers/watcher"),
        *rules,
    )


@pytest.fixture
def azure() -> Iterator[SimulatedAzure]:
    rules = (snapshot(20, "Deny"), snapshot(10, "Allow", source="Storage"))
    with managed(*rules, snapshot(5, "AlwaysAllow", number=1)) as running:
        yield running


def listed(azure: SimulatedAzure, **options: Any) -> Any:  # noqa: ANN401 - untyped in the SDK
    token = options.pop("skip_token", None)
    return azure.network.list_network_manager_effective_security_admin_rules(
        GROUP, "vnet", {"skipToken": token} if token else {}, **options
    )


def verified(azure: SimulatedAzure) -> tuple[str, str]:
    poller = azure.network.network_watchers.begin_verify_ip_flow(GROUP, "watcher", FLOW)
    return (poller.result().access, poller.result().rule_name)


def test_rules_of_the_deployed_snapshot_are_listed_in_order(azure: SimulatedAzure) -> None:
    rules = listed(azure).value
    assert [(each.properties.priority, each.properties.access) for each in rules] == [
        (10, "Allow"),
        (20, "Deny"),
    ]


def test_rule_comes_with_its_configuration_and_its_groups(azure: SimulatedAzure) -> None:
    rule = listed(azure).value[0]
    assert rule.kind == "Custom"
    assert rule.configuration_description == "guards"
    assert rule.id.endswith("/rules/allow-10")
    (source,) = rule.properties.sources
    assert (source.address_prefix, source.address_prefix_type) == ("Storage", "ServiceTag")
    assert [each.id for each in rule.rule_groups] == [f"{MANAGER}/networkGroups/ng"]


def test_list_is_read_page_by_page(azure: SimulatedAzure) -> None:
    first = listed(azure, top=1)
    second = listed(azure, top=1, skip_token=first.skip_token)
    assert [each.properties.priority for each in (*first.value, *second.value)] == [10, 20]
    assert second.skip_token is None


def test_network_without_a_manager_has_no_rules() -> None:
    with simulated_azure(*small_estate()) as azure:
        assert listed(azure).value == []


def test_what_is_deployed_is_in_resource_graph_alone(azure: SimulatedAzure) -> None:
    rows = azure.rows("NetworkResources | where id contains 'default' or id contains 'snapshots'")
    statuses = {azure.request("GET", row["id"]).status_code for row in rows}
    assert (len(rows), statuses) == (4, {404})


def test_effective_rules_begin_with_those_of_the_manager(azure: SimulatedAzure) -> None:
    groups = azure.network.network_interfaces.begin_list_effective_network_security_groups(
        GROUP, "nic"
    )
    first = groups.result().value[0]
    assert first.association.network_manager.id == MANAGER
    assert [each.name for each in first.effective_security_rules] == ["allow-10", "deny-20"]


@pytest.mark.parametrize(
    ("rules", "access", "rule_name"),
    [
        pytest.param([snapshot(10, "Deny")], "Deny", "deny-10", id="deny"),
        pytest.param([snapshot(10, "AlwaysAllow")], "Allow", "alwaysallow-10", id="always-allow"),
        pytest.param([snapshot(10, "Allow")], "Allow", "securityRules/ssh", id="hands-over"),
        pytest.param(
            [snapshot(10, "Deny"), snapshot(5, "Allow")],
            "Allow",
            "securityRules/ssh",
            id="shielded",
        ),
        pytest.param(
            [snapshot(10, "Deny", source="Storage")],
            "Allow",
            "securityRules/ssh",
            id="about-other-sources",
        ),
    ],
)
def test_flow_meets_the_admin_rules_first(
    rules: list[JsonObject], access: str, rule_name: str
) -> None:
    with managed(*rules) as azure:
        assert verified(azure) == (access, rule_name)


@pytest.mark.parametrize(
    ("applies", "access"), [("None", "Allow"), ("AllowRulesOnly", "Allow"), ("All", "Deny")]
)
def test_deny_beside_a_managed_service_holds_as_the_configuration_says(
    applies: str, access: str
) -> None:
    service = "Microsoft.Sql/managedInstances"
    with managed(snapshot(10, "Deny"), applies=applies, service=service) as azure:
        assert verified(azure)[0] == access
