"""Rows of Azure Firewall, its policies and IP groups, read as network objects."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from shared.adapters.endpoint_text import endpoint
from shared.adapters.network_rows import ids_of, reference, single_address
from shared.adapters.wire import Envelope
from shared.adapters.wire_firewall import (
    CollectionGroupBody,
    DnatBody,
    FirewallBody,
    IpGroupBody,
    PolicyBody,
)
from shared.network.firewall import DnatRule, Firewall, FirewallPolicy, IpGroup, RuleCollectionGroup
from shared.network.ids import ResourceId, resource_id
from shared.packetset.addresses import ALL_ADDRESSES, AddressSet
from shared.packetset.protocols import InvalidPortsError, Protocol, parse_ports, ports_of

_FIREWALL = msgspec.json.Decoder(FirewallBody)
_POLICY = msgspec.json.Decoder(PolicyBody)
_GROUP = msgspec.json.Decoder(CollectionGroupBody)
_IP_GROUP = msgspec.json.Decoder(IpGroupBody)


def firewall(identity: ResourceId, row: Envelope) -> Firewall:
    """Read a firewall with its classic DNAT rules.

    Raises:
        msgspec.DecodeError: a member has another type than Azure gives it.
        ValueError: a rule's address, port or protocol is impossible.
    """
    body = _FIREWALL.decode(row.properties)
    configurations = [part.properties for part in body.ip_configurations or ()]
    hub = body.hub_ip_addresses
    listed = (hub.public_ips.addresses if hub and hub.public_ips else None) or ()
    publics = (reference(one.public_ip_address) for one in configurations)
    privates = (single_address(one.private_ip_address) for one in (*configurations, hub) if one)
    return Firewall(
        id=identity,
        public_ips=tuple(public for public in publics if public),
        hub_addresses=tuple(
            number for one in listed if (number := single_address(one.address)) is not None
        ),
        private_address=next((number for number in privates if number is not None), None),
        subnet=next((s for one in configurations if (s := reference(one.subnet))), None),
        policy=reference(body.firewall_policy),
        rules=tuple(
            rule
            for part in body.nat_rule_collections or ()
            if _is_dnat(part.properties.action.type if part.properties.action else None)
            for rule in _rules(
                resource_id(part.id)
                if part.id
                else identity.child("natRuleCollections", part.name or ""),
                part.properties.rules,
            )
        ),
    )


def firewall_policy(identity: ResourceId, row: Envelope) -> FirewallPolicy:
    """Read a firewall policy."""
    body = _POLICY.decode(row.properties)
    return FirewallPolicy(
        identity, reference(body.base_policy), ids_of(body.rule_collection_groups)
    )


def rule_collection_group(identity: ResourceId, row: Envelope) -> RuleCollectionGroup:
    """Read the DNAT rules of a rule collection group; its filter rules lead nowhere."""
    rules = (
        rule
        for collection in _GROUP.decode(row.properties).rule_collections or ()
        if (collection.rule_collection_type or "").lower() == "firewallpolicynatrulecollection"
        and _is_dnat(collection.action.type if collection.action else None)
        for rule in _rules(identity, collection.rules)
    )
    return RuleCollectionGroup(identity, tuple(rules))


def ip_group(identity: ResourceId, row: Envelope) -> IpGroup:
    """Read an IP group."""
    return IpGroup(identity, AddressSet.of(_IP_GROUP.decode(row.properties).ip_addresses or ()))


def _is_dnat(action: str | None) -> bool:
    return (action or "dnat").lower() == "dnat"


def _rules(collection: ResourceId, bodies: list[DnatBody] | None) -> Iterator[DnatRule]:
    """Give the rules that translate TCP."""
    for body in bodies or ():
        protocols = [
            Protocol.parse(text) for text in body.ip_protocols or body.protocols or ("Any",)
        ]
        if any(protocol.covers(Protocol.TCP) for protocol in protocols):
            yield _rule(collection, body)


def _only_port(text: str) -> int:
    """Read one port; a rule translates to no range."""
    ports = parse_ports(text)
    if ports.count != 1:
        raise InvalidPortsError(text)
    return ports.bounds[0]


def _rule(collection: ResourceId, body: DnatBody) -> DnatRule:
    """Read one rule; no sources at all are read as any, and so is a `*` as destination."""
    sources = endpoint(tuple(body.source_addresses or ()))
    groups = tuple(resource_id(group) for group in body.source_ip_groups or () if group)
    targets = endpoint(tuple(body.destination_addresses or ()))
    return DnatRule(
        collection=collection,
        name=body.name or "",
        sources=sources.addresses,
        source_groups=groups,
        everywhere=sources.everywhere and not (sources.unstated and groups),
        destinations=ALL_ADDRESSES if targets.everywhere else targets.addresses,
        ports=ports_of(body.destination_ports or ()),
        translated_address=single_address(body.translated_address),
        translated_name=body.translated_fqdn or "",
        translated_port=_only_port(str(body.translated_port or 0)),
    )
