"""Where things lie in Azure: subscriptions, resource groups and virtual networks, and their ids."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Subscription:
    """One subscription, the team that owns it and the management group that holds it."""

    subscription_id: str
    name: str
    team: str
    management_group: str


@dataclass(frozen=True, slots=True)
class Place:
    """One resource group of one subscription, in one region.

    In a place that `respells`, Compute writes the resource group in capitals and NICs refer to
    their NSG in lower case, as Azure's providers are known to do.
    """

    subscription: Subscription
    resource_group: str
    location: str
    respells: bool = False

    def network_id(self, kind: str, name: str) -> str:
        """Id of a resource of Microsoft.Network, as that provider spells it."""
        return self._id(self.resource_group, f"Microsoft.Network/{kind}", name)

    def network_id_in_compute(self, kind: str, name: str) -> str:
        """Id of a resource of Microsoft.Network, as Compute refers to it."""
        return self._id(self._compute_group, f"Microsoft.Network/{kind}", name)

    def machine_id(self, name: str) -> str:
        """Id of a virtual machine, as Compute spells it."""
        return self._id(self._compute_group, "Microsoft.Compute/virtualMachines", name)

    def machine_id_in_network(self, name: str) -> str:
        """Id of a virtual machine, as Microsoft.Network refers to it."""
        return self._id(self.resource_group, "Microsoft.Compute/virtualMachines", name)

    def scale_set_id(self, name: str) -> str:
        """Id of a scale set."""
        return self._id(self._compute_group, "Microsoft.Compute/virtualMachineScaleSets", name)

    def managed_instance_id(self, name: str) -> str:
        """Id of an SQL Managed Instance."""
        return self._id(self.resource_group, "Microsoft.Sql/managedInstances", name)

    def storage_id(self, name: str) -> str:
        """Id of a storage account."""
        return self._id(self.resource_group, "Microsoft.Storage/storageAccounts", name)

    def group_id_in_interface(self, name: str) -> str:
        """Id of an NSG, as a NIC refers to it."""
        group_id = self.network_id("networkSecurityGroups", name)
        return group_id.lower() if self.respells else group_id

    @property
    def _compute_group(self) -> str:
        return self.resource_group.upper() if self.respells else self.resource_group

    def _id(self, resource_group: str, resource_type: str, name: str) -> str:
        scope = (
            f"/subscriptions/{self.subscription.subscription_id}/resourceGroups/{resource_group}"
        )
        return f"{scope}/providers/{resource_type}/{name}"


@dataclass(frozen=True, slots=True)
class Network:
    """One virtual network by its place, name and address spaces."""

    place: Place
    name: str
    spaces: tuple[str, ...]
    resource_id: str = field(init=False)

    def __post_init__(self) -> None:
        """Reckon the id from place and name."""
        network_id = self.place.network_id("virtualNetworks", self.name)
        object.__setattr__(self, "resource_id", network_id)

    def subnet_id(self, subnet: str) -> str:
        """Id of one of its subnets."""
        return f"{self.resource_id}/subnets/{subnet}"
