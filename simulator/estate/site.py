"""One virtual network of the estate with everything that lives in it or lies about beside it."""

from dataclasses import dataclass

from simulator.estate.balancer_plan import Balancer
from simulator.estate.firewall_plan import Firewall
from simulator.estate.gateway_plan import Gateway
from simulator.estate.places import Network
from simulator.estate.plan import (
    BastionHost,
    Group,
    Machine,
    PrivateEndpoint,
    PublicAddress,
    Subnet,
    Trap,
)
from simulator.estate.scale_set_plan import ScaleSet


@dataclass(frozen=True, slots=True)
class Site:
    """The plan of one virtual network; `managed_instance` names an SQL Managed Instance in it."""

    network: Network
    subnets: tuple[Subnet, ...]
    plain_machines: tuple[Machine, ...] = ()
    traps: tuple[Trap, ...] = ()
    asgs: tuple[str, ...] = ()
    bastion: BastionHost | None = None
    balancers: tuple[Balancer, ...] = ()
    firewall: Firewall | None = None
    gateway: Gateway | None = None
    scale_sets: tuple[ScaleSet, ...] = ()
    managed_instance: str | None = None
    private_endpoints: tuple[PrivateEndpoint, ...] = ()
    loose_groups: tuple[Group, ...] = ()
    loose_addresses: tuple[tuple[str, PublicAddress], ...] = ()

    @property
    def machines(self) -> tuple[Machine, ...]:
        """Every machine of the site, plain ones first."""
        return (*self.plain_machines, *(trap.machine for trap in self.traps))

    @property
    def attached_groups(self) -> tuple[Group, ...]:
        """Every NSG that a subnet, a NIC or a scale set refers to, each once."""
        on_subnets = [subnet.group for subnet in self.subnets]
        on_interfaces = [nic.group for machine in self.machines for nic in machine.interfaces]
        on_sets = [group for each in self.scale_sets for group in each.groups]
        found = on_subnets + on_interfaces + on_sets
        return tuple(dict.fromkeys(group for group in found if group))
