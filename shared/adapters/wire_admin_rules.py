"""Security admin rules and network managers as Azure writes them.

Source: ARM type definitions of Microsoft.Network/networkManagers 2025-09-01; Resource Graph's
`networkresources` table, whose rows occur in two casings.
"""

from __future__ import annotations

from msgspec import Struct, field


class PrefixItem(Struct, rename="camel"):
    """One prefix, service tag or network group."""

    address_prefix: str | None = None
    address_prefix_type: str | None = None


class AdminRuleBody(Struct, rename="camel"):
    """A security admin rule."""

    access: str
    direction: str
    priority: int | str | None = None
    protocol: str | None = None
    sources: list[PrefixItem] | None = None
    destinations: list[PrefixItem] | None = None
    source_port_ranges: list[str] | None = None
    destination_port_ranges: list[str] | None = None


class AdminRuleItem(Struct):
    """A rule in ARM's list of the rules in force."""

    properties: AdminRuleBody
    id: str | None = None


class EffectiveAnswer(Struct):
    """ARM's list of the rules in force on a network."""

    value: list[AdminRuleItem] | None = None


class SnapshotReference(Struct):
    """The id of a configuration snapshot, in either casing."""

    id: str | None = None
    pascal_id: str | None = field(default=None, name="Id")


class EffectiveConfigurations(Struct):
    """The configuration snapshots in force on a network, in either casing."""

    lower: list[SnapshotReference] | None = field(
        default=None, name="effectiveSecurityAdminConfigurations"
    )
    pascal: list[SnapshotReference] | None = field(
        default=None, name="EffectiveSecurityAdminConfigurations"
    )


class ManagerScopes(Struct, rename="camel"):
    """What a network manager stands over."""

    management_groups: list[str] | None = None


class ManagerBody(Struct, rename="camel"):
    """A network manager."""

    network_manager_scopes: ManagerScopes | None = None
