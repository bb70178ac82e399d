"""Who made a change, from the claims of an event: the name, never the claims themselves.

Source: Microsoft Learn, "Azure subscription as an Event Grid source", the samples; "Access token
claims reference" for `idtyp` and `xms_mirid`.  Claims are personal data: of all of them only the
name that identifies the actor is kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Final, TypeAlias

from shared.findings.finding import Actor, ActorKind

Members: TypeAlias = Mapping[str, object]

NAME_CHARACTERS: Final = 200
_IDENTITY: Final = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
_UPN: Final = f"{_IDENTITY}upn"
_USER_NAME: Final = f"{_IDENTITY}name"
_OBJECT_ID: Final = "http://schemas.microsoft.com/identity/claims/objectidentifier"
_NAMES: Final = (_UPN, _USER_NAME, "name", "appid", _OBJECT_ID)
"""The claims that may name the actor, the best first."""

CLIENTS: Final = {
    "c44b4083-3bb0-49c1-b47d-974e53cbdf3c": "Azure portal",
    "04b07795-8ddb-461a-bbee-02f9e1bf7b46": "Azure CLI",
    "1950a258-227b-4e31-a9cf-717495945fc2": "Azure PowerShell",
    "aebc6443-996d-45c2-90f0-388ff96faa56": "Visual Studio Code",
}
"""Microsoft's own programs by their application ids.

Source: Microsoft Learn, "Verify first-party Microsoft applications in sign-in reports".
"""

_PRINCIPALS: Final = {
    "user": ActorKind.USER,
    "serviceprincipal": ActorKind.SERVICE_PRINCIPAL,
    "msi": ActorKind.MANAGED_IDENTITY,
}
_CORRELATION: Final = re.compile(r"[\w.-]{1,64}", re.ASCII)
_UNSEEN: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def actor_in(details: Members, operation: str) -> Actor | None:
    """Give the actor of an event's `data`; None where it tells nothing at all.

    Claims and authorization may be objects or JSON text; what is neither counts as not there.
    """
    claims = {name.lower(): value for name, value in _members(details.get("claims")).items()}
    evidence = _members(_members(details.get("authorization")).get("evidence"))
    named = (_clean(claims.get(name)) for name in _NAMES)
    name = next((text for text in named if text), _clean(evidence.get("principalId")))
    correlation = details.get("correlationId")
    is_plain = isinstance(correlation, str) and _CORRELATION.fullmatch(correlation)
    kind = _kind(claims, evidence)
    if not (name or is_plain):
        return None
    return Actor(
        name=name or "unknown",
        kind=kind,
        client=_client(claims, name),
        operation=_clean(operation),
        correlation_id=str(correlation) if is_plain else "",
    )


def _kind(claims: Members, evidence: Members) -> ActorKind:
    if _clean(claims.get("xms_mirid")):
        return ActorKind.MANAGED_IDENTITY
    if _clean(claims.get(_UPN)) or _clean(claims.get("idtyp")) == "user":
        return ActorKind.USER
    told = _PRINCIPALS.get(_clean(evidence.get("principalType")).lower())
    if told is not None:
        return told
    is_person = any(_clean(claims.get(name)) for name in (_USER_NAME, "name"))
    if _clean(claims.get("appid")) and not is_person:
        return ActorKind.SERVICE_PRINCIPAL
    return ActorKind.USER if is_person else ActorKind.UNKNOWN


def _client(claims: Members, name: str) -> str:
    """Name the program, where it is not the actor itself."""
    application = _clean(claims.get("appid"))
    return "" if application == name else CLIENTS.get(application.lower(), application)


def _members(value: object) -> Members:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return {}
    return value if isinstance(value, Mapping) else {}


def _clean(value: object) -> str:
    """Give a text without what cannot be seen or stored, cut to size; empty for no text."""
    if not isinstance(value, str):
        return ""
    return _UNSEEN.sub("\N{REPLACEMENT CHARACTER}", value[:NAME_CHARACTERS]).strip()
