"""What a check is, and what it is given."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from shared.checks.controls import Controls
from shared.checks.result import CheckResult, Unjudged
from shared.exposure.assessment import Assessment, Question
from shared.exposure.exposure import Exposure
from shared.network.ids import ResourceId
from shared.network.snapshot import Snapshot


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
    def exposures_of(self) -> Mapping[ResourceId, tuple[Exposure, ...]]:
        """The exposures of each machine that has any."""
        collected: dict[ResourceId, list[Exposure]] = {}
        for exposure in self.exposures:
            collected.setdefault(exposure.vm, []).append(exposure)
        return {machine: tuple(found) for machine, found in collected.items()}


Answer: TypeAlias = CheckResult | Unjudged


def unread_interfaces(facts: Facts, check: str) -> Iterator[Unjudged]:
    """Name the machines with an interface that was not read: their ways in are not all known."""
    for machine in facts.snapshot.virtual_machines.values():
        for nic in machine.network_interfaces:
            if nic not in facts.snapshot.network_interfaces:
                yield Unjudged(check, machine.id, f"network interface {nic} could not be read")


@dataclass(frozen=True, slots=True)
class Check:
    """A check: its stable id, what it finds, how severe that is, and the function that judges."""

    id: str
    finds: str
    severity_rule: str
    controls: Controls
    run: Callable[[Facts], Iterator[Answer]]
