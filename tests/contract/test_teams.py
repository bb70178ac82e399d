"""The webhook client over a real connection: what each answer means, and that nothing leaks."""

from __future__ import annotations

import json
import logging
import threading
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests

from shared.adapters.teams import InvalidWebhookError, TeamsNotifier, checked_webhook
from shared.usecases.interfaces import NotificationError, NotificationRefusedError
from simulator import server
from simulator.initial_estate import Estate
from tests.golden.card_samples import samples

SECRET = "sig-6f1ed002ab5595859014ebf0951522d9"
NOW = datetime(2026, 11, 22, 10, 0, 0, tzinfo=UTC)
CARD = samples()["new"]


@dataclass
class Receiver:
    """A flow that gives one answer to everything and keeps what it was sent."""

    status: int = 202
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    port: int = 0
    received: list[tuple[str, str, Any]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/workflows/{SECRET}/run?sig={SECRET}"

    def notifier(self) -> TeamsNotifier:
        return TeamsNotifier(self.url, now=lambda: NOW)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    answering = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answering.received.append((self.path, self.headers["Content-Type"], json.loads(body)))
            if not answering.status:
                self.close_connection = True
                return
            self.send_response(answering.status)
            for name, value in answering.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answering.body)))
            self.end_headers()
            self.wfile.write(answering.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Keep the test's output quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        answering.port = listening.server_port
        thread = threading.Thread(target=listening.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield answering
        listening.shutdown()
        thread.join()


def test_card_is_posted_as_the_workflow_template_wants_it(receiver: Receiver) -> None:
    receiver.notifier().send(CARD)
    assert receiver.received == [
        (
            f"/workflows/{SECRET}/run?sig={SECRET}",
            "application/json",
            {
                "type": "message",
                "attachments": [
                    {
                        "contentType": "application/vnd.microsoft.card.adaptive",
                        "contentUrl": None,
                        "content": CARD,
                    }
                ],
            },
        )
    ]


def test_card_reaches_the_simulated_channel() -> None:
    with server.start(Estate((), ())) as simulator:
        TeamsNotifier(f"{simulator.url}/teams/security?sig={SECRET}").send(CARD)
        (message,) = simulator.simulation.messages
        assert message["payload"]["attachments"][0]["content"] == CARD


def test_card_without_a_signature_is_refused_by_the_simulated_channel() -> None:
    with (
        server.start(Estate((), ())) as simulator,
        pytest.raises(NotificationRefusedError, match="401"),
    ):
        TeamsNotifier(f"{simulator.url}/teams/security").send(CARD)


@pytest.mark.parametrize("status", [200, 202, 204])
def test_success_is_silent(receiver: Receiver, status: int) -> None:
    receiver.status = status
    receiver.notifier().send(CARD)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        pytest.param("17", 17.0, id="seconds"),
        pytest.param("Sun, 22 Nov 2026 10:02:00 GMT", 120.0, id="date"),
        pytest.param("Sun, 22 Nov 2026 10:02:00 -0000", 120.0, id="date-without-a-zone"),
        pytest.param("Sun, 22 Nov 2026 09:00:00 GMT", 0.0, id="date-in-the-past"),
        pytest.param("99999999999", 86_400.0, id="beyond-a-day"),
        pytest.param("soon", None, id="words"),
        pytest.param("-5", None, id="negative"),
    ],
)
def test_throttled_card_tells_the_waiting_time(
    receiver: Receiver, header: str, seconds: float | None
) -> None:
    receiver.status, receiver.headers = 429, {"Retry-After": header}
    with pytest.raises(NotificationError) as caught:
        receiver.notifier().send(CARD)
    assert caught.value.retry_after_seconds == seconds


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_passing_trouble_is_worth_another_try(receiver: Receiver, status: int) -> None:
    receiver.status = status
    with pytest.raises(NotificationError, match=str(status)):
        receiver.notifier().send(CARD)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 413])
def test_other_answers_are_refusals(receiver: Receiver, status: int) -> None:
    receiver.status = status
    with pytest.raises(NotificationRefusedError, match=str(status)):
        receiver.notifier().send(CARD)


def test_success_that_hides_a_throttling_is_no_success(receiver: Receiver) -> None:
    receiver.status = 200
    receiver.body = (
        b"Webhook message delivery failed with error: Microsoft Teams endpoint returned "
        b"HTTP error 429 with ContextId tcid=0."
    )
    with pytest.raises(NotificationError, match="429"):
        receiver.notifier().send(CARD)


def test_redirect_is_not_followed(receiver: Receiver) -> None:
    receiver.status = 307
    receiver.headers = {"Location": f"http://127.0.0.1:{receiver.port}/elsewhere"}
    with pytest.raises(NotificationRefusedError, match="307"):
        receiver.notifier().send(CARD)
    assert len(receiver.received) == 1


def test_connection_that_breaks_is_worth_another_try(receiver: Receiver) -> None:
    receiver.status = 0
    with pytest.raises(NotificationError, match="ConnectionError"):
        receiver.notifier().send(CARD)


@pytest.mark.parametrize("status", [0, 404, 503])
def test_address_is_in_no_error_log_or_representation(
    receiver: Receiver, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    receiver.status = status
    notifier = receiver.notifier()
    with (
        caplog.at_level(logging.DEBUG),
        caplog.at_level(logging.DEBUG, "urllib3"),
        pytest.raises((NotificationError, NotificationRefusedError)) as caught,
    ):
        notifier.send(CARD)
    logged = [record.getMessage() for record in caplog.records]
    told = [repr(notifier), *logged, *traceback.format_exception(caught.value)]
    assert any("127.0.0.1" in line for line in logged)
    assert SECRET not in "\n".join(told)
    assert caught.value.__context__ is None


def test_address_of_an_accepted_card_is_not_logged(
    receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        receiver.notifier().send(CARD)
    assert SECRET not in caplog.text


def test_receiver_that_keeps_silent_is_worth_another_try() -> None:
    class Silent(requests.Session):
        def post(self, url: str | bytes, *_: object, **options: object) -> requests.Response:
            raise requests.ReadTimeout(f"{url!r} after {options['timeout']}")

    with pytest.raises(NotificationError, match="ReadTimeout"):
        TeamsNotifier("https://relay.contoso.com/teams", Silent()).send(CARD)


@pytest.mark.parametrize(
    "url",
    [
        "https://prod-01.westeurope.logic.azure.com:443/workflows/1/triggers/manual/run?sig=a",
        "https://default1.environment.api.powerplatform.com/powerautomate/workflows/1?sig=a",
        "https://prod-01.usgovtexas.logic.azure.us/workflows/1?sig=a",
        "https://relay.contoso.com/teams",
        "http://127.0.0.1:8080/teams/security?sig=a",
        "http://[::1]:8080/teams/security",
        " https://relay.contoso.com/teams\n",
    ],
)
def test_fit_address_is_taken(url: str) -> None:
    assert checked_webhook(url) == url.strip()


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        pytest.param("http://relay.contoso.com/teams", "https", id="plain-http"),
        pytest.param("http://localhost:8080/teams", "https", id="loopback-by-name"),
        pytest.param("ftp://relay.contoso.com/teams", "https", id="other-scheme"),
        pytest.param("https://contoso.webhook.office.com/webhookb2/1", "Workflows", id="connector"),
        pytest.param("https://outlook.office.com/webhook/1", "Workflows", id="old-connector"),
        pytest.param("https://user:word@relay.contoso.com/", "user name", id="user-name"),
        pytest.param("https:///path", "no address", id="no-host"),
        pytest.param("https://[::1/path", "no address", id="broken-brackets"),
        pytest.param("https://relay.contoso.com:99999/", "no address", id="impossible-port"),
        pytest.param("https://relay.contoso.com/a b", "no address", id="space"),
        pytest.param("", "no address", id="empty"),
    ],
)
def test_unfit_address_is_refused_without_being_shown(url: str, reason: str) -> None:
    with pytest.raises(InvalidWebhookError, match=reason) as caught:
        TeamsNotifier(url)
    shown = "".join(traceback.format_exception(caught.value)[-1:])
    assert not url or url not in shown


def test_refusal_of_a_connector_says_what_to_do() -> None:
    with pytest.raises(InvalidWebhookError, match="Send webhook alerts to a channel"):
        checked_webhook("https://contoso.webhook.office.com/webhookb2/1")
