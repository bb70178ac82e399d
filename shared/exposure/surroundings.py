"""What lies around a subnet: its network's space, its routes, and so the internet seen from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from shared.exposure.internet import INTERNET
from shared.exposure.rule_match import Perspective
from shared.network.ids import ResourceId
from shared.network.service_tags import ServiceTagTable
from shared.network.snapshot import Snapshot
from shared.network.topology import Peering, RouteTable, VirtualNetwork
from shared.packetset.addresses import (
    ALL_ADDRESSES,
    FAMILY_ADDRESSES,
    NO_ADDRESSES,
    AddressSet,
    Family,
)
from shared.packetset.intervals import IntervalSet

_NOT_THE_INTERNET = FAMILY_ADDRESSES[Family.IPV4].subtract(INTERNET[Family.IPV4])
_DIRECT_HOPS = frozenset({"internet", "vnetlocal"})


@dataclass(frozen=True, slots=True)
class Returns:
    """Where a subnet's user-defined routes send replies.

    `routed` is all that any of them sends to some other hop than the internet, `direct` what is
    answered directly all the same, since a longer prefix decides.

    Source: Microsoft Learn, "Virtual network traffic routing", how Azure selects a route.
    """

    routed: AddressSet = NO_ADDRESSES
    direct: AddressSet = ALL_ADDRESSES


@dataclass(frozen=True, slots=True)
class Translation:
    """A replacement of the source address on the way: by one of `sources`.

    `within_network` tells whether those surely belong to what the target's VirtualNetwork holds.
    """

    sources: AddressSet
    within_network: bool


_BY_SYSTEM_ROUTES: Final = Returns()


class Surroundings:
    """The internet as each subnet of a snapshot sees it; equal views are one object."""

    def __init__(self, snapshot: Snapshot, tags: ServiceTagTable) -> None:
        """Look at one snapshot with one list of service tags."""
        self._snapshot = snapshot
        self._tags = tags
        self._by_subnet: dict[tuple[ResourceId | None, Family], Perspective] = {}
        self._by_view: dict[tuple[Family, AddressSet, AddressSet], Perspective] = {}
        self._by_translation: dict[Translation, Perspective] = {}
        self._by_table: dict[ResourceId, Returns] = {}

    def internet(self, subnet: ResourceId | None, family: Family) -> Perspective:
        """Give the internet as senders towards a subnet; None stands for a subnet not known."""
        seen = self._by_subnet.get((subnet, family))
        if seen is None:
            network = subnet.parent("subnets") if subnet else None
            universe = INTERNET[family].subtract(self.space(network))
            doubtful = universe.intersect(self._returns(subnet).routed)
            view = (family, universe, doubtful)
            seen = self._by_view.setdefault(
                view, Perspective(family, universe, universe, NO_ADDRESSES, doubtful, self._tags)
            )
            self._by_subnet[subnet, family] = seen
        return seen

    def direct_answers(self, subnet: ResourceId | None, family: Family) -> AddressSet | None:
        """Give who is answered directly in spite of a user-defined default route; None without.

        Source: Microsoft Learn, "Virtual network traffic routing", 0.0.0.0/0 address prefix.
        """
        returns = self._returns(subnet)
        if not returns.routed:
            return None
        universe = self.internet(subnet, family).universe
        if not universe or not universe.is_subset(returns.routed):
            return None
        return universe.intersect(returns.direct)

    def translated(self, translation: Translation) -> Perspective:
        """Give the addresses that replace clients' addresses, as senders."""
        sources = translation.sources
        surely = sources if translation.within_network else NO_ADDRESSES
        maybe = NO_ADDRESSES if translation.within_network else sources
        return self._by_translation.setdefault(
            translation,
            Perspective(
                Family.IPV4, sources, NO_ADDRESSES, surely, maybe, self._tags, private=True
            ),
        )

    def translation(
        self, subnet_id: ResourceId | None, target: ResourceId | None, own: int | None = None
    ) -> Translation:
        """Give what a device in a subnet replaces clients' addresses by, for a target's network.

        Without a subnet (a virtual hub's firewall) that is its `own` address, and where that is
        not known any private one; whether the tag VirtualNetwork holds those is not documented.
        """
        subnet = self._snapshot.subnets.get(subnet_id) if subnet_id else None
        if subnet is not None and subnet.prefixes:
            return Translation(subnet.prefixes, subnet.prefixes.is_subset(self.space(target)))
        known = NO_ADDRESSES if own is None else AddressSet(IntervalSet.span(own, own))
        return Translation(known or _NOT_THE_INTERNET, within_network=False)

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

    def _returns(self, subnet_id: ResourceId | None) -> Returns:
        """Give where a subnet's replies go; a route table that was not read may send all away."""
        subnet = self._snapshot.subnets.get(subnet_id) if subnet_id else None
        if subnet is None or subnet.route_table is None:
            return _BY_SYSTEM_ROUTES
        known = self._by_table.get(subnet.route_table)
        if known is None:
            known = _returns(self._snapshot.route_tables.get(subnet.route_table))
            self._by_table[subnet.route_table] = known
        return known


def _answers(remote: VirtualNetwork, network: VirtualNetwork) -> bool:
    """Tell whether the other side's half of a peering is usable, too."""
    return any(p.usable and p.remote == network.id for p in remote.peerings)


def _returns(table: RouteTable | None) -> Returns:
    if table is None:
        return Returns(ALL_ADDRESSES, NO_ADDRESSES)
    routed, direct = NO_ADDRESSES, ALL_ADDRESSES
    known = [(route.prefix, route.next_hop) for route in table.routes if route.prefix is not None]
    for prefix, hop in sorted(known, key=lambda route: route[0].count, reverse=True):
        if hop in _DIRECT_HOPS:
            direct = direct.union(prefix)
        else:
            routed, direct = routed.union(prefix), direct.subtract(prefix)
    return Returns(routed, direct)
