"""Ways in through load balancers: balancing rules, inbound NAT rules and NAT pools."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shared.exposure.front_door import FrontDoor, FrontDoorKind
from shared.exposure.layers import DoorLayer
from shared.exposure.targets import Target, Targets
from shared.exposure.ways_in import WayIn
from shared.network.ids import ResourceId
from shared.network.load_balancer import (
    ANY_PORT,
    BackendPool,
    BalancingRule,
    Frontend,
    LoadBalancer,
    NatPool,
    NatRule,
)
from shared.network.snapshot import Snapshot
from shared.network.topology import PublicIpAddress
from shared.packetset.addresses import address_number
from shared.packetset.protocols import Protocol


@dataclass(frozen=True, slots=True)
class Flow:
    """Packets that one rule carries from a front port to a port of one target.

    `front_ports` are first and last where only a range is known.
    """

    rule: BalancingRule | NatRule | NatPool
    target: Target
    front_ports: tuple[int, int]
    port: int


class BalancerWays:
    """Follows the rules of a snapshot's load balancers to the targets behind them.

    Outbound rules, NAT gateways and prefixes as such lead nobody in and are not looked at; health
    probes are taken for healthy.

    Source: Microsoft Learn, "Azure Load Balancer components", "Inbound NAT rules".
    """

    def __init__(self, snapshot: Snapshot, targets: Targets, ports: Sequence[int]) -> None:
        """Look at one snapshot for ways to its management ports."""
        self._snapshot = snapshot
        self._targets = targets
        self._ports = ports
        self._layers: dict[ResourceId, DoorLayer] = {}

    def ways(self) -> Iterator[WayIn]:
        """Give every way in from a public frontend."""
        for balancer in self._snapshot.load_balancers.values():
            for frontend in balancer.frontends:
                if frontend.is_public:
                    for flow in self.flows(balancer, frontend):
                        yield self._way(balancer, frontend, flow)

    def flows(self, balancer: LoadBalancer, frontend: Frontend) -> Iterator[Flow]:
        """Give what one frontend carries to management ports, or takes in on one."""
        for rule in balancer.rules:
            if rule.frontend == frontend.id and rule.protocol.covers(Protocol.TCP):
                yield from self._balanced(balancer, rule)
        for nat in balancer.nat_rules:
            if nat.frontend == frontend.id and nat.protocol.covers(Protocol.TCP):
                for flow in self._translated(balancer, nat):
                    if self._matters(flow.port, flow.front_ports):
                        yield flow
        for pool in balancer.nat_pools:
            if pool.frontend == frontend.id and pool.protocol.covers(Protocol.TCP):
                yield from self._pooled(balancer, pool)

    def arriving_at(self, address: int, network: ResourceId, port: int) -> Iterator[Flow]:
        """Give what an internal frontend carries on of packets to its own address and port."""
        for balancer in self._snapshot.load_balancers.values():
            for frontend in balancer.frontends:
                subnet = frontend.subnet
                inside = subnet is not None and subnet.parent("subnets") == network
                if inside and frontend.private_ip == address:
                    yield from self._carried_on(balancer, frontend, port)

    def _carried_on(self, balancer: LoadBalancer, frontend: Frontend, port: int) -> Iterator[Flow]:
        for rule in balancer.rules:
            if rule.frontend == frontend.id and _takes(rule, port):
                for target, back in self._members(balancer, rule, port):
                    yield Flow(rule, target, (port, port), back)
        for nat in balancer.nat_rules:
            if nat.frontend == frontend.id and nat.protocol.covers(Protocol.TCP):
                for flow in self._translated(balancer, nat):
                    if flow.front_ports[0] <= port <= flow.front_ports[1]:
                        yield flow

    def _balanced(self, balancer: LoadBalancer, rule: BalancingRule) -> Iterator[Flow]:
        """Give the flows of one balancing rule; port 0 on either side is every port."""
        every = ANY_PORT in {rule.front_port, rule.back_port}
        for front in self._ports if every else (rule.front_port,):
            for target, back in self._members(balancer, rule, front):
                if self._matters(back, (front, front)) or rule.back_port in self._ports:
                    yield Flow(rule, target, (front, front), back)

    def _translated(self, balancer: LoadBalancer, rule: NatRule) -> Iterator[Flow]:
        """Give the flows of one NAT rule: to its configuration, or to each member of its pool."""
        first = self._targets.by_id.get(rule.configuration) if rule.configuration else None
        for target in [first] if first else self._targets.by_pool.get(rule.id, ()):
            yield Flow(rule, target, rule.front_ports, rule.back_port)
        for pool in balancer.pools_of((rule.pool,)) if rule.pool else ():
            for target in self._pool_members(pool):
                fronts = _mapped(pool, rule, target) or rule.front_ports
                yield Flow(rule, target, fronts, rule.back_port)

    def _pooled(self, balancer: LoadBalancer, pool: NatPool) -> Iterator[Flow]:
        """Give the flows of a NAT pool, but not to targets that a rule made from it leads to."""
        first, last = pool.front_ports
        made = {
            flow.target.id
            for rule in balancer.nat_rules
            if rule.frontend == pool.frontend
            and rule.back_port == pool.back_port
            and first <= rule.front_ports[0] <= last
            for flow in self._translated(balancer, rule)
        }
        for target in self._targets.by_pool.get(pool.id, ()):
            if target.id not in made and self._matters(pool.back_port, pool.front_ports):
                yield Flow(pool, target, pool.front_ports, pool.back_port)

    def _matters(self, back: int, fronts: tuple[int, int]) -> bool:
        """Tell whether a management port is behind the door, or what a client dials."""
        return any(port == back or fronts[0] <= port <= fronts[1] for port in self._ports)

    def _members(
        self, balancer: LoadBalancer, rule: BalancingRule, front: int
    ) -> Iterator[tuple[Target, int]]:
        """Give the targets of a rule, and the port of each that packets to a front port reach.

        A global balancer's targets lie behind the rules of regional frontends.
        """
        back = front if ANY_PORT in {rule.front_port, rule.back_port} else rule.back_port
        for pool in balancer.pools_of(rule.pools):
            yield from ((target, back) for target in self._pool_members(pool))
            for entry in pool.addresses:
                if entry.frontend is not None:
                    yield from self._regional(entry.frontend, back)

    def _regional(self, frontend: ResourceId, port: int) -> Iterator[tuple[Target, int]]:
        """Follow a global balancer to a regional frontend and through its rules for one port."""
        owner = frontend.parent("frontendIPConfigurations")
        balancer = self._snapshot.load_balancers.get(owner) if owner else None
        if balancer is None:
            return
        for rule in balancer.rules:
            if rule.frontend == frontend and _takes(rule, port):
                back = port if ANY_PORT in {rule.front_port, rule.back_port} else rule.back_port
                for pool in balancer.pools_of(rule.pools):
                    yield from ((target, back) for target in self._pool_members(pool))

    def _pool_members(self, pool: BackendPool) -> Iterator[Target]:
        """Give the members of a pool by whichever side names them, each once."""
        found: dict[ResourceId, Target] = {}
        closed = {entry.configuration for entry in pool.addresses if entry.is_down}
        listed = (*pool.configurations, *(e.configuration for e in pool.addresses))
        for configuration in listed:
            target = self._targets.by_id.get(configuration) if configuration else None
            if target is not None:
                found[target.id] = target
        for target in self._targets.by_pool.get(pool.id, ()):
            found[target.id] = target
        for entry in pool.addresses:
            if entry.address is not None and entry.network is not None and not entry.is_down:
                target = self._targets.by_address.get((entry.network, entry.address))
                if target is not None:
                    found[target.id] = target
        return (target for key, target in found.items() if key not in closed)

    def _way(self, balancer: LoadBalancer, frontend: Frontend, flow: Flow) -> WayIn:
        public = self._snapshot.public_ips.get(frontend.public_ip) if frontend.public_ip else None
        first, last = flow.front_ports
        kind = (
            FrontDoorKind.LOAD_BALANCER_RULE
            if isinstance(flow.rule, BalancingRule)
            else FrontDoorKind.LOAD_BALANCER_NAT_RULE
        )
        dialled = next((port for port in self._ports if first <= port <= last), first)
        return WayIn(
            FrontDoor(
                kind,
                flow.rule.id,
                dialled,
                public_ip=frontend.public_ip,
                address=public.address if public else None,
                sku=balancer.sku,
                port_range=None if first == last else (first, last),
            ),
            flow.target,
            public.family if public else flow.target.configuration.family,
            flow.port,
            balancer.sku,
            layers=(self._layer(flow.rule.id),),
            keeps_destination=flow.rule.floating,
            destination=_destination(public) if flow.rule.floating else None,
        )

    def _layer(self, rule: ResourceId) -> DoorLayer:
        return self._layers.setdefault(rule, DoorLayer(rule, rule.name))


def _takes(rule: BalancingRule, port: int) -> bool:
    """Tell whether a rule carries on TCP that arrives at a front port."""
    return rule.front_port in {port, ANY_PORT} and rule.protocol.covers(Protocol.TCP)


def _mapped(pool: BackendPool, rule: NatRule, target: Target) -> tuple[int, int] | None:
    """Give the front port that a NAT rule gave to one member, where the pool tells."""
    for entry in pool.addresses:
        is_target = entry.configuration == target.id or (
            entry.address is not None and entry.address == target.configuration.private_ip
        )
        for mapping in entry.mappings if is_target else ():
            if mapping.rule == rule.id.name.lower():
                return mapping.front_port, mapping.front_port
    return None


def _destination(frontend: PublicIpAddress | None) -> int | None:
    """Give the address that packets keep behind a floating rule, None while it is not known."""
    return address_number(frontend.address) if frontend and frontend.address else None
