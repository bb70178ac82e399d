"""Load balancers: frontends, and the rules that lead from them to pools and machines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from shared.network.ids import ResourceId
from shared.network.topology import Sku
from shared.packetset.protocols import Protocol

ANY_PORT = 0


@dataclass(frozen=True, slots=True)
class Frontend:
    """A frontend: public with a public IP address or a prefix of them, else internal.

    `private_ip` is a number of the address line.
    """

    id: ResourceId
    public_ip: ResourceId | None = None
    public_prefix: ResourceId | None = None
    private_ip: int | None = None
    subnet: ResourceId | None = None

    @property
    def is_public(self) -> bool:
        """Whether packets from the internet can arrive here."""
        return self.public_ip is not None or self.public_prefix is not None


@dataclass(frozen=True, slots=True)
class PortMapping:
    """The front port that a NAT rule gave to one member of its pool."""

    rule: str
    front_port: int


@dataclass(frozen=True, slots=True)
class PoolAddress:
    """A member that a pool lists: an address within a network, a configuration, or a frontend.

    `frontend` is that of a regional balancer behind a global one.  `is_down` marks a member whose
    administrative state refuses new connections.
    """

    address: int | None = None
    network: ResourceId | None = None
    configuration: ResourceId | None = None
    frontend: ResourceId | None = None
    mappings: tuple[PortMapping, ...] = ()
    is_down: bool = False


@dataclass(frozen=True, slots=True)
class BackendPool:
    """A pool: the configurations that Azure lists as members, and the addresses that it holds."""

    id: ResourceId
    configurations: tuple[ResourceId, ...] = ()
    addresses: tuple[PoolAddress, ...] = ()


@dataclass(frozen=True, slots=True)
class BalancingRule:
    """A load-balancing rule: one front port to one port of every member; 0 is every port."""

    id: ResourceId
    frontend: ResourceId | None
    pools: tuple[ResourceId, ...]
    protocol: Protocol
    front_port: int
    back_port: int
    floating: bool = False


@dataclass(frozen=True, slots=True)
class NatRule:
    """An inbound NAT rule, of version 1 (one configuration) or 2 (a pool and a range).

    `front_ports` are first and last; a rule of version 1 has one of them.
    """

    id: ResourceId
    frontend: ResourceId | None
    protocol: Protocol
    front_ports: tuple[int, int]
    back_port: int
    configuration: ResourceId | None = None
    pool: ResourceId | None = None
    floating: bool = False


@dataclass(frozen=True, slots=True)
class NatPool:
    """An inbound NAT pool: a range of front ports, one for each instance of a scale set."""

    id: ResourceId
    frontend: ResourceId | None
    protocol: Protocol
    front_ports: tuple[int, int]
    back_port: int
    floating: bool = False


@dataclass(frozen=True, slots=True)
class LoadBalancer:
    """A load balancer.

    Source: Microsoft Learn, "Azure Load Balancer SKUs" and "Inbound NAT rules".
    """

    id: ResourceId
    sku: Sku
    frontends: tuple[Frontend, ...] = ()
    pools: tuple[BackendPool, ...] = ()
    rules: tuple[BalancingRule, ...] = ()
    nat_rules: tuple[NatRule, ...] = ()
    nat_pools: tuple[NatPool, ...] = ()

    def pools_of(self, ids: tuple[ResourceId, ...]) -> Iterator[BackendPool]:
        """Give its pools among some ids."""
        return (pool for pool in self.pools if pool.id in ids)
