"""The filters in front of one IP configuration, as layers of a path."""

from __future__ import annotations

from typing import assert_never

from shared.exposure.front_door import FrontDoor
from shared.exposure.layers import (
    FixedLayer,
    Layer,
    LayerKind,
    Reason,
    UnknownLayer,
)
from shared.exposure.port_rules import PortRules
from shared.exposure.rule_match import Destination, Perspective
from shared.network.ids import ResourceId
from shared.network.security_group import NetworkSecurityGroup
from shared.network.security_rule import Access
from shared.network.snapshot import Snapshot
from shared.network.topology import IpConfiguration, NetworkInterface, Sku
from shared.packetset.protocols import Protocol


class Filters:
    """Builds layers; a group that many interfaces share is one layer, decided once."""

    def __init__(self, snapshot: Snapshot, protocol: Protocol = Protocol.TCP) -> None:
        """Take the groups and subnets of one snapshot, for flows of one protocol."""
        self._snapshot = snapshot
        self._protocol = protocol
        self._rules: dict[tuple[ResourceId, int], PortRules] = {}
        self._layers: dict[tuple[object, ...], Layer] = {}
        self._shared: dict[tuple[object, ...], tuple[Layer, ...]] = {}

    def in_front_of(
        self,
        interface: NetworkInterface,
        configuration: IpConfiguration,
        destination: Destination,
        port: int,
        perspective: Perspective,
    ) -> tuple[Layer, ...]:
        """Give the security groups on subnet and interface, outermost first; none when neither has.

        Source: Microsoft Learn, "How network security groups filter network traffic".
        """
        inner, inside = interface.security_group, destination.in_virtual_network
        place = (configuration.subnet, inner, port, perspective)
        if inside and (shared := self._shared.get(place)) is not None:
            return shared
        subnet = self._snapshot.subnets.get(configuration.subnet) if configuration.subnet else None
        outer = subnet.security_group if subnet else None
        layers: list[Layer] = []
        if subnet is None:
            layers.append(self._unread_subnet(interface, configuration))
        if outer is not None:
            layers.append(self._layer(LayerKind.SUBNET_NSG, outer, destination, port, perspective))
        if inner is not None:
            layers.append(self._layer(LayerKind.NIC_NSG, inner, destination, port, perspective))
        met = tuple(layers)
        is_plain = self._is_plain(outer, port) and self._is_plain(inner, port)
        if inside and is_plain and subnet is not None:
            self._shared[place] = met
        return met

    def _unread_subnet(self, interface: NetworkInterface, configuration: IpConfiguration) -> Layer:
        subnet = configuration.subnet
        name = f"subnet {subnet.name}" if subnet else f"the subnet of {configuration.name}"
        reason = Reason("subnet-unread", f"{name} could not be read, so its filters are not known")
        resource = subnet or interface.id
        return self._layers.setdefault(
            ("subnet", resource), UnknownLayer(LayerKind.SUBNET_NSG, resource, reason)
        )

    def _is_plain(self, group_id: ResourceId | None, port: int) -> bool:
        """Tell whether a group, or none, decides alike for all within a virtual network."""
        group = self._snapshot.security_groups.get(group_id) if group_id else None
        return group is None or bool(group.faults) or self.rules_about(group, port).is_plain

    def _layer(
        self,
        kind: LayerKind,
        group_id: ResourceId,
        destination: Destination,
        port: int,
        perspective: Perspective,
    ) -> Layer:
        group = self._snapshot.security_groups.get(group_id)
        if group is None or group.faults:
            return self._layers.setdefault(
                (kind, group_id), UnknownLayer(kind, group_id, _why_unknown(group_id, group))
            )
        return self.rules_about(group, port).layer(kind, destination, perspective)

    def rules_about(self, group: NetworkSecurityGroup, port: int) -> PortRules:
        """Give the rules of a group that was read which are about one port."""
        known = self._rules.get((group.id, port))
        if known is None:
            known = self._rules[group.id, port] = PortRules(group, port, self._protocol)
        return known


def _why_unknown(group_id: ResourceId, group: NetworkSecurityGroup | None) -> Reason:
    if group is None:
        return Reason(
            "security-group-unread", f"network security group {group_id.name} could not be read"
        )
    return Reason(
        "security-group-invalid",
        f"network security group {group_id.name} has a rule that cannot be understood:"
        f" {group.faults[0]}",
    )


def platform_default(door: FrontDoor, sku: Sku | None) -> Layer:
    """Give the filter that stands in when neither subnet nor interface has a security group.

    Standard is closed, Basic is open; what StandardV2 does is not documented.

    Source: Microsoft Learn, "Public IP addresses", SKU, and "Azure Load Balancer SKUs".
    """
    public_ip = door.public_ip or door.id
    match sku:
        case Sku.BASIC:
            return FixedLayer(public_ip, "basic-default-allow", Access.ALLOW)
        case Sku.STANDARD:
            return FixedLayer(public_ip, "standard-default-deny", Access.DENY)
        case Sku.STANDARD_V2:
            reason = Reason(
                "standard-v2-default",
                f"public IP address {public_ip.name} is StandardV2 and no security group stands"
                " before it; whether that is closed is not documented",
            )
        case None:
            reason = Reason(
                "public-ip-unread", f"public IP address {public_ip.name} could not be read"
            )
        case _ as unreachable:
            assert_never(unreachable)
    return UnknownLayer(LayerKind.PLATFORM, public_ip, reason)
