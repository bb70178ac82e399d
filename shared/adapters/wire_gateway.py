"""The layer-4 members of application gateways as Azure writes them.

Source: ARM type definitions of Microsoft.Network/applicationGateways; that their names are these
could not be confirmed from a recorded answer.
"""

from __future__ import annotations

from msgspec import Struct, field

from shared.adapters.wire import Part, Ref, Reference


class GatewayFrontendBody(Struct, rename="camel"):
    """A frontend."""

    public_ip_address: Ref = field(default=None, name="publicIPAddress")


class PortBody(Struct):
    """A front port, or the settings of a backend."""

    port: int | None = None


class ListenerBody(Struct, rename="camel"):
    """A layer-4 listener."""

    frontend_ip_configuration: Ref = field(default=None, name="frontendIPConfiguration")
    frontend_port: Ref = None


class RoutingRuleBody(Struct, rename="camel"):
    """A rule from a layer-4 listener to a pool."""

    listener: Ref = None
    backend_address_pool: Ref = None
    backend_settings: Ref = None


class BackendAddress(Struct, rename="camel"):
    """A member of a pool."""

    ip_address: str | None = None


class GatewayPoolBody(Struct, rename="camel"):
    """A backend pool."""

    backend_addresses: list[BackendAddress] | None = None
    backend_ip_configurations: list[Reference] | None = field(
        default=None, name="backendIPConfigurations"
    )


class GatewaySubnetBody(Struct):
    """Where a gateway lives."""

    subnet: Ref = None


class GatewayBody(Struct, rename="camel"):
    """An application gateway."""

    gateway_ip_configurations: list[Part[GatewaySubnetBody]] | None = field(
        default=None, name="gatewayIPConfigurations"
    )
    frontend_ip_configurations: list[Part[GatewayFrontendBody]] | None = field(
        default=None, name="frontendIPConfigurations"
    )
    frontend_ports: list[Part[PortBody]] | None = None
    listeners: list[Part[ListenerBody]] | None = None
    routing_rules: list[Part[RoutingRuleBody]] | None = None
    backend_settings_collection: list[Part[PortBody]] | None = None
    backend_address_pools: list[Part[GatewayPoolBody]] | None = None
