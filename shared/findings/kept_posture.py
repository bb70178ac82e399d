"""The scorecard as sweeps keep it: a subscription at a time, with the time of its data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, TypeAlias

from shared.findings.posture import (
    MachineScore,
    PlaceScore,
    Posture,
    Proof,
    Requirement,
    Score,
    Standing,
)
from shared.findings.posture_brief import PlaceBrief
from shared.findings.posture_text import PostureReading
from shared.network.ids import ResourceId

Doubted: TypeAlias = Collection[tuple[str, ResourceId]]
"""Checks and resources of findings of which nobody knows whether they are gone."""
_UNCONFIRMED: Final = "what was found here before was not seen again, and may be there"


@dataclass(frozen=True, slots=True)
class SweptPosture:
    """The scorecard of one subscription by the data of one time, which a sweep read."""

    subscription: str
    observed_at: datetime
    sweep: str
    place: PlaceScore


@dataclass(frozen=True, slots=True)
class PostureHead:
    """What is kept of a subscription, in numbers."""

    subscription: str
    observed_at: datetime
    sweep: str
    brief: PlaceBrief


@dataclass(frozen=True, slots=True)
class KeptPosture:
    """What is kept of a subscription: its numbers, and all of it to read."""

    head: PostureHead
    reading: PostureReading


def scorecard_of(scored: Posture, subscription: str, *, is_whole: bool) -> PlaceScore:
    """Give the part of a scorecard that is of one subscription, which may have no machine."""
    place = ResourceId(f"/subscriptions/{subscription}")
    known = next((one for one in scored.subscriptions if one.place == place), None)
    proofs = {
        requirement: tuple(one for one in proofs if one.resource.subscription == place.subscription)
        for requirement, proofs in scored.estate.proofs.items()
    }
    found = {requirement: some for requirement, some in proofs.items() if some}
    return PlaceScore(place, tuple(known.machines) if known else (), found, is_whole)


def without_doubted(place: PlaceScore, doubted: Doubted) -> PlaceScore:
    """Take back what speaks for a requirement where a finding says otherwise: it is not known."""
    if not doubted:
        return place
    machines = tuple(_in_doubt(one, doubted) for one in place.machines)
    return replace(place, machines=machines)


def _in_doubt(one: MachineScore, doubted: Doubted) -> MachineScore:
    scores = {
        requirement: Score(tuple(_proofs_in_doubt(score, doubted)))
        for requirement, score in one.scores.items()
    }
    return replace(one, scores=scores)


def _proofs_in_doubt(score: Score, doubted: Doubted) -> Iterator[Proof]:
    for proof in score.proofs:
        if proof.standing is Standing.MET and (proof.check, proof.resource) in doubted:
            yield replace(proof, standing=Standing.UNKNOWN, text=_UNCONFIRMED)
        else:
            yield proof


def put_together(places: Collection[PlaceScore], *, is_whole: bool) -> Posture:
    """Make one scorecard of those of subscriptions; the estate is whole where all of them are.

    A network is whole where its subscription is.
    """
    networks: defaultdict[ResourceId, list[MachineScore]] = defaultdict(list)
    proofs: defaultdict[Requirement, list[Proof]] = defaultdict(list)
    whole: dict[str, bool] = {}
    for place in places:
        for one in place.machines:
            whole[one.machine.subscription] = place.is_whole
            for network in one.networks:
                networks[network].append(one)
        for requirement, some in place.proofs.items():
            proofs[requirement].extend(some)
    machines = tuple(one for place in places for one in place.machines)
    own: Mapping[Requirement, tuple[Proof, ...]] = {one: tuple(s) for one, s in proofs.items()}
    estate = PlaceScore(None, machines, own, is_whole and all(one.is_whole for one in places))
    return Posture(
        estate,
        tuple(place for place in places if place.machines),
        tuple(
            PlaceScore(network, found, is_whole=whole[found[0].machine.subscription])
            for network, found in sorted(networks.items())
        ),
    )
