"""Edits as JSON data: stored, hashed, shown, and read back the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from shared.checks.result import Json
from shared.exposure.documents import JsonObject
from shared.network.ids import ResourceId
from shared.packetset.addresses import AddressSet
from shared.packetset.intervals import IntervalSet
from shared.packetset.protocols import ports_of
from shared.remediation.document_reading import (
    InvalidDocumentError,
    identity,
    number,
    text,
    texts,
)
from shared.remediation.edit import (
    AddRule,
    DetachNatRule,
    DissociatePublicIp,
    DoorEdit,
    Edit,
    MoveRule,
    NarrowRule,
    RemoveDnatRule,
    RemoveNatRule,
    RemoveRule,
    RuleEdit,
    deny_rule,
)

_INTERNET_TAG = "Internet"


def edit_document(edit: Edit) -> JsonObject:
    """Give one edit as data; `edit_from` reads it back."""
    match edit:
        case RemoveRule() | NarrowRule() | MoveRule() | AddRule():
            return _rule_document(edit)
        case DissociatePublicIp() | DetachNatRule() | RemoveNatRule() | RemoveDnatRule():
            return _door_document(edit)
        case _ as unreachable:
            assert_never(unreachable)


def _rule_document(edit: RuleEdit) -> JsonObject:
    match edit:
        case RemoveRule(group, rule):
            return {"edit": "remove-rule", "group": group.text, "rule": rule}
        case NarrowRule(group, rule, sources):
            kept = list(sources.prefixes())
            return {"edit": "narrow-rule", "group": group.text, "rule": rule, "sources": kept}
        case MoveRule(group, rule, priority):
            return {"edit": "move-rule", "group": group.text, "rule": rule, "priority": priority}
        case AddRule(group, rule):
            return {
                "edit": "add-rule",
                "group": group.text,
                "rule": rule.name,
                "priority": rule.priority,
                "access": rule.access.value,
                "direction": rule.direction.value,
                "protocol": rule.protocol.value,
                "sources": list(rule.source.addresses.prefixes()) or [_INTERNET_TAG],
                "destination_ports": port_texts(rule.destination_ports),
            }
        case _ as unreachable:
            assert_never(unreachable)


def _door_document(edit: DoorEdit) -> JsonObject:
    match edit:
        case DissociatePublicIp(interface, configuration, public_ip):
            return {
                "edit": "dissociate-public-ip",
                "interface": interface.text,
                "configuration": configuration,
                "public_ip": public_ip.text,
            }
        case DetachNatRule(interface, configuration, nat_rule):
            return {
                "edit": "detach-nat-rule",
                "interface": interface.text,
                "configuration": configuration,
                "nat_rule": nat_rule.text,
            }
        case RemoveNatRule(balancer, rule):
            return {"edit": "remove-nat-rule", "balancer": balancer.text, "rule": rule}
        case RemoveDnatRule(holder, collection, rule):
            return {
                "edit": "remove-dnat-rule",
                "holder": holder.text,
                "collection": collection.text,
                "rule": rule,
            }
        case _ as unreachable:
            assert_never(unreachable)


def edit_from(document: Mapping[str, Json]) -> Edit:
    """Read what `edit_document` gave.

    Raises:
        InvalidDocumentError: a member is missing or of another type, or the edit is not known.
        InvalidEditError: the edit is one that cannot be.
    """
    match document.get("edit"):
        case "remove-rule" | "narrow-rule" | "move-rule" | "add-rule":
            return _rule_edit(document, identity(document, "group"), text(document, "rule"))
        case "dissociate-public-ip":
            interface, configuration = _configuration(document)
            return DissociatePublicIp(interface, configuration, identity(document, "public_ip"))
        case "detach-nat-rule":
            interface, configuration = _configuration(document)
            return DetachNatRule(interface, configuration, identity(document, "nat_rule"))
        case "remove-nat-rule":
            return RemoveNatRule(identity(document, "balancer"), text(document, "rule"))
        case "remove-dnat-rule":
            holder, collection = identity(document, "holder"), identity(document, "collection")
            return RemoveDnatRule(holder, collection, text(document, "rule"))
        case unknown:
            raise InvalidDocumentError("edit", unknown)


def port_texts(ports: IntervalSet) -> list[str]:
    """Give ports as Azure's rules name them: single ones, and ranges with both ends."""
    return [str(first) if first == last else f"{first}-{last}" for first, last in ports.spans]


def _rule_edit(document: Mapping[str, Json], group: ResourceId, rule: str) -> Edit:
    match document["edit"]:
        case "remove-rule":
            return RemoveRule(group, rule)
        case "narrow-rule":
            return NarrowRule(group, rule, AddressSet.of(texts(document, "sources")))
        case "move-rule":
            return MoveRule(group, rule, number(document, "priority"))
        case _:
            named = texts(document, "sources")
            sources = None if named == (_INTERNET_TAG,) else AddressSet.of(named)
            ports = ports_of(texts(document, "destination_ports"))
            return AddRule(group, deny_rule(rule, number(document, "priority"), sources, ports))


def _configuration(document: Mapping[str, Json]) -> tuple[ResourceId, str]:
    return identity(document, "interface"), text(document, "configuration")
