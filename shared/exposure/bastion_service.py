"""Which Bastion hosts serve a network, and why one that nobody knows of may."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from shared.exposure.layers import Reason
from shared.network.bastion import BastionHost
from shared.network.ids import ResourceId
from shared.network.snapshot import Snapshot
from shared.network.topology import Peering, VirtualNetwork


class BastionService:
    """Tells which hosts serve the networks of one snapshot.

    A host serves its own network and, unless its SKU keeps it at home, those directly peered with
    it: connected, with access allowed, as a whole, on both sides.  Whether it passes a second
    peering is not described, so that it is taken not to.

    Source: Microsoft Learn, "Virtual network peering and Azure Bastion".
    """

    def __init__(self, snapshot: Snapshot) -> None:
        """Look at one snapshot."""
        self._snapshot = snapshot
        self._unread = {gap.scope for gap in snapshot.unread}
        self._by_network: dict[ResourceId, list[BastionHost]] = defaultdict(list)
        for host in snapshot.bastions.values():
            if host.network is not None:
                self._by_network[host.network].append(host)

    def hosts(self, network_id: ResourceId) -> tuple[BastionHost, ...]:
        """Give the succeeded hosts that serve a network, by id."""
        peers = {
            peer.id
            for peering, peer in self._peers(network_id)
            if peer and _is_whole(peering, peer, network_id)
        }
        near = self._by_network.get(network_id, ())
        far = (
            host
            for peer in peers
            for host in self._by_network.get(peer, ())
            if host.sku.reaches_peers
        )
        working = {host.id: host for host in (*near, *far) if host.succeeded}
        return tuple(working[own] for own in sorted(working))

    def unsuccessful(self, network_id: ResourceId) -> tuple[BastionHost, ...]:
        """Give the hosts in a network itself that are there and did not succeed."""
        return tuple(
            host
            for host in self._snapshot.bastions.values()
            if host.network == network_id and not host.succeeded
        )

    def doubts(self, network_id: ResourceId) -> tuple[Reason, ...]:
        """Say why further hosts may serve a network; empty where all are known."""
        return tuple(self._doubts(network_id))

    def _doubts(self, network_id: ResourceId) -> Iterator[Reason]:
        network = self._snapshot.virtual_networks.get(network_id)
        if network is None:
            yield Reason("network-unread", f"virtual network {network_id.name} could not be read")
            return
        yield from self._doubts_of_member(network)
        for peering, peer in self._peers(network_id):
            if peer is None:
                yield Reason(
                    "bastion-peer-unread",
                    f"the peered network {peering.remote.name} could not be read and may hold a"
                    " Bastion",
                )
                continue
            yield from self._doubts_of_member(peer)
            if not _is_whole(peering, peer, network_id) and self._holds_far_reaching_host(peer):
                yield Reason(
                    "bastion-peering-partial",
                    f"the Bastion in {peer.id.name} may reach some subnets: not all are peered",
                )

    def _doubts_of_member(self, network: VirtualNetwork) -> Iterator[Reason]:
        """Say what is not known of the hosts in one network."""
        if ResourceId(f"/subscriptions/{network.id.subscription}") in self._unread:
            yield Reason(
                "bastion-subscription-unread",
                f"the subscription of {network.id.name}, which may hold a Bastion, could not be"
                " read as a whole",
            )
        for subnet in network.subnets:
            if subnet.bastion is not None and subnet.bastion not in self._snapshot.bastions:
                yield Reason(
                    "bastion-unread",
                    f"Bastion {subnet.bastion.name} in {network.id.name} could not be read",
                )

    def _holds_far_reaching_host(self, network: VirtualNetwork) -> bool:
        return any(
            host.network == network.id and host.sku.reaches_peers
            for host in self._snapshot.bastions.values()
        )

    def _peers(self, network_id: ResourceId) -> Iterator[tuple[Peering, VirtualNetwork | None]]:
        """Give the usable peerings of a network; of a peer without a row nobody knows the half."""
        network = self._snapshot.virtual_networks.get(network_id)
        for peering in network.peerings if network else ():
            peer = self._snapshot.virtual_networks.get(peering.remote)
            if peering.usable and (peer is None or _half(peer, network_id) is not None):
                yield peering, peer


def _half(peer: VirtualNetwork, network_id: ResourceId) -> Peering | None:
    """Give the usable half of a peering that the other side holds."""
    halves = (half for half in peer.peerings if half.usable and half.remote == network_id)
    return next(halves, None)


def _is_whole(peering: Peering, peer: VirtualNetwork, network_id: ResourceId) -> bool:
    """Tell whether both halves of a peering join all subnets."""
    half = _half(peer, network_id)
    return peering.whole and half is not None and half.whole
