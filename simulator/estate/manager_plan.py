"""Network managers in the words of the plan: security admin rules and the networks under them."""

from dataclasses import dataclass
from typing import Final

from simulator.estate.places import Network, Place

SNAPSHOT: Final = 3
"""Number of the snapshot of the configuration that is deployed."""


@dataclass(frozen=True, slots=True)
class AdminRule:
    """One inbound security admin rule about port 22; sources are tags, destinations prefixes."""

    name: str
    priority: int
    access: str
    destinations: tuple[str, ...] = ("*",)
    source: str = "Internet"


@dataclass(frozen=True, slots=True)
class Manager:
    """One network manager with a security admin configuration of one rule collection.

    The configuration is in force on `networks`.
    """

    place: Place
    name: str
    management_group: str
    configuration: str
    collection: str
    rules: tuple[AdminRule, ...]
    networks: tuple[Network, ...]

    @property
    def resource_id(self) -> str:
        """Id of the manager."""
        return self.place.network_id("networkManagers", self.name)

    @property
    def network_group_id(self) -> str:
        """Id of the group of the networks."""
        return f"{self.resource_id}/networkGroups/ng-{self.configuration}"

    @property
    def configuration_id(self) -> str:
        """Id of the configuration."""
        return f"{self.resource_id}/securityAdminConfigurations/{self.configuration}"

    @property
    def collection_id(self) -> str:
        """Id of the rule collection."""
        return f"{self.configuration_id}/ruleCollections/{self.collection}"
