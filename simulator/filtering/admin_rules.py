"""The security admin rules in force on a virtual network.

Source: Microsoft Learn, "Security admin rules in Azure Virtual Network Manager" and "Query Azure
Virtual Network Manager using Azure Resource Graph".
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from simulator.arm.identifiers import key_of
from simulator.arm.resource_set import ResourceSet, StoredResource
from simulator.exchange import JsonObject

_IN_FORCE: Final = "/providers/microsoft.network/effectivesecurityadminrules/default"
_EXEMPTING_SERVICES: Final = frozenset(
    {"microsoft.sql/managedinstances", "microsoft.databricks/workspaces"}
)
_EXEMPT_SUBNETS: Final = frozenset(
    {"azurebastionsubnet", "azurefirewallsubnet", "gatewaysubnet", "routeserversubnet"}
)


@dataclass(frozen=True, slots=True)
class AdminRule:
    """One rule in the version that is deployed, with what it belongs to."""

    rule_id: str
    kind: str
    properties: JsonObject
    collection: StoredResource | None
    configuration: StoredResource | None
    manager: StoredResource | None

    @property
    def name(self) -> str:
        """Name of the rule."""
        return self.rule_id.rpartition("/")[2]

    @property
    def manager_id(self) -> str:
        """Id of the network manager, as the rule's own id spells it."""
        end = self.rule_id.lower().index("/securityadminconfigurations/")
        return self.rule_id[:end]

    @property
    def order(self) -> tuple[bool, int]:
        """Where the rule comes: managers over management groups first, then by priority."""
        scopes = (self.manager.document["properties"] if self.manager else {}).get(
            "networkManagerScopes"
        ) or {}
        return (not scopes.get("managementGroups"), self.properties["priority"])

    def applies_beside_managed_services(self) -> bool:
        """Tell whether the rule holds in a network with SQL Managed Instance or Databricks.

        That is a choice of the configuration: none, allowing rules alone, or all rules.
        """
        properties = self.configuration.document["properties"] if self.configuration else {}
        chosen = {
            str(each).lower()
            for each in properties.get("applyOnNetworkIntentPolicyBasedServices") or ()
        }
        allows = str(self.properties["access"]).lower() != "deny"
        return "all" in chosen or ("allowrulesonly" in chosen and allows)


def admin_rules_in_force(resources: ResourceSet, network: StoredResource) -> list[AdminRule]:
    """Return the rules deployed to a network, in the order in which they are tried."""
    in_force = resources.get(network.key + _IN_FORCE)
    if in_force is None:
        return []
    properties = in_force.document["properties"]
    listed: list[JsonObject] = []
    for name, value in properties.items():
        if name.lower() == "effectivesecurityadminconfigurations":
            listed = value
    deployed = [key_of(each.get("id") or each["Id"]) for each in listed]
    rules = [rule for snapshot in deployed for rule in _rules_of(resources, snapshot)]
    return sorted(rules, key=lambda rule: rule.order)


def admin_rules_at(
    resources: ResourceSet, network: StoredResource, subnet: JsonObject
) -> list[AdminRule]:
    """Return the rules that hold for machines in one subnet of a network, in order."""
    if subnet["name"].lower() in _EXEMPT_SUBNETS:
        return []
    rules = admin_rules_in_force(resources, network)
    if not _holds_managed_service(network.document):
        return rules
    return [rule for rule in rules if rule.applies_beside_managed_services()]


def _rules_of(resources: ResourceSet, snapshot_key: str) -> Iterator[AdminRule]:
    configuration, _, number = snapshot_key.rpartition("/snapshots/")
    manager = configuration.rpartition("/securityadminconfigurations/")[0]
    for resource in resources:
        if resource.key.startswith(configuration + "/rulecollections/"):
            rule_key, found, its_number = resource.key.rpartition("/snapshots/")
            if found and its_number == number:
                yield AdminRule(
                    rule_id=resource.document["id"][: len(rule_key)],
                    kind=resource.document.get("kind") or "Custom",
                    properties=resource.document["properties"],
                    collection=resources.get(rule_key.rpartition("/rules/")[0]),
                    configuration=resources.get(configuration),
                    manager=resources.get(manager),
                )


def _holds_managed_service(network: JsonObject) -> bool:
    return any(
        delegation["properties"].get("serviceName", "").lower() in _EXEMPTING_SERVICES
        for subnet in network["properties"].get("subnets") or ()
        for delegation in subnet["properties"].get("delegations") or ()
    )
