"""The scorecard: four requirements on remote access, for each machine and rolled up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from shared.network.ids import ResourceId


class Requirement(StrEnum):
    """What is asked of remote access to a machine."""

    NO_PUBLIC_IP = "no-public-ip"
    NO_DIRECT_SSH = "no-direct-ssh"
    SESSIONS_RECORDED = "sessions-recorded"
    OWN_IDENTITY = "own-identity"


class Standing(StrEnum):
    """Whether a requirement is met; what is not known is never met."""

    MET = "met"
    NOT_MET = "not-met"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Proof:
    """One piece of evidence: what one check says of one resource."""

    standing: Standing
    check: str
    resource: ResourceId
    text: str


@dataclass(frozen=True, slots=True)
class Score:
    """How one machine stands to one requirement, by the worst of its proofs."""

    proofs: tuple[Proof, ...]

    @property
    def standing(self) -> Standing:
        """Not met by one proof against it, met by proofs for it alone."""
        return worst(proof.standing for proof in self.proofs)

    @property
    def deciding(self) -> tuple[Proof, ...]:
        """The proofs that make it stand as it does."""
        return tuple(proof for proof in self.proofs if proof.standing is self.standing)


@dataclass(frozen=True, slots=True)
class MachineScore:
    """One machine with its networks and its score on every requirement."""

    machine: ResourceId
    networks: tuple[ResourceId, ...]
    scores: Mapping[Requirement, Score]


@dataclass(frozen=True)
class PlaceScore:
    """A network, a subscription or the estate: the machines in it, rolled up.

    `proofs` are about the place itself and no machine of it.  `is_whole` is False where something
    in it was not read: there may be more machines, or more to say of these.
    """

    place: ResourceId | None
    machines: Sequence[MachineScore]
    proofs: Mapping[Requirement, Sequence[Proof]] = field(default_factory=dict)
    is_whole: bool = True

    def count(self, requirement: Requirement, standing: Standing) -> int:
        """Count the machines that stand in one way to a requirement."""
        return self._counts.get((requirement, standing), 0)

    def standing(self, requirement: Requirement) -> Standing:
        """Tell how the place stands: met when it was read whole and every machine meets it."""
        own = (proof.standing for proof in self.proofs.get(requirement, ()))
        of_machines = (one.scores[requirement].standing for one in self.machines)
        return rolled_up((*own, *of_machines), is_whole=self.is_whole)

    @cached_property
    def _counts(self) -> Mapping[tuple[Requirement, Standing], int]:
        counts: dict[tuple[Requirement, Standing], int] = {}
        for one in self.machines:
            for requirement, score in one.scores.items():
                key = (requirement, score.standing)
                counts[key] = counts.get(key, 0) + 1
        return counts


@dataclass(frozen=True, slots=True)
class Posture:
    """The scorecard of an estate; networks, subscriptions and machines are sorted by id."""

    estate: PlaceScore
    subscriptions: tuple[PlaceScore, ...]
    networks: tuple[PlaceScore, ...]


def rolled_up(standings: Iterable[Standing], *, is_whole: bool) -> Standing:
    """Give the standing of a place by those of all that is in it; unread parts may stand worse."""
    of_all = worst(standings)
    return Standing.UNKNOWN if of_all is Standing.MET and not is_whole else of_all


def worst(standings: Iterable[Standing]) -> Standing:
    """Give the worst of some standings; of none nothing is known."""
    found = set(standings)
    if Standing.NOT_MET in found:
        return Standing.NOT_MET
    return Standing.MET if found == {Standing.MET} else Standing.UNKNOWN
