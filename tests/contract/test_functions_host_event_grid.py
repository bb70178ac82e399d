"""Event Grid posts over the wire, through the local Functions host."""

import json

import pytest
import requests

from tests.conftest import ServeApp

APP = """
@app.event_grid_trigger(arg_name="event")
def on_change(event: func.EventGridEvent):
    if event.subject == "bad":
        raise ValueError("bad subject")
    SEEN.put((event.id, event.event_type, event.get_json()))

@app.event_grid_trigger(arg_name="event")
def on_cloud(event: func.CloudEvent):
    SEEN.put((event.id, event.source, event.get_json()))

@app.event_grid_trigger(arg_name="event")
async def on_text(event: str):
    SEEN.put(event)
"""
NOTIFICATION = {"aeg-event-type": "Notification"}


def event(identity: str, subject: str = "good") -> dict[str, object]:
    return {
        "id": identity,
        "topic": "/subscriptions/1",
        "subject": subject,
        "eventType": "Microsoft.Resources.ResourceWriteSuccess",
        "eventTime": "2026-01-02T03:04:05.1234567Z",
        "data": {"operationName": "Microsoft.Network/publicIPAddresses/write"},
        "dataVersion": "2",
        "metadataVersion": "1",
    }


def cloud_event(identity: str) -> dict[str, object]:
    return {
        "specversion": "1.0",
        "id": identity,
        "source": "/subscriptions/1",
        "type": "Microsoft.Resources.ResourceWriteSuccess",
        "time": "2026-01-02T03:04:05Z",
        "data": {"n": 1},
    }


def endpoint(url: str, function: str, path: str = "runtime/webhooks/EventGrid") -> str:
    return f"{url}/{path}?functionName={function}"


@pytest.mark.parametrize("path", ["runtime/webhooks/EventGrid", "Runtime/WebHooks/eventgrid"])
def test_each_event_of_an_array_runs_the_function_once(serve_app: ServeApp, path: str) -> None:
    app = serve_app(APP)
    answer = requests.post(
        endpoint(app.url, "on_change", path),
        json=[event("1"), event("2")],
        headers=NOTIFICATION,
        timeout=10,
    )
    assert answer.status_code == 202
    data = {"operationName": "Microsoft.Network/publicIPAddresses/write"}
    kind = "Microsoft.Resources.ResourceWriteSuccess"
    assert {str(app.next_seen()), str(app.next_seen())} == {
        str(("1", kind, data)),
        str(("2", kind, data)),
    }
    assert app.seen.empty()


def test_single_event_runs_the_function(serve_app: ServeApp) -> None:
    app = serve_app(APP)
    requests.post(endpoint(app.url, "ON_TEXT"), json=event("one"), headers=NOTIFICATION, timeout=10)
    assert json.loads(str(app.next_seen())) == event("one")


@pytest.mark.parametrize(
    ("media_type", "document"),
    [
        pytest.param("application/cloudevents+json", cloud_event("c"), id="one"),
        pytest.param("application/cloudevents-batch+json", [cloud_event("c")], id="batch"),
    ],
)
def test_cloud_events_need_no_aeg_header(
    serve_app: ServeApp, media_type: str, document: object
) -> None:
    app = serve_app(APP)
    answer = requests.post(
        endpoint(app.url, "on_cloud"),
        data=json.dumps(document),
        headers={"Content-Type": f"{media_type}; charset=utf-8"},
        timeout=10,
    )
    assert answer.status_code == 202
    assert app.next_seen() == ("c", "/subscriptions/1", {"n": 1})


def test_failure_of_one_event_gives_500_after_all_have_run(serve_app: ServeApp) -> None:
    app = serve_app(APP)
    answer = requests.post(
        endpoint(app.url, "on_change"),
        json=[event("1", "bad"), event("2")],
        headers=NOTIFICATION,
        timeout=10,
    )
    assert (answer.status_code, answer.text) == (500, "bad subject")
    assert app.seen.qsize() == 1


def test_validation_handshake_echoes_the_code(serve_app: ServeApp) -> None:
    app = serve_app(APP)
    answer = requests.post(
        endpoint(app.url, "on_change"),
        json=[{**event("v"), "data": {"validationCode": "512d38b6"}}],
        headers={"aeg-event-type": "SubscriptionValidation"},
        timeout=10,
    )
    assert (answer.status_code, answer.json()) == (200, {"validationResponse": "512d38b6"})


def test_cloud_events_handshake_allows_the_origin(serve_app: ServeApp) -> None:
    app = serve_app(APP)
    answer = requests.options(
        endpoint(app.url, "on_cloud"),
        headers={"WebHook-Request-Origin": "eventgrid.azure.net"},
        timeout=10,
    )
    assert answer.status_code == 200
    assert answer.headers["WebHook-Allowed-Origin"] == "eventgrid.azure.net"


@pytest.mark.parametrize(
    ("function", "headers", "body", "status"),
    [
        pytest.param("absent", NOTIFICATION, "[]", 404, id="unknown-function"),
        pytest.param("on_change", {}, "[]", 400, id="no-event-type"),
        pytest.param("on_change", NOTIFICATION, "{", 400, id="no-json"),
        pytest.param("on_change", NOTIFICATION, "[1]", 400, id="no-objects"),
        pytest.param("on_change", {"aeg-event-type": "Unsubscribe"}, "", 202, id="unsubscribe"),
        pytest.param(
            "on_change", {"aeg-event-type": "SubscriptionValidation"}, "[]", 400, id="no-code"
        ),
    ],
)
def test_post_without_events_is_answered_by_its_fault(
    serve_app: ServeApp, function: str, headers: dict[str, str], body: str, status: int
) -> None:
    app = serve_app(APP)
    answer = requests.post(endpoint(app.url, function), data=body, headers=headers, timeout=10)
    assert answer.status_code == status
