"""Bastion hosts, diagnostic settings, shareable links and extensions as Azure writes them.

Source: ARM type definitions of Microsoft.Network/bastionHosts 2025-09-01, Microsoft.Insights and
Microsoft.Compute.
"""

from __future__ import annotations

from msgspec import Struct, field

from shared.adapters.wire import Part, Ref


class BastionConfigurationBody(Struct, rename="camel"):
    """An IP configuration of a host."""

    subnet: Ref = None
    public_ip_address: Ref = field(default=None, name="publicIPAddress")


class BastionBody(Struct, rename="camel"):
    """A Bastion host."""

    ip_configurations: list[Part[BastionConfigurationBody]] | None = None
    virtual_network: Ref = None
    provisioning_state: str | None = None
    enable_shareable_link: bool | None = None
    enable_private_only_bastion: bool | None = None


class LogBody(Struct, rename="camel"):
    """One category, or group of them, of a diagnostic setting."""

    category: str | None = None
    category_group: str | None = None
    enabled: bool | None = None


class DiagnosticBody(Struct, rename="camel"):
    """A diagnostic setting: what it takes, and the destinations that it may have."""

    logs: list[LogBody] | None = None
    workspace_id: str | None = None
    storage_account_id: str | None = None
    event_hub_authorization_rule_id: str | None = None
    service_bus_rule_id: str | None = None
    marketplace_partner_id: str | None = None

    @property
    def has_destination(self) -> bool:
        """Whether anything is sent anywhere."""
        return any(
            (
                self.workspace_id,
                self.storage_account_id,
                self.event_hub_authorization_rule_id,
                self.service_bus_rule_id,
                self.marketplace_partner_id,
            )
        )


class DiagnosticItem(Struct):
    """A diagnostic setting in a list of them."""

    properties: DiagnosticBody | None = None


class DiagnosticAnswer(Struct):
    """ARM's list of the diagnostic settings of a resource."""

    value: list[DiagnosticItem] | None = None


class LinkItem(Struct):
    """A shareable link; its address is a way in and is not read."""

    vm: Ref = None


class LinksAnswer(Struct):
    """ARM's list of the shareable links of a host."""

    value: list[LinkItem] | None = None


class ExtensionBody(Struct, rename="camel"):
    """An extension of a machine."""

    publisher: str | None = None
    type: str | None = None
    provisioning_state: str | None = None
