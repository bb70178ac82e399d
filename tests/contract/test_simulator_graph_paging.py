"""The simulator pages as Resource Graph does, and on demand worse."""

from collections.abc import Iterator

import pytest
from azure.core.exceptions import HttpResponseError

from tests.simulated_azure import NETWORK, SimulatedAzure, resource, simulated_azure

ORDERED = "Resources | project id, name | order by id asc"


@pytest.fixture
def azure() -> Iterator[SimulatedAzure]:
    groups = (resource(f"{NETWORK}/networkSecurityGroups/nsg-{n:03}") for n in range(250))
    with simulated_azure(*groups) as running:
        yield running


def all_names(azure: SimulatedAzure, top: int) -> list[str]:
    names: list[str] = []
    token = None
    while True:
        page = azure.query(ORDERED, skip_token=token, top=top)
        names += [row["name"] for row in page.data]
        token = page.skip_token
        if token is None:
            return names


EVERY_NAME = [f"nsg-{n:03}" for n in range(250)]


def test_page_holds_a_hundred_rows_unless_asked(azure: SimulatedAzure) -> None:
    page = azure.query(ORDERED)
    assert (page.count, page.total_records, page.result_truncated) == (100, 250, "true")


def test_tokens_lead_through_all_rows_in_order(azure: SimulatedAzure) -> None:
    assert all_names(azure, top=90) == EVERY_NAME


def test_last_page_has_no_token(azure: SimulatedAzure) -> None:
    page = azure.query(ORDERED, top=1000)
    assert (page.count, page.result_truncated, page.skip_token) == (250, "false", None)


def test_page_size_may_change_on_the_way(azure: SimulatedAzure) -> None:
    first = azure.query(ORDERED, top=10)
    second = azure.query(ORDERED, top=20, skip_token=first.skip_token)
    assert (second.data[0]["name"], second.count) == ("nsg-010", 20)


def test_skip_leaves_out_the_first_rows(azure: SimulatedAzure) -> None:
    assert azure.query(ORDERED, top=1, skip=7).data[0]["name"] == "nsg-007"


@pytest.mark.parametrize("operator", ["limit 200", "take 200", "sample 200"])
def test_query_with_a_limit_gets_no_token(azure: SimulatedAzure, operator: str) -> None:
    page = azure.query(f"Resources | project id | {operator}", top=50)
    assert (page.result_truncated, page.skip_token) == ("true", None)


def test_query_of_dynamic_columns_only_gets_no_token(azure: SimulatedAzure) -> None:
    page = azure.query("Resources | project properties", top=50)
    assert (page.result_truncated, page.skip_token) == ("true", None)


def test_literal_that_reads_like_a_limit_is_no_limit(azure: SimulatedAzure) -> None:
    page = azure.query("Resources | where name != '| limit 1' | project id", top=50)
    assert page.skip_token is not None


def test_token_of_another_query_is_refused(azure: SimulatedAzure) -> None:
    token = azure.query(ORDERED).skip_token
    with pytest.raises(HttpResponseError) as raised:
        azure.query("Resources | project name", skip_token=token)
    assert raised.value.status_code == 400


def test_write_between_pages_shifts_the_rows(azure: SimulatedAzure) -> None:
    first = azure.query(ORDERED, top=10)
    azure.request("DELETE", f"{NETWORK}/networkSecurityGroups/nsg-000")
    second = azure.query(ORDERED, top=10, skip_token=first.skip_token)
    assert (second.data[0]["name"], second.total_records) == ("nsg-011", 249)


def test_short_pages_on_demand_lose_nothing(azure: SimulatedAzure) -> None:
    azure.set(graph_page_size=60)
    assert all_names(azure, top=1000) == EVERY_NAME


def test_rows_dropped_between_pages_on_demand(azure: SimulatedAzure) -> None:
    azure.set(graph_rows_dropped=1)
    assert sorted(set(EVERY_NAME) - set(all_names(azure, top=100))) == ["nsg-100", "nsg-201"]


def test_rows_repeated_between_pages_on_demand(azure: SimulatedAzure) -> None:
    azure.set(graph_rows_repeated=1)
    names = all_names(azure, top=100)
    assert sorted({name for name in names if names.count(name) > 1}) == ["nsg-099", "nsg-198"]


def test_answer_over_sixteen_megabytes_is_refused() -> None:
    text = "x" * 1_000_000
    groups = (resource(f"{NETWORK}/networkSecurityGroups/nsg-{n}", note=text) for n in range(17))
    with simulated_azure(*groups) as azure:
        body = {"query": "Resources"}
        answer = azure.request("POST", "/providers/Microsoft.ResourceGraph/resources", json=body)
        smaller = azure.query("Resources", top=10)
    detail = answer.json()["error"]["details"][0]["code"]
    assert (answer.status_code, detail, smaller.count) == (400, "ResponsePayloadTooLarge", 10)
