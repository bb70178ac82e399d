"""The simulator lists subscriptions, groups, resources and children, page by page."""

from collections.abc import Iterator

import pytest

from tests.simulated_azure import (
    COMPUTE,
    GROUP,
    NETWORK,
    OTHER_SUBSCRIPTION,
    SUBSCRIPTION,
    SimulatedAzure,
    resource,
    rule,
    simulated_azure,
    small_estate,
)

ELSEWHERE = f"/subscriptions/{OTHER_SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Network"


@pytest.fixture
def azure() -> Iterator[SimulatedAzure]:
    groups = (resource(f"{NETWORK}/networkSecurityGroups/more-{n}") for n in range(5))
    elsewhere = resource(f"{ELSEWHERE}/networkSecurityGroups/other")
    with simulated_azure(*small_estate(), *groups, elsewhere) as running:
        yield running


def test_list_of_a_type_holds_one_subscription(azure: SimulatedAzure) -> None:
    names = [group.name for group in azure.network.network_security_groups.list_all()]
    assert names == ["nsg", *(f"more-{n}" for n in range(5))]


def test_list_of_a_group_follows_the_next_link(azure: SimulatedAzure) -> None:
    azure.set(list_page_size=4)
    names = [group.name for group in azure.network.network_security_groups.list(GROUP)]
    pages = [entry for entry in _requests(azure) if entry["method"] == "GET"]
    assert (len(names), len(pages)) == (6, 2)


def test_list_of_children_holds_one_parent(azure: SimulatedAzure) -> None:
    names = [each.name for each in azure.network.security_rules.list(GROUP, "nsg")]
    assert names == ["ssh"]


def test_list_of_children_sees_a_new_child(azure: SimulatedAzure) -> None:
    azure.network.security_rules.begin_create_or_update(GROUP, "nsg", "new", rule(200)).result()
    assert [each.name for each in azure.network.security_rules.list(GROUP, "nsg")] == ["ssh", "new"]


def test_list_below_an_absent_parent_is_not_found(azure: SimulatedAzure) -> None:
    answer = azure.request("GET", f"{NETWORK}/networkSecurityGroups/none/securityRules")
    assert answer.status_code == 404


def test_machines_are_listed_without_what_only_the_graph_shows(azure: SimulatedAzure) -> None:
    listed = azure.request("GET", f"{COMPUTE}/virtualMachines").json()["value"]
    assert "extended" not in listed[0]["properties"]


def test_subscriptions_that_cannot_be_read_are_left_out(azure: SimulatedAzure) -> None:
    azure.set(unreadable_subscriptions=[OTHER_SUBSCRIPTION])
    listed = azure.request("GET", "/subscriptions").json()["value"]
    assert [each["subscriptionId"] for each in listed] == [SUBSCRIPTION]


def test_groups_are_made_of_the_resources_in_them(azure: SimulatedAzure) -> None:
    listed = azure.request("GET", f"/subscriptions/{SUBSCRIPTION}/resourceGroups").json()["value"]
    assert [each["name"] for each in listed] == [GROUP]


def test_unknown_subscription_is_not_found(azure: SimulatedAzure) -> None:
    answer = azure.request("GET", "/subscriptions/none")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "SubscriptionNotFound")


def _requests(azure: SimulatedAzure) -> list[dict[str, object]]:
    listed = azure.request("GET", "/simulator/requests").json()["requests"]
    return list(listed)
