"""Who is signed in, by what the token itself says."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import msgspec

from shared.adapters.arm_endpoint import ArmEndpoint
from shared.adapters.graph_exchange import SignInError

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential

UNKNOWN: Final = "unknown"
_NAMES: Final = ("upn", "preferred_username", "unique_name", "app_displayname", "appid")
_CLAIMS: Final = msgspec.json.Decoder(dict[str, Any])


def signed_in(endpoint: ArmEndpoint, credential: TokenCredential) -> str:
    """Name who holds the token: `dana@example.org (object id)`.

    The token is our own and goes to Azure, which checks it; here it is read for the record alone,
    and nothing of it but name and object id is kept.  What it does not tell is `unknown`.

    Raises:
        SignInError: there is no token to be had.

    Source: Microsoft identity platform, "Access token claims reference".
    """
    from azure.core.exceptions import ClientAuthenticationError

    try:
        token = credential.get_token(endpoint.token_scope).token
    except ClientAuthenticationError as error:
        raise SignInError("signing in to Azure failed: `az login`") from error
    claims = _claims(token)
    name = next((str(claims[one]) for one in _NAMES if claims.get(one)), "")
    oid = str(claims.get("oid") or "")
    if name and oid:
        return f"{name} ({oid})"
    return name or oid or UNKNOWN


def _claims(token: str) -> Mapping[str, Any]:
    """Read the middle part of a JSON Web Token; nothing where it is none."""
    parts = token.split(".")
    if len(parts) != len(("header", "claims", "signature")):
        return {}
    try:
        padded = parts[1] + "=" * (-len(parts[1]) % 4)
        return _CLAIMS.decode(base64.urlsafe_b64decode(padded))
    except (binascii.Error, msgspec.DecodeError, ValueError):
        return {}
