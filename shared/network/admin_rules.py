"""Security admin rules of Azure Virtual Network Manager, as they stand before a network."""

from __future__ import annotations

from dataclasses import dataclass

from shared.network.ids import ResourceId
from shared.network.security_rule import SecurityRule


@dataclass(frozen=True, slots=True)
class AdminRule:
    """A security admin rule and the manager that it comes from."""

    id: ResourceId
    manager: ResourceId | None
    rule: SecurityRule


@dataclass(frozen=True, slots=True)
class AdminRules:
    """The admin rules in force on one virtual network.

    `faults` say what of them could not be read: then none of them can be relied on.

    Source: Microsoft Learn, "Security admin rules in Azure Virtual Network Manager".
    """

    rules: tuple[AdminRule, ...] = ()
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NetworkManager:
    """A network manager; one over management groups outranks one over subscriptions.

    Source: Microsoft Learn, "Understand Azure Virtual Network Manager scope", conflicts.
    """

    id: ResourceId
    over_management_groups: bool = False
