"""The filters in front of one IP configuration, as layers of a path."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from shared.exposure.front_door import FrontDoor
from shared.exposure.layers import (
    FixedLayer,
    Layer,
    LayerKind,
    Reason,
    RuleLayer,
    UnknownLayer,
)
from shared.exposure.rule_match import (
    Destination,
    Match,
    Perspective,
    is_unclear,
    match_destination,
)
from shared.network.ids import ResourceId
from shared.network.security_group import NetworkSecurityGroup
from shared.network.security_rule import Access, SecurityRule
from shared.network.snapshot import Snapshot
from shared.network.topology import IpConfiguration, NetworkInterface, Sku
from shared.packetset.protocols import Protocol

_ORDINARY_DESTINATIONS = frozenset({"virtualnetwork"})


@dataclass(frozen=True, slots=True)
class _Relevant:
    """The inbound rules of one group that are about one port, with what is common to them.

    `plain` rules match every destination within a virtual network, so that the group decides for
    all of them alike.
    """

    rules: tuple[SecurityRule, ...]
    plain: bool


class Filters:
    """Builds layers; a group that many interfaces share is one layer, decided once."""

    def __init__(self, snapshot: Snapshot, protocol: Protocol = Protocol.TCP) -> None:
        """Take the groups and subnets of one snapshot, for flows of one protocol."""
        self._snapshot = snapshot
        self._protocol = protocol
        self._relevant: dict[tuple[ResourceId, int], _Relevant] = {}
        self._layers: dict[tuple[object, ...], Layer] = {}

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
        layers: list[Layer] = []
        subnet = self._snapshot.subnets.get(configuration.subnet) if configuration.subnet else None
        if subnet is None:
            layers.append(self._unread_subnet(interface, configuration))
        elif subnet.security_group is not None:
            layers.append(
                self._group_layer(
                    LayerKind.SUBNET_NSG, subnet.security_group, destination, port, perspective
                )
            )
        if interface.security_group is not None:
            layers.append(
                self._group_layer(
                    LayerKind.NIC_NSG, interface.security_group, destination, port, perspective
                )
            )
        return tuple(layers)

    def _unread_subnet(self, interface: NetworkInterface, configuration: IpConfiguration) -> Layer:
        subnet = configuration.subnet
        name = f"subnet {subnet.name}" if subnet else f"the subnet of {configuration.name}"
        reason = Reason("subnet-unread", f"{name} could not be read, so its filters are not known")
        resource = subnet or interface.id
        return self._layers.setdefault(
            ("subnet", resource), UnknownLayer(LayerKind.SUBNET_NSG, resource, reason)
        )

    def _group_layer(
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
        relevant = self.relevant(group, port)
        matches: tuple[Match, ...] | None = None
        if not (relevant.plain and destination.in_virtual_network):
            matches = tuple(
                match_destination(rule, destination, perspective.family) for rule in relevant.rules
            )
        key = (kind, group_id, port, perspective, matches)
        layer = self._layers.get(key)
        if layer is None:
            pairs = zip(relevant.rules, matches or (Match.YES,) * len(relevant.rules), strict=True)
            kept = tuple(pair for pair in pairs if pair[1] is not Match.NO)
            layer = self._layers[key] = RuleLayer(kind, group_id, kept, perspective)
        return layer

    def relevant(self, group: NetworkSecurityGroup, port: int) -> _Relevant:
        """Give the inbound rules of a group that are about flows to one port, in order."""
        known = self._relevant.get((group.id, port))
        if known is None:
            rules = tuple(
                rule
                for rule in group.inbound
                if port in rule.destination_ports and rule.protocol.covers(self._protocol)
            )
            known = _Relevant(rules, all(_is_plain(rule) for rule in rules))
            self._relevant[group.id, port] = known
        return known


def _is_plain(rule: SecurityRule) -> bool:
    side = rule.destination
    if is_unclear(rule):
        return False
    return side.everywhere or any(tag.key in _ORDINARY_DESTINATIONS for tag in side.tags)


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
