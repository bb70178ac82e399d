"""Load balancers as Azure writes them.

Source: ARM type definitions of Microsoft.Network/loadBalancers 2025-09-01.
"""

from __future__ import annotations

from msgspec import Struct, field

from shared.adapters.wire import Part, Ref, Reference


class FrontendBody(Struct, rename="camel"):
    """A frontend."""

    public_ip_address: Ref = field(default=None, name="publicIPAddress")
    public_ip_prefix: Ref = field(default=None, name="publicIPPrefix")
    private_ip_address: str | None = field(default=None, name="privateIPAddress")
    subnet: Ref = None


class PortMappingBody(Struct, rename="camel"):
    """The front port of one member under a NAT rule of version 2."""

    inbound_nat_rule_name: str | None = None
    frontend_port: int | None = None


class PoolAddressBody(Struct, rename="camel"):
    """An entry of a pool's own list."""

    ip_address: str | None = None
    virtual_network: Ref = None
    subnet: Ref = None
    network_interface_ip_configuration: Ref = field(
        default=None, name="networkInterfaceIPConfiguration"
    )
    load_balancer_frontend_ip_configuration: Ref = field(
        default=None, name="loadBalancerFrontendIPConfiguration"
    )
    admin_state: str | None = None
    inbound_nat_rules_port_mapping: list[PortMappingBody] | None = None


class PoolBody(Struct, rename="camel"):
    """A backend pool."""

    backend_ip_configurations: list[Reference] | None = field(
        default=None, name="backendIPConfigurations"
    )
    load_balancer_backend_addresses: list[Part[PoolAddressBody]] | None = None
    virtual_network: Ref = None


class BalancingRuleBody(Struct, rename="camel"):
    """A load-balancing rule; pools stand in one field or the other."""

    frontend_ip_configuration: Ref = field(default=None, name="frontendIPConfiguration")
    backend_address_pool: Ref = None
    backend_address_pools: list[Reference] | None = None
    protocol: str | None = None
    frontend_port: int | None = None
    backend_port: int | None = None
    enable_floating_ip: bool | None = field(default=None, name="enableFloatingIP")


class NatRuleBody(Struct, rename="camel"):
    """An inbound NAT rule or pool."""

    frontend_ip_configuration: Ref = field(default=None, name="frontendIPConfiguration")
    backend_ip_configuration: Ref = field(default=None, name="backendIPConfiguration")
    backend_address_pool: Ref = None
    protocol: str | None = None
    frontend_port: int | None = None
    frontend_port_range_start: int | None = None
    frontend_port_range_end: int | None = None
    backend_port: int | None = None
    enable_floating_ip: bool | None = field(default=None, name="enableFloatingIP")


class LoadBalancerBody(Struct, rename="camel"):
    """A load balancer."""

    frontend_ip_configurations: list[Part[FrontendBody]] | None = field(
        default=None, name="frontendIPConfigurations"
    )
    backend_address_pools: list[Part[PoolBody]] | None = None
    load_balancing_rules: list[Part[BalancingRuleBody]] | None = None
    inbound_nat_rules: list[Part[NatRuleBody]] | None = None
    inbound_nat_pools: list[Part[NatRuleBody]] | None = None
