"""The simulator gives out a list of service tags as Azure does."""

import ipaddress
from collections.abc import Iterator

import pytest

from tests.simulated_azure import SimulatedAzure, simulated_azure, small_estate


@pytest.fixture
def azure() -> Iterator[SimulatedAzure]:
    with simulated_azure(*small_estate()) as running:
        yield running


def prefixes(azure: SimulatedAzure) -> dict[str, list[str]]:
    listed = azure.network.service_tags.list("westeurope")
    return {each.name: list(each.properties.address_prefixes) for each in listed.values_property}


def holds(outer: list[str], inner: list[str]) -> bool:
    spaces = [ipaddress.ip_network(each) for each in outer]
    return all(
        any(
            part.version == space.version and part[0] in space and part[-1] in space
            for space in spaces
        )
        for part in map(ipaddress.ip_network, inner)
    )


def test_list_names_its_cloud_and_its_number(azure: SimulatedAzure) -> None:
    listed = azure.network.service_tags.list("westeurope")
    assert (listed.name, listed.cloud, listed.change_number) == ("Public", "Public", "417")


def test_change_number_can_be_set(azure: SimulatedAzure) -> None:
    azure.set(service_tags_change_number=418)
    listed = azure.network.service_tags.list("westeurope")
    numbers = {each.properties.change_number for each in listed.values_property}
    assert (listed.change_number, numbers) == ("418", {"418"})


def test_list_holds_the_tags_that_rules_name(azure: SimulatedAzure) -> None:
    wanted = {"AzureCloud", "AzureCloud.WestEurope", "Storage", "Storage.WestEurope", "Sql"}
    assert wanted | {"AppService", "GatewayManager"} <= set(prefixes(azure))


def test_regional_tag_names_region_and_service(azure: SimulatedAzure) -> None:
    listed = azure.network.service_tags.list("westeurope").values_property
    (tag,) = [each for each in listed if each.name == "Storage.WestEurope"]
    assert (tag.properties.region, tag.properties.system_service) == ("westeurope", "AzureStorage")


def test_azure_cloud_holds_every_other_tag(azure: SimulatedAzure) -> None:
    by_name = prefixes(azure)
    cloud = by_name.pop("AzureCloud")
    assert [name for name, inner in by_name.items() if not holds(cloud, inner)] == []


@pytest.mark.parametrize("service", ["AzureCloud", "Storage", "Sql", "AppService"])
def test_tag_holds_those_of_its_regions(azure: SimulatedAzure, service: str) -> None:
    by_name = prefixes(azure)
    regional = [inner for name, inner in by_name.items() if name.startswith(f"{service}.")]
    assert regional
    assert all(holds(by_name[service], inner) for inner in regional)


def test_tags_of_a_hidden_subscription_are_refused(azure: SimulatedAzure) -> None:
    subscription = "11111111-0000-4000-8000-000000000001"
    azure.set(unreadable_subscriptions=[subscription])
    path = f"/subscriptions/{subscription}/providers/Microsoft.Network/locations/x/serviceTags"
    assert azure.request("GET", path).status_code == 403
