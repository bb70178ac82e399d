"""Network security groups and application security groups as ARM gives them.

Source: Microsoft.Network 2025-09-01, type definitions of networkSecurityGroups; Microsoft Learn,
"Network security groups", default security rules.
"""

from typing import Final

from simulator.estate.envelope import Resource, child, envelope, guid_of, references
from simulator.estate.places import Place
from simulator.estate.plan import ALLOW, DENY, Group, Rule

_DEFAULTS: Final = (
    ("AllowVnetInBound", 65000, ALLOW, "VirtualNetwork", "VirtualNetwork", "Inbound"),
    ("AllowAzureLoadBalancerInBound", 65001, ALLOW, "AzureLoadBalancer", "*", "Inbound"),
    ("DenyAllInBound", 65500, DENY, "*", "*", "Inbound"),
    ("AllowVnetOutBound", 65000, ALLOW, "VirtualNetwork", "VirtualNetwork", "Outbound"),
    ("AllowInternetOutBound", 65001, ALLOW, "*", "Internet", "Outbound"),
    ("DenyAllOutBound", 65500, DENY, "*", "*", "Outbound"),
)
_DEFAULT_RULES: Final = tuple(
    Rule(name, priority, access, source, "*", "*", destination, direction=direction)
    for name, priority, access, source, destination, direction in _DEFAULTS
)


def security_group(place: Place, group: Group) -> Resource:
    """Give one NSG with its custom and default rules."""
    group_id = place.network_id("networkSecurityGroups", group.name)
    properties = {
        "resourceGuid": guid_of(group_id, "resource"),
        "securityRules": [
            _security_rule(place, f"{group_id}/securityRules/{rule.name}", rule)
            for rule in group.rules
        ],
        "defaultSecurityRules": [
            _security_rule(place, f"{group_id}/defaultSecurityRules/{rule.name}", rule)
            for rule in _DEFAULT_RULES
        ],
    }
    return envelope(place, group_id, "Microsoft.Network/networkSecurityGroups", properties)


def application_security_group(place: Place, name: str) -> Resource:
    """Give one application security group; ARM keeps its members at the NICs."""
    asg_id = place.network_id("applicationSecurityGroups", name)
    properties = {"resourceGuid": guid_of(asg_id, "resource")}
    return envelope(place, asg_id, "Microsoft.Network/applicationSecurityGroups", properties)


def _security_rule(place: Place, rule_id: str, rule: Rule) -> Resource:
    properties: Resource = {
        "direction": rule.direction,
        "access": rule.access,
        "priority": rule.priority,
        "protocol": rule.protocol,
        **_either("sourcePortRange", rule.source_port),
        **_either("destinationPortRange", rule.port),
        **_side(place, "source", rule.source, rule.source_asgs),
        **_side(place, "destination", rule.destination, rule.destination_asgs),
    }
    if rule.description is not None:
        properties["description"] = rule.description
    kind = rule_id.rsplit("/", 2)[1]
    typed = {"type": f"Microsoft.Network/networkSecurityGroups/{kind}"}
    return {**child(rule_id, properties), **typed}


def _side(
    place: Place, side: str, prefixes: str | tuple[str, ...], asgs: tuple[str, ...]
) -> Resource:
    if not asgs:
        return _either(f"{side}AddressPrefix", prefixes, plural=f"{side}AddressPrefixes")
    asg_ids = [place.network_id("applicationSecurityGroups", name) for name in asgs]
    return {
        f"{side}AddressPrefix": "",
        f"{side}AddressPrefixes": [],
        f"{side}ApplicationSecurityGroups": references(asg_ids),
    }


def _either(singular: str, value: str | tuple[str, ...], *, plural: str | None = None) -> Resource:
    plural = plural or f"{singular}s"
    if isinstance(value, str):
        return {singular: value, plural: []}
    return {plural: list(value)}
