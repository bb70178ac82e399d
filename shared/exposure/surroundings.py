"""What lies around a subnet: its network's space, its routes, and so the internet seen from it."""

from __future__ import annotations

from collections.abc import Iterator

from shared.exposure.internet import INTERNET
from shared.exposure.rule_match import Perspective
from shared.network.ids import ResourceId
from shared.network.service_tags import ServiceTagTable
from shared.network.snapshot import Snapshot
from shared.network.topology import Peering, RouteTable, VirtualNetwork
from shared.packetset.addresses import NO_ADDRESSES, AddressSet, Family

_DIRECT_HOPS = frozenset({"internet", "vnetlocal"})


class Surroundings:
    """The internet as each subnet of a snapshot sees it; equal views are one object."""

    def __init__(self, snapshot: Snapshot, tags: ServiceTagTable) -> None:
        """Look at one snapshot with one list of service tags."""
        self._snapshot = snapshot
        self._tags = tags
        self._by_subnet: dict[tuple[ResourceId | None, Family], Perspective] = {}
        self._by_view: dict[tuple[Family, AddressSet, AddressSet], Perspective] = {}
        self._by_translation: dict[tuple[AddressSet, bool], Perspective] = {}
        self._diverted: dict[ResourceId, AddressSet] = {}

    def internet(self, subnet: ResourceId | None, family: Family) -> Perspective:
        """Give the internet as senders towards a subnet; None stands for a subnet not known."""
        seen = self._by_subnet.get((subnet, family))
        if seen is None:
            network = subnet.parent("subnets") if subnet else None
            universe = INTERNET[family].subtract(self.space(network))
            doubtful = universe.intersect(self._routed_elsewhere(subnet))
            view = (family, universe, doubtful)
            seen = self._by_view.setdefault(
                view, Perspective(family, universe, universe, NO_ADDRESSES, doubtful, self._tags)
            )
            self._by_subnet[subnet, family] = seen
        return seen

    def returns_elsewhere(self, subnet: ResourceId | None, family: Family) -> bool:
        """Tell whether user-defined routes send all replies to the internet somewhere else.

        Source: Microsoft Learn, "Virtual network traffic routing", 0.0.0.0/0 address prefix.
        """
        perspective = self.internet(subnet, family)
        return bool(perspective.universe) and perspective.universe.is_subset(
            self._routed_elsewhere(subnet)
        )

    def translated(self, sources: AddressSet, *, within_network: bool) -> Perspective:
        """Give the addresses that a firewall replaces clients' addresses by, as senders.

        Whether the tag VirtualNetwork holds those of a virtual hub is not documented.
        """
        surely, maybe = (sources, NO_ADDRESSES) if within_network else (NO_ADDRESSES, sources)
        return self._by_translation.setdefault(
            (sources, within_network),
            Perspective(
                Family.IPV4, sources, NO_ADDRESSES, surely, maybe, self._tags, private=True
            ),
        )

    def peers(self, network_id: ResourceId) -> tuple[ResourceId, ...]:
        """Give the networks that one is peered with: connected, and usable on both sides."""
        network = self._snapshot.virtual_networks.get(network_id)
        return tuple(peering.remote for peering in self._usable(network)) if network else ()

    def space(self, network_id: ResourceId | None) -> AddressSet:
        """Give the space of a network and of those it is peered with; empty when not known."""
        network = self._snapshot.virtual_networks.get(network_id) if network_id else None
        if network is None:
            return NO_ADDRESSES
        space = network.space
        for peering in self._usable(network):
            remote = self._snapshot.virtual_networks.get(peering.remote)
            space = space.union(peering.remote_space if remote is None else remote.space)
        return space

    def _usable(self, network: VirtualNetwork) -> Iterator[Peering]:
        """Give the peerings of a network that carry packets; a side without a row is believed."""
        for peering in network.peerings:
            remote = self._snapshot.virtual_networks.get(peering.remote)
            if peering.usable and (remote is None or _answers(remote, network)):
                yield peering

    def _routed_elsewhere(self, subnet_id: ResourceId | None) -> AddressSet:
        """Give the destinations that a subnet's user-defined routes send to some other hop.

        A route table that could not be read may send everything.
        """
        subnet = self._snapshot.subnets.get(subnet_id) if subnet_id else None
        if subnet is None or subnet.route_table is None:
            return NO_ADDRESSES
        known = self._diverted.get(subnet.route_table)
        if known is None:
            known = _diverted(self._snapshot.route_tables.get(subnet.route_table))
            self._diverted[subnet.route_table] = known
        return known


def _answers(remote: VirtualNetwork, network: VirtualNetwork) -> bool:
    """Tell whether the other side's half of a peering is usable, too."""
    return any(p.usable and p.remote == network.id for p in remote.peerings)


def _diverted(table: RouteTable | None) -> AddressSet:
    if table is None:
        return INTERNET[Family.IPV4].union(INTERNET[Family.IPV6])
    diverted = NO_ADDRESSES
    for route in table.routes:
        if route.prefix is not None and route.next_hop not in _DIRECT_HOPS:
            diverted = diverted.union(route.prefix)
    return diverted
