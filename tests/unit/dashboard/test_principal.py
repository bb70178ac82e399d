from __future__ import annotations

import base64
import json

import pytest

from dashboard.principal import AppRole, Principal, UnreadablePrincipalError, principal_in

OID = {"typ": "oid", "val": "AAAA-1"}
TID = {"typ": "tid", "val": "TENANT-1"}


def header(*claims: object, **members: object) -> str:
    document = {"auth_typ": "aad", "claims": list(claims), **members}
    return base64.b64encode(json.dumps(document).encode()).decode()


def test_person_is_read_from_short_claims() -> None:
    found = principal_in(
        header(OID, TID, {"typ": "name", "val": "Ana"}, {"typ": "roles", "val": "approver"})
    )
    assert found == Principal("aaaa-1", ("Ana",), "tenant-1", frozenset({AppRole.APPROVER}))


def test_person_is_read_from_long_claims() -> None:
    found = principal_in(
        header(
            {
                "typ": "http://schemas.microsoft.com/identity/claims/objectidentifier",
                "val": "o",
            },
            {"typ": "http://schemas.microsoft.com/identity/claims/tenantid", "val": "t"},
            {
                "typ": "http://schemas.microsoft.com/ws/2008/06/identity/claims/role",
                "val": "reader",
            },
        )
    )
    assert (found.id, found.tenant, found.roles) == ("o", "t", frozenset({AppRole.READER}))


def test_role_claim_may_have_the_name_that_the_header_says() -> None:
    found = principal_in(header(OID, TID, {"typ": "r", "val": "admin"}, role_typ="r"))
    assert found.roles == frozenset({AppRole.ADMIN})


def test_sign_in_name_is_shown_before_the_display_name() -> None:
    claims = ({"typ": "name", "val": "Ana"}, {"typ": "preferred_username", "val": "ana@x.example"})
    assert principal_in(header(OID, TID, *claims)).shown == "ana@x.example"
    assert principal_in(header(OID, TID)).shown == "aaaa-1"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no base64 at all!",
        base64.b64encode(b"not json").decode(),
        base64.b64encode(b"[]").decode(),
        header(OID),
        header(TID),
        header(OID, TID, {"typ": "oid", "val": "another"}),
        header(OID, TID, "a claim"),
        header(OID, TID, {"typ": "roles", "val": ["admin"]}),
        "A" * 70_000,
    ],
)
def test_what_names_no_person_of_a_tenant_is_refused(text: str) -> None:
    with pytest.raises(UnreadablePrincipalError):
        principal_in(text)


@pytest.mark.parametrize(
    ("held", "may"),
    [
        ({AppRole.READER}, {AppRole.READER}),
        ({AppRole.APPROVER}, {AppRole.READER, AppRole.APPROVER}),
        ({AppRole.ADMIN}, set(AppRole)),
        (set(), set()),
    ],
)
def test_roles_hold_each_other(held: set[AppRole], may: set[AppRole]) -> None:
    person = Principal("o", (), "t", frozenset(held))
    assert {role for role in AppRole if person.may(role)} == may
