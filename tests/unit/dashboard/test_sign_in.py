from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

import pytest

from dashboard.principal import AppRole
from dashboard.sign_in import AccessDeniedError, SignIn
from tests.e2e.dashboard_browser import GUARDED, TENANT, signed_in

HERE = {"host": "127.0.0.1:7071"}
READER = {"x-ms-client-principal": signed_in("ana", "reader")["X-MS-CLIENT-PRINCIPAL"]}


def status(environ: Mapping[str, str], headers: Mapping[str, str], *, simulated: bool) -> int:
    """Give 200 for who is let in, else the status of the refusal."""
    try:
        SignIn.read(environ, is_simulated=simulated).principal(headers, AppRole.READER)
    except AccessDeniedError as error:
        return error.status
    return HTTPStatus.OK


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param({}, 200, id="as-app-service-sets-it"),
        pytest.param({"WEBSITE_AUTH_ENABLED": "true"}, 200, id="whatever-the-case"),
        pytest.param({"WEBSITE_AUTH_ENABLED": "False"}, 403, id="authentication-off"),
        pytest.param({"WEBSITE_AUTH_ENABLED": ""}, 403, id="authentication-not-told"),
        pytest.param({"WEBSITE_SITE_NAME": ""}, 403, id="not-in-app-service"),
        pytest.param({"WEBSITE_AUTH_AAD_ALLOWED_TENANTS": ""}, 403, id="no-tenant-named"),
        pytest.param({"WEBSITE_AUTH_AAD_ALLOWED_TENANTS": f"x, {TENANT.upper()}"}, 200, id="two"),
    ],
)
@pytest.mark.parametrize("simulated", [True, False])
def test_header_counts_only_where_app_service_sets_it(
    change: Mapping[str, str], expected: int, *, simulated: bool
) -> None:
    assert status({**GUARDED, **change}, {**HERE, **READER}, simulated=simulated) == expected


def test_without_header_nobody_is_signed_in() -> None:
    assert status(GUARDED, HERE, simulated=True) == 401


@pytest.mark.parametrize("host", ["127.0.0.1:7071", "localhost:7071", "LOCALHOST", "[::1]:7071"])
def test_person_at_this_machine_is_let_in(host: str) -> None:
    assert status({}, {"host": host}, simulated=True) == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "portcullis.example"},
        {"host": "127.0.0.1.evil.example:7071"},
        {"host": "10.0.0.4:7071"},
        {},
        {**HERE, "x-forwarded-for": "203.0.113.9"},
        {**HERE, "forwarded": "for=203.0.113.9"},
        {**HERE, **READER},
    ],
)
def test_whoever_may_come_from_elsewhere_is_not_this_machine(headers: Mapping[str, str]) -> None:
    assert status({}, headers, simulated=True) == 403


@pytest.mark.parametrize("name", ["WEBSITE_SITE_NAME", "WEBSITE_INSTANCE_ID", "WEBSITE_POD_NAME"])
def test_nobody_is_local_in_azure(name: str) -> None:
    assert status({name: "x"}, HERE, simulated=True) == 403


def test_nobody_is_local_beside_a_real_tenant() -> None:
    assert status({}, HERE, simulated=False) == 403
