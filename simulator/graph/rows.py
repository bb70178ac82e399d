"""Resources as rows of Resource Graph tables.

Source: Microsoft Learn, "Azure Resource Graph table and resource type reference".
"""

import json
from typing import Any, Final

from simulator.arm.identifiers import group_of, subscription_of, type_of
from simulator.arm.store import Write
from simulator.exchange import JsonObject
from simulator.graph.changes import change_properties

TEXT_COLUMNS: Final = (
    "id",
    "name",
    "type",
    "tenantId",
    "kind",
    "location",
    "resourceGroup",
    "subscriptionId",
    "managedBy",
)
DYNAMIC_COLUMNS: Final = (
    "sku",
    "plan",
    "properties",
    "tags",
    "identity",
    "zones",
    "extendedLocation",
)
COLUMNS: Final = (*TEXT_COLUMNS, *DYNAMIC_COLUMNS)

TABLES: Final = (
    "Resources",
    "ResourceContainers",
    "ComputeResources",
    "NetworkResources",
    "AuthorizationResources",
    "ResourceChanges",
)

_NETWORK_TYPES: Final = (
    "microsoft.network/firewallpolicies/rulecollectiongroups",
    "microsoft.network/networkmanagers/",
    "microsoft.network/effectivesecurityadminrules",
    "microsoft.network/networkgroupmemberships",
)

_INSTANCE_INTERFACE: Final = (
    "microsoft.compute/virtualmachinescalesets/virtualmachines/networkinterfaces"
)

NOT_INDEXED: Final = frozenset(
    {
        "microsoft.insights/diagnosticsettings",
        "microsoft.network/bastionhosts/bastionshareablelinks",
    }
)
"""Types, in lower case, that no table holds."""

Row = tuple[str | None, ...]
"""Values in the order of COLUMNS; dynamic ones as JSON text, None for null."""


def table_of(resource_type: str) -> str:
    """Return the table that holds resources of a type, given in lower case."""
    if resource_type.startswith("microsoft.compute/virtualmachinescalesets/virtualmachines"):
        return "ComputeResources"
    if resource_type.startswith(_NETWORK_TYPES):
        return "NetworkResources"
    if resource_type.startswith("microsoft.authorization/"):
        return "AuthorizationResources"
    if resource_type.startswith(("microsoft.resources/", "microsoft.management/")):
        return "ResourceContainers"
    return "Resources"


def resource_row(document: JsonObject, tenant_id: str) -> Row:
    """Return a rendered resource as a row; nested references gain their resource group."""
    values = {
        **{name: document.get(name) for name in COLUMNS},
        "type": (type_of(document["id"]) or document["type"]).lower(),
        "tenantId": tenant_id,
        "kind": document.get("kind") or "",
        "location": document.get("location") or "",
        "resourceGroup": group_of(document["id"]).lower(),
        "subscriptionId": subscription_of(document["id"]).lower(),
        "managedBy": document.get("managedBy") or "",
        "properties": _with_groups(document.get("properties") or {}),
    }
    return _row(values)


def without_instance_configurations(document: JsonObject) -> JsonObject:
    """Return a resource without its IP configurations if it is the NIC of a uniform instance."""
    if type_of(document["id"]).lower() != _INSTANCE_INTERFACE:
        return document
    properties = document["properties"]
    kept = {name: value for name, value in properties.items() if name != "ipConfigurations"}
    return {**document, "properties": kept}


def subscription_row(subscription: JsonObject) -> Row:
    """Return a subscription as a row of ResourceContainers."""
    properties = {
        "managementGroupAncestorsChain": subscription.get("managementGroupAncestorsChain") or [],
        "state": subscription["state"],
        **(subscription.get("properties") or {}),
    }
    values = {
        "id": subscription["id"],
        "name": subscription["displayName"],
        "type": "microsoft.resources/subscriptions",
        "tenantId": subscription["tenantId"],
        "subscriptionId": subscription["subscriptionId"].lower(),
        "properties": properties,
        "tags": subscription.get("tags"),
    }
    return _row(values)


def group_row(group: JsonObject, tenant_id: str) -> Row:
    """Return a resource group as a row of ResourceContainers."""
    values = {
        **{name: group.get(name) for name in COLUMNS},
        "type": "microsoft.resources/subscriptions/resourcegroups",
        "tenantId": tenant_id,
        "resourceGroup": group["name"].lower(),
        "subscriptionId": subscription_of(group["id"]).lower(),
    }
    return _row(values)


def change_row(write: Write, tenant_id: str) -> Row:
    """Return the record of a write as a row of ResourceChanges."""
    resource_id = write.changed.document["id"]
    values = {
        "id": f"{resource_id}/providers/Microsoft.Resources/changes/{write.id}",
        "name": write.id,
        "type": "microsoft.resources/changes",
        "tenantId": tenant_id,
        "resourceGroup": group_of(resource_id).lower(),
        "subscriptionId": subscription_of(resource_id).lower(),
        "properties": change_properties(write),
    }
    return _row(values)


def _row(values: JsonObject) -> Row:
    texts = (values.get(name) or "" for name in TEXT_COLUMNS)
    dynamics = (values.get(name) for name in DYNAMIC_COLUMNS)
    return (*texts, *(None if value is None else json.dumps(value) for value in dynamics))


def _with_groups(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, list):
        return [_with_groups(element) for element in value]
    if not isinstance(value, dict):
        return value
    inner = {
        name: _with_groups(element) if isinstance(element, dict | list) else element
        for name, element in value.items()
    }
    own_id = value.get("id")
    group = group_of(own_id) if isinstance(own_id, str) else ""
    return {**inner, "resourceGroup": group} if group else inner
