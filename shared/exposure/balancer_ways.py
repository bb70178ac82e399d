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
from shared.packetset.addresses import InvalidAddressError, address_number
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
                for target in self._members(balancer, rule):
                    yield from self._balanced(rule, target)
        for nat in balancer.nat_rules:
            if nat.frontend == frontend.id and nat.protocol.covers(Protocol.TCP):
                yield from self._translated(balancer, nat)
        for pool in balancer.nat_pools:
            if pool.frontend == frontend.id and pool.protocol.covers(Protocol.TCP):
                yield from self._pooled(balancer, pool)

    def arriving_at(self, address: int, network: ResourceId, port: int) -> Iterator[Flow]:
        """Give what an internal frontend carries on of packets to its own address and port."""
        for balancer in self._snapshot.load_balancers.values():
            for frontend in balancer.frontends:
                subnet = frontend.subnet
                inside = subnet is not None and subnet.parent("subnets") == network
                if not (inside and frontend.private_ip == address):
                    continue
                for rule in balancer.rules:
                    if rule.frontend == frontend.id and rule.front_port in {port, ANY_PORT}:
                        for target in self._members(balancer, rule):
                            back = port if rule.back_port == ANY_PORT else rule.back_port
                            yield Flow(rule, target, (port, port), back)

    def _balanced(self, rule: BalancingRule, target: Target) -> Iterator[Flow]:
        """Give the flows of one balancing rule; port 0 on either side is every port."""
        if ANY_PORT in {rule.front_port, rule.back_port}:
            for port in self._ports:
                yield Flow(rule, target, (port, port), port)
        elif self._matters(rule.back_port, (rule.front_port, rule.front_port)):
            yield Flow(rule, target, (rule.front_port, rule.front_port), rule.back_port)

    def _translated(self, balancer: LoadBalancer, rule: NatRule) -> Iterator[Flow]:
        """Give the flows of one NAT rule: to its configuration, or to each member of its pool."""
        first = self._targets.by_id.get(rule.configuration) if rule.configuration else None
        single = [first] if first else list(self._targets.by_pool.get(rule.id, ()))
        for target in single:
            if self._matters(rule.back_port, rule.front_ports):
                yield Flow(rule, target, rule.front_ports, rule.back_port)
        if rule.pool is None:
            return
        for pool in balancer.pools_of((rule.pool,)):
            for target in self._pool_members(pool):
                fronts = _mapped(pool, rule, target) or rule.front_ports
                if self._matters(rule.back_port, fronts):
                    yield Flow(rule, target, fronts, rule.back_port)

    def _pooled(self, balancer: LoadBalancer, pool: NatPool) -> Iterator[Flow]:
        """Give the flows of a NAT pool, but for targets that a rule made from it names already."""
        first, last = pool.front_ports
        made = {
            rule.configuration
            for rule in balancer.nat_rules
            if rule.frontend == pool.frontend
            and rule.back_port == pool.back_port
            and first <= rule.front_ports[0] <= last
        }
        for target in self._targets.by_pool.get(pool.id, ()):
            if target.id not in made and self._matters(pool.back_port, pool.front_ports):
                yield Flow(pool, target, pool.front_ports, pool.back_port)

    def _matters(self, back: int, fronts: tuple[int, int]) -> bool:
        """Tell whether a management port is behind the door, or what a client dials."""
        return any(port == back or fronts[0] <= port <= fronts[1] for port in self._ports)

    def _members(self, balancer: LoadBalancer, rule: BalancingRule) -> Iterator[Target]:
        """Give the targets of a rule; a global balancer's lie behind regional frontends."""
        for pool in balancer.pools_of(rule.pools):
            yield from self._pool_members(pool)
            for entry in pool.addresses:
                if entry.frontend is not None:
                    yield from self._regional(entry.frontend, rule.back_port)

    def _regional(self, frontend: ResourceId, port: int) -> Iterator[Target]:
        """Follow a global balancer to a regional frontend and through its rules for one port."""
        owner = frontend.parent("frontendIPConfigurations")
        balancer = self._snapshot.load_balancers.get(owner) if owner else None
        if balancer is None:
            return
        for rule in balancer.rules:
            if rule.frontend == frontend and rule.front_port in {port, ANY_PORT}:
                for pool in balancer.pools_of(rule.pools):
                    yield from self._pool_members(pool)

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
            destination=_number(public.address) if public and flow.rule.floating else None,
        )

    def _layer(self, rule: ResourceId) -> DoorLayer:
        return self._layers.setdefault(rule, DoorLayer(rule, rule.name))


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


def _number(address: str | None) -> int | None:
    try:
        return address_number(address) if address else None
    except InvalidAddressError:
        return None
