"""The flows that a Bastion's own subnet must let through, each judged by its effect."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from shared.exposure.filters import Filters
from shared.exposure.internet import INTERNET
from shared.exposure.layers import Layer, LayerKind, RuleLayer
from shared.exposure.outbound import outbound_layer
from shared.exposure.path import Path
from shared.exposure.rule_match import (
    Assumption,
    Destination,
    Match,
    Perspective,
    match_destination,
)
from shared.network.security_group import NetworkSecurityGroup
from shared.network.service_tags import (
    AZURE_CLOUD,
    PLATFORM_ADDRESS,
    ServiceTagTable,
    containing_tags,
)
from shared.packetset.addresses import NO_ADDRESSES, AddressSet, Family
from shared.packetset.packets import PacketSet

GATEWAY_MANAGER: Final = "gatewaymanager"
_STRICT: Final = Assumption()
_PEER_PORTS: Final = (8080, 5701)


@dataclass(frozen=True, slots=True)
class MissingFlow:
    """A flow that Bastion needs and a group stops, or may stop (`doubtful`)."""

    name: str
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class BastionSubnet:
    """The subnet of a host: its addresses, and the space of the networks that it belongs to."""

    addresses: AddressSet
    space: AddressSet
    private_only: bool


class BastionFlows:
    """Judges security groups on Bastion subnets.

    Source: Microsoft Learn, "Working with NSG access and Azure Bastion", required rules.
    """

    def __init__(self, filters: Filters, tags: ServiceTagTable) -> None:
        """Judge with one list of service tags."""
        self._filters = filters
        self._tags = tags

    def missing(self, group: NetworkSecurityGroup, subnet: BastionSubnet) -> Iterator[MissingFlow]:
        """Name each required flow that a group does not let through as a whole.

        People may be let in from chosen addresses only, so any part of the internet is enough for
        them; a private-only host needs none.
        """
        yield from self._missing_inbound(group, subnet)
        yield from self._missing_outbound(group, subnet)

    def _missing_inbound(
        self, group: NetworkSecurityGroup, subnet: BastionSubnet
    ) -> Iterator[MissingFlow]:
        internet = self._public(INTERNET[Family.IPV4].subtract(subnet.space))
        if not subnet.private_only and not _let_in(self._inbound(group, subnet, 443, internet)):
            yield MissingFlow("inbound: clients (Internet) to port 443, Tcp")
        yield from self._tagged(
            self._inbound(group, subnet, 443, internet),
            GATEWAY_MANAGER,
            "inbound: GatewayManager to port 443, Tcp",
        )
        for port in _PEER_PORTS:
            inside = self._private(subnet.space)
            path = self._inbound(group, subnet, port, inside)
            yield from _whole(path, f"inbound: VirtualNetwork to VirtualNetwork, port {port}")
        probe = self._private(PLATFORM_ADDRESS)
        path = self._inbound(group, subnet, 443, probe)
        yield from _whole(path, "inbound: AzureLoadBalancer to port 443, Tcp")

    def _missing_outbound(
        self, group: NetworkSecurityGroup, subnet: BastionSubnet
    ) -> Iterator[MissingFlow]:
        inside = self._private(subnet.space)
        for port in (22, 3389):
            path = self._outbound(group, subnet, port, inside)
            yield from _whole(path, f"outbound: to VirtualNetwork, port {port}")
        internet = self._public(INTERNET[Family.IPV4].subtract(subnet.space))
        yield from self._tagged(
            self._outbound(group, subnet, 443, internet),
            AZURE_CLOUD,
            "outbound: to AzureCloud, port 443, Tcp",
        )
        for port in _PEER_PORTS:
            path = self._outbound(group, subnet, port, inside)
            yield from _whole(path, f"outbound: VirtualNetwork to VirtualNetwork, port {port}")
        path = self._outbound(group, subnet, 80, internet)
        yield from _whole(path, "outbound: to Internet, port 80")

    def _tagged(self, path: Path, tag: str, name: str) -> Iterator[MissingFlow]:
        """Judge a flow of a tag's members: by its addresses, or for whoever belongs to it."""
        listed = self._tags.resolve(tag)
        if listed is not None:
            wanted = PacketSet.of(path.perspective.universe.intersect(listed))
            if not wanted.is_subset(_let_in(path)):
                yield MissingFlow(name)
            return
        members = Assumption(frozenset({tag, *containing_tags(tag)}))
        yield from _whole(path, name, members)

    def _inbound(
        self, group: NetworkSecurityGroup, subnet: BastionSubnet, port: int, sender: Perspective
    ) -> Path:
        destination = Destination(subnet.addresses.first)
        pairs = (
            (rule, match_destination(rule, destination, Family.IPV4))
            for rule in self._filters.relevant(group, port).rules
        )
        kept = tuple(pair for pair in pairs if pair[1] is not Match.NO)
        layer: Layer = RuleLayer(LayerKind.SUBNET_NSG, group.id, kept, sender)
        return Path((layer,), sender)

    def _outbound(
        self, group: NetworkSecurityGroup, subnet: BastionSubnet, port: int, to: Perspective
    ) -> Path:
        return Path((outbound_layer(group, subnet.addresses, port, to),), to)

    def _private(self, addresses: AddressSet) -> Perspective:
        return Perspective(
            Family.IPV4, addresses, NO_ADDRESSES, addresses, NO_ADDRESSES, self._tags, private=True
        )

    def _public(self, addresses: AddressSet) -> Perspective:
        return Perspective(
            Family.IPV4, addresses, addresses, NO_ADDRESSES, NO_ADDRESSES, self._tags
        )


def _let_in(path: Path, assumption: Assumption = _STRICT) -> PacketSet:
    found = PacketSet()
    for packets in path.let_in(assumption).values():
        found = found.union(packets)
    return found


def _whole(path: Path, name: str, assumption: Assumption = _STRICT) -> Iterator[MissingFlow]:
    """Name a flow unless every sender, from every port, gets through."""
    wanted = path.sent(assumption)
    if wanted.is_subset(_let_in(path, assumption)):
        return
    generous = Assumption(assumption.members, generous=True)
    yield MissingFlow(name, doubtful=wanted.is_subset(_let_in(path, generous)))
