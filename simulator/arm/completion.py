"""What Azure fills in on a resource that a caller wrote."""

from typing import Final

from simulator.arm.children import collections_of, members, with_child_envelopes
from simulator.arm.default_rules import DEFAULT_SECURITY_RULES
from simulator.arm.identifiers import type_of
from simulator.arm.references import without_back_references
from simulator.exchange import JsonObject

_SECURITY_GROUP: Final = "microsoft.network/networksecuritygroups"
_KEPT_BY_THE_SERVICE: Final = (
    "ipAddress",
    "resourceGuid",
    "vmId",
    "extended",
    "dnsName",
    "macAddress",
    "primary",
    "hostedWorkloads",
    "tapConfigurations",
    "vnetEncryptionSupported",
)
"""Properties that the service owns: a write that lacks them does not clear them."""


def completed(document: JsonObject, existing: JsonObject | None = None) -> JsonObject:
    """Return a resource as Azure stores it.

    Added are the type, ids and types of children, provisioning states, an NSG's default rules and
    what the service itself had set on the `existing` version.  Members that point back and etags
    are left out: they are made on reading.
    """
    resource_type = type_of(document["id"]) or document["type"]
    properties = without_back_references(resource_type, document.get("properties") or {})
    older = (existing or {}).get("properties") or {}
    kept = {name: older[name] for name in _KEPT_BY_THE_SERVICE if name in older}
    stored = {
        **{name: value for name, value in document.items() if name != "etag"},
        "type": document.get("type") or resource_type,
        "properties": _in_order({"provisioningState": "Succeeded", **kept, **properties}, older),
    }
    if resource_type.lower() == _SECURITY_GROUP:
        stored = _with_default_rules(stored)
    return with_child_envelopes(_with_stored_children(stored))


def _in_order(properties: JsonObject, older: JsonObject) -> JsonObject:
    """Return properties in the order of the existing version, new ones last."""
    names = [*(name for name in older if name in properties), *properties]
    return {name: properties[name] for name in names}


def _with_default_rules(document: JsonObject) -> JsonObject:
    properties = document["properties"]
    if properties.get("defaultSecurityRules"):
        return document
    rules = [dict(rule) for rule in DEFAULT_SECURITY_RULES]
    custom = properties.get("securityRules") or []
    return {
        **document,
        "properties": {**properties, "securityRules": custom, "defaultSecurityRules": rules},
    }


def _with_stored_children(document: JsonObject) -> JsonObject:
    properties = dict(document["properties"])
    for collection in collections_of(document):
        children = members(document, collection)
        if children:
            child_type = f"{type_of(document['id'])}/{collection.segment}"
            properties[collection.member] = [
                {
                    **{name: value for name, value in child.items() if name != "etag"},
                    "properties": without_back_references(
                        child_type, child.get("properties") or {}
                    ),
                }
                for child in children
            ]
    return {**document, "properties": properties}
