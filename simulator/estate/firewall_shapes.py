"""Azure Firewalls, firewall policies and IP groups as ARM gives them.

Source: Microsoft.Network 2025-09-01, type definitions of azureFirewalls, firewallPolicies,
firewallPolicies/ruleCollectionGroups and ipGroups.
"""

from typing import Final

from simulator.estate.envelope import Resource, child, envelope, reference
from simulator.estate.firewall_plan import DnatRule, Firewall, FirewallPolicy, IpGroup
from simulator.estate.network_shapes import public_address

_SSH: Final = "22"


def firewall_resources(firewall: Firewall) -> list[Resource]:
    """Give one firewall, its public address, its policies and the IP groups that they name."""
    place, policies = firewall.network.place, firewall.policies
    groups = {group: None for each in policies for rule in each.rules for group in rule.groups}
    resources = [
        _firewall(firewall),
        public_address(place, f"pip-{firewall.name}", firewall.public),
    ]
    for policy in policies:
        resources += [_policy(policy), _rule_collection_group(policy)]
    return resources + [_ip_group(group) for group in groups]


def _firewall(firewall: Firewall) -> Resource:
    configuration = child(
        f"{firewall.resource_id}/azureFirewallIpConfigurations/ipconfig1",
        {
            "privateIPAddress": firewall.private_address,
            "privateIPAllocationMethod": "Dynamic",
            "subnet": reference(firewall.network.subnet_id("AzureFirewallSubnet")),
            "publicIPAddress": reference(firewall.public_ip),
        },
    )
    properties: Resource = {
        "sku": {"name": "AZFW_VNet", "tier": "Standard"},
        "threatIntelMode": "Alert",
        "ipConfigurations": [configuration],
        "networkRuleCollections": [],
        "applicationRuleCollections": [],
        "natRuleCollections": [_classic_collection(firewall)] if firewall.rules else [],
    }
    if firewall.policy is not None:
        properties["firewallPolicy"] = reference(firewall.policy.resource_id)
    return envelope(
        firewall.network.place,
        firewall.resource_id,
        "Microsoft.Network/azureFirewalls",
        properties,
    )


def _classic_collection(firewall: Firewall) -> Resource:
    rules = [_rule(rule) | {"protocols": ["TCP"]} for rule in firewall.rules]
    return child(
        firewall.collection_id, {"priority": 200, "action": {"type": "Dnat"}, "rules": rules}
    )


def _rule(rule: DnatRule) -> Resource:
    translated = {"translatedFqdn" if rule.by_name else "translatedAddress": rule.target}
    return {
        "name": rule.name,
        "sourceAddresses": [] if rule.groups else list(rule.sources),
        "sourceIpGroups": [group.resource_id for group in rule.groups],
        "destinationAddresses": [rule.destination],
        "destinationPorts": [str(rule.front_port)],
        "translatedPort": _SSH,
        **translated,
    }


def _policy(policy: FirewallPolicy) -> Resource:
    properties: Resource = {"sku": {"tier": "Standard"}, "threatIntelMode": "Alert"}
    if policy.base is not None:
        properties["basePolicy"] = reference(policy.base.resource_id)
    return envelope(
        policy.place, policy.resource_id, "Microsoft.Network/firewallPolicies", properties
    )


def _rule_collection_group(policy: FirewallPolicy) -> Resource:
    collection = {
        "ruleCollectionType": "FirewallPolicyNatRuleCollection",
        "name": "dnat",
        "priority": 200,
        "action": {"type": "DNAT"},
        "rules": [
            {"ruleType": "NatRule", "ipProtocols": ["TCP"], **_rule(rule)} for rule in policy.rules
        ],
    }
    return envelope(
        policy.place,
        policy.group_id,
        "Microsoft.Network/firewallPolicies/ruleCollectionGroups",
        {"priority": 300, "ruleCollections": [collection]},
    )


def _ip_group(group: IpGroup) -> Resource:
    return envelope(
        group.place,
        group.resource_id,
        "Microsoft.Network/ipGroups",
        {"ipAddresses": list(group.addresses)},
    )
