"""Resources that live inside their parent's document and still have ids of their own.

A security rule, a subnet or an inbound NAT rule is an element of a list in its parent, and is
also read and written under its own id.  Source: Azure REST API reference of Microsoft.Network,
the operation groups Security Rules, Subnets, Virtual Network Peerings, Routes, Inbound Nat Rules.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from simulator.arm.identifiers import type_of
from simulator.exchange import JsonObject


@dataclass(frozen=True, slots=True)
class ChildCollection:
    """A list in a parent's properties whose elements have ids.

    `segment` is the word in their ids, `member` the property that holds the list.
    """

    segment: str
    member: str
    writable: bool = False


def _read_only(*segments: str) -> tuple[ChildCollection, ...]:
    return tuple(ChildCollection(segment, segment) for segment in segments)


def _writable(*segments: str) -> tuple[ChildCollection, ...]:
    return tuple(ChildCollection(segment, segment, writable=True) for segment in segments)


CHILD_COLLECTIONS: Final[Mapping[str, tuple[ChildCollection, ...]]] = {
    "microsoft.network/networksecuritygroups": (
        *_writable("securityRules"),
        *_read_only("defaultSecurityRules"),
    ),
    "microsoft.network/virtualnetworks": _writable("subnets", "virtualNetworkPeerings"),
    "microsoft.network/routetables": _writable("routes"),
    "microsoft.network/networkinterfaces": _read_only("ipConfigurations"),
    "microsoft.network/loadbalancers": (
        *_writable("inboundNatRules", "backendAddressPools"),
        *_read_only(
            "frontendIPConfigurations",
            "loadBalancingRules",
            "outboundRules",
            "inboundNatPools",
            "probes",
        ),
    ),
    "microsoft.network/bastionhosts": (
        ChildCollection("bastionHostIpConfigurations", "ipConfigurations"),
    ),
    "microsoft.network/azurefirewalls": (
        ChildCollection("azureFirewallIpConfigurations", "ipConfigurations"),
        *_read_only("natRuleCollections", "networkRuleCollections", "applicationRuleCollections"),
    ),
    "microsoft.network/applicationgateways": _read_only(
        "frontendIPConfigurations", "frontendPorts", "backendAddressPools", "listeners"
    ),
    "microsoft.network/virtualnetworkgateways": _read_only("ipConfigurations"),
    "microsoft.compute/virtualmachinescalesets/virtualmachines/networkinterfaces": _read_only(
        "ipConfigurations"
    ),
}


def collections_of(document: JsonObject) -> tuple[ChildCollection, ...]:
    """Return the child collections that resources of the document's type have."""
    return CHILD_COLLECTIONS.get(type_of(document["id"]).lower(), ())


def collection_at(parent_type: str, segment: str) -> ChildCollection | None:
    """Return the collection that `segment` names in ids below `parent_type`, if there is one."""
    for collection in CHILD_COLLECTIONS.get(parent_type.lower(), ()):
        if collection.segment.lower() == segment.lower():
            return collection
    return None


def members(document: JsonObject, collection: ChildCollection) -> list[JsonObject]:
    """Return the children of one collection; an absent or null list is empty."""
    return (document.get("properties") or {}).get(collection.member) or []


def child_named(document: JsonObject, collection: ChildCollection, name: str) -> JsonObject | None:
    """Return the child of that name, compared without case."""
    for child in members(document, collection):
        if child["name"].lower() == name.lower():
            return child
    return None


def with_child(
    document: JsonObject, collection: ChildCollection, name: str, body: JsonObject
) -> JsonObject:
    """Return the parent with `body` as its child `name`, in the place of an older one."""
    older = child_named(document, collection, name)
    spelling = name if older is None else older["name"]
    child = {"name": spelling, **{key: body[key] for key in body if key not in {"name", "id"}}}
    kept = members(document, collection)
    if older is None:
        return _with_members(document, collection, [*kept, child])
    return _with_members(document, collection, [child if it is older else it for it in kept])


def without_child(document: JsonObject, collection: ChildCollection, name: str) -> JsonObject:
    """Return the parent without its child `name`."""
    kept = [it for it in members(document, collection) if it["name"].lower() != name.lower()]
    return _with_members(document, collection, kept)


def with_child_envelopes(document: JsonObject) -> JsonObject:
    """Return the parent with id, type and provisioning state filled in on every child.

    Children keep an id or a state that they have already.
    """
    for collection in collections_of(document):
        children = members(document, collection)
        if children:
            enveloped = [_enveloped(document, collection, child) for child in children]
            document = _with_members(document, collection, enveloped)
    return document


def child_ids(document: JsonObject) -> Iterator[str]:
    """Yield the ids of all children."""
    for collection in collections_of(document):
        for child in members(document, collection):
            yield child["id"]


def _enveloped(document: JsonObject, collection: ChildCollection, child: JsonObject) -> JsonObject:
    properties = child.get("properties") or {}
    return {
        "id": f"{document['id']}/{collection.segment}/{child['name']}",
        "type": f"{type_of(document['id'])}/{collection.segment}",
        **child,
        "properties": {"provisioningState": "Succeeded", **properties},
    }


def _with_members(
    document: JsonObject, collection: ChildCollection, children: list[JsonObject]
) -> JsonObject:
    properties = {**(document.get("properties") or {}), collection.member: children}
    return {**document, "properties": properties}
