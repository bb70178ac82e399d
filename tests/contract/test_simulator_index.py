"""The simulator's Resource Graph sees writes late, and records who made them."""

from collections.abc import Iterator

import pytest

from tests.simulated_azure import (
    GROUP,
    NETWORK,
    SimulatedAzure,
    rule,
    simulated_azure,
    small_estate,
)

RULES = "Resources | where name == 'nsg' | project n = array_length(properties.securityRules)"
CHANGES = "ResourceChanges | project properties"


@pytest.fixture
def azure() -> Iterator[SimulatedAzure]:
    with simulated_azure(*small_estate()) as running:
        running.set(quota_queries=None)
        yield running


def add_rule(azure: SimulatedAzure) -> None:
    azure.network.security_rules.begin_create_or_update(GROUP, "nsg", "new", rule(200)).result()


def rules_seen(azure: SimulatedAzure) -> int:
    return int(azure.rows(RULES)[0]["n"])


def test_write_is_seen_at_once_without_a_lag(azure: SimulatedAzure) -> None:
    add_rule(azure)
    assert rules_seen(azure) == 2


def test_write_is_seen_after_the_lag(azure: SimulatedAzure) -> None:
    azure.set(index_lag_seconds=60)
    add_rule(azure)
    azure.clock.advance(59)
    before = rules_seen(azure)
    azure.clock.advance(1)
    assert (before, rules_seen(azure)) == (1, 2)


def test_lag_counts_from_the_write_though_nobody_asks_meanwhile(azure: SimulatedAzure) -> None:
    azure.set(index_lag_seconds=60)
    azure.request("PUT", f"{NETWORK}/networkSecurityGroups/nsg/securityRules/new", json=rule(200))
    azure.clock.advance(60)
    assert rules_seen(azure) == 2


def test_write_waits_until_told(azure: SimulatedAzure) -> None:
    azure.set(index_lag_seconds=None)
    add_rule(azure)
    azure.clock.advance(3600)
    before = rules_seen(azure)
    azure.request("POST", "/simulator/index/catch-up")
    assert (before, rules_seen(azure)) == (1, 2)


def test_direct_read_does_not_wait_for_the_index(azure: SimulatedAzure) -> None:
    azure.set(index_lag_seconds=None)
    add_rule(azure)
    group = azure.network.network_security_groups.get(GROUP, "nsg")
    assert len(group.security_rules or ()) == 2


def test_lagging_row_shows_no_later_back_reference(azure: SimulatedAzure) -> None:
    azure.set(index_lag_seconds=None)
    nic = azure.request("GET", f"{NETWORK}/networkInterfaces/nic").json()
    del nic["properties"]["networkSecurityGroup"]
    azure.network.network_interfaces.begin_create_or_update(GROUP, "nic", nic).result()
    row = azure.rows("Resources | where name == 'nsg'")[0]
    assert len(row["properties"]["networkInterfaces"]) == 1


def test_row_of_the_other_end_follows_a_reference(azure: SimulatedAzure) -> None:
    nic = azure.request("GET", f"{NETWORK}/networkInterfaces/nic").json()
    del nic["properties"]["networkSecurityGroup"]
    azure.network.network_interfaces.begin_create_or_update(GROUP, "nic", nic).result()
    row = azure.rows("Resources | where name == 'nsg'")[0]
    assert "networkInterfaces" not in row["properties"]


def test_deleted_resource_drops_out(azure: SimulatedAzure) -> None:
    azure.request("DELETE", f"{NETWORK.replace('Network', 'Compute')}/virtualMachines/vm")
    assert azure.rows("Resources | where type endswith '/virtualmachines'") == []


def test_creation_is_recorded_without_properties(azure: SimulatedAzure) -> None:
    azure.request("PUT", f"{NETWORK}/networkSecurityGroups/new", json={"location": "westeurope"})
    change = azure.rows(CHANGES)[0]["properties"]
    assert (change["changeType"], change["changes"]) == ("Create", {})


def test_deletion_is_recorded(azure: SimulatedAzure) -> None:
    azure.request("DELETE", f"{NETWORK.replace('Network', 'Compute')}/virtualMachines/vm")
    assert azure.rows(CHANGES)[0]["properties"]["changeType"] == "Delete"


def test_change_of_a_rule_is_an_update_of_its_group(azure: SimulatedAzure) -> None:
    body = rule(access="Deny")
    azure.network.security_rules.begin_create_or_update(GROUP, "nsg", "ssh", body).result()
    change = azure.rows(CHANGES)[0]["properties"]
    path = "properties.securityRules[0].properties.access"
    assert change["targetResourceType"] == "microsoft.network/networksecuritygroups"
    assert change["changes"][path] == {
        "previousValue": "Allow",
        "newValue": "Deny",
        "isTruncated": "false",
    }


def test_change_names_who_made_it(azure: SimulatedAzure) -> None:
    azure.set(changed_by="eve@contoso.example", changed_by_type="User", client_type="Azure CLI")
    headers = {"x-ms-correlation-request-id": "c-1"}
    path = f"{NETWORK}/networkSecurityGroups/nsg/securityRules/new"
    azure.request("PUT", path, json=rule(200), headers=headers)
    attributes = azure.rows(CHANGES)[0]["properties"]["changeAttributes"]
    expected = {
        "changedBy": "eve@contoso.example",
        "changedByType": "User",
        "clientType": "Azure CLI",
        "operation": "Microsoft.Network/networkSecurityGroups/securityRules/write",
        "timestamp": "2026-11-22T12:00:00Z",
        "correlationId": "c-1",
    }
    assert {name: attributes[name] for name in expected} == expected
