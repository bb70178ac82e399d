"""What a check is, and what it is given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from shared.checks.controls import Controls
from shared.checks.result import CheckResult, Unjudged
from shared.exposure.assessment import Assessment, Question
from shared.exposure.exposure import Exposure
from shared.exposure.targets import Target
from shared.network.bastion import BastionHost
from shared.network.ids import ResourceId
from shared.network.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Access:
    """One IP configuration of a machine, and the Bastion hosts that serve its network."""

    target: Target
    hosts: Sequence[BastionHost]


class Facts:
    """One snapshot with everything that is derived from it once for all checks."""

    def __init__(self, snapshot: Snapshot, question: Question) -> None:
        """Judge one snapshot by one question; the work is done when it is first asked for."""
        self.snapshot = snapshot
        self.question = question
        self.assessment = Assessment(snapshot, question)

    @cached_property
    def exposures(self) -> tuple[Exposure, ...]:
        """Every exposure, in the order of the ways in."""
        return tuple(self.assessment.exposures())

    @cached_property
    def inhabitants(self) -> Mapping[ResourceId, Mapping[ResourceId, Sequence[Target]]]:
        """The machines of each virtual network that has any, with their configurations in it."""
        found: dict[ResourceId, dict[ResourceId, list[Target]]] = defaultdict(dict)
        for target in self.assessment.targets:
            owner, network = self.assessment.owner_of(target.interface), target.network
            if owner is not None and network is not None:
                found[network].setdefault(owner, []).append(target)
        return found

    @cached_property
    def behind_bastion(self) -> Mapping[ResourceId, Sequence[Access]]:
        """The machines that some Bastion serves, with their configurations and the hosts."""
        found: dict[ResourceId, tuple[Access, ...]] = {}
        for network, machines in self.inhabitants.items():
            hosts = self.assessment.bastion_service.hosts(network)
            for machine, targets in machines.items() if hosts else ():
                served = [Access(target, hosts) for target in targets]
                found[machine] = (*found.get(machine, ()), *served)
        return found

    @cached_property
    def exposures_of(self) -> Mapping[ResourceId, tuple[Exposure, ...]]:
        """The exposures of each machine that has any."""
        collected: dict[ResourceId, list[Exposure]] = {}
        for exposure in self.exposures:
            collected.setdefault(exposure.vm, []).append(exposure)
        return {machine: tuple(found) for machine, found in collected.items()}

    @cached_property
    def unread_interfaces(self) -> Sequence[tuple[ResourceId, ResourceId]]:
        """The interfaces that machines list and that were not read, each behind its machine."""
        known = self.snapshot.network_interfaces
        return tuple(
            (machine.id, interface)
            for machine in self.snapshot.virtual_machines.values()
            for interface in machine.network_interfaces
            if interface not in known
        )


Answer: TypeAlias = CheckResult | Unjudged


def unread_interfaces(facts: Facts, check: str) -> Iterator[Unjudged]:
    """Name the machines with an interface that was not read: their ways in are not all known."""
    for machine, nic in facts.unread_interfaces:
        yield Unjudged(check, machine, f"network interface {nic} could not be read")


@dataclass(frozen=True, slots=True)
class Check:
    """A check: its stable id, what it finds, how severe that is, and the function that judges."""

    id: str
    finds: str
    severity_rule: str
    controls: Controls
    run: Callable[[Facts], Iterator[Answer]]
