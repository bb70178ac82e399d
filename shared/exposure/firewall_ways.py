"""Ways in through the DNAT rules of Azure Firewall, of its own and of its policies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce

from shared.exposure.balancer_ways import BalancerWays
from shared.exposure.front_door import FrontDoor, FrontDoorKind
from shared.exposure.layers import DoorLayer, Reason
from shared.exposure.surroundings import Surroundings
from shared.exposure.targets import Target, Targets
from shared.exposure.ways_in import WayIn
from shared.network.firewall import DnatRule, Firewall
from shared.network.ids import ResourceId
from shared.network.snapshot import Snapshot
from shared.network.topology import Sku
from shared.packetset.addresses import (
    ALL_ADDRESSES,
    AddressSet,
    Family,
    address_number,
    address_text,
)


class FirewallWays:
    """Follows DNAT rules to the targets behind them.

    A DNAT rule's source list is the filter of clients; the target's filters see an address of the
    firewall's subnet.  A rule about a private address of the firewall lets nobody in from outside.

    Source: Microsoft Learn, "Azure Firewall DNAT"; Microsoft Tech Community, "Azure Firewall NAT
    Behaviors".
    """

    def __init__(
        self,
        snapshot: Snapshot,
        targets: Targets,
        balancers: BalancerWays,
        surroundings: Surroundings,
        ports: Sequence[int],
    ) -> None:
        """Look at one snapshot for ways to its management ports."""
        self._snapshot = snapshot
        self._targets = targets
        self._balancers = balancers
        self._surroundings = surroundings
        self._ports = ports

    def ways(self) -> Iterator[WayIn]:
        """Give every way in through a public address of a firewall."""
        for firewall in self._snapshot.firewalls.values():
            addresses = self._public_addresses(firewall)
            for rule in self.rules(firewall):
                for address, public_ip in addresses.items():
                    if address in rule.destinations:
                        yield from self._through(firewall, rule, address, public_ip)

    def unresolved(self) -> Iterator[tuple[Firewall, DnatRule]]:
        """Give the rules that translate to a name, whose target Azure does not tell."""
        for firewall in self._snapshot.firewalls.values():
            for rule in self.rules(firewall):
                if rule.translated_name and self._front_port(rule) is not None:
                    yield firewall, rule

    def rules(self, firewall: Firewall) -> Iterator[DnatRule]:
        """Give the rules in force: its own, and those of its policy and what that inherits from."""
        yield from firewall.rules
        policy_id, seen = firewall.policy, set[ResourceId]()
        while policy_id is not None and policy_id not in seen:
            seen.add(policy_id)
            for group in self._snapshot.rule_collection_groups.values():
                if group.id.parent("ruleCollectionGroups") == policy_id:
                    yield from group.rules
            policy = self._snapshot.firewall_policies.get(policy_id)
            policy_id = policy.base if policy else None

    def _public_addresses(self, firewall: Firewall) -> dict[int, ResourceId | None]:
        found: dict[int, ResourceId | None] = dict.fromkeys(firewall.hub_addresses)
        for public_id in firewall.public_ips:
            public = self._snapshot.public_ips.get(public_id)
            if public is not None and public.address:
                found[address_number(public.address)] = public_id
        return found

    def _through(
        self, firewall: Firewall, rule: DnatRule, address: int, public_ip: ResourceId | None
    ) -> Iterator[WayIn]:
        front = self._front_port(rule)
        if front is None or rule.translated_address is None:
            return
        spans = tuple(rule.ports.spans)
        ranged = spans[0] if len(spans) == 1 and spans[0][0] != spans[0][1] else None
        door = FrontDoor(
            FrontDoorKind.FIREWALL_DNAT,
            rule.collection,
            front,
            public_ip=public_ip,
            address=address_text(address),
            port_range=ranged,
            rule=rule.name,
        )
        layer = self._client_filter(rule)
        for target, port in self._behind(firewall, rule.translated_address, rule.translated_port):
            yield WayIn(
                door,
                target,
                Family.IPV4,
                port,
                Sku.BASIC,
                layers=(layer,),
                translation=self._surroundings.translation(
                    firewall.subnet, target.network, firewall.private_address
                ),
                clients_from=firewall.subnet,
            )

    def _front_port(self, rule: DnatRule) -> int | None:
        """Give the port that a client dials; None when no management port is in play."""
        for port in self._ports:
            if port in rule.ports:
                return port
        return (
            min(rule.ports.bounds) if rule.ports and rule.translated_port in self._ports else None
        )

    def _behind(self, firewall: Firewall, address: int, port: int) -> Iterator[tuple[Target, int]]:
        """Give the targets that an address stands for in the networks that the firewall reaches."""
        for network in self._networks(firewall):
            target = self._targets.by_address.get((network, address))
            if target is not None:
                yield target, port
            for flow in self._balancers.arriving_at(address, network, port):
                yield flow.target, flow.port

    def _networks(self, firewall: Firewall) -> tuple[ResourceId, ...]:
        """Give the firewall's own network and its peers; a hub's firewall may reach every one."""
        if firewall.subnet is None:
            return tuple(self._snapshot.virtual_networks)
        own = firewall.subnet.parent("subnets")
        return (own, *self._surroundings.peers(own)) if own else ()

    def _client_filter(self, rule: DnatRule) -> DoorLayer:
        groups = [self._snapshot.ip_groups.get(group) for group in rule.source_groups]
        unread = [i for i, group in zip(rule.source_groups, groups, strict=True) if group is None]
        listed = (group.addresses for group in groups if group is not None)
        admitted = reduce(AddressSet.union, listed, rule.sources)
        doubt = (
            Reason(
                "ip-group-unread",
                f"DNAT rule {rule.name} admits IP group {unread[0].name}, which could not be read",
            )
            if unread
            else None
        )
        return DoorLayer(
            rule.collection, rule.name, ALL_ADDRESSES if rule.everywhere else admitted, doubt
        )
