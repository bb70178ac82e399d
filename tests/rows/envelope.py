"""The envelope of a Resource Graph row and the ids that rows refer to each other by."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

Row: TypeAlias = dict[str, Any]
Part: TypeAlias = dict[str, Any]

TENANT: Final = "7c1f0b6e-3d52-4a8b-9a44-51d1c2f0aa01"
SUBSCRIPTION: Final = "2f9d4a10-6b3c-4e57-8f21-0c9b7ae55d01"
GROUP: Final = "rg-app"
LOCATION: Final = "westeurope"

PROVIDER_TYPES: Final = {
    "vm": "Microsoft.Compute/virtualMachines",
    "vmss": "Microsoft.Compute/virtualMachineScaleSets",
    "nic": "Microsoft.Network/networkInterfaces",
    "nsg": "Microsoft.Network/networkSecurityGroups",
    "asg": "Microsoft.Network/applicationSecurityGroups",
    "pip": "Microsoft.Network/publicIPAddresses",
    "pip-prefix": "Microsoft.Network/publicIPPrefixes",
    "vnet": "Microsoft.Network/virtualNetworks",
    "route-table": "Microsoft.Network/routeTables",
    "nat-gateway": "Microsoft.Network/natGateways",
    "lb": "Microsoft.Network/loadBalancers",
    "firewall": "Microsoft.Network/azureFirewalls",
    "firewall-policy": "Microsoft.Network/firewallPolicies",
    "ip-group": "Microsoft.Network/ipGroups",
    "bastion": "Microsoft.Network/bastionHosts",
    "virtual-hub": "Microsoft.Network/virtualHubs",
    "network-manager": "Microsoft.Network/networkManagers",
    "application-gateway": "Microsoft.Network/applicationGateways",
}


def resource_id(
    kind: str, name: str, *, group: str = GROUP, subscription: str = SUBSCRIPTION
) -> str:
    """Return the full id of a resource; a `name` that is a full id already is returned as it is."""
    if name.startswith("/"):
        return name
    provider_type = PROVIDER_TYPES[kind]
    scope = f"/subscriptions/{subscription}/resourceGroups/{group}"
    return f"{scope}/providers/{provider_type}/{name}"


def reference(kind: str, name: str | None) -> Part | None:
    """Return the `{id}` object that ARM uses to refer to a resource, None for no reference."""
    return None if name is None else {"id": resource_id(kind, name)}


def references(kind: str, names: tuple[str, ...] | list[str]) -> list[Part]:
    """Return a list of `{id}` objects."""
    return [{"id": resource_id(kind, name)} for name in names]


def child_id(parent: str, collection: str, name: str) -> str:
    """Return the id of a child such as a subnet or an IP configuration; full ids pass."""
    return name if name.startswith("/") else f"{parent}/{collection}/{name}"


def ip_configuration_id(nic: str = "nic-1", name: str = "ipconfig1") -> str:
    """Return the id of one IP configuration of a network interface."""
    return child_id(resource_id("nic", nic), "ipConfigurations", name)


def subnet_id(vnet: str = "vnet-1", name: str = "default") -> str:
    """Return the id of one subnet."""
    return child_id(resource_id("vnet", vnet), "subnets", name)


def row(full_id: str, properties: Part, **columns: object) -> Row:
    """Return one row as Resource Graph gives it: type in lower case, every column present."""
    segments = full_id.strip("/").split("/")
    after_provider = full_id.rsplit("/providers/", 1)[1].split("/")
    row_type = "/".join([after_provider[0], *after_provider[1::2]])
    columns_of_all_rows: Row = {
        "id": full_id,
        "name": segments[-1],
        "type": row_type.lower(),
        "tenantId": TENANT,
        "kind": "",
        "location": LOCATION,
        "resourceGroup": segments[3].lower(),
        "subscriptionId": segments[1],
        "managedBy": "",
        "sku": None,
        "plan": None,
        "properties": properties,
        "tags": None,
        "identity": None,
        "zones": None,
        "extendedLocation": None,
    }
    return columns_of_all_rows | columns


def direct_read(row_type: str, full_id: str, answer: Part) -> Row:
    """Return the row under which a saved snapshot keeps an answer that came from ARM itself.

    `row_type` is without its prefix, such as `diagnostic-settings`; `full_id` is the resource that
    the answer is about.
    """
    return row(full_id, answer, type=f"portcullis/{row_type}")
