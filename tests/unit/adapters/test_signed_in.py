"""Who is signed in, by the token's own claims."""

from __future__ import annotations

import base64
import json

import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError

from shared.adapters.arm_endpoint import arm_endpoint
from shared.adapters.graph_exchange import SignInError
from shared.adapters.signed_in import signed_in


class Token:
    """A credential that gives one token."""

    def __init__(self, text: str) -> None:
        self.text = text

    def get_token(self, *_scopes: str, **_options: object) -> AccessToken:
        return AccessToken(self.text, 2**31)


class NoToken:
    def get_token(self, *_scopes: str, **_options: object) -> AccessToken:
        raise ClientAuthenticationError("a list of secrets")


def jwt(**claims: object) -> str:
    middle = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"e30.{middle}.signature"


@pytest.mark.parametrize(
    ("token", "name"),
    [
        (jwt(upn="dana@example.org", oid="42"), "dana@example.org (42)"),
        (jwt(unique_name="dana@example.org"), "dana@example.org"),
        (jwt(appid="app", oid="42"), "app (42)"),
        (jwt(oid="42"), "42"),
        (jwt(), "unknown"),
        ("Bearer simulator", "unknown"),
        ("a.b.c", "unknown"),
        ("a.é.c", "unknown"),
        ("e30.WzFd.x", "unknown"),
    ],
)
def test_principal_is_named_by_its_token(token: str, name: str) -> None:
    assert signed_in(arm_endpoint(), Token(token)) == name


def test_failed_sign_in_is_told_without_what_the_library_says() -> None:
    with pytest.raises(SignInError, match="az login") as caught:
        signed_in(arm_endpoint(), NoToken())
    assert "secrets" not in str(caught.value)
