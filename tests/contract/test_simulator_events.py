"""The simulator's Event Grid: what it sends of a request, to whom, how often, and in which form."""

from __future__ import annotations

import base64
import json
import queue
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

import pytest

from tests.simulated_azure import (
    COMPUTE,
    GROUP,
    NETWORK,
    SUBSCRIPTION,
    SimulatedAzure,
    rule,
    simulated_azure,
    small_estate,
)

NSG: Final = f"{NETWORK}/networkSecurityGroups/nsg"
RULE: Final = f"{NSG}/securityRules/new"
VM: Final = f"{COMPUTE}/virtualMachines/vm"
CORRELATION: Final = "0a5bd1a4-6e3f-4c41-9a1c-2c1b1e6d9f10"
UPN: Final = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn"
OBJECT_ID: Final = "http://schemas.microsoft.com/identity/claims/objectidentifier"
SAMPLE_USER: Final = "operator@contoso.example"
PATIENCE_SECONDS: Final = 10.0


@dataclass(frozen=True)
class Post:
    """One post that reached the endpoint."""

    path: str
    headers: dict[str, str]
    body: Any

    @property
    def event(self) -> dict[str, Any]:
        (event,) = self.body if isinstance(self.body, list) else [self.body]
        found: dict[str, Any] = event
        return found


@dataclass
class Endpoint:
    """An endpoint that answers with the statuses it is given, and then with 200."""

    url: str = ""
    statuses: queue.Queue[int] = field(default_factory=queue.Queue)
    posts: queue.Queue[Post] = field(default_factory=queue.Queue)

    def next(self) -> Post:
        return self.posts.get(timeout=PATIENCE_SECONDS)


@contextmanager
def running_endpoint() -> Iterator[Endpoint]:
    endpoint = Endpoint()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            headers = {name.lower(): value for name, value in self.headers.items()}
            endpoint.posts.put(Post(self.path, headers, body))
            self.send_response(200 if endpoint.statuses.empty() else endpoint.statuses.get())
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as inherited
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        endpoint.url = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield endpoint
        server.shutdown()


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with running_endpoint() as running:
        yield running


@pytest.fixture
def azure() -> Iterator[SimulatedAzure]:
    with simulated_azure(*small_estate()) as running:
        running.set(quota_queries=None, event_retry_factor=0.001)
        yield running


def subscribe(azure: SimulatedAzure, endpoint: Endpoint, schema: str = "EventGridSchema") -> None:
    body = {"subscriptions": [{"url": endpoint.url, "schema": schema}]}
    azure.request("PUT", "/simulator/event-subscriptions", json=body).raise_for_status()


def put_rule(
    azure: SimulatedAzure, priority: int = 200, headers: Mapping[str, str] | None = None
) -> None:
    name = "new" if priority == 200 else f"new-{priority}"
    path = f"{NSG}/securityRules/{name}"
    azure.request("PUT", path, json=rule(priority), headers=headers).raise_for_status()


def deliveries(azure: SimulatedAzure, **of: str) -> list[dict[str, Any]]:
    answer = azure.request("GET", "/simulator/events", params=of)
    found: list[dict[str, Any]] = answer.json()["events"]
    return found


def eventually(is_so: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_write_of_a_rule_is_told_with_the_rule_as_subject(
    azure: SimulatedAzure, endpoint: Endpoint
) -> None:
    subscribe(azure, endpoint)
    put_rule(azure, headers={"x-ms-correlation-request-id": CORRELATION})
    event = endpoint.next().event
    shown = {name: event[name] for name in ("topic", "subject", "eventType", "eventTime")}
    assert shown == {
        "topic": f"/subscriptions/{SUBSCRIPTION}",
        "subject": RULE,
        "eventType": "Microsoft.Resources.ResourceWriteSuccess",
        "eventTime": "2026-11-22T12:00:00.0000000Z",
    }
    details = event["data"]
    assert details["operationName"] == "Microsoft.Network/networkSecurityGroups/securityRules/write"
    assert (details["correlationId"], details["status"]) == (CORRELATION, "Succeeded")
    assert (details["authorization"]["scope"], details["resourceUri"]) == (RULE, RULE)
    assert details["httpRequest"]["method"] == "PUT"


@pytest.mark.parametrize(
    ("request_line", "kind", "operation"),
    [
        pytest.param(
            f"DELETE {NSG}/securityRules/ssh",
            "ResourceDeleteSuccess",
            "Microsoft.Network/networkSecurityGroups/securityRules/delete",
            id="deletion",
        ),
        pytest.param(
            f"POST {VM}/deallocate",
            "ResourceActionSuccess",
            "Microsoft.Compute/virtualMachines/deallocate/action",
            id="power",
        ),
        pytest.param(
            f"POST {NETWORK}/networkInterfaces/nic/effectiveNetworkSecurityGroups",
            "ResourceActionSuccess",
            "Microsoft.Network/networkInterfaces/effectiveNetworkSecurityGroups/action",
            id="question",
        ),
        pytest.param(
            f"PATCH {NSG}",
            "ResourceWriteSuccess",
            "Microsoft.Network/networkSecurityGroups/write",
            id="tags",
        ),
    ],
)
def test_request_is_told_by_its_kind(
    azure: SimulatedAzure, endpoint: Endpoint, request_line: str, kind: str, operation: str
) -> None:
    subscribe(azure, endpoint)
    method, path = request_line.split(" ")
    azure.request(method, path, json={}).raise_for_status()
    event = endpoint.next().event
    assert event["eventType"] == f"Microsoft.Resources.{kind}"
    assert event["data"]["operationName"] == operation


def test_write_that_fails_is_told_as_a_failure(azure: SimulatedAzure, endpoint: Endpoint) -> None:
    subscribe(azure, endpoint)
    azure.break_with({"match": {"method": "PUT"}, "after_accept": True})
    put_rule(azure)
    event = endpoint.next().event
    assert event["eventType"] == "Microsoft.Resources.ResourceWriteFailure"
    assert event["data"]["status"] == "Failed"


def test_reads_and_power_from_within_are_not_told(
    azure: SimulatedAzure, endpoint: Endpoint
) -> None:
    subscribe(azure, endpoint)
    azure.request("GET", NSG).raise_for_status()
    azure.request("POST", "/simulator/power", json={"id": VM, "state": "stopped"})
    put_rule(azure)
    assert endpoint.next().event["subject"] == RULE


def test_cloud_event_is_one_object_of_its_own_media_type(
    azure: SimulatedAzure, endpoint: Endpoint
) -> None:
    subscribe(azure, endpoint, "CloudEventSchemaV1_0")
    put_rule(azure)
    post = endpoint.next()
    assert post.headers["content-type"].startswith("application/cloudevents+json")
    assert {name: post.body[name] for name in ("specversion", "type", "source", "subject")} == {
        "specversion": "1.0",
        "type": "Microsoft.Resources.ResourceWriteSuccess",
        "source": f"/subscriptions/{SUBSCRIPTION}",
        "subject": RULE,
    }


def test_notification_holds_the_whole_resource_and_no_claims(
    azure: SimulatedAzure, endpoint: Endpoint
) -> None:
    subscribe(azure, endpoint, "resource-notifications")
    put_rule(azure)
    event = endpoint.next().event
    assert event["eventType"] == "Microsoft.ResourceNotifications.Resources.CreatedOrUpdated"
    information = event["data"]["resourceInfo"]
    assert information["id"] == NSG
    assert [one["name"] for one in information["properties"]["securityRules"]] == ["ssh", "new"]
    assert "claims" not in json.dumps(event)


def test_notification_of_a_deletion_holds_the_name_alone(
    azure: SimulatedAzure, endpoint: Endpoint
) -> None:
    subscribe(azure, endpoint, "resource-notifications")
    azure.request("DELETE", VM).raise_for_status()
    event = endpoint.next().event
    assert event["eventType"] == "Microsoft.ResourceNotifications.Resources.Deleted"
    assert event["data"]["resourceInfo"].keys() == {"id", "name", "type"}


def test_function_is_told_at_the_webhook_of_its_host(
    azure: SimulatedAzure, endpoint: Endpoint
) -> None:
    named = {"url": endpoint.url, "function": "on_resource_event", "schema": "EventGridSchema"}
    body = {"subscriptions": [named]}
    azure.request("PUT", "/simulator/event-subscriptions", json=body).raise_for_status()
    put_rule(azure)
    post = endpoint.next()
    assert post.path == "/runtime/webhooks/EventGrid?functionName=on_resource_event"
    assert post.headers["aeg-event-type"] == "Notification"


def web_token(**claims: str) -> str:
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"Bearer e30.{payload}.signature"


@pytest.mark.parametrize(
    ("headers", "claims", "changed_by"),
    [
        pytest.param(
            {}, {UPN: "operator@contoso.example"}, "operator@contoso.example", id="sample"
        ),
        pytest.param(
            {"x-simulated-actor": "ana@contoso.example"},
            {UPN: "ana@contoso.example", "idtyp": "user"},
            "ana@contoso.example",
            id="named-user",
        ),
        pytest.param(
            {"x-simulated-actor": '{"appid": "a1b2", "xms_mirid": "/subscriptions/s/pipeline"}'},
            {"appid": "a1b2", "xms_mirid": "/subscriptions/s/pipeline", "idtyp": "app"},
            "a1b2",
            id="managed-identity",
        ),
        pytest.param(
            {"Authorization": web_token(upn="ben@contoso.example", name="Ben")},
            {UPN: "ben@contoso.example", "name": "Ben"},
            "ben@contoso.example",
            id="token",
        ),
    ],
)
def test_caller_is_named_by_event_and_change_alike(
    azure: SimulatedAzure,
    endpoint: Endpoint,
    headers: dict[str, str],
    claims: dict[str, str],
    changed_by: str,
) -> None:
    subscribe(azure, endpoint)
    put_rule(azure, headers=headers)
    shown = endpoint.next().event["data"]["claims"]
    assert {name: shown[name] for name in claims} == claims
    assert (UPN in shown) == ("@" in changed_by)
    assert OBJECT_ID in shown
    (change,) = azure.rows("ResourceChanges | project properties.changeAttributes.changedBy")
    assert list(change.values()) == [changed_by]


def test_change_of_the_system_itself_has_no_claims(
    azure: SimulatedAzure, endpoint: Endpoint
) -> None:
    azure.set(changed_by="System", changed_by_type="System", client_type="Unknown")
    subscribe(azure, endpoint)
    put_rule(azure)
    assert endpoint.next().event["data"]["claims"] == {}


def test_each_request_has_a_correlation_of_its_own(
    azure: SimulatedAzure, endpoint: Endpoint
) -> None:
    subscribe(azure, endpoint)
    put_rule(azure, 201)
    put_rule(azure, 202)
    events = [endpoint.next().event for _ in range(2)]
    assert len({event["data"]["correlationId"] for event in events}) == 2
    assert len({event["id"] for event in events}) == 2


def test_copies_have_the_id_of_their_event(azure: SimulatedAzure, endpoint: Endpoint) -> None:
    azure.set(event_copies=3)
    subscribe(azure, endpoint)
    put_rule(azure)
    assert len({endpoint.next().event["id"] for _ in range(3)}) == 1


def test_spread_lets_events_change_places(azure: SimulatedAzure, endpoint: Endpoint) -> None:
    azure.set(event_spread_seconds=0.5, event_seed=1)
    subscribe(azure, endpoint)
    priorities = list(range(300, 310))
    for priority in priorities:
        put_rule(azure, priority)
    subjects = [endpoint.next().event["subject"] for _ in priorities]
    arrived = [int(subject.rpartition("-")[2]) for subject in subjects]
    assert sorted(arrived) == priorities != arrived


def test_delay_keeps_an_event_back(azure: SimulatedAzure, endpoint: Endpoint) -> None:
    azure.set(event_delay_seconds=0.3)
    subscribe(azure, endpoint)
    put_rule(azure)
    began = time.monotonic()
    endpoint.next()
    assert time.monotonic() - began > 0.2


def test_lost_event_is_never_sent(azure: SimulatedAzure, endpoint: Endpoint) -> None:
    azure.set(event_share_lost=1.0)
    subscribe(azure, endpoint)
    put_rule(azure)
    eventually(lambda: [one["state"] for one in deliveries(azure)] == ["lost"])
    assert endpoint.posts.empty()


def test_events_of_one_state_are_shown_alone(azure: SimulatedAzure, endpoint: Endpoint) -> None:
    azure.set(event_share_lost=1.0)
    subscribe(azure, endpoint)
    put_rule(azure)
    eventually(lambda: deliveries(azure))
    assert [one["state"] for one in deliveries(azure, state="lost")] == ["lost"]
    assert deliveries(azure, state="waiting") == []


def test_answer_that_is_no_success_is_followed_by_another_try(
    azure: SimulatedAzure, endpoint: Endpoint
) -> None:
    for status in (500, 429, 404):
        endpoint.statuses.put(status)
    subscribe(azure, endpoint)
    put_rule(azure)
    posts = [endpoint.next() for _ in range(4)]
    assert [post.headers["aeg-delivery-count"] for post in posts] == ["0", "1", "2", "3"]
    assert len({post.event["id"] for post in posts}) == 1
    eventually(lambda: deliveries(azure)[0]["state"] == "delivered")


def test_event_that_is_refused_is_a_dead_letter_at_once(
    azure: SimulatedAzure, endpoint: Endpoint
) -> None:
    endpoint.statuses.put(400)
    subscribe(azure, endpoint)
    put_rule(azure)
    eventually(lambda: deliveries(azure) and deliveries(azure)[0]["state"] == "dead-letter")
    (letter,) = azure.request("GET", "/simulator/dead-letters").json()["events"]
    assert (letter["subject"], letter["deliveryAttempts"]) == (RULE, 1)
    assert letter["lastDeliveryOutcome"] == "BadRequest"


def test_event_is_given_up_after_as_many_tries_as_are_set(
    azure: SimulatedAzure, endpoint: Endpoint
) -> None:
    azure.set(event_tries=2)
    for _ in range(2):
        endpoint.statuses.put(503)
    subscribe(azure, endpoint)
    put_rule(azure)
    eventually(lambda: deliveries(azure) and deliveries(azure)[0]["state"] == "dead-letter")
    assert deliveries(azure)[0]["tries"] == 2


def test_event_waits_for_an_endpoint_that_is_away(azure: SimulatedAzure) -> None:
    with running_endpoint() as away:
        subscribe(azure, away)
    put_rule(azure)
    eventually(lambda: deliveries(azure) and deliveries(azure)[0]["tries"] >= 2)
    delivery = deliveries(azure)[0]
    assert (delivery["state"], delivery["status"]) == ("waiting", 0)


def test_event_comes_though_nobody_asks_for_the_end_of_the_operation(
    azure: SimulatedAzure, endpoint: Endpoint
) -> None:
    azure.set(operation_seconds=60)
    subscribe(azure, endpoint)
    put_rule(azure)
    time.sleep(0.1)
    assert endpoint.posts.empty()
    azure.clock.advance(60)
    assert endpoint.next().event["subject"] == RULE


def test_reset_ends_subscriptions_and_forgets_events(
    azure: SimulatedAzure, endpoint: Endpoint
) -> None:
    subscribe(azure, endpoint)
    put_rule(azure)
    endpoint.next()
    azure.request("POST", "/simulator/reset").raise_for_status()
    shown = azure.request("GET", "/simulator/event-subscriptions").json()
    assert (shown, deliveries(azure)) == ({"subscriptions": []}, [])


@pytest.mark.parametrize(
    "subscription",
    [
        pytest.param({"url": "http://192.0.2.1/"}, id="other-machine"),
        pytest.param({"url": "https://127.0.0.1:1/"}, id="other-scheme"),
        pytest.param({"url": ""}, id="no-address"),
        pytest.param({"url": "http://127.0.0.1:1", "schema": "CustomSchema"}, id="other-schema"),
        pytest.param({"url": "http://127.0.0.1:1", "colour": "red"}, id="unknown-member"),
        pytest.param("http://127.0.0.1:1", id="no-object"),
    ],
)
def test_subscription_that_makes_no_sense_is_refused(
    azure: SimulatedAzure, subscription: object
) -> None:
    body = {"subscriptions": [subscription]}
    answer = azure.request("PUT", "/simulator/event-subscriptions", json=body)
    assert answer.status_code == 400


def test_deletion_through_the_client_is_told_once(
    azure: SimulatedAzure, endpoint: Endpoint
) -> None:
    subscribe(azure, endpoint)
    azure.network.security_rules.begin_delete(GROUP, "nsg", "ssh").result()
    endpoint.next()
    azure.request("GET", NSG)
    assert len(deliveries(azure)) == 1
