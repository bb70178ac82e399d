"""Whether a request comes from somebody who is signed in; in doubt it does not.

Source: Microsoft Learn, "Work with user identities in Azure App Service authentication" (the
platform takes the header away from callers, while authentication is on), and "Environment variables
and app settings in Azure App Service" (`WEBSITE_AUTH_ENABLED`, `WEBSITE_AUTH_AAD_ALLOWED_TENANTS`
and the names that mark an instance of App Service).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from ipaddress import ip_address
from typing import Final

from dashboard.principal import (
    PRINCIPAL_HEADER,
    AppRole,
    Principal,
    UnreadablePrincipalError,
    principal_in,
)

AUTH_ENABLED: Final = "WEBSITE_AUTH_ENABLED"
ALLOWED_TENANTS: Final = "WEBSITE_AUTH_AAD_ALLOWED_TENANTS"
APP_SERVICE: Final = (
    "WEBSITE_SITE_NAME",
    "WEBSITE_INSTANCE_ID",
    "WEBSITE_POD_NAME",
)
"""Any of these says that the app runs in Azure."""
_BY_PROXIES: Final = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-original-url", "via")
_LOCAL_NAME: Final = "localhost"


class AccessDeniedError(Exception):
    """A request that is not answered, and what to tell about it."""

    def __init__(self, status: HTTPStatus, text: str) -> None:
        """Keep the status and the reason, which says nothing that the caller may not know."""
        super().__init__(text)
        self.status = status


@dataclass(frozen=True, slots=True)
class SignIn:
    """How people sign in where the app runs.

    `is_guarded` holds where App Service authenticates; only then its header is believed.
    `is_local` holds on a machine of a developer, with a simulated Azure: whoever reaches the
    loopback address there may do everything, and there is nothing of value.
    """

    is_guarded: bool
    is_local: bool
    tenants: frozenset[str]

    @classmethod
    def read(cls, environ: Mapping[str, str], *, is_simulated: bool) -> SignIn:
        """Read it from the environment; `is_simulated` says that Azure is a simulator."""
        in_azure = any(environ.get(name) for name in APP_SERVICE)
        enabled = environ.get(AUTH_ENABLED, "").strip().lower() == "true"
        tenants = environ.get(ALLOWED_TENANTS, "").lower().split(",")
        return cls(
            is_guarded=enabled and bool(environ.get(APP_SERVICE[0])),
            is_local=is_simulated and not in_azure and not enabled,
            tenants=frozenset(one.strip() for one in tenants if one.strip()),
        )

    def principal(self, headers: Mapping[str, str], role: AppRole) -> Principal:
        """Give whoever asks, if they hold a role.

        Raises:
            AccessDeniedError: 401 for nobody, 403 for somebody who may not, or who cannot be
                believed.
        """
        found = self._somebody(headers)
        if not found.may(role):
            raise AccessDeniedError(
                HTTPStatus.FORBIDDEN,
                f"You are signed in as {found.shown}, without the app role {role}. An"
                " administrator of your tenant assigns it under Enterprise applications.",
            )
        return found

    def _somebody(self, headers: Mapping[str, str]) -> Principal:
        header = headers.get(PRINCIPAL_HEADER, "")
        if self.is_local:
            return _person_at_this_machine(headers)
        if not self.is_guarded:
            raise AccessDeniedError(
                HTTPStatus.FORBIDDEN,
                "Sign-in is not switched on for this app, so nobody is let in. Switch on App"
                " Service authentication with Entra ID; docs/dashboard.md says how.",
            )
        if not header:
            raise AccessDeniedError(HTTPStatus.UNAUTHORIZED, "Nobody is signed in.")
        try:
            found = principal_in(header)
        except UnreadablePrincipalError as error:
            raise AccessDeniedError(
                HTTPStatus.UNAUTHORIZED, "Who is signed in cannot be read."
            ) from error
        if found.tenant not in self.tenants:
            raise AccessDeniedError(
                HTTPStatus.FORBIDDEN,
                "Your tenant is not one that may sign in here. The app setting"
                f" {ALLOWED_TENANTS} names those that may.",
            )
        return found


def _person_at_this_machine(headers: Mapping[str, str]) -> Principal:
    """Let in who came straight to the loopback address, by a name that means it."""
    suspicious = (PRINCIPAL_HEADER, *_BY_PROXIES)
    if not _is_loopback(headers.get("host", "")) or any(name in headers for name in suspicious):
        raise AccessDeniedError(
            HTTPStatus.FORBIDDEN, "Without sign-in only this machine itself is answered."
        )
    return Principal("local", ("You, on this machine",), "", frozenset(AppRole))


def _is_loopback(host: str) -> bool:
    """Tell whether a Host header names this machine; a name that a resolver decides on does not."""
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdecimal() else host
    if name.lower() == _LOCAL_NAME:
        return True
    try:
        return ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False
