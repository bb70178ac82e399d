"""Service tags: their names, what holds what, and lists of their prefixes."""

from __future__ import annotations

import pytest

from shared.network.service_tags import (
    NO_SERVICE_TAGS,
    PLATFORM_ADDRESS,
    ServiceTag,
    ServiceTagTable,
    containing_tags,
)
from shared.packetset.addresses import AddressSet


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Internet", "internet"),
        ("INTERNET", "internet"),
        (" VirtualNetwork ", "virtualnetwork"),
        ("VIRTUAL_NETWORK", "virtualnetwork"),
        ("AZURE_LOADBALANCER", "azureloadbalancer"),
        ("AzureLoadBalancer", "azureloadbalancer"),
        ("Storage.WestEurope", "storage.westeurope"),
    ],
)
def test_names_are_read_in_any_case_and_in_their_classic_spelling(text: str, key: str) -> None:
    assert ServiceTag.parse(text).key == key


def test_tag_is_shown_as_its_author_spelt_it_and_compared_without_case() -> None:
    assert ServiceTag.parse("aZureCloud").name == "aZureCloud"
    assert ServiceTag.parse("aZureCloud") == ServiceTag.parse("AzureCloud")
    assert hash(ServiceTag.parse("aZureCloud")) == hash(ServiceTag.parse("AzureCloud"))


@pytest.mark.parametrize(
    ("name", "wide"),
    [
        ("AzureCloud", True),
        ("AZURECLOUD.westeurope", True),
        ("AzureCloudOther", False),
        ("Storage", False),
        ("Internet", False),
    ],
)
def test_only_azurecloud_and_its_regions_hold_other_customers(name: str, *, wide: bool) -> None:
    assert ServiceTag.parse(name).is_azure_wide is wide


@pytest.mark.parametrize(
    ("tag", "holders"),
    [
        ("azurecloud", ()),
        ("azurecloud.westeurope", ("azurecloud",)),
        ("storage", ("azurecloud",)),
        ("storage.westeurope", ("storage", "azurecloud")),
    ],
)
def test_tags_lie_in_their_service_and_in_azurecloud(tag: str, holders: tuple[str, ...]) -> None:
    assert containing_tags(tag) == holders


def test_list_gives_the_addresses_of_the_tags_that_it_holds() -> None:
    ranges = AddressSet.parse("20.60.0.0/16")
    table = ServiceTagTable({"storage": ranges}, "417")
    assert (table.resolve("storage"), table.resolve("sql")) == (ranges, None)


def test_without_a_list_no_tag_is_known() -> None:
    assert NO_SERVICE_TAGS.resolve("storage") is None


def test_load_balancer_tag_is_the_platform_address_alone() -> None:
    assert list(PLATFORM_ADDRESS.prefixes()) == ["168.63.129.16/32"]
