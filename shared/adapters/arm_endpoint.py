"""Where Azure Resource Manager is: the clouds, and the one address that may be plain http."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit


class InvalidEndpointError(ValueError):
    """An address that credentials must not be sent to."""

    def __init__(self, url: str, fault: str) -> None:
        """Keep the address and what is wrong with it."""
        super().__init__(f"the ARM endpoint {url!r} {fault}")
        self.url = url
        self.fault = fault


class Cloud(StrEnum):
    """The clouds that Portcullis knows, by the names of its settings."""

    PUBLIC = "public"
    US_GOVERNMENT = "usgov"
    CHINA = "china"


@dataclass(frozen=True, slots=True)
class ArmEndpoint:
    """The address of Resource Manager, the scope of its tokens and the host that issues them.

    `is_simulator` holds for a loopback address over http, where no credential of Azure is used.
    """

    url: str
    token_scope: str
    authority_host: str
    is_simulator: bool = False


CLOUD_ENDPOINTS: Final = {
    Cloud.PUBLIC: ArmEndpoint(
        url="https://management.azure.com",
        token_scope="https://management.azure.com/.default",  # noqa: S106 - a scope is no secret
        authority_host="login.microsoftonline.com",
    ),
    Cloud.US_GOVERNMENT: ArmEndpoint(
        url="https://management.usgovcloudapi.net",
        token_scope="https://management.core.usgovcloudapi.net/.default",  # noqa: S106 - as above
        authority_host="login.microsoftonline.us",
    ),
    Cloud.CHINA: ArmEndpoint(
        url="https://management.chinacloudapi.cn",
        token_scope="https://management.chinacloudapi.cn/.default",  # noqa: S106 - as above
        authority_host="login.chinacloudapi.cn",
    ),
}
"""Source: `azure.mgmt.core.tools.get_arm_endpoints` and `azure.identity.AzureAuthorityHosts`."""


def arm_endpoint(cloud: Cloud = Cloud.PUBLIC, override: str = "") -> ArmEndpoint:
    """Give the endpoint of a cloud, or of the address that replaces it.

    `override` is an https address (a private link, for instance), or a loopback literal over http
    (`127.0.0.0/8`, `[::1]`) for the simulator.  Empty text takes the cloud's own address.

    Raises:
        InvalidEndpointError: any other address: tokens would go out in the clear, or to nobody.
    """
    known = CLOUD_ENDPOINTS[cloud]
    if not override:
        return known
    is_simulator = _is_plain_loopback(override)
    url = override.rstrip("/")
    return ArmEndpoint(url, known.token_scope, known.authority_host, is_simulator)


def _is_plain_loopback(url: str) -> bool:
    """Tell a simulator's address from an https one, and refuse what is neither."""
    try:
        parts = urlsplit(url)
        host, has_port = parts.hostname, parts.port is None or parts.port > 0
    except ValueError as error:
        raise InvalidEndpointError(url, f"cannot be read: {error}") from error
    if not host or not has_port:
        raise InvalidEndpointError(url, "names no host and port to connect to")
    if parts.username is not None or parts.query or parts.fragment:
        shown = f"{parts.scheme}://...{host}..."
        raise InvalidEndpointError(shown, "may hold nothing but scheme, host, port and path")
    if parts.scheme == "https":
        return False
    if parts.scheme == "http" and _is_loopback(host):
        return True
    raise InvalidEndpointError(
        url, "must be https; http is for a loopback literal such as http://127.0.0.1:8080 only"
    )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
