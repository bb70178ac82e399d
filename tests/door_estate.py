"""An estate as ARM holds it, with one way in of each kind that plans close."""

from __future__ import annotations

from typing import Final

from tests.simulated_azure import NETWORK, JsonObject, resource, rule, small_estate

NSG: Final = f"{NETWORK}/networkSecurityGroups/nsg"
NIC: Final = f"{NETWORK}/networkInterfaces/nic"
PIP: Final = f"{NETWORK}/publicIPAddresses/pip"
LB: Final = f"{NETWORK}/loadBalancers/lb"
NAT_NIC: Final = f"{NETWORK}/networkInterfaces/nic-nat"
FIREWALL: Final = f"{NETWORK}/azureFirewalls/fw"
POLICY_GROUP: Final = f"{NETWORK}/firewallPolicies/policy/ruleCollectionGroups/group"
COLLECTION: Final = f"{FIREWALL}/natRuleCollections/dnat"
SUBNET: Final = f"{NETWORK}/virtualNetworks/vnet/subnets/default"


def door_estate() -> tuple[JsonObject, ...]:
    """Give the small estate, and beside it a balancer, a firewall and a policy's rules."""
    return (
        *_with_second_rule(),
        resource(f"{NETWORK}/publicIPAddresses/pip-lb", ipAddress="198.51.100.8"),
        resource(
            LB,
            frontendIPConfigurations=[
                {
                    "name": "front",
                    "properties": {
                        "publicIPAddress": {"id": f"{NETWORK}/publicIPAddresses/pip-lb"}
                    },
                }
            ],
            inboundNatRules=[
                {
                    "name": "ssh",
                    "properties": {
                        "frontendIPConfiguration": {"id": f"{LB}/frontendIPConfigurations/front"},
                        "protocol": "Tcp",
                        "frontendPort": 50001,
                        "backendPort": 22,
                    },
                }
            ],
        ),
        resource(
            NAT_NIC,
            macAddress="00-0D-3A-00-00-01",
            ipConfigurations=[
                {
                    "name": "ipconfig1",
                    "properties": {
                        "privateIPAddress": "10.0.0.5",
                        "subnet": {"id": SUBNET},
                        "loadBalancerInboundNatRules": [{"id": f"{LB}/inboundNatRules/ssh"}],
                    },
                }
            ],
        ),
        resource(
            FIREWALL,
            sku={"name": "AZFW_VNet", "tier": "Standard"},
            natRuleCollections=[
                {
                    "name": "dnat",
                    "id": COLLECTION,
                    "properties": {
                        "priority": 200,
                        "action": {"type": "Dnat"},
                        "rules": [_dnat("ssh", protocols=["TCP"]), _dnat("web", protocols=["TCP"])],
                    },
                }
            ],
            aNewMember={"of": "a later version"},
        ),
        resource(f"{NETWORK}/firewallPolicies/policy"),
        resource(
            POLICY_GROUP,
            priority=300,
            ruleCollections=[
                {
                    "ruleCollectionType": "FirewallPolicyNatRuleCollection",
                    "name": "dnat",
                    "priority": 200,
                    "action": {"type": "DNAT"},
                    "rules": [{"ruleType": "NatRule", **_dnat("ssh", ipProtocols=["TCP"])}],
                },
                {
                    "ruleCollectionType": "FirewallPolicyFilterRuleCollection",
                    "name": "ssh",
                    "priority": 300,
                    "rules": [{"ruleType": "NetworkRule", "name": "ssh"}],
                },
            ],
        ),
    )


def _with_second_rule() -> tuple[JsonObject, ...]:
    group, *rest = small_estate()
    rules = group["properties"]["securityRules"]
    other = {"name": "web", **rule(200, destinationPortRange="443")}
    return {**group, "properties": {"securityRules": [*rules, other]}}, *rest


def _dnat(name: str, **protocols: list[str]) -> JsonObject:
    return {
        "name": name,
        **protocols,
        "sourceAddresses": ["*"],
        "destinationAddresses": ["198.51.100.9"],
        "destinationPorts": ["2222"],
        "translatedAddress": "10.0.0.4",
        "translatedPort": "22",
    }
