"""Scale sets whose instances lag behind their model: an upgrade may open or close ways in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from shared.checks.result import Unjudged
from shared.network.ids import ResourceId
from shared.network.scale_set import ScaleSet
from shared.network.snapshot import Snapshot
from shared.network.topology import NetworkInterface, VirtualMachine


def lagging_models(snapshot: Snapshot, check: str) -> Iterator[Unjudged]:
    """Name the sets with instances that a different model will replace by the next upgrade.

    Instances are judged as they are.  A model that gives them the same subnets, security groups
    and public addresses is no news.

    Source: Microsoft Learn, "Upgrade policy modes for Virtual Machine Scale Sets"; the property
    `latestModelApplied` of an instance.
    """
    lagging: defaultdict[ResourceId, list[VirtualMachine]] = defaultdict(list)
    for machine in snapshot.virtual_machines.values():
        if machine.scale_set is not None and not machine.has_latest_model:
            lagging[machine.scale_set].append(machine)
    for set_id, machines in lagging.items():
        model = snapshot.scale_sets.get(set_id)
        differing = [one for one in machines if model and _differs(one, model, snapshot)]
        if differing:
            names = ", ".join(sorted(machine.id.name for machine in differing))
            yield Unjudged(
                check,
                set_id,
                f"instances {names} do not run its latest model, whose network differs: the"
                " verdict is about the instances as they are, and upgrading them may change it",
            )


def _differs(machine: VirtualMachine, model: ScaleSet, snapshot: Snapshot) -> bool:
    read = [snapshot.network_interfaces.get(nic) for nic in machine.network_interfaces]
    return _shape(nic for nic in read if nic is not None) != _shape(iter(model.interfaces))


def _shape(interfaces: Iterator[NetworkInterface]) -> Mapping[tuple[str, str], object]:
    """Give what ways in depend on, by the names of interface and configuration."""
    return {
        (interface.id.name.lower(), configuration.name.lower()): (
            interface.security_group,
            configuration.subnet,
            configuration.public_ip is not None,
            frozenset(configuration.application_security_groups),
        )
        for interface in interfaces
        for configuration in interface.ip_configurations
    }
