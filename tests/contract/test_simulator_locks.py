"""Management locks and granted actions of the simulator, as Azure documents them."""

from collections.abc import Iterator

import pytest
import requests

from tests.simulated_azure import (
    GROUP,
    NETWORK,
    SUBSCRIPTION,
    SimulatedAzure,
    rule,
    simulated_azure,
    small_estate,
)

NSG = f"{NETWORK}/networkSecurityGroups/nsg"
RULE = f"{NSG}/securityRules/ssh"
NIC = f"{NETWORK}/networkInterfaces/nic"
LOCKS = "/providers/Microsoft.Authorization/locks"
RESOURCE_GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}"


@pytest.fixture
def azure() -> Iterator[SimulatedAzure]:
    with simulated_azure(*small_estate()) as running:
        yield running


def lock(azure: SimulatedAzure, scope: str, level: str) -> None:
    body = {"properties": {"level": level, "notes": "keep"}}
    azure.request("PUT", f"{scope}{LOCKS}/keep", json=body).raise_for_status()


def code_of(answer: requests.Response) -> str:
    return f"{answer.status_code} {answer.json()['error']['code']}"


@pytest.mark.parametrize("scope", [NSG, RESOURCE_GROUP, f"/subscriptions/{SUBSCRIPTION}"])
def test_lock_against_deletion_holds_below_its_scope(azure: SimulatedAzure, scope: str) -> None:
    lock(azure, scope, "CanNotDelete")
    assert code_of(azure.request("DELETE", RULE)) == "409 ScopeLocked"
    assert azure.request("PUT", RULE, json=rule()).status_code == 200


def test_read_only_lock_stops_every_write(azure: SimulatedAzure) -> None:
    lock(azure, NSG, "ReadOnly")
    for method, path in (("PUT", RULE), ("DELETE", RULE), ("PATCH", NSG)):
        assert code_of(azure.request(method, path, json=rule())) == "409 ScopeLocked"


def test_lock_is_no_concern_of_what_lies_beside_it(azure: SimulatedAzure) -> None:
    lock(azure, f"{NETWORK}/networkSecurityGroups/ns", "ReadOnly")
    assert azure.request("DELETE", RULE).status_code == 202


def test_locks_of_a_subscription_are_listed_with_all_below(azure: SimulatedAzure) -> None:
    lock(azure, NSG, "ReadOnly")
    lock(azure, RESOURCE_GROUP, "CanNotDelete")
    for scope, count in ((f"/subscriptions/{SUBSCRIPTION}", 2), (NSG, 1), (NIC, 0)):
        assert len(azure.request("GET", f"{scope}{LOCKS}").json()["value"]) == count


def test_lock_that_is_taken_away_stops_nothing(azure: SimulatedAzure) -> None:
    lock(azure, NSG, "ReadOnly")
    assert azure.request("GET", f"{NSG}{LOCKS}/keep").json()["properties"]["notes"] == "keep"
    assert azure.request("DELETE", f"{NSG}{LOCKS}/keep").status_code == 200
    assert azure.request("DELETE", f"{NSG}{LOCKS}/keep").status_code == 204
    assert code_of(azure.request("GET", f"{NSG}{LOCKS}/keep")) == "404 LockNotFound"
    assert azure.request("DELETE", RULE).status_code == 202


def test_lock_of_an_unknown_level_is_refused(azure: SimulatedAzure) -> None:
    answer = azure.request("PUT", f"{NSG}{LOCKS}/odd", json={"properties": {"level": "Open"}})
    assert code_of(answer) == "400 InvalidLockLevel"


def test_action_that_is_not_granted_is_refused_by_name(azure: SimulatedAzure) -> None:
    azure.set(granted_actions=["*/read", "Microsoft.Network/networkSecurityGroups/write"])
    refused = azure.request("DELETE", RULE)
    assert code_of(refused) == "403 AuthorizationFailed"
    assert "'Microsoft.Network/networkSecurityGroups/securityRules/delete'" in refused.text
    assert azure.request("GET", RULE).status_code == 200


def test_reference_that_may_not_be_joined_is_refused_by_name(azure: SimulatedAzure) -> None:
    actions = ["*/read", "*/write", "*/virtualNetworks/subnets/join/action"]
    azure.set(granted_actions=[*actions, "*/publicIPAddresses/join/action"])
    refused = azure.request("PUT", NIC, json=azure.request("GET", NIC).json())
    assert code_of(refused) == "403 LinkedAuthorizationFailed"
    assert "'Microsoft.Network/networkSecurityGroups/join/action'" in refused.text


def test_lost_answer_leaves_the_work_done(azure: SimulatedAzure) -> None:
    azure.break_with({"match": {"method": "DELETE"}, "lose_answer": True, "times": 1})
    with pytest.raises(requests.ConnectionError):
        azure.request("DELETE", RULE)
    assert azure.request("GET", RULE).status_code == 404
