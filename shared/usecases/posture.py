"""Keep the scorecards of a sweep, and list what is kept by place and machine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from shared.findings.kept_posture import (
    PostureHead,
    SweptPosture,
    put_together,
    scorecard_of,
    without_doubted,
)
from shared.findings.posture import MachineScore, PlaceScore, Posture, Requirement, Standing
from shared.findings.posture_brief import MachineBrief, PlaceBrief, estate_of, networks_of
from shared.network.ids import InvalidResourceIdError, ResourceId
from shared.usecases.confirm import Confirmed
from shared.usecases.interfaces import Sweep
from shared.usecases.posture_interfaces import PostureStore
from shared.usecases.report import ContinuationError, Slice
from shared.usecases.reporting import unread_by

READ_AT_MOST: Final = 20
"""How many subscriptions are read for one page of machines; it may then be short and go on."""

Row = TypeVar("Row")


def keep_scorecards(store: PostureStore, confirmed: Confirmed, sweep: str) -> None:
    """Keep the scorecard of each subscription that was read as such; of the others the old stays.

    What a finding speaks against that may be gone or not is not known.  A repeat changes nothing.

    Raises:
        StoreError: the store did not do its part.
    """
    make = confirmed.sight.judgement.scorecard
    if make is None:
        return
    scored = make()
    unread = {gap.scope.subscription for gap in confirmed.sight.snapshot.unread}
    for assessment in confirmed.assessments:
        coverage = assessment.coverage
        if coverage.is_whole:
            is_whole = unread.isdisjoint({"", coverage.subscription})
            place = scorecard_of(scored, coverage.subscription, is_whole=is_whole)
            place = without_doubted(place, confirmed.doubted)
            store.keep(SweptPosture(coverage.subscription, coverage.observed_at, sweep, place))


@dataclass(frozen=True, slots=True)
class PostureFilter:
    """Which places and machines a list shows; nothing named is everything.

    `answers` are standings to the `requirement`, or to any where none is named.  A machine fits by
    its own standings, a place by those of some machine in it.
    """

    subscription: str = ""
    network: ResourceId | None = None
    requirement: Requirement | None = None
    answers: tuple[Standing, ...] = ()

    @property
    def requirements(self) -> tuple[Requirement, ...]:
        """The requirements that are asked about."""
        return tuple(Requirement) if self.requirement is None else (self.requirement,)

    def fits_machine(self, machine: MachineBrief) -> bool:
        """Tell whether a list shows a machine."""
        if self.network is not None and self.network not in machine.networks:
            return False
        return not self.answers or any(
            machine.standings[one] in self.answers for one in self.requirements
        )

    def fits_place(self, place: PlaceBrief) -> bool:
        """Tell whether a list shows a place."""
        return not self.answers or any(
            place.count(one, answer) for one in self.requirements for answer in self.answers
        )


def kept_estate(heads: Iterable[PostureHead], sweep: Sweep | None) -> PlaceBrief:
    """Add up what is kept; it is the whole estate where the latest sweep left nothing out."""
    heads = tuple(heads)
    return estate_of((one.brief for one in heads), is_whole=_is_covered(heads, sweep))


def _is_covered(heads: Iterable[PostureHead], sweep: Sweep | None) -> bool:
    """Tell whether a sweep read everything, and all that it read is kept."""
    kept = {one.subscription for one in heads}
    swept = () if sweep is None else (one for shard in sweep.shards for one in shard.subscriptions)
    missing = {one.lower() for one in swept} - kept
    return not missing and next(iter(unread_by(sweep)), None) is None


def subscriptions_page(
    heads: Iterable[PostureHead], wanted: PostureFilter, size: int, after: str | None
) -> Slice[PostureHead]:
    """Give part of the subscriptions that fit, by id; `after` is the last one before.

    Raises:
        ContinuationError: `after` is no id of a subscription.
    """
    start = _place(after).subscription if after else ""
    fitting = (one for one in heads if one.subscription > start and wanted.fits_place(one.brief))
    return _page(fitting, size, lambda one: f"/subscriptions/{one.subscription}")


def networks_page(
    store: PostureStore, wanted: PostureFilter, size: int, after: str | None
) -> Slice[PlaceBrief]:
    """Give part of the networks of the filter's subscription that fit, by id.

    Raises:
        ContinuationError: `after` is no id of a network.
        StoreError: the store did not do its part.
    """
    start = _place(after) if after else None
    kept = store.kept(wanted.subscription)
    if kept is None:
        return Slice(())
    found = networks_of(kept.reading.machines, is_whole=kept.head.brief.is_whole)
    fitting = (
        one
        for one in found
        if wanted.fits_place(one) and one.place and (start is None or start < one.place)
    )
    return _page(fitting, size, lambda one: one.place.text if one.place else "")


def machines_page(
    store: PostureStore, wanted: PostureFilter, size: int, after: str | None
) -> Slice[MachineScore]:
    """Give part of the machines that fit, subscription by subscription and by id.

    `READ_AT_MOST` subscriptions are read, and none of which the numbers say that nothing fits.

    Raises:
        ContinuationError: `after` is not from an earlier page.
        StoreError: the store did not do its part.
    """
    start = _place(after) if after else None
    rows: list[MachineScore] = []
    for number, head in enumerate(_worth_reading(store.heads(), wanted, start)):
        if number == READ_AT_MOST:
            return Slice(tuple(rows), f"/subscriptions/{head.subscription}")
        kept = store.kept(head.subscription)
        if kept is None:
            continue
        for one in kept.reading.machines:
            if wanted.fits_machine(one) and (start is None or start < one.machine):
                if len(rows) == size:
                    return Slice(tuple(rows), rows[-1].machine.text)
                score = kept.reading.score(one.machine)
                rows += [] if score is None else [score]
    return Slice(tuple(rows))


def kept_machine(
    store: PostureStore, machine: ResourceId
) -> tuple[PostureHead, MachineScore] | None:
    """Find one machine with its proofs, and what is kept of its subscription.

    Raises:
        StoreError: the store did not do its part.
    """
    kept = store.kept(machine.subscription)
    score = None if kept is None else kept.reading.score(machine)
    return None if kept is None or score is None else (kept.head, score)


def kept_posture(
    store: PostureStore, sweep: Sweep | None, subscriptions: Sequence[str] = ()
) -> tuple[Posture, tuple[PostureHead, ...]]:
    """Put together all that is kept, or what is kept of some subscriptions.

    Of those that are named, one of which nothing is kept leaves the estate unread in part.

    Raises:
        StoreError: the store did not do its part.
    """
    heads = tuple(
        one for one in store.heads() if not subscriptions or one.subscription in subscriptions
    )
    is_whole = (
        {one.subscription for one in heads} == set(subscriptions)
        if subscriptions
        else _is_covered(heads, sweep)
    )
    found = [kept for one in heads if (kept := store.kept(one.subscription)) is not None]
    places: list[PlaceScore] = [
        one.reading.place(one.head.brief.place, is_whole=one.head.brief.is_whole) for one in found
    ]
    return put_together(places, is_whole=is_whole), tuple(one.head for one in found)


def _worth_reading(
    heads: Iterable[PostureHead], wanted: PostureFilter, start: ResourceId | None
) -> Iterator[PostureHead]:
    """Give the subscriptions in which some machine may fit, from where the list goes on."""
    for one in heads:
        if one.brief.machines and wanted.subscription in ("", one.subscription):
            is_ahead = start is None or start.subscription <= one.subscription
            if is_ahead and wanted.fits_place(one.brief):
                yield one


def _page(rows: Iterable[Row], size: int, place_of: Callable[[Row], str]) -> Slice[Row]:
    """Give the first rows, and after which one the list goes on."""
    some: list[Row] = []
    for row in rows:
        if len(some) == size:
            return Slice(tuple(some), place_of(some[-1]))
        some.append(row)
    return Slice(tuple(some))


def _place(after: str) -> ResourceId:
    """Read the id after which a list goes on."""
    try:
        place = ResourceId(after)
    except InvalidResourceIdError as error:
        raise ContinuationError("the place to go on from is not one of this list") from error
    if not place.subscription:
        raise ContinuationError("the place to go on from is not one of this list")
    return place
