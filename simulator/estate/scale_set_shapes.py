"""Scale sets as ARM gives them, and their uniform instances with NICs and addresses.

ARM keeps what an instance has under the instance; Resource Graph has it in `computeresources`.
Source: Microsoft.Compute type definitions of virtualMachineScaleSets; Microsoft Learn,
"Networking for Azure Virtual Machine Scale Sets".
"""

from typing import Final

from simulator.estate.envelope import Resource, envelope, reference
from simulator.estate.scale_set_plan import Instance, ScaleSet

_SETS: Final = "Microsoft.Compute/virtualMachineScaleSets"
_NICS: Final = f"{_SETS}/virtualMachines/networkInterfaces"
_LINUX: Final[Resource] = {"disablePasswordAuthentication": True, "provisionVMAgent": True}
_OS_DISK: Final[Resource] = {"osType": "Linux", "createOption": "FromImage", "caching": "ReadWrite"}


def scale_set_resources(planned: ScaleSet) -> list[Resource]:
    """Give one scale set, and every instance with its NIC and its public address."""
    resources = [_scale_set(planned)]
    for instance in planned.instances:
        resources += [_instance(planned, instance), _interface(planned, instance)]
        if instance.public is not None:
            resources.append(_public_address(planned, instance))
    return resources


def _scale_set(planned: ScaleSet) -> Resource:
    place = planned.network.place
    profile = {
        "osProfile": {
            "computerNamePrefix": planned.name,
            "adminUsername": "larkspur",
            "linuxConfiguration": dict(_LINUX),
        },
        "storageProfile": {"osDisk": dict(_OS_DISK)},
        "networkProfile": {"networkInterfaceConfigurations": [_model(planned)]},
    }
    properties = {
        "orchestrationMode": "Flexible" if planned.flexible else "Uniform",
        "singlePlacementGroup": False,
        "upgradePolicy": {"mode": "Manual"},
        "platformFaultDomainCount": 1,
        "virtualMachineProfile": profile,
    }
    resource = envelope(place, planned.resource_id, _SETS, properties)
    capacity = len(planned.instances) or 1
    return resource | {"sku": {"name": "Standard_B2s_v2", "tier": "Standard", "capacity": capacity}}


def _model(planned: ScaleSet) -> Resource:
    configuration: Resource = {
        "primary": True,
        "privateIPAddressVersion": "IPv4",
        "subnet": reference(planned.network.subnet_id(planned.subnet)),
    }
    public = next((each.public for each in planned.instances if each.public), None)
    if public is not None:
        configuration["publicIPAddressConfiguration"] = {
            "name": f"pip-{planned.name}",
            "sku": {"name": public.sku, "tier": "Regional"},
            "properties": {"publicIPAddressVersion": "IPv4", "idleTimeoutInMinutes": 4},
        }
    if planned.nat_pool is not None:
        configuration["loadBalancerInboundNatPools"] = [reference(planned.nat_pool)]
    properties: Resource = {
        "primary": True,
        "enableIPForwarding": False,
        "ipConfigurations": [{"name": "ipconfig1", "properties": configuration}],
    }
    if planned.group is not None:
        properties["networkSecurityGroup"] = reference(_group_id(planned, planned.group.name))
    return {"name": f"nic-{planned.name}", "properties": properties}


def _instance(planned: ScaleSet, instance: Instance) -> Resource:
    instance_id = planned.instance_id(instance)
    running = {"code": "PowerState/running", "level": "Info", "displayStatus": "VM running"}
    properties = {
        "latestModelApplied": instance.lags_with is None,
        "osProfile": {
            "computerName": f"{planned.name}{instance.number:06}",
            "adminUsername": "larkspur",
            "linuxConfiguration": dict(_LINUX),
        },
        "storageProfile": {"osDisk": dict(_OS_DISK)},
        "networkProfile": {
            "networkInterfaces": [{"id": planned.nic_id(instance), "properties": {"primary": True}}]
        },
        "extended": {"instanceView": {"powerState": running}},
    }
    resource = envelope(planned.network.place, instance_id, f"{_SETS}/virtualMachines", properties)
    return resource | {"instanceId": str(instance.number)}


def _interface(planned: ScaleSet, instance: Instance) -> Resource:
    configuration: Resource = {
        "privateIPAddress": instance.address,
        "privateIPAllocationMethod": "Dynamic",
        "privateIPAddressVersion": "IPv4",
        "primary": True,
        "subnet": reference(planned.network.subnet_id(planned.subnet)),
    }
    if instance.public is not None:
        configuration["publicIPAddress"] = reference(planned.public_ip_id(instance))
    if instance.ways:
        configuration["loadBalancerInboundNatRules"] = [
            reference(way.opener) for way in instance.ways
        ]
    properties: Resource = {
        "primary": True,
        "enableIPForwarding": False,
        "virtualMachine": reference(planned.instance_id(instance)),
        "ipConfigurations": [
            {
                "id": planned.configuration_id(instance),
                "name": "ipconfig1",
                "properties": {"provisioningState": "Succeeded", **configuration},
            }
        ],
    }
    group = instance.lags_with or planned.group
    if group is not None:
        properties["networkSecurityGroup"] = reference(_group_id(planned, group.name))
    return envelope(planned.network.place, planned.nic_id(instance), _NICS, properties)


def _public_address(planned: ScaleSet, instance: Instance) -> Resource:
    public = instance.public
    if public is None:
        raise TypeError(f"Instance {instance.number} of {planned.name} has no public address.")
    properties = {
        "ipAddress": public.address,
        "publicIPAddressVersion": "IPv4",
        "publicIPAllocationMethod": "Static",
        "ipConfiguration": reference(planned.configuration_id(instance)),
    }
    kind = f"{_NICS}/ipConfigurations/publicIPAddresses"
    resource = envelope(planned.network.place, planned.public_ip_id(instance), kind, properties)
    return resource | {"sku": {"name": public.sku, "tier": "Regional"}}


def _group_id(planned: ScaleSet, name: str) -> str:
    return planned.network.place.network_id("networkSecurityGroups", name)
