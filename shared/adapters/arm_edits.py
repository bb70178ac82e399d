"""Edits on the raw JSON of Azure Resource Manager: what is not edited is sent back as it came.

A PUT replaces a whole resource, so members that this version of Portcullis does not know stay in
the body, and only those that Azure itself makes are left out.  One API version reads and writes.
Source: Azure REST API reference, Microsoft.Network, members marked read-only; Azure-Verified
Modules, network security groups, on members that a PUT resets.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Final, assert_never

from shared.adapters.arm_content import JsonObject, content, digest, writable
from shared.adapters.arm_resources import API_VERSIONS, resource_type
from shared.network.ids import ResourceId
from shared.network.security_rule import SecurityRule
from shared.packetset.addresses import AddressSet
from shared.remediation.edit import (
    AddRule,
    DetachNatRule,
    DissociatePublicIp,
    Edit,
    MoveRule,
    NarrowRule,
    RemoveDnatRule,
    RemoveNatRule,
    RemoveRule,
)
from shared.remediation.edit_documents import port_texts
from shared.usecases.plan_record import Absent, Image, Seen
from shared.usecases.remediation_interfaces import EditImpossibleError, Standing, WireRequest

_CHILDREN: Final = frozenset({"securityrules", "inboundnatrules"})
_NAT_COLLECTION: Final = "firewallpolicynatrulecollection"


def api_version(target: ResourceId) -> str:
    """Give the version with which a resource is both read and written; a child has its parent's.

    Raises:
        KeyError: resources of this type are not edited.
    """
    kind = resource_type(target)
    parent, _, last = kind.rpartition("/")
    return API_VERSIONS[parent if last in _CHILDREN else kind]


def edit_request(edit: Edit, seen: Seen) -> WireRequest:
    """Give the request that makes an edit to what was seen; it holds for that version alone.

    Raises:
        EditImpossibleError: what the edit is about is not there, or is there already.
    """
    match edit, seen:
        case AddRule(), Absent():
            return _put(edit.target, _rule_body(edit.rule), {"If-None-Match": "*"})
        case AddRule(), Image():
            raise EditImpossibleError(f"{edit.target.name} is there already")
        case RemoveRule() | RemoveNatRule(), Image():
            return _request("DELETE", edit.target, {"If-Match": seen.etag})
        case _, Image():
            body = writable(edit.target, _edited(edit, json.loads(seen.text)))
            return _put(edit.target, body, {"If-Match": seen.etag})
        case _, Absent():
            raise EditImpossibleError(f"{edit.target.name} is not there any more")
        case _ as unreachable:
            assert_never(unreachable)


def restoring_request(before: Seen, now: Seen) -> WireRequest | None:
    """Give the request that makes what is now as it was before; None where neither is there."""
    match before, now:
        case Image(), Image():
            body = writable(before.resource, json.loads(before.text))
            return _put(before.resource, body, {"If-Match": now.etag})
        case Image(), Absent():
            body = writable(before.resource, json.loads(before.text))
            return _put(before.resource, body, {"If-None-Match": "*"})
        case Absent(), Image():
            return _request("DELETE", before.resource, {"If-Match": now.etag})
        case _:
            return None


def standing(edit: Edit, before: Seen, now: Seen) -> Standing:
    """Tell whether an edit to what was seen before, and nothing else, is in what is seen now."""
    if before.digest == now.digest:
        return Standing.BEFORE
    match edit, before, now:
        case ((RemoveRule() | RemoveNatRule()), _, Absent()):
            is_made = True
        case AddRule(), Absent(), Image():
            is_made = _is_rule(edit, json.loads(now.text))
        case ((RemoveRule() | RemoveNatRule() | AddRule()), _, _):
            is_made = False
        case _, Image(), Image():
            is_made = _digest_after(edit, before) == now.digest
        case _:
            is_made = False
    return Standing.AFTER if is_made else Standing.OTHER


def _request(
    method: str, target: ResourceId, headers: Mapping[str, str], body: bytes = b""
) -> WireRequest:
    kept = {name: value for name, value in headers.items() if value}
    return WireRequest(method, target.text, api_version(target), kept, body)


def _put(target: ResourceId, body: JsonObject, headers: Mapping[str, str]) -> WireRequest:
    return _request("PUT", target, headers, json.dumps(body, separators=(",", ":")).encode())


def _edited(edit: Edit, document: JsonObject) -> JsonObject:
    """Give the resource after an edit of it; the document that comes in is changed in place."""
    properties = document.setdefault("properties", {})
    match edit:
        case NarrowRule():
            properties.update(_sources(edit.sources))
            properties.pop("sourceApplicationSecurityGroups", None)
        case MoveRule():
            properties["priority"] = edit.priority
        case DissociatePublicIp():
            configuration = _configuration(properties, edit.configuration)
            if not _refers_to(configuration.get("publicIPAddress"), edit.public_ip):
                raise EditImpossibleError(f"{edit.configuration} has another address, or none")
            del configuration["publicIPAddress"]
        case DetachNatRule():
            configuration = _configuration(properties, edit.configuration)
            rules = configuration.get("loadBalancerInboundNatRules") or []
            kept = [one for one in rules if not _refers_to(one, edit.nat_rule)]
            if len(kept) == len(rules):
                raise EditImpossibleError(f"{edit.configuration} does not refer to the NAT rule")
            configuration["loadBalancerInboundNatRules"] = kept
        case RemoveDnatRule():
            _remove_dnat(edit, properties)
        case RemoveRule() | AddRule() | RemoveNatRule():
            raise EditImpossibleError(f"{edit.target.name} is made or removed as a whole")
        case _ as unreachable:
            assert_never(unreachable)
    return document


def _configuration(properties: JsonObject, name: str) -> JsonObject:
    for one in properties.get("ipConfigurations") or []:
        if str(one.get("name", "")).lower() == name.lower():
            found: JsonObject = one.setdefault("properties", {})
            return found
    raise EditImpossibleError(f"there is no IP configuration {name}")


def _refers_to(reference: object, target: ResourceId) -> bool:
    own = reference.get("id") if isinstance(reference, dict) else None
    return isinstance(own, str) and own.rstrip("/").lower() == target.key


def _remove_dnat(edit: RemoveDnatRule, properties: JsonObject) -> None:
    """Take one DNAT rule out; a collection that is left without any goes with it.

    Whether Azure takes an empty collection is not documented, and an empty one does nothing.
    """
    member, is_meant = _collections(edit)
    collections = properties.get(member) or []
    holding = [
        (collection, rules, rule)
        for collection in collections
        if is_meant(collection)
        for rules in [_rules_of(collection)]
        for rule in rules
        if str(rule.get("name", "")).lower() == edit.rule.lower()
    ]
    if len(holding) != 1:
        raise EditImpossibleError(f"there is not exactly one DNAT rule {edit.rule}")
    collection, rules, rule = holding[0]
    rules.remove(rule)
    if not rules:
        collections.remove(collection)


def _collections(edit: RemoveDnatRule) -> tuple[str, Callable[[JsonObject], bool]]:
    """Name the member with a holder's collections, and choose those that may be meant."""
    if resource_type(edit.holder) == "microsoft.network/azurefirewalls":
        return "natRuleCollections", lambda one: _refers_to(one, edit.collection)
    return "ruleCollections", (
        lambda one: str(one.get("ruleCollectionType", "")).lower() == _NAT_COLLECTION
    )


def _rules_of(collection: JsonObject) -> list[JsonObject]:
    """Give the rules of a collection, of a firewall or of a policy."""
    holder = collection.get("properties") or collection
    rules: list[JsonObject] = holder.get("rules") or []
    return rules


def _sources(addresses: AddressSet) -> JsonObject:
    """Fill the source of a rule: one prefix in the singular member, several in the plural."""
    prefixes = list(addresses.prefixes())
    if len(prefixes) == 1:
        return {"sourceAddressPrefix": prefixes[0], "sourceAddressPrefixes": []}
    return {"sourceAddressPrefix": "", "sourceAddressPrefixes": prefixes}


def _rule_body(rule: SecurityRule) -> JsonObject:
    """Give the body of a Deny of Portcullis."""
    prefixes = rule.source.addresses
    ports = port_texts(rule.destination_ports)
    one_port = {"destinationPortRange": ports[0], "destinationPortRanges": []}
    several_ports = {"destinationPortRange": "", "destinationPortRanges": ports}
    internet = {"sourceAddressPrefix": "Internet", "sourceAddressPrefixes": []}
    return {
        "name": rule.name,
        "properties": {
            "description": "Made by Portcullis: closes management ports to the internet.",
            "protocol": rule.protocol.value,
            "sourcePortRange": "*",
            "destinationAddressPrefix": "*",
            **(one_port if len(ports) == 1 else several_ports),
            **(_sources(prefixes) if prefixes else internet),
            "access": rule.access.value,
            "priority": rule.priority,
            "direction": rule.direction.value,
        },
    }


def _digest_after(edit: Edit, before: Image) -> str | None:
    """Give the digest that an image has once it is edited; None where it cannot be."""
    try:
        return digest(edit.target, _edited(edit, json.loads(before.text)))
    except EditImpossibleError:
        return None


def _is_rule(edit: AddRule, document: JsonObject) -> bool:
    """Tell whether a rule is the one that an edit makes."""
    found = content(edit.target, document).get("properties")
    return bool(found == content(edit.target, _rule_body(edit.rule))["properties"])
