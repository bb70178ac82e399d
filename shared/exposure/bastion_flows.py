"""The flows that a Bastion's own subnet must let through, each judged by its effect."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Final, assert_never

from shared.exposure.internet import INTERNET
from shared.exposure.layers import LayerKind, RuleLayer
from shared.exposure.outbound import outbound_layer
from shared.exposure.path import Path
from shared.exposure.rule_match import (
    Assumption,
    Destination,
    Match,
    Perspective,
    match_destination,
)
from shared.network.ids import ResourceId
from shared.network.security_group import NetworkSecurityGroup
from shared.network.security_rule import Access, Direction, SecurityRule
from shared.network.service_tags import (
    AZURE_CLOUD,
    PLATFORM_ADDRESS,
    ServiceTagTable,
    containing_tags,
)
from shared.packetset.addresses import NO_ADDRESSES, AddressSet, Family
from shared.packetset.packets import NO_PACKETS, PacketSet
from shared.packetset.protocols import Protocol

_STRICT: Final = Assumption()
_RESERVED: Final = 4
"""How many addresses Azure keeps at the start of a subnet, and one at its end."""


class Far(StrEnum):
    """The other end of a flow, seen from the subnet."""

    CLIENTS = "clients (Internet)"
    GATEWAY_MANAGER = "GatewayManager"
    NETWORK = "VirtualNetwork"
    LOAD_BALANCER = "AzureLoadBalancer"
    AZURE_CLOUD = "AzureCloud"
    INTERNET = "Internet"


_GATEWAY_MANAGER: Final = "gatewaymanager"
_TAGS: Final = {Far.GATEWAY_MANAGER: _GATEWAY_MANAGER, Far.AZURE_CLOUD: AZURE_CLOUD}


@dataclass(frozen=True, slots=True)
class RequiredFlow:
    """One flow; with `any_protocol` the documents ask for more than Tcp."""

    direction: Direction
    far: Far
    port: int
    any_protocol: bool = False

    @property
    def name(self) -> str:
        """The flow in words."""
        way = "from" if self.direction is Direction.INBOUND else "to"
        return f"{self.direction.lower()}: {way} {self.far}, port {self.port}"


REQUIRED_FLOWS: Final = (
    RequiredFlow(Direction.INBOUND, Far.CLIENTS, 443),
    RequiredFlow(Direction.INBOUND, Far.GATEWAY_MANAGER, 443),
    RequiredFlow(Direction.INBOUND, Far.LOAD_BALANCER, 443),
    RequiredFlow(Direction.INBOUND, Far.NETWORK, 8080, any_protocol=True),
    RequiredFlow(Direction.INBOUND, Far.NETWORK, 5701, any_protocol=True),
    RequiredFlow(Direction.OUTBOUND, Far.NETWORK, 22, any_protocol=True),
    RequiredFlow(Direction.OUTBOUND, Far.NETWORK, 3389, any_protocol=True),
    RequiredFlow(Direction.OUTBOUND, Far.AZURE_CLOUD, 443),
    RequiredFlow(Direction.OUTBOUND, Far.NETWORK, 8080, any_protocol=True),
    RequiredFlow(Direction.OUTBOUND, Far.NETWORK, 5701, any_protocol=True),
    RequiredFlow(Direction.OUTBOUND, Far.INTERNET, 80, any_protocol=True),
)
"""Source: Microsoft Learn, "Working with NSG access and Azure Bastion", required rules."""


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
    private_only: bool = False


class _Answer(Enum):
    """How surely a flow gets through."""

    NO = 0
    MAYBE = 1
    YES = 2


class BastionFlows:
    """Judges security groups on Bastion subnets."""

    def __init__(self, tags: ServiceTagTable) -> None:
        """Judge with one list of service tags."""
        self._tags = tags

    def missing(self, group: NetworkSecurityGroup, subnet: BastionSubnet) -> Iterator[MissingFlow]:
        """Name each required flow that a group does not let through as a whole.

        People may be let in from chosen addresses only, so any part of the internet is enough for
        them.  Whether a private-only host needs even that is not documented, nor whether one gets
        along where other protocols than Tcp are stopped: both leave a doubt.
        """
        for flow in REQUIRED_FLOWS:
            answer = self._answer(flow, Protocol.TCP, group, subnet)
            if flow.far is Far.CLIENTS and subnet.private_only and answer is _Answer.NO:
                answer = _Answer.MAYBE
            if answer is not _Answer.YES:
                name = f"{flow.name}, {Protocol.TCP}"
                yield MissingFlow(name, doubtful=answer is _Answer.MAYBE)
            elif flow.any_protocol and not self._passes(flow, Protocol.UDP, group, subnet):
                yield MissingFlow(f"{flow.name}, {Protocol.UDP}", doubtful=True)

    def _passes(
        self,
        flow: RequiredFlow,
        protocol: Protocol,
        group: NetworkSecurityGroup,
        subnet: BastionSubnet,
    ) -> bool:
        return self._answer(flow, protocol, group, subnet) is _Answer.YES

    def _answer(
        self,
        flow: RequiredFlow,
        protocol: Protocol,
        group: NetworkSecurityGroup,
        subnet: BastionSubnet,
    ) -> _Answer:
        """Tell how surely a flow gets through for every address of the subnet."""
        far = self._far(flow.far, subnet)
        if flow.direction is Direction.OUTBOUND:
            layer = outbound_layer(group, subnet.addresses, flow.port, far, protocol)
            return self._got_through(flow.far, Path((layer,), far))
        rules = [
            rule
            for rule in group.inbound
            if flow.port in rule.destination_ports and rule.protocol.covers(protocol)
        ]
        if flow.far is Far.CLIENTS:
            rules = [rule for rule in rules if not _is_for_gateway_manager(rule)]
        paths = _inbound_paths(group.id, rules, subnet, far)
        answers = [self._got_through(flow.far, path) for path in paths]
        return min(answers, key=lambda answer: answer.value)

    def _far(self, far: Far, subnet: BastionSubnet) -> Perspective:
        match far:
            case Far.NETWORK:
                return self._private(subnet.space)
            case Far.LOAD_BALANCER:
                return self._private(PLATFORM_ADDRESS)
            case Far.CLIENTS | Far.GATEWAY_MANAGER | Far.AZURE_CLOUD | Far.INTERNET:
                public = INTERNET[Family.IPV4].subtract(subnet.space)
                return Perspective(
                    Family.IPV4, public, public, NO_ADDRESSES, NO_ADDRESSES, self._tags
                )
            case _ as unreachable:
                assert_never(unreachable)

    def _private(self, addresses: AddressSet) -> Perspective:
        return Perspective(
            Family.IPV4, addresses, NO_ADDRESSES, addresses, NO_ADDRESSES, self._tags, private=True
        )

    def _got_through(self, far: Far, path: Path) -> _Answer:
        if far is Far.CLIENTS:
            return _anybody(path)
        tag = _TAGS.get(far)
        if tag is None:
            return _everybody(path, path.sent(_STRICT), frozenset())
        listed = self._tags.resolve(tag)
        if listed is not None:
            wanted = PacketSet.of(path.perspective.universe.intersect(listed))
            return _everybody(path, wanted, frozenset())
        members = frozenset({tag, *containing_tags(tag)})
        return _everybody(path, path.sent(Assumption(members)), members)


def _is_for_gateway_manager(rule: SecurityRule) -> bool:
    """Tell whether a rule lets in Bastion's own control plane alone, which is no client."""
    tags = {tag.key for tag in rule.source.tags}
    others = rule.source.everywhere or bool(rule.source.addresses)
    return rule.access is Access.ALLOW and tags == {_GATEWAY_MANAGER} and not others


def _inbound_paths(
    group: ResourceId, rules: Sequence[SecurityRule], subnet: BastionSubnet, far: Perspective
) -> Iterator[Path]:
    """Give one path for each part of the subnet that the rules' destinations tell apart."""
    for address in _parts(rules, subnet.addresses):
        destination = Destination(address)
        pairs = ((rule, match_destination(rule, destination, Family.IPV4)) for rule in rules)
        kept = tuple(pair for pair in pairs if pair[1] is not Match.NO)
        yield Path((RuleLayer(LayerKind.SUBNET_NSG, group, kept, far),), far)


def _parts(rules: Sequence[SecurityRule], addresses: AddressSet) -> Iterator[int]:
    """Give the first usable address of each part of a subnet that rules tell apart."""
    bounds = {bound for rule in rules for bound in rule.destination.addresses.numbers.bounds}
    for low, high in addresses.numbers.spans:
        first, last = (low + _RESERVED, high - 1) if high - low > _RESERVED else (low, high)
        yield first
        yield from sorted(bound for bound in bounds if first < bound <= last)


def _let_in(path: Path, assumption: Assumption) -> PacketSet:
    found = NO_PACKETS
    for packets in path.let_in(assumption).values():
        found = found.union(packets)
    return found


def _everybody(path: Path, wanted: PacketSet, members: frozenset[str]) -> _Answer:
    """Tell whether all of some senders get through, from every port."""
    if wanted.is_subset(_let_in(path, Assumption(members))):
        return _Answer.YES
    generous = Assumption(members, generous=True)
    return _Answer.MAYBE if wanted.is_subset(_let_in(path, generous)) else _Answer.NO


def _anybody(path: Path) -> _Answer:
    """Tell whether some sender gets through; of a tag whose addresses are not known, anyone."""
    readings = (_STRICT, *(Assumption(members) for _, members in path.memberships()))
    if any(path.let_in(reading) for reading in readings):
        return _Answer.YES
    return _Answer.MAYBE if path.let_in(Assumption(generous=True)) else _Answer.NO
