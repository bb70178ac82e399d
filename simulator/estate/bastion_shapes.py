"""Bastion hosts as ARM gives them, with what it keeps about them elsewhere.

Source: Microsoft.Network 2025-09-01, type definitions of bastionHosts; REST reference, "Diagnostic
Settings - List" of Azure Monitor and "Get Bastion Shareable Link".
"""

from simulator.estate.company import HUB_NETWORK
from simulator.estate.envelope import Resource, child, envelope, guid_of, reference
from simulator.estate.network_shapes import public_address
from simulator.estate.plan import BastionHost, BastionSku
from simulator.estate.site import Site


def bastion_resources(site: Site, host: BastionHost) -> list[Resource]:
    """Give a site's Bastion with its public address, diagnostic settings and shareable links."""
    place = site.network.place
    host_id = place.network_id("bastionHosts", host.name)
    resources = [_host(site, host, host_id)]
    if host.public is not None:
        resources.insert(0, public_address(place, f"pip-{host.name}", host.public))
    resources.append(_diagnostic_setting(host, host_id))
    resources += [
        _link(host, host_id, place.machine_id(name), number)
        for number, name in enumerate(host.linked_machines)
    ]
    return resources


def _host(site: Site, host: BastionHost, host_id: str) -> Resource:
    place = site.network.place
    is_shared = host.sku is BastionSku.DEVELOPER
    properties: Resource = {
        "dnsName": f"bst-{guid_of(host_id, 'dns')}.bastion.azure.com",
        "scaleUnits": 2,
        "enableTunneling": not is_shared,
        "enableIpConnect": False,
        "enableShareableLink": bool(host.linked_machines),
        "enableFileCopy": False,
        "disableCopyPaste": False,
    }
    if is_shared:
        properties["virtualNetwork"] = reference(site.network.resource_id)
    else:
        address = place.network_id("publicIPAddresses", f"pip-{host.name}")
        configuration = {
            "privateIPAllocationMethod": "Dynamic",
            "subnet": reference(site.network.subnet_id("AzureBastionSubnet")),
            "publicIPAddress": reference(address),
        }
        own_id = f"{host_id}/bastionHostIpConfigurations/IpConf"
        properties["ipConfigurations"] = [child(own_id, configuration)]
    resource = envelope(place, host_id, "Microsoft.Network/bastionHosts", properties)
    resource["sku"] = {"name": host.sku.value}
    return resource


def _diagnostic_setting(host: BastionHost, host_id: str) -> Resource:
    """Give the setting that sends the audit log to the company's storage, or nothing at all."""
    setting_id = f"{host_id}/providers/Microsoft.Insights/diagnosticSettings/to-storage"
    log = {"category": "BastionAuditLogs", "categoryGroup": None, "enabled": host.is_audited}
    return {
        "id": setting_id,
        "name": "to-storage",
        "type": "Microsoft.Insights/diagnosticSettings",
        "properties": {
            "storageAccountId": HUB_NETWORK.place.storage_id("larkspurbastionlogs"),
            "logs": [log],
            "metrics": [{"category": "AllMetrics", "enabled": True}],
        },
    }


def _link(host: BastionHost, host_id: str, machine_id: str, number: int) -> Resource:
    link_id = f"{host_id}/bastionShareableLinks/{number}"
    address = f"https://bst-{guid_of(host_id, 'dns')}.bastion.azure.com/api/shareable-url"
    properties = {
        "vm": reference(machine_id),
        "bsl": f"{address}/{guid_of(link_id, host.name)}",
        "createdAt": "2026-01-19T07:30:00.0000000Z",
    }
    kind = "Microsoft.Network/bastionHosts/bastionShareableLinks"
    return {"id": link_id, "name": str(number), "type": kind, "properties": properties}
