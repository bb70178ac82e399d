"""Edits made to rows, as Azure makes them: apart from the product's own way with its snapshot."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Sequence

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
from tests.oracle.estate import key
from tests.rows import Part, Row, rule


def edited_rows(rows: Iterable[Row], edits: Iterable[Edit]) -> list[Row]:
    """Return copies of rows after some edits."""
    copies = [copy.deepcopy(one) for one in rows]
    by_id = {key(one["id"]): one["properties"] for one in copies}
    for edit in edits:
        _edit(by_id, edit)
    return copies


def _edit(by_id: dict[str, Part], edit: Edit) -> None:  # noqa: C901 - one case for each edit
    match edit:
        case RemoveRule(group, name):
            _drop(by_id[group.key]["securityRules"], lambda one: one["name"] == name)
        case NarrowRule(group, name, sources):
            changed = _named(by_id[group.key]["securityRules"], name)
            changed |= {"sourceAddressPrefixes": list(sources.prefixes())}
            for member in ("sourceAddressPrefix", "sourceApplicationSecurityGroups"):
                changed.pop(member, None)
        case MoveRule(group, name, priority):
            rules = by_id[group.key]["securityRules"]
            assert priority not in _inbound_priorities(rules)
            _named(rules, name)["priority"] = priority
        case AddRule(group, added):
            rules = by_id[group.key]["securityRules"]
            assert added.priority not in _inbound_priorities(rules)
            assert added.name not in [one["name"] for one in rules]
            rules.append(
                rule(
                    added.priority,
                    "Deny",
                    name=added.name,
                    source=list(added.source.addresses.prefixes()) or "Internet",
                    port=[str(number) for span in added.destination_ports.spans for number in span],
                )
            )
        case DissociatePublicIp(interface, name, _):
            del _named(by_id[interface.key]["ipConfigurations"], name)["publicIPAddress"]
        case DetachNatRule(interface, name, nat_rule):
            held = _named(by_id[interface.key]["ipConfigurations"], name)
            _drop(held["loadBalancerInboundNatRules"], lambda one: key(one["id"]) == nat_rule.key)
        case RemoveNatRule(balancer, name):
            _drop(by_id[balancer.key]["inboundNatRules"], lambda one: one["name"] == name)
        case RemoveDnatRule(holder, _, name):
            held = by_id[holder.key]
            collections = held.get("natRuleCollections") or held.get("ruleCollections") or []
            for collection in collections:
                rules = collection.get("properties", collection)["rules"]
                _drop(rules, lambda one: one["name"] == name, several=True)


def _named(parts: Sequence[Part], name: str) -> Part:
    properties: Part = next(one for one in parts if one["name"] == name)["properties"]
    return properties


def _drop(parts: list[Part], is_meant: Callable[[Part], bool], *, several: bool = False) -> None:
    kept = [one for one in parts if not is_meant(one)]
    assert several or len(kept) == len(parts) - 1
    parts[:] = kept


def _inbound_priorities(rules: Sequence[Part]) -> set[int]:
    inbound = [one["properties"] for one in rules if one["properties"]["direction"] == "Inbound"]
    return {one["priority"] for one in inbound}
