"""Rows of load balancers, read as network objects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import msgspec

from shared.adapters.network_rows import ids_of, reference, single_address, sku_name, sku_named
from shared.adapters.wire import Envelope, Part
from shared.adapters.wire_balancing import (
    BalancingRuleBody,
    FrontendBody,
    LoadBalancerBody,
    NatRuleBody,
    PoolAddressBody,
    PoolBody,
)
from shared.network.ids import ResourceId, resource_id
from shared.network.load_balancer import (
    BackendPool,
    BalancingRule,
    Frontend,
    LoadBalancer,
    NatPool,
    NatRule,
    PoolAddress,
    PortMapping,
)
from shared.network.topology import Sku
from shared.packetset.protocols import Protocol

Body = TypeVar("Body")

_BALANCER = msgspec.json.Decoder(LoadBalancerBody)


def load_balancer(identity: ResourceId, row: Envelope) -> LoadBalancer:
    """Read a load balancer.

    Raises:
        msgspec.DecodeError: a member has another type than Azure gives it.
        ValueError: an id, protocol or SKU is not one.
    """
    body = _BALANCER.decode(row.properties)

    def children(
        collection: str, parts: Sequence[Part[Body]] | None
    ) -> list[tuple[ResourceId, Body]]:
        return [
            (
                resource_id(part.id) if part.id else identity.child(collection, part.name or ""),
                part.properties,
            )
            for part in parts or ()
        ]

    return LoadBalancer(
        id=identity,
        sku=_sku(row),
        frontends=tuple(
            _frontend(child, part)
            for child, part in children("frontendIPConfigurations", body.frontend_ip_configurations)
        ),
        pools=tuple(
            _pool(child, part)
            for child, part in children("backendAddressPools", body.backend_address_pools)
        ),
        rules=tuple(
            _balancing_rule(child, part)
            for child, part in children("loadBalancingRules", body.load_balancing_rules)
        ),
        nat_rules=tuple(
            _nat_rule(child, part)
            for child, part in children("inboundNatRules", body.inbound_nat_rules)
        ),
        nat_pools=tuple(
            _nat_pool(child, part)
            for child, part in children("inboundNatPools", body.inbound_nat_pools)
        ),
    )


def _sku(row: Envelope) -> Sku:
    """Read a balancer's SKU; Gateway and Service balancers are closed by default as Standard is.

    Source: Microsoft Learn, "Azure Load Balancer SKUs".
    """
    name = (sku_name(row.sku) or "").lower()
    return Sku.STANDARD if name in {"gateway", "service"} else sku_named(name)


def _frontend(identity: ResourceId, body: FrontendBody) -> Frontend:
    return Frontend(
        id=identity,
        public_ip=reference(body.public_ip_address),
        public_prefix=reference(body.public_ip_prefix),
        private_ip=single_address(body.private_ip_address),
        subnet=reference(body.subnet),
    )


def _pool(identity: ResourceId, body: PoolBody) -> BackendPool:
    network = reference(body.virtual_network)
    return BackendPool(
        id=identity,
        configurations=ids_of(body.backend_ip_configurations),
        addresses=tuple(
            _pool_address(part.properties, network)
            for part in body.load_balancer_backend_addresses or ()
        ),
    )


def _pool_address(body: PoolAddressBody, network: ResourceId | None) -> PoolAddress:
    subnet = reference(body.subnet)
    return PoolAddress(
        address=single_address(body.ip_address),
        network=reference(body.virtual_network)
        or (subnet.parent("subnets") if subnet else None)
        or network,
        configuration=reference(body.network_interface_ip_configuration),
        frontend=reference(body.load_balancer_frontend_ip_configuration),
        mappings=tuple(
            PortMapping(mapping.inbound_nat_rule_name.lower(), mapping.frontend_port)
            for mapping in body.inbound_nat_rules_port_mapping or ()
            if mapping.inbound_nat_rule_name and mapping.frontend_port is not None
        ),
        is_down=(body.admin_state or "").lower() == "down",
    )


def _balancing_rule(identity: ResourceId, body: BalancingRuleBody) -> BalancingRule:
    single = reference(body.backend_address_pool)
    pools = (*((single,) if single else ()), *ids_of(body.backend_address_pools))
    return BalancingRule(
        id=identity,
        frontend=reference(body.frontend_ip_configuration),
        pools=tuple(dict.fromkeys(pools)),
        protocol=_protocol(body.protocol),
        front_port=body.frontend_port or 0,
        back_port=body.backend_port or 0,
        floating=bool(body.enable_floating_ip),
    )


def _nat_rule(identity: ResourceId, body: NatRuleBody) -> NatRule:
    return NatRule(
        id=identity,
        frontend=reference(body.frontend_ip_configuration),
        protocol=_protocol(body.protocol),
        front_ports=_front_ports(body),
        back_port=body.backend_port or 0,
        configuration=reference(body.backend_ip_configuration),
        pool=reference(body.backend_address_pool),
        floating=bool(body.enable_floating_ip),
    )


def _nat_pool(identity: ResourceId, body: NatRuleBody) -> NatPool:
    return NatPool(
        id=identity,
        frontend=reference(body.frontend_ip_configuration),
        protocol=_protocol(body.protocol),
        front_ports=_front_ports(body),
        back_port=body.backend_port or 0,
        floating=bool(body.enable_floating_ip),
    )


def _front_ports(body: NatRuleBody) -> tuple[int, int]:
    """Give first and last front port; the range is absent or 0 in a rule of version 1."""
    if body.frontend_port_range_start:
        first = body.frontend_port_range_start
        return first, body.frontend_port_range_end or first
    return body.frontend_port or 0, body.frontend_port or 0


def _protocol(text: str | None) -> Protocol:
    """Read a balancer's protocol; Quic is carried by UDP."""
    return Protocol.UDP if (text or "").lower() == "quic" else Protocol.parse(text or "All")
