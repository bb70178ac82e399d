"""Azure Firewall, its policies and IP groups as Azure writes them.

Source: ARM type definitions of Microsoft.Network/azureFirewalls and firewallPolicies 2025-09-01.
"""

from __future__ import annotations

from msgspec import Struct, field

from shared.adapters.wire import Part, Ref, Reference


class DnatBody(Struct, rename="camel"):
    """A NAT rule; classic firewalls write `protocols`, policies `ipProtocols`."""

    name: str | None = None
    rule_type: str | None = None
    source_addresses: list[str] | None = None
    source_ip_groups: list[str] | None = None
    destination_addresses: list[str] | None = None
    destination_ports: list[str] | None = None
    protocols: list[str] | None = None
    ip_protocols: list[str] | None = None
    translated_address: str | None = None
    translated_fqdn: str | None = None
    translated_port: str | int | None = None


class ActionBody(Struct):
    """What a collection does."""

    type: str | None = None


class ClassicCollectionBody(Struct, rename="camel"):
    """A NAT rule collection of a firewall without policy."""

    action: ActionBody | None = None
    rules: list[DnatBody] | None = None


class FirewallConfigurationBody(Struct, rename="camel"):
    """An IP configuration of a firewall; only the first one names the subnet."""

    private_ip_address: str | None = field(default=None, name="privateIPAddress")
    public_ip_address: Ref = field(default=None, name="publicIPAddress")
    subnet: Ref = None


class HubAddress(Struct):
    """A public address of a hub's firewall."""

    address: str | None = None


class HubPublicAddresses(Struct):
    """The public addresses of a hub's firewall."""

    addresses: list[HubAddress] | None = None


class HubAddressesBody(Struct, rename="camel"):
    """The addresses of a hub's firewall."""

    private_ip_address: str | None = field(default=None, name="privateIPAddress")
    public_ips: HubPublicAddresses | None = field(default=None, name="publicIPs")


class FirewallBody(Struct, rename="camel"):
    """A firewall."""

    ip_configurations: list[Part[FirewallConfigurationBody]] | None = None
    firewall_policy: Ref = None
    nat_rule_collections: list[Part[ClassicCollectionBody]] | None = None
    hub_ip_addresses: HubAddressesBody | None = field(default=None, name="hubIPAddresses")


class PolicyBody(Struct, rename="camel"):
    """A firewall policy."""

    base_policy: Ref = None
    rule_collection_groups: list[Reference] | None = None


class PolicyCollectionBody(Struct, rename="camel"):
    """A rule collection of a policy."""

    rule_collection_type: str | None = None
    action: ActionBody | None = None
    rules: list[DnatBody] | None = None


class CollectionGroupBody(Struct, rename="camel"):
    """A rule collection group of a policy."""

    rule_collections: list[PolicyCollectionBody] | None = None


class IpGroupBody(Struct, rename="camel"):
    """An IP group."""

    ip_addresses: list[str] | None = None
