"""Load balancers in the words of the plan: one frontend, one pool, and the flows through them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from simulator.estate.places import Network, Place
from simulator.estate.plan import PublicAddress, Way
from simulator.estate.story import DoorKind, Outcome

FRONTEND: Final = "front"
POOL: Final = "pool"


class FlowKind(StrEnum):
    """The ways in which a balancer passes a flow on; the values are ARM's collections."""

    BALANCING = "loadBalancingRules"
    NAT = "inboundNatRules"
    NAT_POOL = "inboundNatPools"
    OUTBOUND = "outboundRules"


@dataclass(frozen=True, slots=True)
class Flow:
    """One rule of a balancer, by default from TCP 22 to TCP 22.

    `last_front_port` makes a range: on a NAT rule that is one port for each member of the pool, on
    a NAT pool one for each instance of a scale set.
    """

    kind: FlowKind
    name: str
    front_port: int = 22
    port: int = 22
    last_front_port: int | None = None
    floating: bool = False


@dataclass(frozen=True, slots=True)
class PoolAddress:
    """A member of the pool that is told by its address in a network."""

    address: str
    network: Network


@dataclass(frozen=True, slots=True)
class PortMapping:
    """The front port that a NAT rule on the pool has given to one member, an IP configuration."""

    configuration: str
    rule: str
    front_port: int


@dataclass(frozen=True, slots=True)
class PrivateFrontend:
    """The address of an internal balancer, in a subnet given by its id."""

    subnet: str
    address: str


@dataclass(frozen=True, slots=True)
class Balancer:
    """One load balancer.

    Members by NIC are named at the NIC; here stand `addresses` of a pool by address, `mappings`
    of NAT rules on the pool, and `regions`, the frontends that a global balancer passes flows to.
    """

    place: Place
    name: str
    front: PublicAddress | PrivateFrontend
    flows: tuple[Flow, ...]
    addresses: tuple[PoolAddress, ...] = ()
    mappings: tuple[PortMapping, ...] = ()
    regions: tuple[str, ...] = ()

    @property
    def resource_id(self) -> str:
        """Id of the balancer."""
        return self.place.network_id("loadBalancers", self.name)

    @property
    def public_ip(self) -> str:
        """Id of the public address of the frontend."""
        return self.place.network_id("publicIPAddresses", f"pip-{self.name}")

    @property
    def pool_id(self) -> str:
        """Id of the pool."""
        return f"{self.resource_id}/backendAddressPools/{POOL}"

    @property
    def frontend_id(self) -> str:
        """Id of the frontend."""
        return f"{self.resource_id}/frontendIPConfigurations/{FRONTEND}"

    def flow_id(self, name: str) -> str:
        """Id of one of its rules, or of a NAT pool."""
        (kind,) = [flow.kind for flow in self.flows if flow.name == name]
        return f"{self.resource_id}/{kind}/{name}"

    def way(self, name: str, outcome: Outcome, front_port: int | None = None) -> Way:
        """Lead in through one of its rules, by the front port of one member if that is given."""
        (flow,) = [flow for flow in self.flows if flow.name == name]
        if isinstance(self.front, PrivateFrontend):
            raise TypeError(f"{self.name} has no public address.")
        balanced = flow.kind is FlowKind.BALANCING
        return Way(
            DoorKind.BALANCING_RULE if balanced else DoorKind.NAT_RULE,
            self.flow_id(name),
            front_port or flow.front_port,
            self.public_ip,
            self.front,
            outcome,
            flow.port,
        )


def behind_rule(
    place: Place, stem: str, address: str, flow: Flow, sku: str = "Standard"
) -> Balancer:
    """Give a public balancer with one rule, named after the machine behind it."""
    return Balancer(place, f"lb-{stem}", PublicAddress(address, sku), (flow,))
