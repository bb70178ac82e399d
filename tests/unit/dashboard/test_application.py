"""That no address is open by oversight, and that every answer carries the headers."""

from __future__ import annotations

import re

import pytest
from starlette.routing import Route

from dashboard.application import FORMS, application, form_in
from dashboard.security_headers import HEADERS
from tests.azurite import ACCOUNT, ACCOUNT_KEY
from tests.dashboard_asking import ask
from tests.e2e.dashboard_browser import GUARDED, signed_in

SETTINGS = {
    **GUARDED,
    "AzureWebJobsStorage": (
        f"DefaultEndpointsProtocol=http;AccountName={ACCOUNT};AccountKey={ACCOUNT_KEY};"
        f"BlobEndpoint=http://127.0.0.1:9/{ACCOUNT};QueueEndpoint=http://127.0.0.1:9/{ACCOUNT};"
        f"TableEndpoint=http://127.0.0.1:9/{ACCOUNT}"
    ),
    "PORTCULLIS_SWEEP_SCHEDULE": "0 0 3 * * *",
}
"""An app in Azure whose storage nobody reaches: whoever is refused is refused before that."""
OPEN = {"/static/portcullis.css", "/static/mark.svg", "/api/health", "/api/ready"}
ROUTES = [
    (method, re.sub(r"\{\w+\}", "0" * 64, route.path))
    for route in application(SETTINGS).routes
    if isinstance(route, Route)
    for method in sorted((route.methods or {"GET"}) - {"HEAD"})
    if route.path not in OPEN
]


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_address_is_closed_to_strangers(method: str, path: str) -> None:
    answer = ask(SETTINGS, path, method=method)
    assert answer.status == 401
    assert {name.lower() for name in HEADERS} <= set(answer.headers)
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", [path for method, path in ROUTES if method == "POST"])
def test_form_is_closed_to_readers(path: str) -> None:
    reader = {"x-ms-client-principal": signed_in("li", "reader")["X-MS-CLIENT-PRINCIPAL"]}
    assert ask(SETTINGS, path, method="POST", headers=reader).status == 403


def test_there_are_forms_and_pages() -> None:
    assert len([path for method, path in ROUTES if method == "POST"]) == len(FORMS) == 1
    assert len(ROUTES) > 15


@pytest.mark.parametrize("path", sorted(OPEN - {"/api/ready"}))
def test_open_address_tells_nothing_and_answers_everybody(path: str) -> None:
    assert ask(SETTINGS, path).status == 200


def test_style_sheet_has_no_foreign_address() -> None:
    assert not re.search(r"url\(|@import|https?:", ask(SETTINGS, "/static/portcullis.css").text)


def test_form_is_read_as_browsers_send_it() -> None:
    assert form_in(b"a=1&b=x%20y&c=") == {"a": "1", "b": "x y", "c": ""}
    assert form_in(b"a=" + b"x" * 20_000) == {}
    assert form_in(b"\xff\xfe") == {"\ufffd\ufffd": ""}
