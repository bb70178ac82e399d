"""Azure's answers about one network interface: effective rules, and whether a flow passes.

Source: SDK models `EffectiveNetworkSecurityGroupListResult`, `EffectiveNetworkSecurityRule` and
`VerificationIPFlowResult` of azure-mgmt-network 33.1.0.
"""

from __future__ import annotations

from msgspec import Struct

from shared.adapters.wire import Reference


class EffectiveRule(Struct, rename="camel"):
    """One rule; service tags come with the prefixes that they stand for."""

    name: str
    direction: str
    access: str
    priority: int
    protocol: str | None = None
    source_port_range: str | None = None
    source_port_ranges: list[str] | None = None
    destination_port_range: str | None = None
    destination_port_ranges: list[str] | None = None
    source_address_prefix: str | None = None
    source_address_prefixes: list[str] | None = None
    expanded_source_address_prefix: list[str] | None = None
    destination_address_prefix: str | None = None
    destination_address_prefixes: list[str] | None = None
    expanded_destination_address_prefix: list[str] | None = None


class Association(Struct, rename="camel"):
    """Where a list of rules stands: one of the three."""

    subnet: Reference | None = None
    network_interface: Reference | None = None
    network_manager: Reference | None = None


class EffectiveGroup(Struct, rename="camel"):
    """The rules of one security group, or those of one network manager."""

    association: Association | None = None
    effective_security_rules: list[EffectiveRule] | None = None


class EffectiveGroups(Struct):
    """Every list of rules before an interface."""

    value: list[EffectiveGroup] | None = None


class FlowAnswer(Struct):
    """Whether a flow passes."""

    access: str
