"""The part of a snapshot that some edits can make a difference to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from shared.network.bastion import BASTION_SUBNET
from shared.network.ids import ResourceId
from shared.network.snapshot import Snapshot
from shared.network.topology import IpConfiguration, NetworkInterface
from shared.remediation.edit import Edit, RemoveDnatRule, RemoveNatRule


class Neighbourhoods:
    """Cuts small parts out of one snapshot; what belongs together is looked up once."""

    def __init__(self, snapshot: Snapshot) -> None:
        """Index one snapshot."""
        self._snapshot = snapshot
        interfaces = snapshot.network_interfaces.values()
        self._behind = _indexed((g, nic) for nic in interfaces for g in _groups(snapshot, nic))
        self._members = _indexed(
            (group, nic) for nic in interfaces for group in nic.application_security_groups
        )
        self._of_sets = tuple(
            nic for nic in interfaces if nic.id.parent("virtualMachineScaleSets") is not None
        )
        self._owners = {
            nic: machine.id
            for machine in snapshot.virtual_machines.values()
            for nic in machine.network_interfaces
        }
        self._groups_of_bastions = frozenset(
            subnet.security_group
            for subnet in snapshot.subnets.values()
            if subnet.security_group is not None and subnet.id.name.lower() == BASTION_SUBNET
        )

    def behind(self, group: ResourceId) -> Sequence[NetworkInterface]:
        """Give the interfaces that have a security group, or lie in a subnet that has it."""
        return self._behind.get(group, ())

    def groups_before(self, interface: ResourceId) -> frozenset[ResourceId]:
        """Give the security groups on an interface and on its subnets."""
        return frozenset(_groups(self._snapshot, self._snapshot.network_interfaces[interface]))

    def machines(self, edits: Iterable[Edit]) -> frozenset[ResourceId]:
        """Give the machines whose interfaces, or the groups before them, are edited."""
        owned = (self._owner(nic) for edit in edits for nic in self._concerned((edit.subject,)))
        return frozenset(owner for owner in owned if owner is not None)

    def of(self, edits: Sequence[Edit]) -> Snapshot:
        """Give what edits can concern.

        Nothing is left out where a rule of a balancer or firewall is edited: that may lead
        anywhere.
        """
        if any(isinstance(edit, RemoveNatRule | RemoveDnatRule) for edit in edits):
            return self._snapshot
        return self.around(frozenset(edit.subject for edit in edits))

    def around(self, subjects: frozenset[ResourceId]) -> Snapshot:
        """Give what lies around some security groups and interfaces.

        That is the interfaces behind the groups, with all that their machines have, and scale
        sets as a whole.  Members of the application security groups that rules name are kept for
        their addresses alone, without what leads to them.
        """
        snapshot = self._snapshot
        concerned = {nic.id for nic in (*self._concerned(subjects), *self._of_sets)}
        owners = {self._owners[nic] for nic in concerned if nic in self._owners}
        machines = {
            key: machine
            for key, machine in snapshot.virtual_machines.items()
            if machine.scale_set is not None or key in owners
        }
        concerned.update(nic for machine in machines.values() for nic in machine.network_interfaces)
        interfaces = {key: _bare(nic) for key, nic in self._named(subjects)}
        known = snapshot.network_interfaces
        interfaces.update((key, known[key]) for key in known if key in concerned)
        kept = subjects | self._groups_of_bastions
        kept |= {g for key in concerned if key in known for g in _groups(snapshot, known[key])}
        groups = snapshot.security_groups
        return replace(
            snapshot,
            virtual_machines=machines,
            network_interfaces=interfaces,
            security_groups={key: groups[key] for key in groups if key in kept},
        )

    def _concerned(self, subjects: Iterable[ResourceId]) -> Iterator[NetworkInterface]:
        for subject in subjects:
            yield from self.behind(subject)
            if subject in self._snapshot.network_interfaces:
                yield self._snapshot.network_interfaces[subject]

    def _named(
        self, subjects: Iterable[ResourceId]
    ) -> Iterator[tuple[ResourceId, NetworkInterface]]:
        """Give the members of the application security groups that rules are about."""
        for subject in subjects:
            group = self._snapshot.security_groups.get(subject)
            for rule in group.rules if group else ():
                for named in rule.destination.application_security_groups:
                    yield from ((nic.id, nic) for nic in self._members.get(named, ()))

    def _owner(self, interface: NetworkInterface) -> ResourceId | None:
        return self._owners.get(interface.id) or interface.virtual_machine


def _groups(snapshot: Snapshot, interface: NetworkInterface) -> Iterator[ResourceId]:
    if interface.security_group is not None:
        yield interface.security_group
    for configuration in interface.ip_configurations:
        subnet = snapshot.subnets.get(configuration.subnet) if configuration.subnet else None
        if subnet is not None and subnet.security_group is not None:
            yield subnet.security_group


def _indexed(
    pairs: Iterable[tuple[ResourceId, NetworkInterface]],
) -> Mapping[ResourceId, Sequence[NetworkInterface]]:
    """Give the interfaces by what they belong to, each once."""
    found: dict[ResourceId, dict[ResourceId, NetworkInterface]] = defaultdict(dict)
    for key, interface in pairs:
        found[key][interface.id] = interface
    return {key: tuple(interfaces.values()) for key, interfaces in found.items()}


def _bare(interface: NetworkInterface) -> NetworkInterface:
    """Give an interface of nothing, with the addresses and memberships of another."""
    return NetworkInterface(
        interface.id,
        ip_configurations=tuple(
            IpConfiguration(
                one.name,
                one.family,
                one.private_ip,
                application_security_groups=one.application_security_groups,
            )
            for one in interface.ip_configurations
        ),
    )
