"""The layers that a packet meets on its way to a VM, each with the rule that decides.

Source: the notes on Azure's semantics, 0, 1, 5.1 and 6; the fine print of the design.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

from tests.oracle.decision import Decision, Match, alike, both, either
from tests.oracle.estate import Estate, key, link
from tests.oracle.matching import (
    TCP_WORDS,
    Packet,
    Surroundings,
    in_ports,
    rule_matches,
    source_matches,
)
from tests.rows import Part

ACCESS: Final = {"allow": Decision.ALLOWED, "deny": Decision.BLOCKED}
OPEN_SKUS: Final = {"", "basic"}
CLOSED_SKUS: Final = {"standard"}
EXEMPT_SERVICES: Final = {"microsoft.sql/managedinstances", "microsoft.databricks/workspaces"}


class Step(NamedTuple):
    """What one layer does to a packet, and the name of the rule that says so."""

    layer: str
    rule: str
    decision: Decision


def security_group(
    estate: Estate, layer: str, group_id: str, packet: Packet, around: Surroundings
) -> Step:
    """Return what an NSG does: first match by priority, custom rules before the default ones."""
    group = estate.rows.get(group_id)
    if group is None:
        return Step(layer, "", Decision.UNKNOWN)
    properties = group["properties"]
    rules = [
        one
        for one in [*properties["securityRules"], *properties["defaultSecurityRules"]]
        if one["properties"]["direction"].lower() == "inbound"
    ]
    try:
        met = _first_matches(rules, lambda one: rule_matches(one, packet, around))
    except ValueError:
        return Step(layer, "", Decision.UNKNOWN)
    fates = [ACCESS[one["properties"]["access"].lower()] for one in met]
    return Step(layer, met[-1]["name"], alike(fates))


def _first_matches(rules: Iterable[Part], match: Callable[[Part], Match]) -> list[Part]:
    """Return the rules that may be the first to match, in order; the last of them surely does."""
    met: list[Part] = []
    by_priority = sorted(rules, key=lambda one: int(one["properties"]["priority"]))
    for one in by_priority:
        answer = match(one)
        if answer is not Match.NO:
            met.append(one)
        if answer is Match.YES:
            break
    return met


def platform(sku: str | None) -> Step:
    """Return what happens at an address of this SKU when there is no NSG on either level."""
    word = (sku or "").lower()
    if word in OPEN_SKUS:
        return Step("platform", "basic-default-allow", Decision.ALLOWED)
    if word in CLOSED_SKUS:
        return Step("platform", "standard-default-deny", Decision.BLOCKED)
    return Step("platform", "", Decision.UNKNOWN)


class AdminAnswer(NamedTuple):
    """What the security admin rules of a network do: the fates that are possible."""

    rule: str
    fates: frozenset[str]


def admin_answer(
    rules: Sequence[Part], packet: Packet, around: Surroundings, *, exempt: bool
) -> AdminAnswer:
    """Return the possible ones of `deny`, `alwaysallow` and `allow` (also: no rule matches).

    `exempt` says that Azure may skip Deny rules on this network.
    """
    met = _first_matches(rules, lambda one: _admin_rule_matches(one, packet, around))
    fates = {one["properties"]["access"].lower() for one in met}
    surely = bool(met) and _admin_rule_matches(met[-1], packet, around) is Match.YES
    if not surely:
        fates.add("allow")
    if "deny" in fates and exempt:
        fates.add("allow")
    return AdminAnswer(met[0]["id"].rsplit("/", 1)[-1] if met else "", frozenset(fates))


def admin_rules(estate: Estate, vnet_id: str) -> list[Part]:
    """Return the security admin rules in force on a network, as `{id, properties}`."""
    answer = estate.answers.get((vnet_id, "portcullis/effective-security-admin-rules"))
    if answer is not None:
        return list(answer["value"])
    listed = estate.rows.get(
        f"{vnet_id}/providers/microsoft.network/effectivesecurityadminrules/default"
    )
    if listed is None:
        return []
    said = {member.lower(): value for member, value in listed["properties"].items()}
    in_force = {
        key(value)
        for one in said["effectivesecurityadminconfigurations"]
        for member, value in one.items()
        if member.lower() == "id"
    }
    bodies = estate.of_type(
        "microsoft.network/networkmanagers/securityadminconfigurations/rulecollections/rules/"
        "snapshots"
    )
    return [
        {"id": one["id"].rsplit("/snapshots/", 1)[0], "properties": one["properties"]}
        for one in bodies
        if _configuration_snapshot(key(one["id"])) in in_force
    ]


def _configuration_snapshot(rule_snapshot: str) -> str:
    configuration = rule_snapshot.split("/rulecollections/", 1)[0]
    return f"{configuration}/snapshots/{rule_snapshot.rsplit('/', 1)[-1]}"


def _admin_rule_matches(rule: Part, packet: Packet, around: Surroundings) -> Match:
    said = rule["properties"]
    if said["direction"].lower() != "inbound" or said["protocol"].lower() not in TCP_WORDS:
        return Match.NO
    turned = Packet(packet.family, packet.destination, 0, 0, 0)
    return both(
        [
            _in_any_port(said["destinationPortRanges"], packet.destination_port),
            _in_any_port(said["sourcePortRanges"], packet.source_port),
            _in_any_prefix(said["sources"], packet, around),
            _in_any_prefix(said["destinations"], turned, around),
        ]
    )


def _in_any_port(texts: Sequence[str], port: int) -> Match:
    return in_ports(texts, port) if texts else Match.YES


def _in_any_prefix(prefixes: Sequence[Part], packet: Packet, around: Surroundings) -> Match:
    if not prefixes:
        return Match.YES
    return either(
        source_matches(one["addressPrefix"], packet, around, allows=False) for one in prefixes
    )


def may_skip_admin_denies(estate: Estate, vnet_id: str) -> bool:
    """Whether a network holds a service on whose account Azure skips Deny rules."""
    network = estate.rows.get(vnet_id)
    subnets = [] if network is None else network["properties"]["subnets"]
    services = {
        delegation["properties"]["serviceName"].lower()
        for subnet in subnets
        for delegation in subnet["properties"].get("delegations", [])
    }
    return bool(services & EXEMPT_SERVICES)


def groups_of(estate: Estate, configuration_id: str) -> list[tuple[str, str | None]]:
    """Return layer and NSG id for subnet and NIC; None for a layer that cannot be read."""
    interface, configuration = estate.configurations[configuration_id]
    subnet = estate.subnet(configuration)
    found: list[tuple[str, str | None]] = []
    if subnet is None:
        found.append(("subnet-nsg", None))
    elif (group := link(subnet["properties"], "networkSecurityGroup")) is not None:
        found.append(("subnet-nsg", group))
    if (group := link(interface["properties"], "networkSecurityGroup")) is not None:
        found.append(("nic-nsg", group))
    return found
