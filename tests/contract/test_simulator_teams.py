"""The simulator takes what is posted to a Teams Workflow, and shows it."""

from collections.abc import Iterator

import pytest

from tests.simulated_azure import SimulatedAzure, simulated_azure

CARD = {"type": "message", "attachments": []}


@pytest.fixture
def azure() -> Iterator[SimulatedAzure]:
    with simulated_azure() as running:
        yield running


def post(azure: SimulatedAzure, sig: str = "secret") -> tuple[int, str]:
    answer = azure.http.post(
        f"{azure.url}/teams/alerts",
        params={"sig": sig},
        json=CARD,
        headers={"Authorization": ""},
        timeout=10,
    )
    return answer.status_code, answer.text


def messages(azure: SimulatedAzure) -> list[dict[str, object]]:
    return list(azure.request("GET", "/simulator/teams").json()["messages"])


def test_card_is_accepted_with_an_empty_body(azure: SimulatedAzure) -> None:
    assert post(azure) == (202, "")


def test_card_is_kept_whole_with_its_channel_and_time(azure: SimulatedAzure) -> None:
    post(azure)
    assert messages(azure) == [
        {
            "channel": "alerts",
            "received_at": "2026-11-22T12:00:00+00:00",
            "size_bytes": 38,
            "payload": CARD,
        }
    ]


def test_post_without_signature_is_refused(azure: SimulatedAzure) -> None:
    assert post(azure, sig="")[0] == 401
    assert messages(azure) == []


def test_body_that_is_not_json_is_refused(azure: SimulatedAzure) -> None:
    answer = azure.request("POST", "/teams/alerts", params={"sig": "s"}, data="<card/>")
    assert (answer.status_code, messages(azure)) == (400, [])


def test_refused_card_does_not_arrive(azure: SimulatedAzure) -> None:
    azure.break_with({"match": {"path": "^/teams/"}, "status": 413, "times": 1})
    assert (post(azure)[0], messages(azure)) == (413, [])


def test_messages_can_be_forgotten(azure: SimulatedAzure) -> None:
    post(azure)
    azure.request("DELETE", "/simulator/teams")
    assert messages(azure) == []
