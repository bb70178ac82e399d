"""Rows of Azure Firewall: classic NAT rules, policies with rule collection groups, IP groups."""

from __future__ import annotations

from collections.abc import Sequence

from tests.rows.envelope import Part, Row, child_id, reference, references, resource_id, row
from tests.rows.envelope import subnet_id as id_of_subnet

FIREWALL_SUBNET = "AzureFirewallSubnet"


def dnat_rule(
    name: str = "dnat-ssh",
    *,
    sources: Sequence[str] = ("*",),
    groups: Sequence[str] = (),
    destinations: Sequence[str] = ("20.9.9.9",),
    ports: Sequence[str] = ("2222",),
    to: str | None = "10.0.0.4",
    to_fqdn: str | None = None,
    to_port: str = "22",
    protocols: Sequence[str] = ("TCP",),
) -> Part:
    """Return what a DNAT rule says; a collection turns it into the classic or the policy shape."""
    translated = {"translatedAddress": to} if to_fqdn is None else {"translatedFqdn": to_fqdn}
    return {
        "name": name,
        "protocols": list(protocols),
        "sourceAddresses": [] if groups else list(sources),
        "sourceIpGroups": [resource_id("ip-group", one) for one in groups],
        "destinationAddresses": list(destinations),
        "destinationPorts": list(ports),
        "translatedPort": to_port,
        **translated,
    }


def classic_nat_collection(
    name: str = "nat", rules: Sequence[Part] = (), *, priority: int = 200, action: str = "Dnat"
) -> Part:
    """Return a NAT rule collection as a firewall without policy holds it."""
    members: Part = {"priority": priority, "action": {"type": action}, "rules": list(rules)}
    return {"name": name, "properties": members}


def policy_nat_collection(
    name: str = "nat", rules: Sequence[Part] = (), *, priority: int = 200
) -> Part:
    """Return a NAT rule collection as a rule collection group holds it."""
    return {
        "ruleCollectionType": "FirewallPolicyNatRuleCollection",
        "name": name,
        "priority": priority,
        "action": {"type": "DNAT"},
        "rules": [_policy_rule(one) for one in rules],
    }


def _policy_rule(rule: Part) -> Part:
    members = {member: value for member, value in rule.items() if member != "protocols"}
    return members | {"ruleType": "NatRule", "ipProtocols": rule["protocols"]}


def rule_collection_group(
    policy: str = "policy-1",
    name: str = "group-1",
    collections: Sequence[Part] = (),
    *,
    priority: int = 100,
) -> Row:
    """Return the `networkresources` row of a rule collection group of a firewall policy."""
    full_id = rule_collection_group_id(policy, name)
    members: Part = {
        "provisioningState": "Succeeded",
        "priority": priority,
        "ruleCollections": list(collections),
    }
    return row(full_id, members)


def rule_collection_group_id(policy: str = "policy-1", name: str = "group-1") -> str:
    """Return the id of a rule collection group."""
    return child_id(resource_id("firewall-policy", policy), "ruleCollectionGroups", name)


def firewall_policy(name: str = "policy-1", *, base: str | None = None) -> Row:
    """Return the row of a firewall policy; `base` is the policy that it inherits from."""
    members: Part = {"provisioningState": "Succeeded", "threatIntelMode": "Alert"}
    if base is not None:
        members["basePolicy"] = reference("firewall-policy", base)
    return row(resource_id("firewall-policy", name), members)


def ip_group(name: str, addresses: Sequence[str]) -> Row:
    """Return the row of an IP group."""
    members: Part = {"provisioningState": "Succeeded", "ipAddresses": list(addresses)}
    return row(resource_id("ip-group", name), members)


def firewall(
    name: str = "fw-1",
    *,
    public_ips: Sequence[str] = ("pip-fw",),
    private_ip: str = "10.0.1.4",
    vnet: str = "vnet-1",
    policy: str | None = None,
    nat_collections: Sequence[Part] = (),
) -> Row:
    """Return the row of a firewall in the subnet `AzureFirewallSubnet` of `vnet`."""
    full_id = resource_id("firewall", name)
    configurations = [
        {
            "id": child_id(full_id, "azureFirewallIpConfigurations", f"front-{number}"),
            "name": f"front-{number}",
            "properties": {"privateIPAddress": private_ip, **one}
            | ({"subnet": {"id": id_of_subnet(vnet, FIREWALL_SUBNET)}} if number == 0 else {}),
        }
        for number, one in enumerate(
            {"publicIPAddress": link} for link in references("pip", list(public_ips))
        )
    ]
    members: Part = {
        "provisioningState": "Succeeded",
        "sku": {"name": "AZFW_VNet", "tier": "Standard"},
        "ipConfigurations": configurations,
        "natRuleCollections": [
            {"id": child_id(full_id, "natRuleCollections", one["name"]), **one}
            for one in nat_collections
        ],
        "networkRuleCollections": [],
        "applicationRuleCollections": [],
    }
    if policy is not None:
        members["firewallPolicy"] = reference("firewall-policy", policy)
    return row(full_id, members)


def hub_firewall(
    name: str = "fw-hub", addresses: Sequence[str] = ("20.9.9.9",), *, policy: str = "policy-1"
) -> Row:
    """Return the row of a firewall of a secured virtual hub, with its own public addresses."""
    listed = [{"address": one} for one in addresses]
    members: Part = {
        "provisioningState": "Succeeded",
        "sku": {"name": "AZFW_Hub", "tier": "Standard"},
        "virtualHub": reference("virtual-hub", "hub-1"),
        "firewallPolicy": reference("firewall-policy", policy),
        "hubIPAddresses": {
            "privateIPAddress": "10.200.0.4",
            "publicIPs": {"count": len(listed), "addresses": listed},
        },
    }
    return row(resource_id("firewall", name), members)
