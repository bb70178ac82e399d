"""Rows of load balancers: frontends, pools, rules, NAT rules of both versions, NAT pools."""

from __future__ import annotations

from collections.abc import Sequence

from tests.rows.envelope import Part, Row, child_id, reference, resource_id, row


def frontend(
    name: str = "front",
    *,
    public_ip: str | None = "pip-lb",
    private_ip: str | None = None,
    subnet: str | None = None,
) -> Part:
    """Return a frontend; with `subnet` (a full id) and `private_ip` it is an internal one."""
    if subnet is not None:
        members: Part = {"subnet": {"id": subnet}, "privateIPAddress": private_ip}
        return {"name": name, "properties": members}
    return {"name": name, "properties": {"publicIPAddress": reference("pip", public_ip)}}


def pool(
    name: str = "pool",
    members: Sequence[str] = (),
    *,
    addresses: Sequence[str] = (),
    vnet: str | None = None,
    frontends: Sequence[str] = (),
    mappings: Sequence[Part] = (),
) -> Part:
    """Return a backend pool.

    `members` are ids of IP configurations, `addresses` private addresses within `vnet` (IP-based
    pool), `frontends` ids of regional frontends (pool of a global balancer), `mappings` the port
    mappings that Azure lists on every address of the pool.
    """
    by_address: list[Part] = [
        {"name": f"address-{one}", "properties": {"ipAddress": one}} for one in addresses
    ]
    by_frontend: list[Part] = [
        {
            "name": f"region-{number}",
            "properties": {"loadBalancerFrontendIPConfiguration": {"id": one}},
        }
        for number, one in enumerate(frontends)
    ]
    by_configuration: list[Part] = [
        {"name": f"member-{number}", "properties": {"networkInterfaceIPConfiguration": {"id": one}}}
        for number, one in enumerate(members)
    ]
    entries = by_address + by_frontend + by_configuration
    for entry in entries:
        if vnet is not None:
            entry["properties"]["virtualNetwork"] = reference("vnet", vnet)
        if mappings:
            entry["properties"]["inboundNatRulesPortMapping"] = list(mappings)
    properties: Part = {"loadBalancerBackendAddresses": entries}
    if members:
        properties["backendIPConfigurations"] = [{"id": one} for one in members]
    return {"name": name, "properties": properties}


def balancing_rule(
    name: str = "ssh",
    front_port: int = 22,
    back_port: int = 22,
    *,
    frontend: str = "front",
    pool: str = "pool",
    protocol: str = "Tcp",
    floating: bool = False,
) -> Part:
    """Return a load-balancing rule; the balancer turns the names into ids."""
    return {
        "name": name,
        "frontend": frontend,
        "pool": pool,
        "properties": {
            "protocol": protocol,
            "frontendPort": front_port,
            "backendPort": back_port,
            "enableFloatingIP": floating,
        },
    }


def nat_rule(
    name: str = "nat-ssh",
    front_port: int = 50001,
    back_port: int = 22,
    *,
    target: str | None = None,
    frontend: str = "front",
    protocol: str = "Tcp",
    floating: bool = False,
) -> Part:
    """Return an inbound NAT rule of version 1; `target` is the id of an IP configuration."""
    properties: Part = {
        "protocol": protocol,
        "frontendPort": front_port,
        "backendPort": back_port,
        "enableFloatingIP": floating,
    }
    if target is not None:
        properties["backendIPConfiguration"] = {"id": target}
    return {"name": name, "frontend": frontend, "properties": properties}


def pool_nat_rule(
    name: str = "nat-ssh",
    front_ports: tuple[int, int] = (50000, 50100),
    back_port: int = 22,
    *,
    pool: str = "pool",
    frontend: str = "front",
) -> Part:
    """Return an inbound NAT rule of version 2: one front port for each member of a pool."""
    first, last = front_ports
    return {
        "name": name,
        "frontend": frontend,
        "pool": pool,
        "properties": {
            "protocol": "Tcp",
            "frontendPort": 0,
            "frontendPortRangeStart": first,
            "frontendPortRangeEnd": last,
            "backendPort": back_port,
            "enableFloatingIP": False,
        },
    }


def nat_pool(
    name: str = "nat-pool",
    front_ports: tuple[int, int] = (50000, 50100),
    back_port: int = 22,
    *,
    frontend: str = "front",
) -> Part:
    """Return an inbound NAT pool, which scale sets refer to."""
    first, last = front_ports
    return {
        "name": name,
        "frontend": frontend,
        "properties": {
            "protocol": "Tcp",
            "frontendPortRangeStart": first,
            "frontendPortRangeEnd": last,
            "backendPort": back_port,
            "enableFloatingIP": False,
        },
    }


def port_mapping(rule: str, front_port: int, back_port: int = 22) -> Part:
    """Return the front port that one pool member was given by a NAT rule of version 2."""
    return {"inboundNatRuleName": rule, "frontendPort": front_port, "backendPort": back_port}


def outbound_rule(name: str = "out", *, frontend: str = "front", pool: str = "pool") -> Part:
    """Return an outbound rule, which lets nothing in."""
    return {
        "name": name,
        "outbound_frontend": frontend,
        "pool": pool,
        "properties": {"protocol": "All"},
    }


def load_balancer(
    name: str = "lb-1",
    *,
    frontends: Sequence[Part] | None = None,
    pools: Sequence[Part] = (),
    rules: Sequence[Part] = (),
    nat_rules: Sequence[Part] = (),
    nat_pools: Sequence[Part] = (),
    outbound_rules: Sequence[Part] = (),
    sku: str = "Standard",
    tier: str = "Regional",
) -> Row:
    """Return the row of a load balancer; without `frontends` it has `front` on `pip-lb`."""
    full_id = resource_id("lb", name)
    fronts = [frontend()] if frontends is None else frontends
    collections = {
        "frontendIPConfigurations": fronts,
        "backendAddressPools": pools,
        "loadBalancingRules": rules,
        "inboundNatRules": nat_rules,
        "inboundNatPools": nat_pools,
        "outboundRules": outbound_rules,
        "probes": (),
    }
    properties: Part = {"provisioningState": "Succeeded"}
    for collection, children in collections.items():
        properties[collection] = [_child(full_id, collection, one) for one in children]
    return row(full_id, properties, sku={"name": sku, "tier": tier})


def _child(balancer: str, collection: str, part: Part) -> Part:
    links: Part = {}
    if "frontend" in part:
        front = child_id(balancer, "frontendIPConfigurations", part["frontend"])
        links["frontendIPConfiguration"] = {"id": front}
    if "outbound_frontend" in part:
        front = child_id(balancer, "frontendIPConfigurations", part["outbound_frontend"])
        links["frontendIPConfigurations"] = [{"id": front}]
    if "pool" in part:
        pool_id = child_id(balancer, "backendAddressPools", part["pool"])
        links["backendAddressPool"] = {"id": pool_id}
    return {
        "id": child_id(balancer, collection, part["name"]),
        "name": part["name"],
        "properties": part["properties"] | links,
    }


def frontend_id(balancer: str = "lb-1", name: str = "front") -> str:
    """Return the id of a frontend."""
    return child_id(resource_id("lb", balancer), "frontendIPConfigurations", name)


def pool_id(balancer: str = "lb-1", name: str = "pool") -> str:
    """Return the id of a backend pool."""
    return child_id(resource_id("lb", balancer), "backendAddressPools", name)


def nat_pool_id(balancer: str = "lb-1", name: str = "nat-pool") -> str:
    """Return the id of an inbound NAT pool."""
    return child_id(resource_id("lb", balancer), "inboundNatPools", name)


def nat_rule_id(balancer: str = "lb-1", name: str = "nat-ssh") -> str:
    """Return the id of an inbound NAT rule."""
    return child_id(resource_id("lb", balancer), "inboundNatRules", name)


def balancing_rule_id(balancer: str = "lb-1", name: str = "ssh") -> str:
    """Return the id of a load-balancing rule."""
    return child_id(resource_id("lb", balancer), "loadBalancingRules", name)
