"""The IP configurations that front doors lead to, found by id, by address and by pool."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from shared.network.ids import ResourceId
from shared.network.snapshot import Snapshot
from shared.network.topology import IpConfiguration, NetworkInterface, PublicIpAddress


@dataclass(frozen=True, slots=True)
class Target:
    """One IP configuration of one interface.

    Where a uniform scale set has no instance that was read, its model stands in for them;
    `model_public_ip` is the address that it would give one.
    """

    interface: NetworkInterface
    configuration: IpConfiguration
    model_public_ip: PublicIpAddress | None = None

    @property
    def id(self) -> ResourceId:
        """The id of the configuration."""
        return self.interface.id.child("ipConfigurations", self.configuration.name)

    @property
    def network(self) -> ResourceId | None:
        """The virtual network that it lies in, where its subnet is known."""
        subnet = self.configuration.subnet
        return subnet.parent("subnets") if subnet else None


class Targets:
    """The targets of one snapshot; indexes are made when they are first asked for."""

    def __init__(self, snapshot: Snapshot) -> None:
        """Look at one snapshot."""
        self._snapshot = snapshot

    def __iter__(self) -> Iterator[Target]:
        """Give every target, those of models last."""
        for interface in self._snapshot.network_interfaces.values():
            for configuration in interface.ip_configurations:
                yield Target(interface, configuration)
        yield from self._models

    def with_public_ips(self) -> Iterator[tuple[Target, ResourceId]]:
        """Give the targets that have a public address of their own, each with its id."""
        for interface in self._snapshot.network_interfaces.values():
            for configuration in interface.ip_configurations:
                if configuration.public_ip is not None:
                    yield Target(interface, configuration), configuration.public_ip
        for model in self._models:
            if model.configuration.public_ip is not None:
                yield model, model.configuration.public_ip

    @cached_property
    def _models(self) -> tuple[Target, ...]:
        machines = self._snapshot.virtual_machines.values()
        read = {machine.scale_set for machine in machines if machine.scale_set is not None}
        return tuple(
            Target(
                interface,
                configuration,
                next((ip for ip in scale_set.public_ips if ip.id == configuration.public_ip), None),
            )
            for scale_set in self._snapshot.scale_sets.values()
            if scale_set.uniform and scale_set.id not in read
            for interface in scale_set.interfaces
            for configuration in interface.ip_configurations
        )

    @cached_property
    def by_id(self) -> Mapping[ResourceId, Target]:
        """The targets by the id of their configuration."""
        return {target.id: target for target in self}

    @cached_property
    def by_address(self) -> Mapping[tuple[ResourceId, int], Target]:
        """The targets by virtual network and private address."""
        return {
            (network, address): target
            for target in self
            if (network := target.network) is not None
            and (address := target.configuration.private_ip) is not None
        }

    @cached_property
    def by_pool(self) -> Mapping[ResourceId, Sequence[Target]]:
        """The targets by the backend pools, NAT rules and NAT pools that they name.

        An instance of a uniform set belongs to what its model names, too: its own rows need not
        repeat that.
        """
        collected: dict[ResourceId, list[Target]] = defaultdict(list)
        for target in self:
            own, model = target.configuration, self._model_of(target)
            pools = (*own.balancer_pools, *own.nat_pools, *model.balancer_pools, *model.nat_pools)
            for reference in dict.fromkeys((*pools, *own.nat_rules)):
                collected[reference].append(target)
        return collected

    def _model_of(self, target: Target) -> IpConfiguration:
        """Give the configuration of the model that an instance's was made from, else its own."""
        scale_set = target.interface.id.parent("virtualMachines")
        model = self._snapshot.scale_sets.get(scale_set) if scale_set else None
        for interface in model.interfaces if model else ():
            for configuration in interface.ip_configurations:
                if configuration.name.lower() == target.configuration.name.lower():
                    return configuration
        return target.configuration
