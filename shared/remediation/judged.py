"""One estate judged for a rehearsal: checks, ways in, and who gets through."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import Final, TypeAlias

from shared.checks import CHECKS
from shared.checks.bastion_reach import bastion_port, passages
from shared.checks.check import Facts
from shared.checks.result import CheckResult, Unjudged
from shared.exposure.bastion_reach import Passage
from shared.exposure.exposure import Exposure
from shared.exposure.front_door import FrontDoor
from shared.exposure.path import Path
from shared.exposure.rule_match import Assumption
from shared.findings.finding import Fingerprint, fingerprint_of
from shared.network.ids import ResourceId
from shared.packetset.packets import NO_PACKETS, PacketSet

WayKey: TypeAlias = tuple[str, ...]
"""What tells one way in from all others, in two judgements of one estate."""

STOPPED: Final = 0
DOUBTFUL: Final = 1
THROUGH: Final = 2


@dataclass(frozen=True, slots=True)
class Trusted:
    """What of the trusted sources surely, and what perhaps, gets in on one way."""

    machine: ResourceId
    surely: PacketSet
    perhaps: PacketSet


class Judged:
    """The answers to everything that a rehearsal compares; each is worked out when asked for."""

    def __init__(self, facts: Facts) -> None:
        """Take one estate."""
        self.facts = facts

    @cached_property
    def results(self) -> Mapping[Fingerprint, CheckResult]:
        """What all checks hold against it; of several with one fingerprint the severest."""
        severest_last = sorted(self._answers[0], key=lambda result: result.severity.rank)
        return {fingerprint_of(result): result for result in severest_last}

    @cached_property
    def unjudged(self) -> Mapping[tuple[str, ResourceId], int]:
        """How often each check could not judge each resource."""
        return Counter((one.check, one.resource) for one in self._answers[1])

    @cached_property
    def _answers(self) -> tuple[tuple[CheckResult, ...], tuple[Unjudged, ...]]:
        results: list[CheckResult] = []
        unjudged: list[Unjudged] = []
        for check in CHECKS:
            for answer in check.run(self.facts):
                if isinstance(answer, Unjudged):
                    unjudged.append(answer)
                else:
                    results.append(answer)
        return tuple(results), tuple(unjudged)

    @cached_property
    def exposures(self) -> Mapping[WayKey, Exposure]:
        """Every exposure."""
        return {_exposure_key(exposure): exposure for exposure in self.facts.exposures}

    @cached_property
    def trusted(self) -> Mapping[WayKey, Trusted]:
        """What trusted sources reach, for each way in; nothing when nobody is trusted."""
        senders = PacketSet.of(self.facts.question.trusted)
        return dict(self._trusted(senders)) if senders else {}

    def _trusted(self, senders: PacketSet) -> Iterator[tuple[WayKey, Trusted]]:
        assessment = self.facts.assessment
        for way in assessment.ways_in():
            owner = assessment.owner(way)
            if owner is not None:
                path = assessment.path(way)
                key = _key(way.door, way.target.id, way.port, way.family.label)
                belonging = (Assumption(keys, generous=True) for _, keys in path.memberships())
                generous = (Assumption(generous=True), *belonging)
                perhaps = reduce(PacketSet.union, (_entry(path, one) for one in generous))
                surely = _entry(path, Assumption()).intersect(senders)
                yield key, Trusted(owner, surely, perhaps.intersect(senders))

    @cached_property
    def bastion(self) -> Mapping[tuple[ResourceId, WayKey], int]:
        """How well each Bastion gets to each configuration of each machine on each port."""
        found: dict[tuple[ResourceId, WayKey], int] = {}
        for machine, ways in self.facts.behind_bastion.items():
            ports = dict.fromkeys((bastion_port(self.facts, machine), *self.facts.question.ports))
            for port in ports:
                for way in ways:
                    for passage in passages(self.facts, (way,), port):
                        key = (way.target.id.key, passage.host.id.key, str(port))
                        found[machine, key] = _level(passage)
        return found


def _entry(path: Path, reading: Assumption) -> PacketSet:
    return reduce(PacketSet.union, path.let_in(reading).values(), NO_PACKETS)


def _level(passage: Passage) -> int:
    if passage.through:
        return THROUGH
    return DOUBTFUL if passage.doubts else STOPPED


def _exposure_key(exposure: Exposure) -> WayKey:
    target = exposure.nic.child("ipConfigurations", exposure.ip_configuration)
    return _key(exposure.front_door, target, exposure.port, exposure.family.label)


def _key(door: FrontDoor, target: ResourceId, port: int, family: str) -> WayKey:
    address = door.address or ""
    return (target.key, door.kind, door.id.key, door.rule or "", address, str(port), family)
