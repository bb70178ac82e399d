"""Virtual networks, route tables and public addresses as ARM gives them.

Source: Microsoft.Network 2025-09-01, type definitions.
"""

from dataclasses import replace
from typing import Final

from simulator.estate.company import former_peers_of, peers_of
from simulator.estate.envelope import Resource, child, envelope, guid_of, reference
from simulator.estate.places import Network, Place
from simulator.estate.plan import NatGateway, PublicAddress, RouteTable, Subnet
from simulator.estate.site import Site

MANAGED_INSTANCES: Final = "Microsoft.Sql/managedInstances"


def virtual_network(site: Site) -> Resource:
    """Give the site's virtual network with its subnets and its side of every peering."""
    network = site.network
    properties = {
        "resourceGuid": guid_of(network.resource_id, "resource"),
        "addressSpace": {"addressPrefixes": list(network.spaces)},
        "subnets": [_subnet(network, subnet) for subnet in site.subnets],
        "virtualNetworkPeerings": [
            *(_peering(network, remote, "Connected") for remote in peers_of(network)),
            *(_peering(network, remote, "Disconnected") for remote in former_peers_of(network)),
        ],
        "enableDdosProtection": False,
    }
    return envelope(
        network.place, network.resource_id, "Microsoft.Network/virtualNetworks", properties
    )


def _subnet(network: Network, subnet: Subnet) -> Resource:
    properties: Resource = {
        "delegations": _delegations(network, subnet),
        "privateEndpointNetworkPolicies": "Disabled",
        "privateLinkServiceNetworkPolicies": "Enabled",
    }
    if len(subnet.prefixes) == 1:
        properties["addressPrefix"] = subnet.prefixes[0]
    else:
        properties["addressPrefixes"] = list(subnet.prefixes)
    if subnet.group is not None:
        group_id = network.place.network_id("networkSecurityGroups", subnet.group.name)
        properties["networkSecurityGroup"] = reference(group_id)
    if subnet.route_table is not None:
        table_id = network.place.network_id("routeTables", subnet.route_table.name)
        properties["routeTable"] = reference(table_id)
    if subnet.nat_gateway is not None:
        gateway_id = network.place.network_id("natGateways", subnet.nat_gateway.name)
        properties["natGateway"] = reference(gateway_id)
    return child(network.subnet_id(subnet.name), properties)


def _delegations(network: Network, subnet: Subnet) -> list[Resource]:
    if subnet.delegation is None:
        return []
    delegation_id = f"{network.subnet_id(subnet.name)}/delegations/delegation"
    return [child(delegation_id, {"serviceName": subnet.delegation})]


def _peering(local: Network, remote: Network, state: str) -> Resource:
    peering_id = f"{local.resource_id}/virtualNetworkPeerings/to-{remote.name}"
    spaces = {"addressPrefixes": list(remote.spaces)}
    properties = {
        "peeringState": state,
        "peeringSyncLevel": "FullyInSync",
        "remoteVirtualNetwork": reference(remote.resource_id),
        "remoteAddressSpace": spaces,
        "remoteVirtualNetworkAddressSpace": {"addressPrefixes": list(remote.spaces)},
        "allowVirtualNetworkAccess": True,
        "allowForwardedTraffic": True,
        "allowGatewayTransit": False,
        "useRemoteGateways": False,
        "peerCompleteVnets": True,
    }
    return child(peering_id, properties)


def route_table(place: Place, table: RouteTable) -> Resource:
    """Give one route table with its user-defined routes."""
    table_id = place.network_id("routeTables", table.name)
    routes = []
    for route in table.routes:
        properties = {"addressPrefix": route.prefix, "nextHopType": route.hop_type}
        if route.hop is not None:
            properties["nextHopIpAddress"] = route.hop
        routes.append(child(f"{table_id}/routes/{route.name}", properties))
    return envelope(
        place,
        table_id,
        "Microsoft.Network/routeTables",
        {"disableBgpRoutePropagation": False, "routes": routes},
    )


def public_address(place: Place, name: str, public: PublicAddress) -> Resource:
    """Give one public IP address; one that is not allocated yet is dynamic and has no address."""
    address_id = place.network_id("publicIPAddresses", name)
    properties: Resource = {
        "resourceGuid": guid_of(address_id, "resource"),
        "publicIPAddressVersion": f"IPv{public.version}",
        "publicIPAllocationMethod": "Dynamic" if public.address is None else "Static",
        "idleTimeoutInMinutes": 4,
        "ipTags": [],
    }
    if public.address is not None:
        properties["ipAddress"] = public.address
    resource = envelope(place, address_id, "Microsoft.Network/publicIPAddresses", properties)
    if public.sku is not None:
        resource["sku"] = {"name": public.sku, "tier": public.tier}
    return resource


def nat_gateway(place: Place, gateway: NatGateway) -> list[Resource]:
    """Give one NAT gateway and its public address."""
    gateway_id = place.network_id("natGateways", gateway.name)
    public_name = f"pip-{gateway.name}"
    public_ip = reference(place.network_id("publicIPAddresses", public_name))
    properties = {"idleTimeoutInMinutes": 4, "publicIpAddresses": [public_ip]}
    resource = envelope(place, gateway_id, "Microsoft.Network/natGateways", properties)
    return [
        resource | {"sku": {"name": "Standard"}},
        public_address(place, public_name, gateway.public),
    ]


def network_watcher(place: Place) -> Resource:
    """Give the network watcher that Azure keeps in the place's subscription and region."""
    watchers = replace(place, resource_group="NetworkWatcherRG", respells=False)
    name = f"NetworkWatcher_{place.location}"
    watcher_id = watchers.network_id("networkWatchers", name)
    return envelope(watchers, watcher_id, "Microsoft.Network/networkWatchers", {})


def managed_instance(site: Site, name: str) -> Resource:
    """Give an SQL Managed Instance in the subnet that is delegated to it."""
    place = site.network.place
    (subnet,) = [each.name for each in site.subnets if each.delegation == MANAGED_INSTANCES]
    resource = envelope(
        place,
        place.managed_instance_id(name),
        MANAGED_INSTANCES,
        {"subnetId": site.network.subnet_id(subnet), "publicDataEndpointEnabled": False},
    )
    return resource | {"sku": {"name": "GP_Gen5", "tier": "GeneralPurpose"}}
