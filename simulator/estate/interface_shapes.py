"""Network interfaces, of machines and of private endpoints, as ARM gives them.

Source: Microsoft.Network 2025-09-01, type definitions of networkInterfaces and privateEndpoints.
"""

import hashlib
import ipaddress
from collections.abc import Iterator

from simulator.estate.envelope import Resource, child, envelope, guid_of, reference, references
from simulator.estate.network_shapes import public_address
from simulator.estate.places import Place
from simulator.estate.plan import (
    Interface,
    IpConfiguration,
    Machine,
    PrivateEndpoint,
    PublicAddress,
)
from simulator.estate.site import Site


def interface_names(machine: Machine) -> list[str]:
    """Names of the machine's NICs, in order."""
    return [f"nic-{machine.stem}{_suffix(index)}" for index in range(len(machine.interfaces))]


def public_doors(place: Place, machine: Machine) -> list[tuple[str, PublicAddress]]:
    """Id and plan of each public address of the machine, in the order of its configurations."""
    publics = [
        configuration.public
        for interface in machine.interfaces
        for configuration in interface.configurations
        if configuration.public is not None
    ]
    return [
        (place.network_id("publicIPAddresses", f"pip-{machine.stem}{_suffix(index)}"), public)
        for index, public in enumerate(publics)
    ]


def machine_interfaces(site: Site, machine: Machine) -> list[Resource]:
    """Give the machine's NICs and public addresses."""
    place = site.network.place
    doors = public_doors(place, machine)
    door_ids = iter([door_id for door_id, _ in doors])
    interfaces = [
        _interface(site, machine, index, door_ids) for index in range(len(machine.interfaces))
    ]
    addresses = [
        public_address(place, door_id.rsplit("/", 1)[1], public) for door_id, public in doors
    ]
    return interfaces + addresses


def private_endpoint(site: Site, endpoint: PrivateEndpoint) -> list[Resource]:
    """Give a private endpoint, the NIC that it brings and the storage account behind it."""
    place = site.network.place
    endpoint_id = place.network_id("privateEndpoints", endpoint.name)
    account_id = place.storage_id(endpoint.storage_account)
    nic_id = place.network_id("networkInterfaces", f"{endpoint.name}.nic")
    plan = IpConfiguration(endpoint.subnet, endpoint.address)
    configuration = _configuration(site, f"{nic_id}/ipConfigurations/privateEndpoint", plan, None)
    nic = _nic_envelope(place, nic_id, [configuration])
    nic["properties"]["privateEndpoint"] = reference(endpoint_id)
    connection = child(
        f"{endpoint_id}/privateLinkServiceConnections/{endpoint.name}",
        {"privateLinkServiceId": account_id, "groupIds": ["blob"]},
    )
    properties = {
        "subnet": reference(site.network.subnet_id(endpoint.subnet)),
        "networkInterfaces": [reference(nic_id)],
        "privateLinkServiceConnections": [connection],
    }
    return [
        nic,
        envelope(place, endpoint_id, "Microsoft.Network/privateEndpoints", properties),
        _storage_account(place, account_id),
    ]


def _suffix(index: int) -> str:
    return "" if index == 0 else f"-{index + 1}"


def _interface(site: Site, machine: Machine, index: int, door_ids: Iterator[str]) -> Resource:
    place = site.network.place
    interface = machine.interfaces[index]
    nic_id = place.network_id("networkInterfaces", interface_names(machine)[index])
    configurations = [
        _configuration(
            site,
            f"{nic_id}/ipConfigurations/ipconfig{number}",
            configuration,
            None if configuration.public is None else next(door_ids),
        )
        for number, configuration in enumerate(interface.configurations, start=1)
    ]
    configurations[0]["properties"]["primary"] = True
    nic = _nic_envelope(place, nic_id, configurations)
    nic["properties"]["primary"] = index == 0
    nic["properties"]["virtualMachine"] = reference(place.machine_id_in_network(machine.name))
    return _with_options(place, nic, interface)


def _with_options(place: Place, nic: Resource, interface: Interface) -> Resource:
    nic["properties"]["enableIPForwarding"] = interface.forwards
    if interface.group is not None:
        group_id = place.group_id_in_interface(interface.group.name)
        nic["properties"]["networkSecurityGroup"] = reference(group_id)
    return nic


def _configuration(
    site: Site, configuration_id: str, plan: IpConfiguration, public_ip: str | None
) -> Resource:
    version = ipaddress.ip_address(plan.address).version
    properties: Resource = {
        "privateIPAddress": plan.address,
        "privateIPAllocationMethod": "Dynamic",
        "privateIPAddressVersion": f"IPv{version}",
        "primary": False,
        "subnet": reference(site.network.subnet_id(plan.subnet)),
    }
    if public_ip is not None:
        properties["publicIPAddress"] = reference(public_ip)
    if plan.pools:
        properties["loadBalancerBackendAddressPools"] = references(list(plan.pools))
    if plan.nat_rules:
        properties["loadBalancerInboundNatRules"] = references(list(plan.nat_rules))
    if plan.asgs:
        place = site.network.place
        asg_ids = [place.network_id("applicationSecurityGroups", name) for name in plan.asgs]
        properties["applicationSecurityGroups"] = references(asg_ids)
    typed = {"type": "Microsoft.Network/networkInterfaces/ipConfigurations"}
    return {**child(configuration_id, properties), **typed}


def _nic_envelope(place: Place, nic_id: str, configurations: list[Resource]) -> Resource:
    digest = hashlib.sha256(nic_id.lower().encode()).hexdigest().upper()
    properties = {
        "resourceGuid": guid_of(nic_id, "resource"),
        "ipConfigurations": configurations,
        "dnsSettings": {"dnsServers": [], "appliedDnsServers": []},
        "macAddress": f"00-0D-3A-{digest[0:2]}-{digest[2:4]}-{digest[4:6]}",
        "enableAcceleratedNetworking": False,
        "enableIPForwarding": False,
        "disableTcpStateTracking": False,
        "vnetEncryptionSupported": False,
        "hostedWorkloads": [],
        "tapConfigurations": [],
        "nicType": "Standard",
        "auxiliaryMode": "None",
        "auxiliarySku": "None",
    }
    return envelope(place, nic_id, "Microsoft.Network/networkInterfaces", properties)


def _storage_account(place: Place, account_id: str) -> Resource:
    account = envelope(
        place,
        account_id,
        "Microsoft.Storage/storageAccounts",
        {"publicNetworkAccess": "Disabled", "minimumTlsVersion": "TLS1_2"},
    )
    return {**account, "kind": "StorageV2", "sku": {"name": "Standard_ZRS", "tier": "Standard"}}
