"""The answer about the effective security rules of a network interface.

Source: Azure REST API, "Network Interfaces - List Effective Network Security Groups"; Microsoft
Learn, "Diagnose a virtual machine network traffic filter problem".
"""

from simulator.exchange import JsonObject
from simulator.filtering.layers import EffectiveRule, FilterLayer
from simulator.filtering.prefixes import ANYWHERE, Side


def effective_groups_answer(layers: list[FilterLayer]) -> JsonObject:
    """Return the filters before an interface, one entry each."""
    return {"value": [_entry(layer) for layer in layers]}


def _entry(layer: FilterLayer) -> JsonObject:
    tags = {
        name: list(prefixes)
        for rule in layer.rules
        for side in (rule.source, rule.destination)
        for name, prefixes in side.tags
    }
    entry: JsonObject = {
        "association": {layer.attached_to: {"id": layer.holder}},
        "effectiveSecurityRules": [_rule(rule) for rule in layer.rules],
        "tagMap": tags,
    }
    if layer.group is not None:
        entry["networkSecurityGroup"] = {"id": layer.group}
    return entry


def _rule(rule: EffectiveRule) -> JsonObject:
    return {
        "name": rule.name,
        "protocol": rule.protocol,
        "sourcePortRange": rule.source_ports[0],
        "sourcePortRanges": list(rule.source_ports),
        "destinationPortRange": rule.destination_ports[0],
        "destinationPortRanges": list(rule.destination_ports),
        **_side("source", rule.source),
        **_side("destination", rule.destination),
        "access": rule.access,
        "priority": rule.priority,
        "direction": rule.direction,
    }


def _side(name: str, side: Side) -> JsonObject:
    spelled = [ANYWHERE if word == "*" else word for word in side.spelled]
    return {
        f"{name}AddressPrefix": spelled[0],
        f"{name}AddressPrefixes": spelled,
        f"expanded{name.capitalize()}AddressPrefix": side.expanded,
    }
