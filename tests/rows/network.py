"""Rows of network interfaces, public IP addresses, virtual networks and route tables."""

from __future__ import annotations

from collections.abc import Sequence

from tests.rows.envelope import (
    Part,
    Row,
    child_id,
    reference,
    references,
    resource_id,
    row,
    subnet_id,
)


def ip_configuration(
    name: str = "ipconfig1",
    private_ip: str | None = "10.0.0.4",
    *,
    public_ip: str | None = None,
    subnet: str | None = None,
    asgs: Sequence[str] = (),
    family: str = "IPv4",
    primary: bool = True,
) -> Part:
    """Return one IP configuration without its id, which the network interface adds.

    `subnet` is a full id; None is the subnet `default` of `vnet-1`.
    """
    properties: Part = {
        "provisioningState": "Succeeded",
        "privateIPAddress": private_ip,
        "privateIPAddressVersion": family,
        "privateIPAllocationMethod": "Dynamic",
        "primary": primary,
        "subnet": {"id": subnet or subnet_id()},
    }
    if public_ip is not None:
        properties["publicIPAddress"] = reference("pip", public_ip)
    if asgs:
        properties["applicationSecurityGroups"] = references("asg", list(asgs))
    return {"name": name, "properties": properties}


def nic(
    name: str = "nic-1",
    ip_configurations: Sequence[Part] | None = None,
    *,
    vm: str | None = "vm-1",
    nsg: str | None = None,
    **properties: object,
) -> Row:
    """Return the row of a network interface; without configurations it has one private address."""
    full_id = resource_id("nic", name)
    configurations = [ip_configuration()] if ip_configurations is None else ip_configurations
    members: Part = {
        "provisioningState": "Succeeded",
        "enableIPForwarding": False,
        "nicType": "Standard",
        "ipConfigurations": [
            {"id": child_id(full_id, "ipConfigurations", one["name"]), **one}
            for one in configurations
        ],
    }
    if vm is not None:
        members["virtualMachine"] = reference("vm", vm)
    if nsg is not None:
        members["networkSecurityGroup"] = reference("nsg", nsg)
    return row(full_id, members | properties)


def public_ip(
    name: str = "pip-1",
    address: str | None = "20.1.2.3",
    *,
    sku: str | None = "Standard",
    family: str = "IPv4",
    owner: str | None = None,
    **properties: object,
) -> Row:
    """Return the row of a public IP address.

    `address` None is one that is not allocated, `sku` None a row without sku, `owner` the full id
    of what the address is attached to (the read-only back reference).
    """
    members: Part = {
        "provisioningState": "Succeeded",
        "publicIPAddressVersion": family,
        "publicIPAllocationMethod": "Dynamic" if sku in {None, "Basic"} else "Static",
        "idleTimeoutInMinutes": 4,
    }
    if address is not None:
        members["ipAddress"] = address
    if owner is not None:
        members["ipConfiguration"] = {"id": owner}
    tier = None if sku is None else {"name": sku, "tier": "Regional"}
    return row(resource_id("pip", name), members | properties, sku=tier)


def subnet(
    name: str = "default",
    prefixes: Sequence[str] = ("10.0.0.0/24",),
    *,
    nsg: str | None = None,
    route_table: str | None = None,
    nat_gateway: str | None = None,
    **properties: object,
) -> Part:
    """Return one subnet without its id, which the virtual network adds.

    One prefix stands in `addressPrefix`, several in `addressPrefixes`.
    """
    singular = {"addressPrefix": prefixes[0]}
    members: Part = singular if len(prefixes) == 1 else {"addressPrefixes": list(prefixes)}
    links = {
        "networkSecurityGroup": reference("nsg", nsg),
        "routeTable": reference("route-table", route_table),
        "natGateway": reference("nat-gateway", nat_gateway),
    }
    attached = {member: link for member, link in links.items() if link is not None}
    state = {"provisioningState": "Succeeded"}
    return {"name": name, "properties": state | members | attached | properties}


def peering(
    remote: str,
    remote_space: Sequence[str] = ("10.1.0.0/16",),
    *,
    state: str = "Connected",
    access: bool = True,
    **properties: object,
) -> Part:
    """Return the local side of a peering with the virtual network `remote`."""
    members: Part = {
        "provisioningState": "Succeeded",
        "peeringState": state,
        "peeringSyncLevel": "FullyInSync",
        "remoteVirtualNetwork": reference("vnet", remote),
        "allowVirtualNetworkAccess": access,
        "allowForwardedTraffic": False,
        "allowGatewayTransit": False,
        "useRemoteGateways": False,
        "remoteAddressSpace": {"addressPrefixes": list(remote_space)},
        "remoteVirtualNetworkAddressSpace": {"addressPrefixes": list(remote_space)},
    }
    return {"name": "to-" + remote.rsplit("/", 1)[-1], "properties": members | properties}


def vnet(
    name: str = "vnet-1",
    space: Sequence[str] = ("10.0.0.0/16",),
    *,
    subnets: Sequence[Part] | None = None,
    peerings: Sequence[Part] = (),
) -> Row:
    """Return the row of a virtual network; without `subnets` it has one named `default`."""
    full_id = resource_id("vnet", name)
    return row(
        full_id,
        {
            "provisioningState": "Succeeded",
            "addressSpace": {"addressPrefixes": list(space)},
            "subnets": _with_ids(full_id, "subnets", [subnet()] if subnets is None else subnets),
            "virtualNetworkPeerings": _with_ids(full_id, "virtualNetworkPeerings", peerings),
            "enableDdosProtection": False,
        },
    )


def _with_ids(full_id: str, collection: str, children: Sequence[Part]) -> list[Part]:
    return [{"id": child_id(full_id, collection, one["name"]), **one} for one in children]


def route(prefix: str, next_hop: str, address: str | None = None) -> Part:
    """Return one user-defined route; `address` is the next hop of a `VirtualAppliance`."""
    properties: Part = {"addressPrefix": prefix, "nextHopType": next_hop, "hasBgpOverride": False}
    if address is not None:
        properties["nextHopIpAddress"] = address
    name = f"{prefix}-{next_hop}".replace("/", "_").replace(":", "_")
    return {"name": name, "properties": properties}


def default_route() -> Part:
    """Return the route that sends all replies to an appliance."""
    return route("0.0.0.0/0", "VirtualAppliance", "10.0.9.4")


def route_table(name: str, routes: Sequence[Part]) -> Row:
    """Return the row of a route table."""
    full_id = resource_id("route-table", name)
    return row(
        full_id,
        {
            "provisioningState": "Succeeded",
            "disableBgpRoutePropagation": False,
            "routes": _with_ids(full_id, "routes", routes),
        },
    )


def nat_gateway(name: str, public_ips: Sequence[str] = ()) -> Row:
    """Return the row of a NAT gateway, which never lets anything in."""
    addresses = references("pip", list(public_ips))
    members: Part = {"provisioningState": "Succeeded", "publicIpAddresses": addresses}
    return row(resource_id("nat-gateway", name), members, sku={"name": "Standard"})
