"""Azure's JSON as it comes, for the rows that a verdict needs: every member may be missing.

Source: ARM type definitions of Microsoft.Network 2025-09-01 and Microsoft.Compute; Resource Graph
gives null or an empty text for a missing object.
"""

from __future__ import annotations

from typing import Generic, TypeAlias, TypeVar

from msgspec import Raw, Struct, field

Body = TypeVar("Body")


class Envelope(Struct):
    """What every Resource Graph row has."""

    id: str
    type: str = ""
    tags: Raw = Raw(b"null")
    sku: Raw = Raw(b"null")
    properties: Raw = Raw(b"null")
    identity: Raw = Raw(b"null")
    location: str | None = None


class IdentityBody(Struct):
    """The `identity` of a row."""

    type: str | None = None


class UnreadBody(Struct):
    """Why something could not be read, as a saved snapshot keeps it."""

    reason: str = ""


class Reference(Struct):
    """A reference object; only its id is read."""

    id: str | None = None


Ref: TypeAlias = Reference | str | None


class Part(Struct, Generic[Body]):
    """A nested child resource: rule, subnet, IP configuration."""

    properties: Body
    id: str | None = None
    name: str | None = None


class SkuBody(Struct):
    """The `sku` of a row."""

    name: str | None = None
    tier: str | None = None


class RuleBody(Struct, rename="camel"):
    """A security rule; numbers stay what the sender wrote."""

    direction: str
    access: str
    priority: int | str
    protocol: str | None = None
    source_port_range: str | int | None = None
    source_port_ranges: list[str | int] | None = None
    destination_port_range: str | int | None = None
    destination_port_ranges: list[str | int] | None = None
    source_address_prefix: str | None = None
    source_address_prefixes: list[str] | None = None
    destination_address_prefix: str | None = None
    destination_address_prefixes: list[str] | None = None
    source_application_security_groups: list[Reference] | None = None
    destination_application_security_groups: list[Reference] | None = None


class RawPart(Struct):
    """A nested child whose body is read on its own, so that its faults can be named."""

    properties: Raw = Raw(b"null")
    id: str | None = None
    name: str | None = None


class SecurityGroupBody(Struct, Generic[Body], rename="camel"):
    """A network security group; its rules are read, or kept as text to name their faults."""

    security_rules: list[Body] | None = None


class IpConfigurationBody(Struct, rename="camel"):
    """An IP configuration of a network interface."""

    private_ip_address: str | None = field(default=None, name="privateIPAddress")
    private_ip_version: str | None = field(default=None, name="privateIPAddressVersion")
    subnet: Ref = None
    public_ip_address: Ref = field(default=None, name="publicIPAddress")
    application_security_groups: list[Reference] | None = None
    load_balancer_backend_address_pools: list[Reference] | None = None
    load_balancer_inbound_nat_rules: list[Reference] | None = None
    load_balancer_inbound_nat_pools: list[Reference] | None = None


class NetworkInterfaceBody(Struct, rename="camel"):
    """A network interface."""

    ip_configurations: list[Part[IpConfigurationBody]] | None = None
    network_security_group: Ref = None
    virtual_machine: Ref = None
    private_endpoint: Ref = None
    enable_ip_forwarding: bool | None = field(default=None, name="enableIPForwarding")


class PublicIpBody(Struct, rename="camel"):
    """A public IP address."""

    ip_address: str | None = None
    version: str | None = field(default=None, name="publicIPAddressVersion")
    ip_configuration: Ref = None


class AddressSpace(Struct, rename="camel"):
    """The address space of a virtual network."""

    address_prefixes: list[str] | None = None


class DelegationBody(Struct, rename="camel"):
    """A service that a subnet is delegated to."""

    service_name: str | None = None


class SubnetBody(Struct, rename="camel"):
    """A subnet; prefixes stand in one field or the other."""

    address_prefix: str | None = None
    address_prefixes: list[str] | None = None
    network_security_group: Ref = None
    route_table: Ref = None
    delegations: list[Part[DelegationBody]] | None = None
    ip_configurations: Raw = Raw(b"null")


class PeeringBody(Struct, rename="camel"):
    """One half of a peering."""

    remote_virtual_network: Ref = None
    peering_state: str | None = None
    allow_virtual_network_access: bool | None = None
    peer_complete_vnets: bool | None = None
    remote_address_space: AddressSpace | None = None
    remote_virtual_network_address_space: AddressSpace | None = None


class VirtualNetworkBody(Struct, rename="camel"):
    """A virtual network."""

    address_space: AddressSpace | None = None
    subnets: list[Part[SubnetBody]] | None = None
    virtual_network_peerings: list[Part[PeeringBody]] | None = None


class RouteBody(Struct, rename="camel"):
    """A user-defined route."""

    address_prefix: str | None = None
    next_hop_type: str | None = None


class RouteTableBody(Struct, rename="camel"):
    """A route table."""

    routes: list[Part[RouteBody]] | None = None


class NetworkProfile(Struct, rename="camel"):
    """The interfaces that a machine lists."""

    network_interfaces: list[Reference] | None = None


class OsDisk(Struct, rename="camel"):
    """The disk that tells the operating system."""

    os_type: str | None = None


class StorageProfile(Struct, rename="camel"):
    """The disks of a machine."""

    os_disk: OsDisk | None = None


class LinuxConfiguration(Struct, rename="camel"):
    """How a Linux guest was provisioned."""

    disable_password_authentication: bool | None = None


class OsProfile(Struct, rename="camel"):
    """How the guest was provisioned."""

    linux_configuration: LinuxConfiguration | None = None


class PowerState(Struct):
    """`PowerState/running` and so on."""

    code: str | None = None


class InstanceView(Struct, rename="camel"):
    """The part of the instance view that Resource Graph carries."""

    power_state: PowerState | None = None


class StatusView(Struct):
    """The instance view as Resource Manager gives it."""

    statuses: list[PowerState] | None = None


class Extended(Struct, rename="camel"):
    """What Resource Graph adds to a machine."""

    instance_view: InstanceView | None = None


class VirtualMachineBody(Struct, rename="camel"):
    """A virtual machine."""

    network_profile: NetworkProfile | None = None
    storage_profile: StorageProfile | None = None
    os_profile: OsProfile | None = None
    extended: Extended | None = None
    instance_view: StatusView | None = None


class PublicConfigurationBody(Struct):
    """The public address that a scale set gives each instance."""

    name: str | None = None
    sku: SkuBody | None = None


class ScaleSetConfigurationBody(Struct, rename="camel"):
    """An IP configuration of a scale set's model."""

    subnet: Ref = None
    version: str | None = field(default=None, name="privateIPAddressVersion")
    application_security_groups: list[Reference] | None = None
    load_balancer_backend_address_pools: list[Reference] | None = None
    load_balancer_inbound_nat_pools: list[Reference] | None = None
    public_ip_address_configuration: PublicConfigurationBody | None = field(
        default=None, name="publicIPAddressConfiguration"
    )


class ScaleSetInterfaceBody(Struct, rename="camel"):
    """An interface of a scale set's model."""

    network_security_group: Ref = None
    enable_ip_forwarding: bool | None = field(default=None, name="enableIPForwarding")
    ip_configurations: list[Part[ScaleSetConfigurationBody]] | None = None


class ScaleSetNetworkProfile(Struct, rename="camel"):
    """The interfaces of a scale set's model."""

    network_interface_configurations: list[Part[ScaleSetInterfaceBody]] | None = None


class ScaleSetExtensionBody(Struct):
    """An extension of a scale set's model."""

    publisher: str | None = None
    type: str | None = None


class ScaleSetExtensionPart(Struct):
    """An extension in the list of a model."""

    properties: ScaleSetExtensionBody | None = None


class ScaleSetExtensionProfile(Struct):
    """The extensions of a scale set's model."""

    extensions: list[ScaleSetExtensionPart] | None = None


class ScaleSetProfile(Struct, rename="camel"):
    """The model that instances are made from."""

    network_profile: ScaleSetNetworkProfile | None = None
    storage_profile: StorageProfile | None = None
    os_profile: OsProfile | None = None
    extension_profile: ScaleSetExtensionProfile | None = None


class ScaleSetBody(Struct, rename="camel"):
    """A scale set."""

    orchestration_mode: str | None = None
    virtual_machine_profile: ScaleSetProfile | None = None
