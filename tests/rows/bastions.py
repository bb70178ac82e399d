"""Rows of Bastion hosts and of what is read about them directly from ARM."""

from __future__ import annotations

from collections.abc import Sequence

from tests.rows.envelope import (
    Part,
    Row,
    child_id,
    direct_read,
    reference,
    resource_id,
    row,
    subnet_id,
)
from tests.rows.network import subnet

BASTION_SUBNET = "AzureBastionSubnet"
BASTION_PREFIX = "10.0.255.0/26"


def bastion_subnet(prefixes: Sequence[str] = (BASTION_PREFIX,), *, nsg: str | None = None) -> Part:
    """Return the subnet that a dedicated Bastion lives in."""
    return subnet(BASTION_SUBNET, prefixes, nsg=nsg)


def child_configuration(bastion_id: str) -> str:
    """Return the id of the IP configuration by which a Bastion lies in its subnet."""
    return child_id(bastion_id, "bastionHostIpConfigurations", "IpConf")


def bastion(
    name: str = "bas-1",
    *,
    sku: str | None = "Standard",
    vnet: str = "vnet-1",
    state: str = "Succeeded",
    **flags: bool,
) -> Row:
    """Return the row of a Bastion in `vnet`; the SKU Developer has no subnet of its own.

    `flags` are features by their ARM names, such as `enableTunneling`; an absent one is off.
    """
    full_id = resource_id("bastion", name)
    members: Part = {
        "provisioningState": state,
        "dnsName": f"bst-{name}.bastion.azure.com",
        "scaleUnits": 2,
        **flags,
    }
    if sku == "Developer":
        members["virtualNetwork"] = reference("vnet", vnet)
    else:
        members["ipConfigurations"] = [
            {
                "id": child_configuration(full_id),
                "name": "IpConf",
                "properties": {
                    "provisioningState": state,
                    "privateIPAllocationMethod": "Dynamic",
                    "subnet": {"id": subnet_id(vnet, BASTION_SUBNET)},
                    "publicIPAddress": reference("pip", "pip-bastion"),
                },
            }
        ]
    return row(full_id, members, sku=None if sku is None else {"name": sku})


def diagnostic_settings(bastion_name: str = "bas-1", settings: Sequence[Part] = ()) -> Row:
    """Return the row that keeps ARM's list of diagnostic settings of a Bastion."""
    answer: Part = {"value": list(settings)}
    return direct_read("diagnostic-settings", resource_id("bastion", bastion_name), answer)


def diagnostic_setting(
    *,
    category: str | None = "BastionAuditLogs",
    category_group: str | None = None,
    enabled: bool = True,
    workspace: str | None = "law-1",
) -> Part:
    """Return one diagnostic setting that sends one category or group to a workspace."""
    log = {"category": category, "categoryGroup": category_group, "enabled": enabled}
    scope = resource_id("vnet", "unused").rsplit("/providers/", 1)[0]
    target = f"{scope}/providers/Microsoft.OperationalInsights/workspaces/{workspace}"
    destination = {} if workspace is None else {"workspaceId": target}
    return {"name": "to-workspace", "properties": {"logs": [log], "metrics": [], **destination}}


def shareable_links(bastion_name: str = "bas-1", vms: Sequence[str] = ()) -> Row:
    """Return the row that keeps ARM's list of the shareable links of a Bastion."""
    links = [
        {
            "vm": reference("vm", one),
            "bsl": f"https://bst-{bastion_name}.bastion.azure.com/links/{number}",
            "createdAt": "2026-02-01T09:00:00Z",
        }
        for number, one in enumerate(vms)
    ]
    return direct_read("shareable-links", resource_id("bastion", bastion_name), {"value": links})
