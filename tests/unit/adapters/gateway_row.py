"""The row of an application gateway that passes plain TCP on."""

from __future__ import annotations

from tests.rows import Part, Row, resource_id, row, subnet_id

GATEWAY = resource_id("application-gateway", "agw-1")


def gateway(
    *,
    public_ip: str | None = "pip-agw",
    port: int = 2222,
    to_port: int = 22,
    addresses: tuple[str, ...] = ("10.0.0.4",),
    members: tuple[str, ...] = (),
) -> Row:
    """Return a gateway in the subnet `agw` with one listener, its rule and its pool."""
    front: Part = {"publicIPAddress": {"id": resource_id("pip", public_ip)}} if public_ip else {}
    pool: Part = {"backendAddresses": [{"ipAddress": one} for one in addresses]}
    if members:
        pool["backendIPConfigurations"] = [{"id": one} for one in members]
    listener: Part = {
        "frontendIPConfiguration": {"id": _id("frontendIPConfigurations", "front")},
        "frontendPort": {"id": _id("frontendPorts", "port")},
    }
    rule: Part = {
        "listener": {"id": _id("listeners", "ssh")},
        "backendAddressPool": {"id": _id("backendAddressPools", "pool")},
        "backendSettings": {"id": _id("backendSettingsCollection", "settings")},
    }
    return row(
        GATEWAY,
        {
            "gatewayIPConfigurations": [
                _part("gatewayIPConfigurations", "ip", {"subnet": {"id": subnet_id(name="agw")}})
            ],
            "frontendIPConfigurations": [_part("frontendIPConfigurations", "front", front)],
            "frontendPorts": [_part("frontendPorts", "port", {"port": port})],
            "listeners": [_part("listeners", "ssh", listener)],
            "routingRules": [_part("routingRules", "rule", rule)],
            "backendSettingsCollection": [
                _part("backendSettingsCollection", "settings", {"port": to_port})
            ],
            "backendAddressPools": [_part("backendAddressPools", "pool", pool)],
        },
    )


def _id(collection: str, name: str) -> str:
    return f"{GATEWAY}/{collection}/{name}"


def _part(collection: str, name: str, properties: Part) -> Part:
    return {"id": _id(collection, name), "name": name, "properties": properties}
