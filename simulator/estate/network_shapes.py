"""Virtual networks, route tables, public addresses and Bastion hosts as ARM gives them.

Source: Microsoft.Network 2025-09-01, type definitions.
"""

from simulator.estate.company import peers_of
from simulator.estate.envelope import Resource, child, envelope, guid_of, reference
from simulator.estate.places import Network, Place
from simulator.estate.plan import BastionHost, PublicAddress, RouteTable, Site, Subnet


def virtual_network(site: Site) -> Resource:
    """Give the site's virtual network with its subnets and its side of every peering."""
    network = site.network
    properties = {
        "resourceGuid": guid_of(network.resource_id, "resource"),
        "addressSpace": {"addressPrefixes": list(network.spaces)},
        "subnets": [_subnet(network, subnet) for subnet in site.subnets],
        "virtualNetworkPeerings": [_peering(network, remote) for remote in peers_of(network)],
        "enableDdosProtection": False,
    }
    return envelope(
        network.place, network.resource_id, "Microsoft.Network/virtualNetworks", properties
    )


def _subnet(network: Network, subnet: Subnet) -> Resource:
    properties: Resource = {
        "delegations": [],
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
    return child(network.subnet_id(subnet.name), properties)


def _peering(local: Network, remote: Network) -> Resource:
    peering_id = f"{local.resource_id}/virtualNetworkPeerings/to-{remote.name}"
    spaces = {"addressPrefixes": list(remote.spaces)}
    properties = {
        "peeringState": "Connected",
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
        resource["sku"] = {"name": public.sku, "tier": "Regional"}
    return resource


def bastion_host(site: Site, host: BastionHost) -> Resource:
    """Give the site's Bastion host; its public address is named after it."""
    place = site.network.place
    host_id = place.network_id("bastionHosts", host.name)
    configuration = child(
        f"{host_id}/bastionHostIpConfigurations/IpConf",
        {
            "privateIPAllocationMethod": "Dynamic",
            "subnet": reference(site.network.subnet_id("AzureBastionSubnet")),
            "publicIPAddress": reference(place.network_id("publicIPAddresses", f"pip-{host.name}")),
        },
    )
    properties = {
        "dnsName": f"bst-{guid_of(host_id, 'dns')}.bastion.azure.com",
        "scaleUnits": 2,
        "ipConfigurations": [configuration],
        "enableTunneling": True,
        "enableIpConnect": False,
        "enableShareableLink": False,
        "enableFileCopy": False,
        "disableCopyPaste": False,
    }
    resource = envelope(place, host_id, "Microsoft.Network/bastionHosts", properties)
    resource["sku"] = {"name": host.sku}
    return resource
