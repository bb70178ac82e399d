"""Rows of Microsoft.Network, read as network objects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

import msgspec

from shared.adapters.endpoint_text import endpoint, member, security_rule
from shared.adapters.wire import (
    AddressSpace,
    Envelope,
    IpConfigurationBody,
    NetworkInterfaceBody,
    Part,
    PeeringBody,
    PublicIpBody,
    RawPart,
    Ref,
    Reference,
    RouteBody,
    RouteTableBody,
    RuleBody,
    SecurityGroupBody,
    SkuBody,
    SubnetBody,
    VirtualNetworkBody,
)
from shared.network.bastion import BASTION_SUBNET
from shared.network.ids import ResourceId, resource_id
from shared.network.security_group import NetworkSecurityGroup
from shared.network.security_rule import Direction, SecurityRule
from shared.network.topology import (
    IpConfiguration,
    NetworkInterface,
    Peering,
    PublicIpAddress,
    Route,
    RouteTable,
    Sku,
    Subnet,
    VirtualNetwork,
)
from shared.packetset.addresses import (
    ALL_ADDRESSES,
    NO_ADDRESSES,
    AddressSet,
    Family,
    address_number,
)

_GROUP = msgspec.json.Decoder(SecurityGroupBody[msgspec.Raw])
_PLAIN_GROUP = msgspec.json.Decoder(SecurityGroupBody[Part[RuleBody]])
_RULE = msgspec.json.Decoder(Part[RuleBody])
_AMBIGUOUS = "two rules of one direction have the same priority"
_RULE_NAME = msgspec.json.Decoder(RawPart)
_INTERFACE = msgspec.json.Decoder(NetworkInterfaceBody)
_PUBLIC_IP = msgspec.json.Decoder(PublicIpBody)
_NETWORK = msgspec.json.Decoder(VirtualNetworkBody)
_ROUTES = msgspec.json.Decoder(RouteTableBody)
_CONFIGURATIONS = msgspec.json.Decoder(list[Reference] | None)
_IN_BASTION = "bastionHostIpConfigurations"
_SKUS = {member.lower(): member for member in Sku}
_FAMILIES = {family.label: family for family in Family}
_SKU = msgspec.json.Decoder(SkuBody | str | None)


def reference(ref: Ref) -> ResourceId | None:
    """Give the id of a reference; null, an empty text and an object without id are none."""
    text = ref if isinstance(ref, str) else ref.id if ref is not None else None
    return resource_id(text) if text else None


def ids_of(references: Iterable[Reference] | None) -> tuple[ResourceId, ...]:
    """Give the ids of a list of references."""
    if not references:
        return ()
    return tuple(resource_id(one.id) for one in references if one.id)


def security_group(identity: ResourceId, row: Envelope) -> NetworkSecurityGroup:
    """Read a network security group; rules that cannot be understood become its faults."""
    try:
        parts = _PLAIN_GROUP.decode(row.properties).security_rules or ()
        rules = tuple(security_rule(part.name or "", part.properties) for part in parts)
        _check_order(rules)
    except (msgspec.DecodeError, ValueError):
        return _group_with_faults(identity, row)
    return NetworkSecurityGroup(id=identity, rules=rules)


def _check_order(rules: Sequence[SecurityRule]) -> None:
    """Refuse rules of one direction and priority: which of them comes first is not known."""
    for direction in Direction:
        priorities = [rule.priority for rule in rules if rule.direction is direction]
        if len(set(priorities)) < len(priorities):
            raise ValueError(_AMBIGUOUS)


def _group_with_faults(identity: ResourceId, row: Envelope) -> NetworkSecurityGroup:
    """Read a group rule by rule, to name every rule that cannot be understood."""
    faults: list[str] = []
    for raw in _GROUP.decode(row.properties).security_rules or ():
        try:
            part = _RULE.decode(raw)
            security_rule(part.name or "", part.properties)
        except (msgspec.DecodeError, ValueError) as error:
            faults.append(f"rule {_rule_name(raw)}: {error}")
    return NetworkSecurityGroup(id=identity, faults=tuple(faults) or (_AMBIGUOUS,))


def _rule_name(raw: msgspec.Raw) -> str:
    try:
        return repr(_RULE_NAME.decode(raw).name or "")
    except msgspec.DecodeError:
        return "without a readable name"


def network_interface(identity: ResourceId, row: Envelope) -> NetworkInterface:
    """Read a network interface; that of a private endpoint has no configurations of a machine."""
    body = _INTERFACE.decode(row.properties)
    parts = () if reference(body.private_endpoint) else body.ip_configurations or ()
    return NetworkInterface(
        id=identity,
        virtual_machine=reference(body.virtual_machine),
        security_group=reference(body.network_security_group),
        ip_configurations=tuple(_ip_configuration(part) for part in parts),
        forwards=bool(body.enable_ip_forwarding),
    )


def _ip_configuration(part: Part[IpConfigurationBody]) -> IpConfiguration:
    body = part.properties
    return IpConfiguration(
        name=part.name or (part.id or "").rpartition("/")[2],
        family=family_of(body.private_ip_version),
        private_ip=single_address(body.private_ip_address),
        subnet=reference(body.subnet),
        public_ip=reference(body.public_ip_address),
        application_security_groups=ids_of(body.application_security_groups),
        balancer_pools=ids_of(body.load_balancer_backend_address_pools),
        nat_rules=ids_of(body.load_balancer_inbound_nat_rules),
        nat_pools=ids_of(body.load_balancer_inbound_nat_pools),
    )


def single_address(text: str | None) -> int | None:
    """Give an address as a number, None for none and for a delegated block of them.

    Raises:
        InvalidAddressError: the text is neither.
    """
    if not text:
        return None
    if "/" in text:
        AddressSet.parse(text)
        return None
    return address_number(text)


@lru_cache(maxsize=64)
def family_of(version: str | None) -> Family:
    """Read an address version; a missing one is IPv4.

    Raises:
        ValueError: it is neither.
    """
    return member(_FAMILIES, version or "ipv4", "version")


def public_ip_address(identity: ResourceId, row: Envelope) -> PublicIpAddress:
    """Read a public IP address; a missing SKU is Basic."""
    body = _PUBLIC_IP.decode(row.properties)
    if body.ip_address:
        address_number(body.ip_address)
    return PublicIpAddress(
        id=identity,
        sku=sku_of(row.sku),
        family=family_of(body.version),
        address=body.ip_address or None,
        attached_to=reference(body.ip_configuration),
    )


def sku_of(raw: msgspec.Raw) -> Sku:
    """Read the SKU of a row; Resource Graph gives null or an empty text for none."""
    return sku_named(sku_name(raw))


def sku_name(raw: msgspec.Raw) -> str | None:
    """Give the name of a row's SKU as it is spelt."""
    sku = _SKU.decode(raw)
    return sku.name if isinstance(sku, SkuBody) else sku


def sku_named(name: str | None) -> Sku:
    """Read a SKU's name in any case; a missing one is Basic.

    Raises:
        ValueError: the name is not known, and so neither is the default that comes with it.
    """
    text = name or Sku.BASIC.value
    return _SKUS.get(text.lower()) or Sku(text)


def virtual_network(identity: ResourceId, row: Envelope) -> VirtualNetwork:
    """Read a virtual network with its subnets and peerings."""
    body = _NETWORK.decode(row.properties)
    peerings = (_peering(part.properties) for part in body.virtual_network_peerings or ())
    return VirtualNetwork(
        id=identity,
        space=_space(body.address_space),
        subnets=tuple(_subnet(identity, part) for part in body.subnets or ()),
        peerings=tuple(peering for peering in peerings if peering is not None),
        services=frozenset(_services(body)),
    )


def _services(body: VirtualNetworkBody) -> Iterator[str]:
    """Give the names of the services that subnets are delegated to, in lower case."""
    for part in body.subnets or ():
        for delegation in part.properties.delegations or ():
            yield (delegation.properties.service_name or "").lower()


def _subnet(network: ResourceId, part: Part[SubnetBody]) -> Subnet:
    body = part.properties
    prefixes: Iterable[str | None] = (body.address_prefix, *(body.address_prefixes or ()))
    return Subnet(
        id=resource_id(part.id) if part.id else network.child("subnets", part.name or ""),
        prefixes=AddressSet.of(prefix for prefix in prefixes if prefix),
        security_group=reference(body.network_security_group),
        route_table=reference(body.route_table),
        bastion=_bastion_in(part),
    )


def _bastion_in(part: Part[SubnetBody]) -> ResourceId | None:
    """Give the Bastion that one of a subnet's IP configurations belongs to.

    Only a subnet of that name may hold one, so others' lists, which are long, are not looked into.
    """
    if (part.name or "").lower() != BASTION_SUBNET:
        return None
    configurations = _CONFIGURATIONS.decode(part.properties.ip_configurations) or ()
    ids = (resource_id(one.id) for one in configurations if one.id)
    return next((host for one in ids if (host := one.parent(_IN_BASTION))), None)


def _peering(body: PeeringBody) -> Peering | None:
    remote = reference(body.remote_virtual_network)
    if remote is None:
        return None
    spaces = (body.remote_address_space, body.remote_virtual_network_address_space)
    return Peering(
        remote=remote,
        usable=(body.peering_state or "").lower() == "connected"
        and body.allow_virtual_network_access is not False,
        remote_space=_space(spaces[0]).union(_space(spaces[1])),
        whole=body.peer_complete_vnets is not False,
    )


def _space(space: AddressSpace | None) -> AddressSet:
    return AddressSet.of(space.address_prefixes or ()) if space else NO_ADDRESSES


def route_table(identity: ResourceId, row: Envelope) -> RouteTable:
    """Read a route table."""
    parts = _ROUTES.decode(row.properties).routes or ()
    return RouteTable(identity, tuple(_route(part.properties) for part in parts))


def _route(body: RouteBody) -> Route:
    """Read a route; a service tag as its destination has no prefix."""
    destination = endpoint((body.address_prefix or "",))
    prefix = ALL_ADDRESSES if destination.everywhere else destination.addresses
    return Route(None if destination.tags else prefix, (body.next_hop_type or "").lower())
