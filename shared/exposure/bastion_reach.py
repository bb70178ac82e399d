"""Whether Azure Bastion gets through to a machine, judged by the one evaluator."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Final

from shared.exposure.admin_filter import AdminFilter
from shared.exposure.filters import Filters
from shared.exposure.layers import LayerKind, Reason, Step, UnknownLayer
from shared.exposure.outbound import outbound_layer
from shared.exposure.path import Path
from shared.exposure.rule_match import Assumption, Destination, Perspective
from shared.exposure.surroundings import Surroundings
from shared.network.bastion import BastionHost, BastionSku
from shared.network.ids import ResourceId
from shared.network.security_group import NetworkSecurityGroup
from shared.network.service_tags import PLATFORM_ADDRESS, ServiceTagTable
from shared.network.snapshot import Snapshot
from shared.network.topology import IpConfiguration, NetworkInterface, Subnet
from shared.packetset.addresses import FAMILY_ADDRESSES, NO_ADDRESSES, AddressSet, Family
from shared.packetset.intervals import IntervalSet
from shared.packetset.packets import PacketSet
from shared.packetset.protocols import LAST_PORT

_CLIENT_PORTS: Final = IntervalSet.span(1024, LAST_PORT)
_STRICT: Final = Assumption()
_GENEROUS: Final = Assumption(generous=True)
_IPV4: Final = FAMILY_ADDRESSES[Family.IPV4]


@dataclass(frozen=True, slots=True)
class Passage:
    """How one host gets to one configuration: through, stopped, or not to be told.

    `trace` is what a packet meets that is stopped, or may be; with `doubts` it is not known.
    """

    host: BastionHost
    through: bool
    trace: tuple[Step, ...] = ()
    doubts: tuple[Reason, ...] = ()


class BastionReach:
    """Tells whether Bastion hosts get through to a machine.

    Source: Microsoft Learn, "Working with NSG access and Azure Bastion", "Quickstart: Azure Bastion
    Developer".
    """

    def __init__(
        self,
        snapshot: Snapshot,
        surroundings: Surroundings,
        filters: Filters,
        admin: AdminFilter,
        tags: ServiceTagTable,
    ) -> None:
        """Look at one snapshot."""
        self._snapshot = snapshot
        self._surroundings = surroundings
        self._filters = filters
        self._admin = admin
        self._tags = tags
        self._whole: dict[Path, bool] = {}
        self._senders: dict[AddressSet, Perspective] = {}
        self._seen: dict[tuple[ResourceId, ResourceId | None], Perspective | None] = {}
        self._let_out: dict[tuple[ResourceId, int], AddressSet] = {}

    def passages(
        self,
        hosts: Sequence[BastionHost],
        interface: NetworkInterface,
        configuration: IpConfiguration,
        port: int,
    ) -> Iterator[Passage]:
        """Tell for each host whether it gets through to one IPv4 configuration.

        It does when every address of its subnet is let in, from any port that clients use, and
        its own subnet lets packets out to there.
        """
        network = configuration.subnet.parent("subnets") if configuration.subnet else None
        destination = Destination(
            configuration.private_ip,
            interface.application_security_groups,
            frozenset(configuration.application_security_groups),
        )
        for host in hosts:
            sender = self._sender(host, network)
            if sender is None:
                text = f"the subnet of {host.id.name} is not known"
                doubts = (Reason("bastion-subnet-unread", text),)
                yield Passage(host, through=False, doubts=doubts)
                continue
            groups = self._filters.in_front_of(interface, configuration, destination, port, sender)
            admin = self._admin.in_front_of(
                network, destination, port, sender, closed_by_default=False
            )
            way_out = self._way_out(host, configuration, port)
            if way_out is None and all(layer.is_open for layer in (*admin, *groups)):
                yield Passage(host, through=True)
            else:
                yield self._passage(host, Path((*admin, *groups), sender), way_out)

    def _passage(self, host: BastionHost, path: Path, way_out: Path | None) -> Passage:
        paths = (path,) if way_out is None else (way_out, path)
        stopping = [part for part in paths if not self._lets_all_in(part)]
        if not stopping:
            return Passage(host, through=True)
        surely = next((part for part in stopping if not _lets_all_in(part, _GENEROUS)), None)
        shown, reading = (stopping[0], _STRICT) if surely is None else (surely, _GENEROUS)
        trace = shown.trace(_stopped(shown, reading).witness(), reading)
        if surely is not None:
            return Passage(host, through=False, trace=trace)
        doubts = (doubt for part in stopping for layer in part.all_layers for doubt in layer.doubts)
        return Passage(host, through=False, trace=trace, doubts=tuple(doubts))

    def _lets_all_in(self, path: Path) -> bool:
        """Tell whether every sender surely gets in; equal paths are judged once."""
        known = self._whole.get(path)
        if known is None:
            known = self._whole[path] = _lets_all_in(path, _STRICT)
        return known

    def _sender(self, host: BastionHost, network: ResourceId | None) -> Perspective | None:
        """Give a host's addresses as one network sees them; None where they are not known."""
        place = (host.id, network)
        known = self._seen.get(place)
        if known is None:
            known = self._seen[place] = self._seen_from(host, network)
        return known

    def _seen_from(self, host: BastionHost, network: ResourceId | None) -> Perspective | None:
        """Give a host's addresses as senders; a Developer host comes from the platform's."""
        if host.sku is BastionSku.DEVELOPER:
            return self._private(PLATFORM_ADDRESS)
        subnet = self._snapshot.subnets.get(host.subnet) if host.subnet else None
        prefixes = subnet.prefixes.intersect(_IPV4) if subnet else NO_ADDRESSES
        if not prefixes:
            return None
        if prefixes.is_subset(self._surroundings.space(network)):
            return self._private(prefixes)
        return self._surroundings.translated(self._surroundings.translation(host.subnet, network))

    def _private(self, addresses: AddressSet) -> Perspective:
        """Give private addresses as senders: one object for equal sets, which layers share."""
        known = self._senders.get(addresses)
        return known or self._senders.setdefault(addresses, _seen(addresses, self._tags))

    def _way_out(self, host: BastionHost, target: IpConfiguration, port: int) -> Path | None:
        """Give the outbound rules of the host's own subnet, with the target as what they see.

        None where they surely let out to there.  A target whose address is not known may be any
        of its subnet.
        """
        subnet = self._snapshot.subnets.get(host.subnet) if host.subnet else None
        if subnet is None or subnet.security_group is None:
            return None
        near = self._snapshot.subnets.get(target.subnet) if target.subnet else None
        addresses = near.prefixes.intersect(_IPV4) if near else NO_ADDRESSES
        if target.private_ip is not None:
            addresses = AddressSet(IntervalSet.span(target.private_ip, target.private_ip))
        group = self._snapshot.security_groups.get(subnet.security_group)
        to = _seen(addresses, self._tags)
        if group is None or group.faults or not addresses:
            return Path((_unknown(subnet.security_group),), to)
        let_out = self._surely_let_out(group, subnet, port)
        if addresses.is_subset(let_out):
            return None
        if target.private_ip is None and addresses.overlaps(let_out):
            return Path((_unknown(subnet.security_group),), to)
        return Path((outbound_layer(group, subnet.prefixes.intersect(_IPV4), port, to),), to)

    def _surely_let_out(self, group: NetworkSecurityGroup, subnet: Subnet, port: int) -> AddressSet:
        """Give the private addresses that a Bastion's subnet surely lets out to; reckoned once."""
        known = self._let_out.get((subnet.id, port))
        if known is None:
            to = _seen(self._surroundings.space(subnet.id.parent("subnets")), self._tags)
            layer = outbound_layer(group, subnet.prefixes.intersect(_IPV4), port, to)
            let_out = Path((layer,), to).let_in(_STRICT).values()
            known = reduce(AddressSet.union, (one.sources for one in let_out), NO_ADDRESSES)
            self._let_out[subnet.id, port] = known
        return known


def _seen(addresses: AddressSet, tags: ServiceTagTable) -> Perspective:
    """Give private addresses within a virtual network as senders, or as what is sent to."""
    return Perspective(
        Family.IPV4, addresses, NO_ADDRESSES, addresses, NO_ADDRESSES, tags, private=True
    )


def _unknown(group: ResourceId) -> UnknownLayer:
    text = f"what {group.name} lets out is not known"
    return UnknownLayer(LayerKind.SUBNET_NSG, group, Reason("bastion-way-out-unknown", text))


def _stopped(path: Path, assumption: Assumption) -> PacketSet:
    """Give what does not get in, of all that a host may send."""
    stopped = PacketSet.of(path.perspective.universe, _CLIENT_PORTS)
    for packets in path.let_in(assumption).values():
        stopped = stopped.subtract(packets)
    return stopped


def _lets_all_in(path: Path, assumption: Assumption) -> bool:
    """Tell whether every sender gets in from every port that clients use."""
    return not _stopped(path, assumption)
