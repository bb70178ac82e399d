"""The filters before one network interface, as plain lists of rules in their order.

Source: Microsoft Learn, "How network security groups filter network traffic" and "Security admin
rules in Azure Virtual Network Manager".
"""

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from simulator.exchange import JsonObject
from simulator.filtering.admin_rules import admin_rules_at
from simulator.filtering.prefixes import Side, Vocabulary, network_of
from simulator.filtering.surroundings import Surroundings

_EVERY_PORT: Final = "0-65535"


@dataclass(frozen=True, slots=True)
class Flow:
    """One packet that begins a flow, as the machine's interface sees it."""

    direction: str
    protocol: str
    source: ipaddress.IPv4Address
    source_port: int
    destination: ipaddress.IPv4Address
    destination_port: int


@dataclass(frozen=True, slots=True)
class EffectiveRule:
    """One rule with its words resolved; ports are ranges such as `22-22`, `All` any protocol."""

    name: str
    priority: int
    direction: str
    access: str
    protocol: str
    source: Side
    source_ports: tuple[str, ...]
    destination: Side
    destination_ports: tuple[str, ...]

    def matches(self, flow: Flow) -> bool:
        """Tell whether the rule is about a flow."""
        return (
            self.direction.lower() == flow.direction.lower()
            and self.protocol.lower() in {"all", flow.protocol.lower()}
            and _holds(self.source_ports, flow.source_port)
            and _holds(self.destination_ports, flow.destination_port)
            and self.source.holds(flow.source)
            and self.destination.holds(flow.destination)
        )


@dataclass(frozen=True, slots=True)
class FilterLayer:
    """One filter: where it is attached, the NSG that it is, and its rules in order.

    `group` is None for security admin rules.
    """

    attached_to: str
    holder: str
    group: str | None
    rules: tuple[EffectiveRule, ...]

    def first_match(self, flow: Flow) -> EffectiveRule | None:
        """Return the rule that decides on a flow; None where no rule is about it."""
        return next((rule for rule in self.rules if rule.matches(flow)), None)


def inbound_layers(surroundings: Surroundings, vocabulary: Vocabulary) -> list[FilterLayer]:
    """Return the filters before an interface: admin rules, the subnet's NSG, its own NSG."""
    subnet, nic = surroundings.subnet, surroundings.nic.document
    layers = list(_admin_layers(surroundings, vocabulary))
    for attached_to, holder in (("subnet", subnet), ("networkInterface", nic)):
        group = surroundings.referred(holder["properties"].get("networkSecurityGroup"))
        if group is not None:
            rules = sorted(
                _group_rules(group.document, surroundings, vocabulary),
                key=lambda rule: rule.priority,
            )
            layers.append(
                FilterLayer(attached_to, holder["id"], group.document["id"], tuple(rules))
            )
    return layers


def _admin_layers(surroundings: Surroundings, vocabulary: Vocabulary) -> Iterator[FilterLayer]:
    found = admin_rules_at(surroundings.resources, surroundings.network, surroundings.subnet)
    for manager in dict.fromkeys(rule.manager_id for rule in found):
        rules = [
            replace(
                _rule(rule.name, rule.properties, vocabulary),
                source=vocabulary.side(_prefixes(rule.properties.get("sources"))),
                destination=vocabulary.side(_prefixes(rule.properties.get("destinations"))),
            )
            for rule in found
            if rule.manager_id == manager
        ]
        yield FilterLayer("networkManager", manager, None, tuple(rules))


def _group_rules(
    group: JsonObject, surroundings: Surroundings, vocabulary: Vocabulary
) -> Iterator[EffectiveRule]:
    for collection in ("securityRules", "defaultSecurityRules"):
        for rule in group["properties"].get(collection) or ():
            properties = rule["properties"]
            source = _side(properties, "source", surroundings, vocabulary)
            destination = _side(properties, "destination", surroundings, vocabulary)
            if source.spelled and destination.spelled:
                named = _rule(f"{collection}/{rule['name']}", properties, vocabulary)
                yield replace(named, source=source, destination=destination)


def _rule(name: str, properties: JsonObject, vocabulary: Vocabulary) -> EffectiveRule:
    protocol = str(properties["protocol"])
    return EffectiveRule(
        name=name,
        priority=properties["priority"],
        direction=properties["direction"],
        access=properties["access"],
        protocol="All" if protocol.lower() in {"*", "any"} else protocol.capitalize(),
        source=vocabulary.side([]),
        source_ports=_ports(properties, "sourcePortRange"),
        destination=vocabulary.side([]),
        destination_ports=_ports(properties, "destinationPortRange"),
    )


def _side(
    properties: JsonObject, side: str, surroundings: Surroundings, vocabulary: Vocabulary
) -> Side:
    """Resolve one side; application security groups stand for their members' addresses."""
    groups = properties.get(f"{side}ApplicationSecurityGroups")
    if groups:
        return vocabulary.side([str(network_of(each)) for each in surroundings.members_of(groups)])
    single = properties.get(f"{side}AddressPrefix")
    listed = properties.get(f"{side}AddressPrefixes") or []
    return vocabulary.side([*([single] if single else []), *listed])


def _prefixes(items: list[JsonObject] | None) -> list[str]:
    return [str(item["addressPrefix"]) for item in items or ()] or ["*"]


def _ports(properties: JsonObject, member: str) -> tuple[str, ...]:
    single = properties.get(member)
    words = [*([single] if single else []), *(properties.get(f"{member}s") or [])]
    return tuple(_range(str(word)) for word in words) or (_EVERY_PORT,)


def _range(word: str) -> str:
    if word == "*":
        return _EVERY_PORT
    return word if "-" in word else f"{word}-{word}"


def _holds(ranges: tuple[str, ...], port: int) -> bool:
    bounds = (each.split("-") for each in ranges)
    return any(int(first) <= port <= int(last) for first, last in bounds)
