"""Application gateways with a layer-4 listener as ARM gives them.

Source: Microsoft.Network 2025-09-01, type definitions of applicationGateways; Microsoft Learn,
"Application Gateway TCP/TLS proxy overview".
"""

from simulator.estate.envelope import Resource, child, envelope, reference
from simulator.estate.gateway_plan import Gateway
from simulator.estate.network_shapes import public_address


def application_gateway(gateway: Gateway) -> list[Resource]:
    """Give one gateway and its public address."""
    place = gateway.network.place
    parts: dict[str, tuple[str, Resource]] = {
        "gatewayIPConfigurations": (
            "ipconfig1",
            {"subnet": reference(gateway.network.subnet_id(gateway.subnet))},
        ),
        "frontendIPConfigurations": (
            "front",
            {
                "privateIPAllocationMethod": "Dynamic",
                "publicIPAddress": reference(gateway.public_ip),
            },
        ),
        "frontendPorts": ("ssh", {"port": gateway.front_port}),
        "listeners": (
            "ssh",
            {
                "protocol": "Tcp",
                "frontendIPConfiguration": _part(gateway, "frontendIPConfigurations", "front"),
                "frontendPort": _part(gateway, "frontendPorts", "ssh"),
            },
        ),
        "backendSettingsCollection": ("ssh", {"protocol": "Tcp", "port": 22, "timeout": 20}),
        "backendAddressPools": (
            "members",
            {"backendAddresses": [{"ipAddress": member} for member in gateway.members]},
        ),
        "routingRules": (
            "ssh",
            {
                "ruleType": "Basic",
                "priority": 100,
                "listener": _part(gateway, "listeners", "ssh"),
                "backendAddressPool": _part(gateway, "backendAddressPools", "members"),
                "backendSettings": _part(gateway, "backendSettingsCollection", "ssh"),
            },
        ),
    }
    properties: Resource = {
        "sku": {"name": "Standard_v2", "tier": "Standard_v2", "capacity": 2},
        "operationalState": "Running",
        "httpListeners": [],
        "requestRoutingRules": [],
        "backendHttpSettingsCollection": [],
    }
    for collection, (name, part) in parts.items():
        properties[collection] = [child(gateway.part_id(collection, name), part)]
    kind = "Microsoft.Network/applicationGateways"
    name = gateway.public_ip.rsplit("/", 1)[1]
    return [
        envelope(place, gateway.resource_id, kind, properties),
        public_address(place, name, gateway.public),
    ]


def _part(gateway: Gateway, collection: str, name: str) -> dict[str, str]:
    return reference(gateway.part_id(collection, name))
