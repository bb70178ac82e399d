"""Virtual machines and their extensions as ARM and Resource Graph give them.

Source: Microsoft.Compute type definitions of virtualMachines; Microsoft Learn, "Sign in to a Linux
virtual machine in Azure by using Microsoft Entra ID and OpenSSH".
"""

from typing import Final

from simulator.estate.company import TENANT_ID
from simulator.estate.envelope import Resource, envelope, guid_of, reference
from simulator.estate.interface_shapes import interface_names
from simulator.estate.places import Place
from simulator.estate.plan import Login, Machine

_LINUX_IMAGE: Final = {
    "publisher": "Canonical",
    "offer": "ubuntu-24_04-lts",
    "sku": "server",
    "version": "latest",
}
_WINDOWS_IMAGE: Final = {
    "publisher": "MicrosoftWindowsServer",
    "offer": "WindowsServer",
    "sku": "2022-datacenter-azure-edition",
    "version": "latest",
}
_PUBLIC_KEY: Final = {
    "path": "/home/larkspur/.ssh/authorized_keys",
    "keyData": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExhcmtzcHVyU2hpcHBpbmdTYW1wbGVLZXkwMDAx",
}


def virtual_machine(place: Place, machine: Machine) -> Resource:
    """Give one virtual machine, with the power state that Resource Graph adds to it."""
    machine_id = place.machine_id(machine.name)
    properties: Resource = {
        "vmId": guid_of(machine_id, "machine"),
        "hardwareProfile": {"vmSize": "Standard_B2s_v2"},
        "storageProfile": _storage_profile(machine),
        "networkProfile": {"networkInterfaces": _interface_references(place, machine)},
        "diagnosticsProfile": {"bootDiagnostics": {"enabled": True}},
        "extended": {"instanceView": {"powerState": _power_state(machine)}},
    }
    if machine.login is not Login.UNSAID:
        properties["osProfile"] = _os_profile(machine)
    if machine.scale_set is not None:
        properties["virtualMachineScaleSet"] = reference(machine.scale_set)
    resource = envelope(place, machine_id, "Microsoft.Compute/virtualMachines", properties)
    resource["tags"] |= machine.tags
    if machine.login is Login.ENTRA:
        resource["identity"] = {
            "type": "SystemAssigned",
            "principalId": guid_of(machine_id, "principal"),
            "tenantId": TENANT_ID,
        }
    return resource


def extensions(place: Place, machine: Machine) -> list[Resource]:
    """Give the machine's extensions: sign-in with Entra ID where it has that, else none."""
    if machine.login is not Login.ENTRA:
        return []
    kind = "AADLoginForWindows" if machine.windows else "AADSSHLoginForLinux"
    extension_id = f"{place.machine_id(machine.name)}/extensions/{kind}"
    properties = {
        "publisher": "Microsoft.Azure.ActiveDirectory",
        "type": kind,
        "typeHandlerVersion": "1.0",
        "autoUpgradeMinorVersion": True,
        "settings": {},
    }
    return [
        envelope(place, extension_id, "Microsoft.Compute/virtualMachines/extensions", properties)
    ]


def _interface_references(place: Place, machine: Machine) -> list[Resource]:
    nic_ids = [
        place.network_id_in_compute("networkInterfaces", name) for name in interface_names(machine)
    ]
    if len(nic_ids) == 1:
        return [{"id": nic_ids[0], "properties": {"deleteOption": "Detach"}}]
    return [
        {"id": nic_id, "properties": {"primary": index == 0, "deleteOption": "Detach"}}
        for index, nic_id in enumerate(nic_ids)
    ]


def _storage_profile(machine: Machine) -> Resource:
    disk = {
        "name": f"osdisk-{machine.stem}",
        "osType": "Windows" if machine.windows else "Linux",
        "createOption": "FromImage",
        "caching": "ReadWrite",
        "diskSizeGB": 64,
        "deleteOption": "Detach",
    }
    if machine.login is Login.UNSAID:
        return {"osDisk": disk | {"createOption": "Attach"}, "dataDisks": []}
    image = _WINDOWS_IMAGE if machine.windows else _LINUX_IMAGE
    return {"imageReference": dict(image), "osDisk": disk, "dataDisks": []}


def _os_profile(machine: Machine) -> Resource:
    profile: Resource = {
        "computerName": machine.stem[:15] if machine.windows else machine.name,
        "adminUsername": "larkspur",
        "allowExtensionOperations": True,
        "secrets": [],
    }
    if machine.windows:
        return profile | {"windowsConfiguration": {"provisionVMAgent": True}}
    by_password = machine.login is Login.PASSWORD
    linux: Resource = {
        "disablePasswordAuthentication": not by_password,
        "provisionVMAgent": True,
    }
    if not by_password:
        linux["ssh"] = {"publicKeys": [dict(_PUBLIC_KEY)]}
    return profile | {"linuxConfiguration": linux}


def _power_state(machine: Machine) -> Resource:
    state = "running" if machine.running else "deallocated"
    return {"code": f"PowerState/{state}", "level": "Info", "displayStatus": f"VM {state}"}
