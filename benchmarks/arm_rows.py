"""Rows of Resource Graph with all the bulk that real ones have, most of which no verdict needs."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.places import Json, Place, etag, made_up_guid

_POWER_STATES: Final = ("running",) * 8 + ("deallocated", "stopped")
_SUCCEEDED: Final = {"provisioningState": "Succeeded"}


@dataclass(frozen=True, slots=True)
class Machine:
    """One virtual machine with one interface."""

    number: int
    place: Place
    address: str
    subnet: str
    group: str
    application_groups: Sequence[str] = ()
    public_address: str | None = None

    @property
    def name(self) -> str:
        """The machine's name."""
        return f"vm-app-{self.number:06}"

    @property
    def interface(self) -> str:
        """The id of its interface."""
        return self.place.network_id("networkInterfaces", f"{self.name}-nic")

    @property
    def public_ip(self) -> str:
        """The id of its public address, if it has one."""
        return self.place.network_id("publicIPAddresses", f"{self.name}-ip")


def machine_rows(machine: Machine, chance: random.Random) -> list[Json]:
    """Give the rows of a machine, its interface, and its public address where it has one."""
    rows = [_machine(machine, chance), _interface(machine, chance)]
    if machine.public_address is not None:
        rows.append(_public_ip(machine, machine.public_address, chance))
    return rows


def _machine(machine: Machine, chance: random.Random) -> Json:
    power = chance.choice(_POWER_STATES)
    profile: Json = {
        "computerName": machine.name,
        "adminUsername": "azureops",
        "secrets": [],
        "linuxConfiguration": {
            "disablePasswordAuthentication": True,
            "provisionVMAgent": True,
            "ssh": {
                "publicKeys": [
                    {
                        "path": "/home/azureops/.ssh/authorized_keys",
                        "keyData": f"ssh-ed25519 {chance.getrandbits(256):064x} ops",
                    }
                ]
            },
        },
    }
    status = {"code": f"PowerState/{power}", "displayStatus": f"VM {power}", "level": "Info"}
    properties: Json = {
        "vmId": made_up_guid(chance),
        "hardwareProfile": {"vmSize": "Standard_D4s_v5"},
        "storageProfile": _storage(machine),
        "osProfile": profile,
        "networkProfile": {
            "networkInterfaces": [{"id": machine.interface, "properties": {"primary": True}}]
        },
        "diagnosticsProfile": {"bootDiagnostics": {"enabled": True}},
        "extended": {"instanceView": {"powerState": status}},
        **_SUCCEEDED,
    }
    return machine.place.row(
        machine.place.machine_id(machine.name),
        "microsoft.compute/virtualmachines",
        properties,
        zones=["1"],
    )


def _storage(machine: Machine) -> Json:
    disk = f"{machine.place.group_id}/providers/Microsoft.Compute/disks/{machine.name}-os"
    return {
        "imageReference": {
            "publisher": "Canonical",
            "offer": "ubuntu-24_04-lts",
            "sku": "server",
            "version": "latest",
        },
        "osDisk": {
            "osType": "Linux",
            "name": f"{machine.name}-os",
            "createOption": "FromImage",
            "caching": "ReadWrite",
            "deleteOption": "Detach",
            "diskSizeGB": 64,
            "managedDisk": {"storageAccountType": "Premium_LRS", "id": disk},
        },
        "dataDisks": [],
    }


def _interface(machine: Machine, chance: random.Random) -> Json:
    place, own = machine.place, machine.interface
    configuration: Json = {
        **_SUCCEEDED,
        "privateIPAddress": machine.address,
        "privateIPAddressVersion": "IPv4",
        "privateIPAllocationMethod": "Dynamic",
        "primary": True,
        "subnet": {"id": machine.subnet},
    }
    if machine.public_address is not None:
        configuration["publicIPAddress"] = {"id": machine.public_ip}
    if machine.application_groups:
        members = [{"id": one} for one in machine.application_groups]
        configuration["applicationSecurityGroups"] = members
    properties: Json = {
        **_SUCCEEDED,
        "resourceGuid": made_up_guid(chance),
        "macAddress": f"00-0D-3A-{chance.randrange(1 << 24):06X}",
        "primary": True,
        "nicType": "Standard",
        "enableIPForwarding": False,
        "enableAcceleratedNetworking": True,
        "hostedWorkloads": [],
        "tapConfigurations": [],
        "dnsSettings": {
            "dnsServers": [],
            "appliedDnsServers": [],
            "internalDomainNameSuffix": "qk3h7x5l0d2ezn.ax.internal.cloudapp.net",
        },
        "networkSecurityGroup": {"id": machine.group},
        "virtualMachine": {"id": place.machine_id(machine.name, upper=True)},
        "ipConfigurations": [
            {
                "id": f"{own}/ipConfigurations/ipconfig1",
                "name": "ipconfig1",
                "etag": etag(chance),
                "properties": configuration,
            }
        ],
    }
    return place.row(own, "microsoft.network/networkinterfaces", properties)


def _public_ip(machine: Machine, address: str, chance: random.Random) -> Json:
    owner = f"{machine.interface}/ipConfigurations/ipconfig1"
    properties: Json = {
        **_SUCCEEDED,
        "resourceGuid": made_up_guid(chance),
        "ipAddress": address,
        "publicIPAddressVersion": "IPv4",
        "publicIPAllocationMethod": "Static",
        "idleTimeoutInMinutes": 4,
        "ipTags": [],
        "ddosSettings": {"protectionMode": "VirtualNetworkInherited"},
        "ipConfiguration": {"id": owner, "resourceGroup": machine.place.group},
    }
    return machine.place.row(
        machine.public_ip,
        "microsoft.network/publicipaddresses",
        properties,
        sku={"name": "Standard", "tier": "Regional"},
        zones=["1", "2", "3"],
    )


def security_group_row(
    place: Place, full_id: str, rules: Sequence[Json], machines: Sequence[Machine]
) -> Json:
    """Give the row of a security group; `rules` are names with properties."""
    chance = random.Random(full_id)
    properties: Json = {
        **_SUCCEEDED,
        "resourceGuid": made_up_guid(chance),
        "securityRules": [_rule(full_id, "securityRules", rule, chance) for rule in rules],
        "defaultSecurityRules": [
            _rule(full_id, "defaultSecurityRules", rule, chance) for rule in _DEFAULT_RULES
        ],
        "networkInterfaces": [{"id": machine.interface} for machine in machines],
    }
    return place.row(full_id, "microsoft.network/networksecuritygroups", properties)


def _rule(group: str, collection: str, rule: Json, chance: random.Random) -> Json:
    return {
        "id": f"{group}/{collection}/{rule['name']}",
        "name": rule["name"],
        "etag": etag(chance),
        "properties": _SUCCEEDED | rule["properties"],
    }


def _default_rule(name: str, priority: int, access: str, source: str, destination: str) -> Json:
    return {
        "name": name,
        "properties": {
            "protocol": "*",
            "sourcePortRange": "*",
            "destinationPortRange": "*",
            "sourceAddressPrefix": source,
            "destinationAddressPrefix": destination,
            "access": access,
            "priority": priority,
            "direction": "Inbound" if name.endswith("InBound") else "Outbound",
        },
    }


_DEFAULT_RULES: Final = (
    _default_rule("AllowVnetInBound", 65000, "Allow", "VirtualNetwork", "VirtualNetwork"),
    _default_rule("AllowAzureLoadBalancerInBound", 65001, "Allow", "AzureLoadBalancer", "*"),
    _default_rule("DenyAllInBound", 65500, "Deny", "*", "*"),
    _default_rule("AllowVnetOutBound", 65000, "Allow", "VirtualNetwork", "VirtualNetwork"),
    _default_rule("AllowInternetOutBound", 65001, "Allow", "*", "Internet"),
    _default_rule("DenyAllOutBound", 65500, "Deny", "*", "*"),
)


@dataclass(frozen=True, slots=True)
class Subnet:
    """One subnet, and the group that stands before it, if any."""

    id: str
    prefix: str
    group: str | None = None


def virtual_network_row(
    place: Place, full_id: str, space: str, subnets: Sequence[Subnet], peers: Sequence[Json]
) -> Json:
    """Give the row of a virtual network; `peers` are ids with their spaces."""
    chance = random.Random(full_id)
    properties: Json = {
        **_SUCCEEDED,
        "resourceGuid": made_up_guid(chance),
        "addressSpace": {"addressPrefixes": [space]},
        "subnets": [_subnet(one, chance) for one in subnets],
        "virtualNetworkPeerings": [_peering(full_id, peer, chance) for peer in peers],
        "enableDdosProtection": False,
        "encryption": {"enabled": False, "enforcement": "AllowUnencrypted"},
    }
    return place.row(full_id, "microsoft.network/virtualnetworks", properties)


def _subnet(subnet: Subnet, chance: random.Random) -> Json:
    properties: Json = {
        **_SUCCEEDED,
        "addressPrefix": subnet.prefix,
        "delegations": [],
        "privateEndpointNetworkPolicies": "Disabled",
        "privateLinkServiceNetworkPolicies": "Enabled",
        "defaultOutboundAccess": False,
    }
    if subnet.group is not None:
        properties["networkSecurityGroup"] = {"id": subnet.group}
    return {
        "id": subnet.id,
        "name": subnet.id.rpartition("/")[2],
        "etag": etag(chance),
        "type": "Microsoft.Network/virtualNetworks/subnets",
        "properties": properties,
    }


def bastion_row(place: Place, name: str, subnet: str) -> Json:
    """Give the row of a Bastion of the Standard SKU in its subnet."""
    own = place.network_id("bastionHosts", name)
    properties: Json = {
        **_SUCCEEDED,
        "dnsName": f"bst-{name}.bastion.azure.com",
        "scaleUnits": 2,
        "enableTunneling": True,
        "ipConfigurations": [
            {
                "id": f"{own}/bastionHostIpConfigurations/IpConf",
                "name": "IpConf",
                "properties": {
                    **_SUCCEEDED,
                    "privateIPAllocationMethod": "Dynamic",
                    "subnet": {"id": subnet},
                },
            }
        ],
    }
    return place.row(own, "microsoft.network/bastionhosts", properties, sku={"name": "Standard"})


def _peering(network: str, peer: Json, chance: random.Random) -> Json:
    name = f"to-{peer['id'].rpartition('/')[2]}"
    return {
        "id": f"{network}/virtualNetworkPeerings/{name}",
        "name": name,
        "etag": etag(chance),
        "type": "Microsoft.Network/virtualNetworks/virtualNetworkPeerings",
        "properties": {
            **_SUCCEEDED,
            "resourceGuid": made_up_guid(chance),
            "peeringState": "Connected",
            "peeringSyncLevel": "FullyInSync",
            "remoteVirtualNetwork": {"id": peer["id"]},
            "allowVirtualNetworkAccess": True,
            "allowForwardedTraffic": True,
            "allowGatewayTransit": False,
            "useRemoteGateways": False,
            "peerCompleteVnets": True,
            "remoteAddressSpace": {"addressPrefixes": [peer["space"]]},
            "remoteVirtualNetworkAddressSpace": {"addressPrefixes": [peer["space"]]},
        },
    }
