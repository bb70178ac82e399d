"""Which of Azure's actions each kind of edit takes, to be made, read back and taken back.

The permissions of the identity that writes are made from this, and nothing else.  Source: Microsoft
Learn, "Azure permissions for Networking".  Which references are checked anew when a resource is
written that keeps them is not documented: the actions to join all that may be kept are listed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

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

EditKind: TypeAlias = type[Edit]

_NETWORK: Final = "Microsoft.Network/"
_RULE: Final = (
    "networkSecurityGroups/read",
    "networkSecurityGroups/securityRules/read",
    "networkSecurityGroups/securityRules/write",
)
_RULE_GONE: Final = ("networkSecurityGroups/securityRules/delete",)
_RULE_JOIN: Final = ("applicationSecurityGroups/joinNetworkSecurityRule/action",)
_INTERFACE: Final = (
    "applicationGateways/backendAddressPools/join/action",
    "applicationSecurityGroups/joinIpConfiguration/action",
    "loadBalancers/backendAddressPools/join/action",
    "loadBalancers/inboundNatRules/join/action",
    "networkInterfaces/read",
    "networkInterfaces/write",
    "networkSecurityGroups/join/action",
    "publicIPAddresses/join/action",
    "virtualNetworks/subnets/join/action",
)
_FIREWALLS: Final = (
    "azureFirewalls/read",
    "azureFirewalls/write",
    "firewallPolicies/join/action",
    "firewallPolicies/ruleCollectionGroups/read",
    "firewallPolicies/ruleCollectionGroups/write",
    "ipGroups/join/action",
    "publicIPAddresses/join/action",
    "virtualNetworks/subnets/join/action",
)
_NAT_RULE: Final = (
    "loadBalancers/inboundNatRules/delete",
    "loadBalancers/inboundNatRules/read",
    "loadBalancers/inboundNatRules/write",
    "publicIPAddresses/join/action",
    "virtualNetworks/subnets/join/action",
)
_OPERATIONS: Final = ("locations/operationResults/read", "locations/operations/read")
_LOCKS: Final = "Microsoft.Authorization/locks/read"

EDIT_ACTIONS: Final[Mapping[EditKind, tuple[str, ...]]] = {
    RemoveRule: (*_RULE, *_RULE_GONE, *_RULE_JOIN),
    NarrowRule: (*_RULE, *_RULE_JOIN),
    MoveRule: (*_RULE, *_RULE_JOIN),
    AddRule: (*_RULE, *_RULE_GONE),
    DissociatePublicIp: _INTERFACE,
    DetachNatRule: _INTERFACE,
    RemoveNatRule: _NAT_RULE,
    RemoveDnatRule: _FIREWALLS,
}
"""By kind of edit, the actions of Microsoft.Network that it and its undoing take."""


def actions_for(kinds: Iterable[EditKind] = EDIT_ACTIONS) -> list[str]:
    """Give the actions for some kinds of edits, sorted, with those that every write takes."""
    own = {f"{_NETWORK}{action}" for kind in kinds for action in EDIT_ACTIONS[kind]}
    return sorted({*own, *(f"{_NETWORK}{action}" for action in _OPERATIONS), _LOCKS})
