"""The SDK's client on the wire, against a server that says what a test wants."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError

from shared.adapters.arm_endpoint import ArmEndpoint, arm_endpoint
from shared.adapters.graph_client import GraphClient
from shared.adapters.graph_exchange import SignInError, UnreachableError
from shared.adapters.identity import SimulatorCredential

BODY = b'{"query":"Resources"}'


class Server(ThreadingHTTPServer):
    """Answers every request alike, and keeps what was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.status = 200
        self.headers: dict[str, str] = {}
        self.body = b"{}"
        self.seen: list[tuple[str, dict[str, str], bytes]] = []

    def client(self) -> GraphClient:
        endpoint = arm_endpoint(override=f"http://127.0.0.1:{self.server_port}")
        return GraphClient(endpoint, SimulatorCredential())


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        headers = {name.lower(): text for name, text in self.headers.items()}
        body = self.rfile.read(int(headers["content-length"]))
        self.server.seen.append((self.path, headers, body))
        self.send_response(self.server.status)
        for name, text in {
            "Content-Length": str(len(self.server.body)),
            **self.server.headers,
        }.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def test_query_goes_out_as_it_is_to_a_version_that_knows_every_option(server: Server) -> None:
    server.client().post(BODY)
    path, headers, body = server.seen[0]
    assert path == "/providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01"
    assert headers["content-type"] == "application/json"
    assert body == BODY


def test_request_names_the_program_and_is_signed(server: Server) -> None:
    server.client().post(BODY)
    _, headers, _ = server.seen[0]
    assert headers["user-agent"].startswith("portcullis/")
    assert headers["authorization"] == "Bearer simulator"


def test_answer_is_given_as_it_came(server: Server) -> None:
    server.status, server.body = 429, b'{"error":  {}}'
    server.headers = {"X-Ms-User-Quota-Remaining": "0"}
    answer = server.client().post(BODY)
    assert (answer.status, answer.body) == (429, b'{"error":  {}}')
    assert answer.headers["x-ms-user-quota-remaining"] == "0"
    assert len(server.seen) == 1


def test_compressed_answer_is_unpacked(server: Server) -> None:
    server.body = gzip.compress(b'{"data":[]}')
    server.headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    assert server.client().post(BODY).body == b'{"data":[]}'


def test_missing_registration_is_not_repaired_by_writing(server: Server) -> None:
    server.status = 409
    server.body = json.dumps({"error": {"code": "MissingSubscriptionRegistration"}}).encode()
    assert server.client().post(BODY).status == 409
    assert len(server.seen) == 1


def test_redirect_is_not_followed_with_the_token(server: Server) -> None:
    server.status, server.headers = 307, {"Location": "http://127.0.0.1:1/"}
    assert server.client().post(BODY).status == 307


def test_answer_cut_short_is_no_answer(server: Server) -> None:
    server.headers = {"Content-Length": "9999"}
    with pytest.raises(UnreachableError):
        server.client().post(BODY)


def test_nobody_at_the_address_is_no_answer(server: Server) -> None:
    client = server.client()
    server.server_close()
    with pytest.raises(UnreachableError, match="Azure could not be reached"):
        client.post(BODY)


class NotSignedIn:
    def get_token(self, *_scopes: str, **_options: object) -> AccessToken:
        raise ClientAuthenticationError("Please run 'az login'\nAttempted credentials: ...")


def test_failed_sign_in_is_told_in_one_line_and_sends_nothing() -> None:
    nobody = ArmEndpoint("https://127.0.0.1:1", "https://arm.example/.default", "login.example")
    with pytest.raises(SignInError) as caught:
        GraphClient(nobody, NotSignedIn()).post(BODY)
    assert str(caught.value) == "signing in to Azure failed: Please run 'az login'"
