"""Rows of virtual machines, their extensions, and scale sets of both kinds."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from tests.rows.envelope import Part, Row, reference, references, resource_id, row


def vm(
    name: str = "vm-1",
    nics: Sequence[str] = ("nic-1",),
    *,
    power: str | None = "running",
    os: str = "Linux",
    password_login: bool | None = False,
    identity: str | None = None,
    scale_set: str | None = None,
    **properties: object,
) -> Row:
    """Return the row of a virtual machine.

    `power` is the last part of the power state's code, None for a row without one;
    `password_login` None is a VM from a specialised disk, without `osProfile`.
    """
    members: Part = {
        "vmId": str(uuid.uuid5(uuid.NAMESPACE_OID, name)),
        "provisioningState": "Succeeded",
        "hardwareProfile": {"vmSize": "Standard_D2s_v5"},
        "storageProfile": {"osDisk": {"osType": os, "name": f"{name}-os"}},
        "osProfile": _os_profile(name, os, password_login=password_login),
        "networkProfile": {"networkInterfaces": references("nic", list(nics))},
    }
    if power is not None:
        state = {"code": f"PowerState/{power}", "displayStatus": f"VM {power}"}
        members["extended"] = {"instanceView": {"powerState": state}}
    if scale_set is not None:
        members["virtualMachineScaleSet"] = reference("vmss", scale_set)
    principal = "9e0a5c11-0000-4000-8000-000000000001"
    signed = None if identity is None else {"type": identity, "principalId": principal}
    return row(resource_id("vm", name), members | properties, identity=signed)


def _os_profile(name: str, os: str, *, password_login: bool | None) -> Part | None:
    if password_login is None:
        return None
    profile: Part = {"computerName": name, "adminUsername": "opsuser"}
    if os == "Windows":
        return profile | {"windowsConfiguration": {"provisionVMAgent": True}}
    linux = {"disablePasswordAuthentication": not password_login, "provisionVMAgent": True}
    return profile | {"linuxConfiguration": linux}


def entra_login_extension(
    vm: str = "vm-1", *, state: str = "Succeeded", name: str = "AADSSHLoginForLinux"
) -> Row:
    """Return the row of the extension that lets people sign in with their directory account."""
    members: Part = {
        "publisher": "Microsoft.Azure.ActiveDirectory",
        "type": "AADSSHLoginForLinux",
        "typeHandlerVersion": "1.0",
        "autoUpgradeMinorVersion": True,
        "provisioningState": state,
    }
    return row(f"{resource_id('vm', vm)}/extensions/{name}", members)


def scale_set_nic_model(
    subnet: str,
    *,
    nsg: str | None = None,
    public_ip_sku: str | None = None,
    asgs: Sequence[str] = (),
    pools: Sequence[str] = (),
    nat_pools: Sequence[str] = (),
) -> Part:
    """Return the NIC part of a scale set's model; `public_ip_sku` None is no public address."""
    configuration: Part = {
        "primary": True,
        "privateIPAddressVersion": "IPv4",
        "subnet": {"id": subnet},
    }
    if public_ip_sku is not None:
        configuration["publicIPAddressConfiguration"] = {
            "name": "instance-ip",
            "sku": {"name": public_ip_sku, "tier": "Regional"},
            "properties": {"publicIPAddressVersion": "IPv4"},
        }
    if asgs:
        configuration["applicationSecurityGroups"] = references("asg", list(asgs))
    if pools:
        configuration["loadBalancerBackendAddressPools"] = [{"id": one} for one in pools]
    if nat_pools:
        configuration["loadBalancerInboundNatPools"] = [{"id": one} for one in nat_pools]
    members: Part = {
        "primary": True,
        "enableIPForwarding": False,
        "ipConfigurations": [{"name": "ipconfig1", "properties": configuration}],
    }
    if nsg is not None:
        members["networkSecurityGroup"] = reference("nsg", nsg)
    return {"name": "nic-model", "properties": members}


def scale_set(
    name: str = "vmss-1",
    nic_models: Sequence[Part] = (),
    *,
    mode: str | None = "Uniform",
    capacity: int = 1,
    password_login: bool = False,
) -> Row:
    """Return the row of a scale set; `mode` None leaves the mode out (older uniform sets)."""
    members: Part = {
        "provisioningState": "Succeeded",
        "upgradePolicy": {"mode": "Manual"},
        "virtualMachineProfile": {
            "osProfile": {
                "computerNamePrefix": name,
                "adminUsername": "opsuser",
                "linuxConfiguration": {"disablePasswordAuthentication": not password_login},
            },
            "storageProfile": {"osDisk": {"osType": "Linux"}},
            "networkProfile": {"networkInterfaceConfigurations": list(nic_models)},
        },
    }
    if mode is not None:
        members["orchestrationMode"] = mode
    sku = {"name": "Standard_D2s_v5", "tier": "Standard", "capacity": capacity}
    return row(resource_id("vmss", name), members, sku=sku)


def instance_id(scale_set: str = "vmss-1", number: int = 0) -> str:
    """Return the id of one instance of a uniform scale set."""
    return f"{resource_id('vmss', scale_set)}/virtualMachines/{number}"


def scale_set_instance(
    scale_set: str = "vmss-1",
    number: int = 0,
    *,
    power: str | None = "running",
    latest_model: bool = True,
) -> Row:
    """Return the `computeresources` row of one instance of a uniform scale set."""
    full_id = instance_id(scale_set, number)
    members: Part = {
        "provisioningState": "Succeeded",
        "latestModelApplied": latest_model,
        "osProfile": {
            "computerName": f"{scale_set}{number}",
            "linuxConfiguration": {"disablePasswordAuthentication": True},
        },
        "storageProfile": {"osDisk": {"osType": "Linux"}},
        "networkProfile": {"networkInterfaces": [{"id": f"{full_id}/networkInterfaces/nic-model"}]},
    }
    if power is not None:
        state = {"code": f"PowerState/{power}", "displayStatus": f"VM {power}"}
        members["extended"] = {"instanceView": {"powerState": state}}
    return row(full_id, members, instanceId=str(number))


def instance_public_ip_id(scale_set: str = "vmss-1", number: int = 0) -> str:
    """Return the id of the public address of one uniform instance."""
    configuration = f"{instance_id(scale_set, number)}/networkInterfaces/nic-model"
    return f"{configuration}/ipConfigurations/ipconfig1/publicIPAddresses/instance-ip"


def scale_set_nic(
    subnet: str,
    scale_set: str = "vmss-1",
    number: int = 0,
    *,
    private_ip: str = "10.0.0.4",
    nsg: str | None = None,
    public: bool = True,
    asgs: Sequence[str] = (),
    nat_rules: Sequence[str] = (),
) -> Row:
    """Return the `computeresources` row of the NIC of one uniform instance."""
    full_id = f"{instance_id(scale_set, number)}/networkInterfaces/nic-model"
    configuration: Part = {
        "privateIPAddress": private_ip,
        "privateIPAddressVersion": "IPv4",
        "primary": True,
        "subnet": {"id": subnet},
    }
    if public:
        configuration["publicIPAddress"] = {"id": instance_public_ip_id(scale_set, number)}
    if nat_rules:
        configuration["loadBalancerInboundNatRules"] = [{"id": one} for one in nat_rules]
    if asgs:
        configuration["applicationSecurityGroups"] = references("asg", list(asgs))
    members: Part = {
        "provisioningState": "Succeeded",
        "virtualMachine": {"id": instance_id(scale_set, number)},
        "ipConfigurations": [
            {
                "id": f"{full_id}/ipConfigurations/ipconfig1",
                "name": "ipconfig1",
                "properties": configuration,
            }
        ],
    }
    if nsg is not None:
        members["networkSecurityGroup"] = reference("nsg", nsg)
    return row(full_id, members)


def scale_set_public_ip(
    scale_set: str = "vmss-1",
    number: int = 0,
    *,
    address: str = "20.1.2.50",
    sku: str | None = "Standard",
) -> Row:
    """Return the `computeresources` row of the public address of one uniform instance."""
    full_id = instance_public_ip_id(scale_set, number)
    members: Part = {
        "provisioningState": "Succeeded",
        "ipAddress": address,
        "publicIPAddressVersion": "IPv4",
        "publicIPAllocationMethod": "Static",
        "ipConfiguration": {"id": full_id.rsplit("/publicIPAddresses/", 1)[0]},
    }
    tier = None if sku is None else {"name": sku, "tier": "Regional"}
    return row(full_id, members, sku=tier)
