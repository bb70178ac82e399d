"""Load balancers as ARM gives them.

Source: Microsoft.Network 2025-09-01, type definitions of loadBalancers.
"""

from typing import Final

from simulator.estate.balancer_plan import (
    Balancer,
    Flow,
    FlowKind,
    PoolAddress,
    PortMapping,
    PrivateFrontend,
)
from simulator.estate.envelope import Resource, child, envelope, reference
from simulator.estate.network_shapes import public_address

_TCP: Final[Resource] = {"protocol": "Tcp", "idleTimeoutInMinutes": 4, "enableTcpReset": False}


def load_balancer(balancer: Balancer) -> list[Resource]:
    """Give one balancer and its public address, if it has one."""
    properties: Resource = {
        "frontendIPConfigurations": [child(balancer.frontend_id, _frontend(balancer))],
        "backendAddressPools": [child(balancer.pool_id, _pool(balancer))],
        "probes": [],
        **{str(kind): [] for kind in FlowKind},
    }
    for flow in balancer.flows:
        flow_id = balancer.flow_id(flow.name)
        properties[flow.kind].append(child(flow_id, _flow(balancer, flow)))
    front = balancer.front
    resource = envelope(
        balancer.place, balancer.resource_id, "Microsoft.Network/loadBalancers", properties
    )
    if isinstance(front, PrivateFrontend):
        return [resource | {"sku": {"name": "Standard", "tier": "Regional"}}]
    name = balancer.public_ip.rsplit("/", 1)[1]
    return [
        resource | {"sku": {"name": front.sku, "tier": front.tier}},
        public_address(balancer.place, name, front),
    ]


def _frontend(balancer: Balancer) -> Resource:
    if isinstance(balancer.front, PrivateFrontend):
        return {
            "privateIPAddress": balancer.front.address,
            "privateIPAllocationMethod": "Static",
            "privateIPAddressVersion": "IPv4",
            "subnet": reference(balancer.front.subnet),
        }
    return {
        "privateIPAllocationMethod": "Dynamic",
        "publicIPAddress": reference(balancer.public_ip),
    }


def _pool(balancer: Balancer) -> Resource:
    members = [
        *(_by_address(balancer, each) for each in balancer.addresses),
        *(_mapped(balancer, each) for each in balancer.mappings),
        *(_region(balancer, each) for each in balancer.regions),
    ]
    return {"loadBalancerBackendAddresses": members} if members else {}


def _member(balancer: Balancer, name: str, properties: Resource) -> Resource:
    return {"name": f"{balancer.name}-{name}", "properties": {"adminState": "None", **properties}}


def _by_address(balancer: Balancer, member: PoolAddress) -> Resource:
    properties = {
        "ipAddress": member.address,
        "virtualNetwork": reference(member.network.resource_id),
    }
    return _member(balancer, member.address, properties)


def _mapped(balancer: Balancer, mapping: PortMapping) -> Resource:
    (flow,) = [flow for flow in balancer.flows if flow.name == mapping.rule]
    ports = {
        "inboundNatRuleName": mapping.rule,
        "protocol": "Tcp",
        "frontendPort": mapping.front_port,
        "backendPort": flow.port,
    }
    properties = {
        "networkInterfaceIPConfiguration": reference(mapping.configuration),
        "inboundNatRulesPortMapping": [ports],
    }
    return _member(balancer, str(mapping.front_port), properties)


def _region(balancer: Balancer, frontend_id: str) -> Resource:
    name = frontend_id.split("/loadBalancers/")[1].split("/", maxsplit=1)[0]
    properties = {"loadBalancerFrontendIPConfiguration": reference(frontend_id)}
    return _member(balancer, name, properties)


def _flow(balancer: Balancer, flow: Flow) -> Resource:
    pool, front = reference(balancer.pool_id), reference(balancer.frontend_id)
    if flow.kind is FlowKind.OUTBOUND:
        return {
            "protocol": "All",
            "frontendIPConfigurations": [front],
            "backendAddressPool": pool,
            "allocatedOutboundPorts": 0,
            "idleTimeoutInMinutes": 4,
            "enableTcpReset": False,
        }
    properties: Resource = {
        **_TCP,
        "frontendIPConfiguration": front,
        "backendPort": flow.port,
        "enableFloatingIP": flow.floating,
    }
    if flow.kind is FlowKind.BALANCING:
        return properties | {
            "frontendPort": flow.front_port,
            "backendAddressPool": pool,
            "backendAddressPools": [pool],
            "disableOutboundSnat": False,
            "loadDistribution": "Default",
        }
    if flow.last_front_port is None:
        return properties | {"frontendPort": flow.front_port}
    ranged: Resource = {
        "frontendPortRangeStart": flow.front_port,
        "frontendPortRangeEnd": flow.last_front_port,
    }
    if flow.kind is FlowKind.NAT:
        ranged |= {"frontendPort": 0, "backendAddressPool": pool}
    return properties | ranged
