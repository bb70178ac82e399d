"""The scorecard as pages show it: numbers that lead to the machines behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from dashboard.overview import Number
from dashboard.posture_address import Asked, Level, link_to_findings, link_to_machine, place
from dashboard.sweep_view import last_closed
from dashboard.visit import NotThereError
from shared.findings.kept_posture import PostureHead
from shared.findings.posture import MachineScore, Proof, Requirement, Standing
from shared.findings.posture_brief import PlaceBrief, networks_of
from shared.network.ids import ResourceId
from shared.rendering.posture_words import REQUIREMENTS, name_of, reasons
from shared.usecases.interfaces import Sweep
from shared.usecases.posture import kept_estate, machines_page, networks_page, subscriptions_page
from shared.usecases.report import Reports

WORDS: Final = {
    Standing.MET: "met",
    Standing.NOT_MET: "not met",
    Standing.UNKNOWN: "not known",
}
SWEEPS_READ: Final = 3


@dataclass(frozen=True, slots=True)
class Scorecard:
    """What is kept of one place, and part of what lies in it.

    `proofs` are about the place itself.  One of `subscriptions`, `networks` and `machines` has
    rows, by the level that is asked for; `following` says where that list goes on.
    """

    asked: Asked
    heads: Sequence[PostureHead]
    sweep: Sweep | None
    place: PlaceBrief
    proofs: Sequence[Proof] = ()
    subscriptions: Sequence[PostureHead] = ()
    networks: Sequence[PlaceBrief] = ()
    machines: Sequence[MachineScore] = ()
    following: str | None = None

    @property
    def oldest(self) -> datetime | None:
        """The time of the oldest data."""
        return min((one.observed_at for one in self.heads), default=None)

    @property
    def newest(self) -> datetime | None:
        """The time of the newest data."""
        return max((one.observed_at for one in self.heads), default=None)


@dataclass(frozen=True, slots=True)
class Score:
    """How many machines of a place stand how to one requirement."""

    title: str
    standing: Standing
    numbers: Sequence[tuple[Standing, Number]]

    @property
    def words(self) -> str:
        """The standing in words."""
        return WORDS[self.standing]


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A place in a list: a subscription with the time of its data, or a network."""

    name: str
    link: str
    machines: int
    is_whole: bool
    scores: Sequence[Score]
    observed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MachineRow:
    """A machine in a list."""

    machine: ResourceId
    name: str
    link: str
    standings: Sequence[Standing]
    reasons: Sequence[str]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One proof, and the findings about its resource where it does not speak for the machine."""

    proof: Proof
    findings: str | None


def scorecard(reports: Reports, asked: Asked, size: int, after: str | None) -> Scorecard:
    """Read what is kept of a place, and part of a list.

    Raises:
        NotThereError: nothing is kept of the place.
        ContinuationError: `after` is not from an earlier page.
        StoreError: the store did not do its part.
    """
    store, wanted = reports.postures, asked.wanted
    every = store.heads()
    heads = [one for one in every if wanted.subscription in ("", one.subscription)]
    sweep = last_closed(reports.sweeps.latest(SWEEPS_READ))
    if not wanted.subscription:
        found = Scorecard(asked, heads, sweep, kept_estate(every, sweep))
    else:
        found = _place(reports, asked, heads, sweep)
    match asked.level:
        case Level.SUBSCRIPTIONS:
            some = subscriptions_page(heads, wanted, size, after)
            return replace(found, subscriptions=some.rows, following=some.following)
        case Level.NETWORKS:
            part = networks_page(store, wanted, size, after)
            return replace(found, networks=part.rows, following=part.following)
        case Level.MACHINES:
            page = machines_page(store, wanted, size, after)
            return replace(found, machines=page.rows, following=page.following)


def _place(
    reports: Reports, asked: Asked, heads: Sequence[PostureHead], sweep: Sweep | None
) -> Scorecard:
    kept = reports.postures.kept(asked.wanted.subscription)
    if kept is None:
        raise NotThereError("No sweep has kept the posture of this subscription.")
    if asked.wanted.network is None:
        proofs = [proof for some in kept.reading.proofs().values() for proof in some]
        return Scorecard(asked, heads, sweep, kept.head.brief, proofs)
    networks = networks_of(kept.reading.machines, is_whole=kept.head.brief.is_whole)
    found = next((one for one in networks if one.place == asked.wanted.network), None)
    if found is None:
        raise NotThereError("No machine in such a network is kept.")
    return Scorecard(asked, heads, sweep, found)


def scores_of(brief: PlaceBrief, of: Asked) -> tuple[Score, ...]:
    """Give the numbers of a place by requirement, each with a link to its machines."""
    return tuple(
        Score(
            REQUIREMENTS[requirement],
            brief.standing(requirement),
            [
                (one, Number(brief.count(requirement, one), of.machines(requirement, one).link))
                for one in Standing
            ],
        )
        for requirement in of.wanted.requirements
    )


def subscription_row(head: PostureHead, requirement: Requirement | None) -> PlaceRow:
    """Give a subscription for a list of them."""
    of, brief = _narrowed(place(head.subscription), requirement), head.brief
    return PlaceRow(
        head.subscription,
        of.link,
        brief.machines,
        brief.is_whole,
        scores_of(brief, of),
        head.observed_at,
    )


def network_row(brief: PlaceBrief, requirement: Requirement | None) -> PlaceRow:
    """Give a network for a list of them."""
    of = _narrowed(place(network=brief.place), requirement)
    name = brief.place.name if brief.place else ""
    return PlaceRow(name, of.link, brief.machines, brief.is_whole, scores_of(brief, of))


def machine_row(one: MachineScore, requirements: Sequence[Requirement]) -> MachineRow:
    """Give a machine for a list of them."""
    scores = {requirement: one.scores[requirement] for requirement in requirements}
    return MachineRow(
        one.machine,
        name_of(one.machine),
        link_to_machine(one.machine),
        [score.standing for score in scores.values()],
        reasons(replace(one, scores=scores)),
    )


def evidence(proof: Proof) -> Evidence:
    """Give a proof with a link to what is recorded of it."""
    is_met = proof.standing is Standing.MET
    return Evidence(proof, None if is_met else link_to_findings(proof.resource, proof.check))


def _narrowed(asked: Asked, requirement: Requirement | None) -> Asked:
    return replace(asked, wanted=replace(asked.wanted, requirement=requirement))
