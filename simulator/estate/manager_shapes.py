"""Network managers with their security admin rules, as ARM and as Resource Graph have them.

ARM has the manager, its network groups and its configuration.  What is deployed is in Resource
Graph alone: snapshots of the configuration and its rules, and for each network the snapshots of
configurations that are in force on it.
Source: Microsoft.Network 2025-09-01, type definitions of networkManagers; Microsoft Learn,
"Query Azure Virtual Network Manager using Azure Resource Graph".
"""

from typing import Final

from simulator.estate.envelope import Resource, envelope, guid_of, reference
from simulator.estate.manager_plan import SNAPSHOT, AdminRule, Manager
from simulator.estate.places import Network

_MANAGERS: Final = "Microsoft.Network/networkManagers"
_CONFIGURATIONS: Final = f"{_MANAGERS}/securityAdminConfigurations"
_COLLECTIONS: Final = f"{_CONFIGURATIONS}/ruleCollections"
_RULES: Final = f"{_COLLECTIONS}/rules"


def manager_resources(manager: Manager) -> list[Resource]:
    """Give the manager, what it holds, and what of it is in force where."""
    place = manager.place
    scope = f"/providers/Microsoft.Management/managementGroups/{manager.management_group}"
    parts: list[tuple[str, str, Resource]] = [
        (
            manager.resource_id,
            _MANAGERS,
            {
                "networkManagerScopes": {"managementGroups": [scope], "subscriptions": []},
                "networkManagerScopeAccesses": ["SecurityAdmin"],
            },
        ),
        (manager.network_group_id, f"{_MANAGERS}/networkGroups", {"memberType": "VirtualNetwork"}),
        (
            manager.configuration_id,
            _CONFIGURATIONS,
            _configuration(),
        ),
        (
            f"{manager.configuration_id}/snapshots/{SNAPSHOT}",
            f"{_CONFIGURATIONS}/snapshots",
            _configuration(),
        ),
        (
            manager.collection_id,
            _COLLECTIONS,
            {"appliesToGroups": [{"networkGroupId": manager.network_group_id}]},
        ),
    ]
    resources = [envelope(place, *part) for part in parts]
    for rule in manager.rules:
        rule_id = f"{manager.collection_id}/rules/{rule.name}"
        for each_id, kind in (
            (rule_id, _RULES),
            (f"{rule_id}/snapshots/{SNAPSHOT}", f"{_RULES}/snapshots"),
        ):
            snapshot = envelope(place, each_id, kind, _rule(rule_id, rule))
            resources.append(snapshot | {"kind": "Custom"})
    return resources + [_in_force(manager, network) for network in manager.networks]


def _configuration() -> Resource:
    return {
        "description": "Who may reach machines before any NSG is asked",
        "applyOnNetworkIntentPolicyBasedServices": ["None"],
    }


def _rule(rule_id: str, rule: AdminRule) -> Resource:
    return {
        "resourceGuid": guid_of(rule_id, "resource"),
        "access": rule.access,
        "direction": "Inbound",
        "priority": rule.priority,
        "protocol": "Tcp",
        "sources": [{"addressPrefix": rule.source, "addressPrefixType": "ServiceTag"}],
        "destinations": [
            {"addressPrefix": prefix, "addressPrefixType": "IPPrefix"}
            for prefix in rule.destinations
        ],
        "sourcePortRanges": ["0-65535"],
        "destinationPortRanges": ["22"],
    }


def _in_force(manager: Manager, network: Network) -> Resource:
    in_force = reference(f"{manager.configuration_id}/snapshots/{SNAPSHOT}")
    return envelope(
        network.place,
        f"{network.resource_id}/providers/Microsoft.Network/effectiveSecurityAdminRules/default",
        "Microsoft.Network/effectiveSecurityAdminRules",
        {"effectiveSecurityAdminConfigurations": [in_force]},
    )
