"""The simulator counts queries per principal, and refuses those over the quota."""

from collections.abc import Iterator

import pytest
from azure.core.exceptions import HttpResponseError

from tests.simulated_azure import SimulatedAzure, simulated_azure, small_estate

QUERY = "Resources | count"


@pytest.fixture
def azure() -> Iterator[SimulatedAzure]:
    with simulated_azure(*small_estate()) as running:
        running.set(quota_queries=2, quota_window_seconds=5)
        yield running


def quota(headers: dict[str, str]) -> tuple[str, str]:
    return headers["x-ms-user-quota-remaining"], headers["x-ms-user-quota-resets-after"]


def spend_all(azure: SimulatedAzure) -> None:
    azure.query(QUERY)
    azure.query(QUERY)


def failed(azure: SimulatedAzure, query: str) -> tuple[int, dict[str, str]]:
    answer = azure.request(
        "POST", "/providers/Microsoft.ResourceGraph/resources", json={"query": query}
    )
    return answer.status_code, {name.lower(): value for name, value in answer.headers.items()}


def refusal(azure: SimulatedAzure) -> dict[str, str]:
    status, headers = failed(azure, QUERY)
    assert status == 429
    return headers


def test_answer_tells_what_is_left(azure: SimulatedAzure) -> None:
    first = quota(azure.query(QUERY).headers)
    azure.clock.advance(1.5)
    assert (first, quota(azure.query(QUERY).headers)) == (("1", "00:00:05"), ("0", "00:00:04"))


def test_query_over_the_quota_is_refused(azure: SimulatedAzure) -> None:
    spend_all(azure)
    headers = refusal(azure)
    assert (quota(headers), "retry-after" in headers) == (("0", "00:00:05"), False)


def test_sdk_raises_what_is_refused(azure: SimulatedAzure) -> None:
    spend_all(azure)
    with pytest.raises(HttpResponseError) as raised:
        azure.query(QUERY)
    assert raised.value.status_code == 429


def test_refusal_names_the_wait_on_demand(azure: SimulatedAzure) -> None:
    azure.set(quota_retry_after=True)
    spend_all(azure)
    azure.clock.advance(2)
    assert refusal(azure)["retry-after"] == "3"


def test_next_window_begins_afresh(azure: SimulatedAzure) -> None:
    spend_all(azure)
    azure.clock.advance(5)
    assert quota(azure.query(QUERY).headers) == ("1", "00:00:05")


def test_another_principal_has_its_own_quota(azure: SimulatedAzure) -> None:
    spend_all(azure)
    answer = azure.request(
        "POST",
        "/providers/Microsoft.ResourceGraph/resources",
        json={"query": QUERY},
        headers={"Authorization": "Bearer other"},
    )
    assert answer.status_code == 200


def test_query_that_fails_costs_quota_too(azure: SimulatedAzure) -> None:
    status, headers = failed(azure, "Resources | where (")
    assert (status, headers["x-ms-user-quota-remaining"]) == (400, "1")


def test_quota_can_be_off(azure: SimulatedAzure) -> None:
    azure.set(quota_queries=None)
    counts = [azure.rows(QUERY) for _ in range(20)]
    assert counts == [[{"Count": 5}]] * 20
