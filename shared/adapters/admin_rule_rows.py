"""Security admin rules, as ARM answers for a network and as Resource Graph keeps them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import msgspec

from shared.adapters.endpoint_text import ACCESSES, DIRECTIONS, endpoint, member, priority_of
from shared.adapters.wire import Envelope
from shared.adapters.wire_admin_rules import (
    AdminRuleBody,
    AdminRuleItem,
    EffectiveAnswer,
    EffectiveConfigurations,
    ManagerBody,
    PrefixItem,
)
from shared.network.admin_rules import AdminRule, AdminRules, NetworkManager
from shared.network.ids import ResourceId, resource_id
from shared.network.security_rule import Access, Endpoint, SecurityRule
from shared.packetset.protocols import Protocol, ports_of

_ANSWER = msgspec.json.Decoder(EffectiveAnswer)
_EFFECTIVE = msgspec.json.Decoder(EffectiveConfigurations)
_RULE = msgspec.json.Decoder(AdminRuleBody)
_MANAGER = msgspec.json.Decoder(ManagerBody)
_ACCESSES = {**ACCESSES, Access.ALWAYS_ALLOW.lower(): Access.ALWAYS_ALLOW}


@dataclass(frozen=True, slots=True)
class ConfigurationSnapshot:
    """One version of a security admin configuration: what is in force, and what rules belong to.

    Source: Microsoft Learn, "Query Azure Virtual Network Manager using Azure Resource Graph".
    """

    configuration: ResourceId
    number: str


def effective_answer(_: ResourceId, row: Envelope) -> AdminRules:
    """Read ARM's list of the admin rules in force on a network; unreadable ones are faults."""
    rules: list[AdminRule] = []
    faults: list[str] = []
    for item in _ANSWER.decode(row.properties).value or ():
        try:
            rules.append(_admin_rule(resource_id(item.id or ""), item))
        except ValueError as error:
            faults.append(f"admin rule {item.id}: {error}")
    return AdminRules(tuple(rules), tuple(faults))


def effective_configurations(_: ResourceId, row: Envelope) -> tuple[ConfigurationSnapshot, ...]:
    """Read which configuration snapshots are in force on a network, in either casing."""
    body = _EFFECTIVE.decode(row.properties)
    listed = body.lower or body.pascal or ()
    ids = (one.id or one.pascal_id for one in listed)
    return tuple(_snapshot(resource_id(text), "snapshots") for text in ids if text)


def rule_snapshot(identity: ResourceId, row: Envelope) -> tuple[ConfigurationSnapshot, AdminRule]:
    """Read the body of one rule in one snapshot of its configuration."""
    rule_id = identity.parent("snapshots") or identity
    configuration = rule_id.parent("ruleCollections") or rule_id
    body = _RULE.decode(row.properties)
    rule = _admin_rule(rule_id, AdminRuleItem(id=rule_id.text, properties=body))
    return ConfigurationSnapshot(configuration, identity.name), rule


def network_manager(identity: ResourceId, row: Envelope) -> NetworkManager:
    """Read what decides between network managers: whether one stands over management groups."""
    scopes = _MANAGER.decode(row.properties).network_manager_scopes
    return NetworkManager(identity, bool(scopes and scopes.management_groups))


def assembled(
    in_force: Iterable[ConfigurationSnapshot],
    rules: Mapping[ConfigurationSnapshot, Mapping[ResourceId, AdminRule]],
) -> AdminRules:
    """Put together the rules of the snapshots in force; one without any rule was not read."""
    snapshots = tuple(in_force)
    return AdminRules(
        tuple(rule for snapshot in snapshots for rule in rules.get(snapshot, {}).values()),
        tuple(
            f"the rules of configuration {snapshot.configuration.name}, snapshot"
            f" {snapshot.number}, could not be read"
            for snapshot in snapshots
            if snapshot not in rules
        ),
    )


def _snapshot(identity: ResourceId, collection: str) -> ConfigurationSnapshot:
    return ConfigurationSnapshot(identity.parent(collection) or identity, identity.name)


def _admin_rule(identity: ResourceId, item: AdminRuleItem) -> AdminRule:
    body = item.properties
    return AdminRule(
        id=identity,
        manager=identity.parent("securityAdminConfigurations"),
        rule=SecurityRule(
            name=identity.name,
            priority=priority_of(body.priority, lowest=1),
            direction=member(DIRECTIONS, body.direction, "direction"),
            access=member(_ACCESSES, body.access, "access"),
            protocol=Protocol.parse(body.protocol or "Any"),
            source=_side(body.sources),
            source_ports=ports_of(body.source_port_ranges or ("*",)),
            destination=_side(body.destinations),
            destination_ports=ports_of(body.destination_port_ranges or ("*",)),
        ),
    )


def _side(items: list[PrefixItem] | None) -> Endpoint:
    """Read one side; a network group's addresses are not told."""
    named = tuple(_texts(items or ()))
    groups = any((one.address_prefix_type or "").lower() == "networkgroup" for one in items or ())
    if not groups:
        return endpoint(named)
    return replace(endpoint(named) if named else Endpoint(), unresolved=True)


def _texts(items: Iterable[PrefixItem]) -> Iterator[str]:
    for one in items:
        if one.address_prefix and (one.address_prefix_type or "").lower() != "networkgroup":
            yield one.address_prefix
