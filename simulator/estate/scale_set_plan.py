"""Scale sets in the words of the plan: a model, and the instances of a uniform one."""

from dataclasses import dataclass

from simulator.estate.places import Network
from simulator.estate.plan import Group, PublicAddress, Way
from simulator.estate.story import Outcome


@dataclass(frozen=True, slots=True)
class Instance:
    """One instance of a uniform scale set, and what it shows.

    `group` is the NSG of its NIC where the instance lags behind the model; `outcome` is that of
    its own public address.
    """

    number: int
    address: str
    shows: str
    public: PublicAddress | None = None
    outcome: Outcome | None = None
    facts: tuple[int, ...] = ()
    ways: tuple[Way, ...] = ()
    lags_with: Group | None = None


@dataclass(frozen=True, slots=True)
class ScaleSet:
    """One scale set; a flexible one has no instances here, its members are ordinary machines.

    `nat_pool` is the id of the NAT pool of a balancer that the model names.
    """

    network: Network
    name: str
    subnet: str
    group: Group | None = None
    instances: tuple[Instance, ...] = ()
    nat_pool: str | None = None
    flexible: bool = False

    @property
    def resource_id(self) -> str:
        """Id of the scale set."""
        return self.network.place.scale_set_id(self.name)

    @property
    def groups(self) -> tuple[Group, ...]:
        """The NSGs of the model and of instances that lag behind it."""
        lagging = (instance.lags_with for instance in self.instances)
        return tuple(group for group in (self.group, *lagging) if group is not None)

    def instance_id(self, instance: Instance) -> str:
        """Id of one instance."""
        return f"{self.resource_id}/virtualMachines/{instance.number}"

    def nic_id(self, instance: Instance) -> str:
        """Id of the NIC of one instance."""
        return f"{self.instance_id(instance)}/networkInterfaces/nic-{self.name}"

    def configuration_id(self, instance: Instance) -> str:
        """Id of the IP configuration of one instance."""
        return f"{self.nic_id(instance)}/ipConfigurations/ipconfig1"

    def public_ip_id(self, instance: Instance) -> str:
        """Id of the public address of one instance."""
        return f"{self.configuration_id(instance)}/publicIPAddresses/pip-{self.name}"
