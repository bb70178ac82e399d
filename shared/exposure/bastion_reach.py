"""Whether Azure Bastion gets through to a machine, judged by the one evaluator."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from shared.exposure.admin_filter import AdminFilter
from shared.exposure.filters import Filters
from shared.exposure.layers import Layer, Reason, Step
from shared.exposure.outbound import outbound_layer
from shared.exposure.path import Path
from shared.exposure.rule_match import Assumption, Destination, Perspective
from shared.exposure.surroundings import Surroundings
from shared.network.bastion import BastionHost
from shared.network.ids import ResourceId
from shared.network.security_group import NetworkSecurityGroup
from shared.network.service_tags import PLATFORM_ADDRESS, ServiceTagTable
from shared.network.snapshot import Snapshot
from shared.network.topology import IpConfiguration, NetworkInterface
from shared.packetset.addresses import NO_ADDRESSES, AddressSet, Family
from shared.packetset.intervals import IntervalSet
from shared.packetset.packets import PacketSet
from shared.packetset.protocols import LAST_PORT

_CLIENT_PORTS: Final = IntervalSet.span(1024, LAST_PORT)
_STRICT: Final = Assumption()
_GENEROUS: Final = Assumption(generous=True)


@dataclass(frozen=True, slots=True)
class Passage:
    """How one host gets to one configuration: through, stopped, or not to be told.

    `trace` is what a packet of the host's meets; with `doubts` and not `through`, it is not known.
    """

    host: BastionHost
    through: bool
    trace: tuple[Step, ...] = ()
    doubts: tuple[Reason, ...] = ()


class BastionReach:
    """Tells which hosts serve a network, and whether they get through to a machine in it.

    Source: Microsoft Learn, "Working with NSG access and Azure Bastion", "Virtual network peering
    and Azure Bastion", "Quickstart: Azure Bastion Developer".
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

    def hosts(self, network: ResourceId) -> tuple[BastionHost, ...]:
        """Give the succeeded hosts that serve a network: its own, and its direct peers'."""
        peers = self._surroundings.peers(network)
        return tuple(
            host
            for host in self._snapshot.bastions.values()
            if host.succeeded
            and (host.network == network or (host.sku.reaches_peers and host.network in peers))
        )

    def unread_peers(self, network_id: ResourceId) -> tuple[ResourceId, ...]:
        """Give the connected peers of a network that no row tells of: a host may be there."""
        network = self._snapshot.virtual_networks.get(network_id)
        return tuple(
            peering.remote
            for peering in (network.peerings if network else ())
            if peering.usable and peering.remote not in self._snapshot.virtual_networks
        )

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
        for host in hosts:
            perspective = self._sender(host, configuration)
            if perspective is None:
                doubt = Reason(
                    "bastion-subnet-unread", f"the subnet of {host.id.name} is not known"
                )
                yield Passage(host, through=False, doubts=(doubt,))
                continue
            path = Path(
                self._filters_before(interface, configuration, port, perspective), perspective
            )
            yield self._passage(host, path, self._way_out(host, configuration, port))

    def _passage(self, host: BastionHost, path: Path, way_out: Path | None) -> Passage:
        paths = [part for part in (way_out, path) if part is not None]
        stopping = [part for part in paths if not _whole(part, _STRICT)]
        doubts = tuple(
            doubt for part in paths for layer in part.all_layers for doubt in layer.doubts
        )
        if not stopping:
            packet = PacketSet.of(path.perspective.universe).witness()
            return Passage(host, through=True, trace=path.trace(packet, _STRICT))
        known = any(not _whole(part, _GENEROUS) for part in stopping)
        stopped = _stopped(stopping[0]).witness()
        trace = stopping[0].trace(stopped, _GENEROUS if known else _STRICT)
        return Passage(host, through=False, trace=trace, doubts=() if known else doubts)

    def _sender(self, host: BastionHost, target: IpConfiguration) -> Perspective | None:
        """Give a host's addresses as senders; a Developer host comes from the platform's."""
        if host.subnet is None:
            return self._private(PLATFORM_ADDRESS)
        subnet = self._snapshot.subnets.get(host.subnet)
        if subnet is None or not subnet.prefixes:
            return None
        network = target.subnet.parent("subnets") if target.subnet else None
        prefixes = subnet.prefixes
        inside = prefixes.is_subset(self._surroundings.space(network))
        return (
            self._private(prefixes)
            if inside
            else self._surroundings.translated(self._surroundings.translation(host.subnet, network))
        )

    def _private(self, addresses: AddressSet) -> Perspective:
        return Perspective(
            Family.IPV4, addresses, NO_ADDRESSES, addresses, NO_ADDRESSES, self._tags, private=True
        )

    def _filters_before(
        self,
        interface: NetworkInterface,
        configuration: IpConfiguration,
        port: int,
        perspective: Perspective,
    ) -> tuple[Layer, ...]:
        destination = Destination(
            configuration.private_ip,
            interface.application_security_groups,
            frozenset(configuration.application_security_groups),
        )
        groups = self._filters.in_front_of(interface, configuration, destination, port, perspective)
        network = configuration.subnet.parent("subnets") if configuration.subnet else None
        admin = self._admin.in_front_of(
            network, destination, port, perspective, closed_by_default=False
        )
        return (*admin, *groups)

    def _way_out(self, host: BastionHost, target: IpConfiguration, port: int) -> Path | None:
        """Give the outbound rules of the host's own subnet, with the target as what they see."""
        subnet = self._snapshot.subnets.get(host.subnet) if host.subnet else None
        if subnet is None or subnet.security_group is None or target.private_ip is None:
            return None
        group = self._snapshot.security_groups.get(subnet.security_group)
        if group is None or group.faults:
            return None
        to = self._private(AddressSet(IntervalSet.span(target.private_ip, target.private_ip)))
        return Path((outbound_layer(group, subnet.prefixes, port, to),), to)

    def group_of(self, host: BastionHost) -> NetworkSecurityGroup | None:
        """Give the security group on a host's subnet, where there is one and it was read."""
        subnet = self._snapshot.subnets.get(host.subnet) if host.subnet else None
        group = subnet.security_group if subnet else None
        return self._snapshot.security_groups.get(group) if group else None


def _whole(path: Path, assumption: Assumption) -> bool:
    """Tell whether every sender gets in from every port that clients use."""
    wanted = PacketSet.of(path.perspective.universe, _CLIENT_PORTS)
    let_in = PacketSet()
    for packets in path.let_in(assumption).values():
        let_in = let_in.union(packets)
    return wanted.is_subset(let_in)


def _stopped(path: Path) -> PacketSet:
    """Give what does not get in, when what is not known is read against the sender."""
    stopped = PacketSet.of(path.perspective.universe, _CLIENT_PORTS)
    for packets in path.let_in(_STRICT).values():
        stopped = stopped.subtract(packets)
    return stopped
