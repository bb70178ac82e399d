"""The scorecard in numbers: how machines stand, and how many stand how in each place."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from shared.findings.posture import PlaceScore, Requirement, Standing, rolled_up, worst
from shared.network.ids import ResourceId


@dataclass(frozen=True, slots=True)
class MachineBrief:
    """One machine with its networks and how it stands to every requirement, without proofs."""

    machine: ResourceId
    networks: tuple[ResourceId, ...]
    standings: Mapping[Requirement, Standing]


@dataclass(frozen=True, slots=True)
class PlaceBrief:
    """A network, a subscription or the estate in numbers; `place` is None for the estate.

    `counts` says how many machines stand how.  `own` is how the place itself stands where there
    are proofs about it and no machine of it.  `is_whole` is False where something in it was not
    read.
    """

    place: ResourceId | None
    machines: int
    counts: Mapping[tuple[Requirement, Standing], int]
    own: Mapping[Requirement, Standing] = field(default_factory=dict)
    is_whole: bool = True

    def count(self, requirement: Requirement, standing: Standing) -> int:
        """Count the machines that stand in one way to a requirement."""
        return self.counts.get((requirement, standing), 0)

    def standing(self, requirement: Requirement) -> Standing:
        """Tell how the place stands: met when it was read whole and every machine meets it."""
        found = [one for one in Standing if self.count(requirement, one)]
        own = self.own.get(requirement)
        return rolled_up(found if own is None else (*found, own), is_whole=self.is_whole)


def brief_of(place: PlaceScore) -> PlaceBrief:
    """Give a place in numbers."""
    counts = {(one, how): place.count(one, how) for one in Requirement for how in Standing}
    own = {
        requirement: worst(proof.standing for proof in proofs)
        for requirement, proofs in place.proofs.items()
        if proofs
    }
    found = {kind: number for kind, number in counts.items() if number}
    return PlaceBrief(place.place, len(place.machines), found, own, place.is_whole)


def estate_of(places: Iterable[PlaceBrief], *, is_whole: bool) -> PlaceBrief:
    """Add subscriptions up to the estate, which is whole where all of them are, too."""
    machines = 0
    counts: Counter[tuple[Requirement, Standing]] = Counter()
    own: defaultdict[Requirement, list[Standing]] = defaultdict(list)
    for place in places:
        machines += place.machines
        counts.update(place.counts)
        is_whole = is_whole and place.is_whole
        for requirement, standing in place.own.items():
            own[requirement].append(standing)
    found = {requirement: worst(standings) for requirement, standings in own.items()}
    return PlaceBrief(None, machines, counts, found, is_whole)


def networks_of(machines: Iterable[MachineBrief], *, is_whole: bool) -> tuple[PlaceBrief, ...]:
    """Add machines up to their networks, by id; of what was not read nobody knows where it is."""
    sizes: Counter[ResourceId] = Counter()
    counts: defaultdict[ResourceId, Counter[tuple[Requirement, Standing]]] = defaultdict(Counter)
    for one in machines:
        for network in one.networks:
            sizes[network] += 1
            counts[network].update(one.standings.items())
    return tuple(
        PlaceBrief(network, sizes[network], counts[network], is_whole=is_whole)
        for network in sorted(sizes)
    )
