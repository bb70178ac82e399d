"""Who is signed in: read from the header that App Service sets, and from nowhere else."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

PRINCIPAL_HEADER: Final = "x-ms-client-principal"
_LONGEST: Final = 64 * 1024

# Source: Microsoft Learn, "Work with user identities in Azure App Service authentication": claim
# types come as Entra names them, or mapped to the older long names.
_OBJECT_ID: Final = ("oid", "http://schemas.microsoft.com/identity/claims/objectidentifier")
_TENANT: Final = ("tid", "http://schemas.microsoft.com/identity/claims/tenantid")
_ROLES: Final = ("roles", "http://schemas.microsoft.com/ws/2008/06/identity/claims/role")
_NAMES: Final = (
    "preferred_username",
    "upn",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
    "email",
    "unique_name",
    "name",
    "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name",
    "app_displayname",
    "appid",
    "azp",
)


class AppRole(StrEnum):
    """The app roles of the Entra registration, by their value in `infra/app-roles.json`."""

    READER = "reader"
    APPROVER = "approver"
    ADMIN = "admin"


_HELD_BY: Final[Mapping[AppRole, frozenset[AppRole]]] = {
    AppRole.READER: frozenset(AppRole),
    AppRole.APPROVER: frozenset({AppRole.APPROVER, AppRole.ADMIN}),
    AppRole.ADMIN: frozenset({AppRole.ADMIN}),
}
"""Which roles may do what a role may."""


class UnreadablePrincipalError(Exception):
    """The header holds no principal."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody who is signed in.

    `id` is the object id, which never changes; `names` is all that they are called by, the one
    to show first.  `tenant` is empty for the person at this machine.
    """

    id: str
    names: tuple[str, ...]
    tenant: str
    roles: frozenset[AppRole]

    @property
    def shown(self) -> str:
        """The name to show."""
        return self.names[0] if self.names else self.id

    def may(self, role: AppRole) -> bool:
        """Tell whether they may do what a role may."""
        return not self.roles.isdisjoint(_HELD_BY[role])


def principal_in(header: str) -> Principal:
    """Read the header `X-MS-CLIENT-PRINCIPAL`, base64 of JSON.

    It is not signed: whoever calls this must know that App Service has set it.

    Raises:
        UnreadablePrincipalError: it is no principal, or of nobody in a tenant.
    """
    if len(header) > _LONGEST:
        raise UnreadablePrincipalError("the principal is too long")
    try:
        document = json.loads(base64.b64decode(header, validate=True))
    except (binascii.Error, ValueError) as error:
        raise UnreadablePrincipalError("the principal cannot be read") from error
    if not isinstance(document, Mapping):
        raise UnreadablePrincipalError("the principal is no object")
    claims = tuple(_claims(document))
    role_type = document.get("role_typ")
    role_types = (*_ROLES, role_type) if isinstance(role_type, str) else _ROLES
    object_id, tenant = _first(claims, _OBJECT_ID), _first(claims, _TENANT)
    if not object_id or not tenant:
        raise UnreadablePrincipalError("the principal names no object id or no tenant")
    held = {value for kind, value in claims if kind in role_types}
    names = [value for wanted in _NAMES for kind, value in claims if kind == wanted]
    return Principal(
        id=object_id.lower(),
        names=tuple(dict.fromkeys(names)),
        tenant=tenant.lower(),
        roles=frozenset(role for role in AppRole if role.value in held),
    )


def _claims(document: Mapping[object, object]) -> Iterator[tuple[str, str]]:
    claims = document.get("claims")
    for claim in claims if isinstance(claims, list) else ():
        match claim:
            case {"typ": str(kind), "val": str(value)}:
                yield kind, value
            case _:
                raise UnreadablePrincipalError("a claim of the principal cannot be read")


def _first(claims: tuple[tuple[str, str], ...], kinds: tuple[str, ...]) -> str:
    found = {value for kind, value in claims if kind in kinds and value}
    if len(found) > 1:
        raise UnreadablePrincipalError("the principal names two of what there is one of")
    return next(iter(found), "")
