"""Sweep the estate: plan shards, assess each one, and close the sweep after the last."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from shared.checks.result import Json, Unjudged
from shared.findings.coverage import Coverage
from shared.findings.exemption import Exemption
from shared.findings.finding import Cause, Finding
from shared.findings.judgement import Judgement
from shared.network.snapshot import Snapshot, Unread
from shared.usecases.assess import Assessment, record
from shared.usecases.attribute import attribution_of_sweep
from shared.usecases.confirm import Confirmation, Confirmed, Sight
from shared.usecases.exemptions import ExemptionDesk, in_force, renew_members, renew_tagged
from shared.usecases.interfaces import (
    ChangeLog,
    Clock,
    FindingStore,
    Inventory,
    PortcullisError,
    Queue,
    Scope,
    Shard,
    ShardState,
    Subscription,
    Sweep,
    SweepStore,
    WorkQueue,
    sweep_id,
)
from shared.usecases.packing import SweepLimits, pack
from shared.usecases.posture import keep_scorecards
from shared.usecases.posture_interfaces import PostureStore

UNREAD_KEPT: Final = 500
"""How many unread scopes a shard's record names; its counts tell how many there were."""
STALLED_AFTER: Final = timedelta(days=1)
"""A sweep that is not closed by then has lost a message and will never close by itself."""
_LOOK_BACK: Final = 10
_OUTSIDE: Final = ""
"""The subscription of what lies in none."""


Judge = Callable[[Snapshot], Judgement]


class UnknownShardError(PortcullisError):
    """A message names a sweep or a shard that is not recorded."""

    def __init__(self, sweep: str, number: int) -> None:
        """Keep what the message named."""
        super().__init__(f"shard {number} of sweep {sweep} is not recorded")
        self.sweep = sweep
        self.number = number


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the steps of a sweep need of the outside world.

    Without a `log` nobody learns who changed what a sweep finds; without `exemptions` nothing is
    exempt; without `postures` no scorecard is kept.
    """

    inventory: Inventory
    findings: FindingStore
    sweeps: SweepStore
    queue: WorkQueue
    clock: Clock
    log: ChangeLog | None = None
    exemptions: ExemptionDesk | None = None
    postures: PostureStore | None = None


def plan_sweep(
    surroundings: Surroundings,
    scope: Scope,
    limits: SweepLimits | None = None,
    *,
    partial: bool = False,
) -> Sweep:
    """Record a new sweep and put one message for each of its shards on the queue.

    A `partial` one is of subscriptions that the scope names because something changed there; what
    should be there besides is none of its business.

    A subscription that the scope names, or else one that the previous sweep knew, is `vanished`
    when it cannot be seen now, and stays so until it is seen again; its findings stay as they
    are.  Sweeps that stalled are closed first, their waiting shards unread; a kill before the
    last message leaves such a sweep.

    Raises:
        InventoryError: the subscriptions could not be listed.
        StoreError: the store or the queue did not do its part.
    """
    started = surroundings.clock.now()
    recent = surroundings.sweeps.latest(_LOOK_BACK)
    for sweep in (*recent, *surroundings.sweeps.latest(_LOOK_BACK, partial=True)):
        if not sweep.announced and sweep.started + STALLED_AFTER < started:
            _give_up(surroundings, sweep)
    seen = surroundings.inventory.subscriptions(scope)
    packed = pack(seen, limits or SweepLimits())
    planned = Sweep(
        id=sweep_id(started, partial=partial),
        started=started,
        shards=tuple(Shard(number, members) for number, members in enumerate(packed)),
        vanished=_vanished(scope, seen, recent[0] if recent else None),
    )
    surroundings.sweeps.create(planned)
    if surroundings.exemptions is not None and not partial:
        renew_members(surroundings.exemptions)
    for shard in planned.shards:
        message: Mapping[str, Json] = {"sweep": planned.id, "shard": shard.number}
        surroundings.queue.send(Queue.SHARDS, message)
    if not planned.shards:
        _conclude(surroundings, planned.id, again=False)
    return planned


def _vanished(
    scope: Scope, seen: Sequence[Subscription], previous: Sweep | None
) -> tuple[str, ...]:
    expected = {subscription.lower() for subscription in scope.subscriptions}
    if previous is not None and not expected:
        expected.update(previous.vanished, *(shard.subscriptions for shard in previous.shards))
    return tuple(sorted(expected - {subscription.id.lower() for subscription in seen}))


def assess_shard(
    surroundings: Surroundings,
    judge: Judge,
    sweep: str,
    number: int,
) -> None:
    """Read, judge, confirm and record one shard, and close the sweep if it was the last.

    A second delivery of the message, also after a kill at any step, does what is left to do: a
    recorded judgement changes nothing again, a settled shard is not read again, and the end of
    the sweep is told again only where the first telling may have been lost.

    Raises:
        UnknownShardError: there is no such sweep or shard.
        InventoryError: Azure could not be read; worth another try.
        StoreError: the store or the queue did not do its part; worth another try.
    """
    shard = _shard(surroundings, sweep, number)
    again = True
    if shard.state is ShardState.WAITING:
        snapshot = surroundings.inventory.read(shard.subscriptions)
        exemptions = _exemptions(surroundings, shard, snapshot)
        confirmed = Confirmation(
            surroundings.inventory, surroundings.findings, judge, surroundings.clock
        ).confirmed(
            Sight(snapshot, judge(snapshot)),
            lambda sight: list(_assessments(sweep, shard, sight, exemptions)),
        )
        attribution = attribution_of_sweep(
            surroundings.log,
            surroundings.sweeps,
            sweep,
            confirmed.sight.snapshot,
            confirmed.deciding,
        )
        overtaken = sum(
            record(
                replace(assessment, attribution=attribution),
                surroundings.findings,
                surroundings.clock,
            ).stale
            for assessment in confirmed.assessments
        )
        if surroundings.postures is not None:
            keep_scorecards(surroundings.postures, confirmed, sweep)
        done = _done(shard, confirmed, overtaken)
        again = not surroundings.sweeps.finish(sweep, done)
    _conclude(surroundings, sweep, again=again)


def abandon_shard(surroundings: Surroundings, sweep: str, number: int) -> None:
    """Give up a shard that failed for good: its subscriptions are unread, the sweep goes on.

    A shard that was settled before keeps its outcome; a repeat is harmless.

    Raises:
        UnknownShardError: there is no such sweep or shard.
        StoreError: the store or the queue did not do its part.
    """
    shard = _shard(surroundings, sweep, number)
    first = surroundings.sweeps.finish(sweep, _unread(shard))
    _conclude(surroundings, sweep, again=not first)


def _shard(surroundings: Surroundings, sweep: str, number: int) -> Shard:
    recorded = surroundings.sweeps.sweep(sweep)
    for shard in recorded.shards if recorded else ():
        if shard.number == number:
            return shard
    raise UnknownShardError(sweep, number)


def _exemptions(
    surroundings: Surroundings, shard: Shard, snapshot: Snapshot
) -> Sequence[Exemption]:
    """Give the exemptions of a shard; tags are read anew where their subscription was read."""
    desk = surroundings.exemptions
    if desk is None:
        return ()
    seen = [
        one
        for one in shard.subscriptions
        if Coverage(one, snapshot.observed_at, unread=snapshot.unread).is_whole
    ]
    renew_tagged(desk, seen)
    return in_force(desk, shard.subscriptions)


def _assessments(
    run: str,
    shard: Shard,
    sight: Sight,
    exemptions: Sequence[Exemption],
) -> Iterator[Assessment]:
    """Cut a judgement into its subscriptions.

    What stands on a subscription of another shard is left to that one, which sees it whole.
    """
    findings: defaultdict[str, list[Finding]] = defaultdict(list)
    unread: defaultdict[str, list[Unread]] = defaultdict(list)
    unjudged: defaultdict[str, list[Unjudged]] = defaultdict(list)
    for finding in sight.judgement.findings:
        findings[finding.resource.subscription].append(finding)
    for gap in sight.snapshot.unread:
        unread[gap.scope.subscription].append(gap)
    for doubt in sight.judgement.unjudged:
        unjudged[doubt.resource.subscription].append(doubt)
    for subscription in shard.subscriptions:
        coverage = Coverage(
            subscription,
            sight.snapshot.observed_at,
            unread=unread[subscription] + unread[_OUTSIDE],
            unjudged=unjudged[subscription],
        )
        yield Assessment(coverage, findings[subscription], Cause.SWEEP, run, exemptions)


def _done(shard: Shard, confirmed: Confirmed, overtaken: int) -> Shard:
    snapshot, judgement = confirmed.sight.snapshot, confirmed.sight.judgement
    counts = {
        **judgement.counts,
        "subscriptions": len(shard.subscriptions),
        "findings": len(judgement.findings),
        "unjudged": len(judgement.unjudged),
        "unread": len(snapshot.unread),
        "overtaken": overtaken,
        "unconfirmed": confirmed.unconfirmed,
        "withheld": confirmed.withheld,
    }
    unread = tuple(gap.scope.text for gap in snapshot.unread[:UNREAD_KEPT])
    return replace(shard, state=ShardState.DONE, counts=counts, unread=unread)


def _unread(shard: Shard) -> Shard:
    unread = tuple(f"/subscriptions/{subscription}" for subscription in shard.subscriptions)
    return replace(shard, state=ShardState.UNREAD, unread=unread)


def _give_up(surroundings: Surroundings, sweep: Sweep) -> None:
    for shard in sweep.shards:
        if shard.state is ShardState.WAITING:
            surroundings.sweeps.finish(sweep.id, _unread(shard))
    _conclude(surroundings, sweep.id, again=True)


def _conclude(surroundings: Surroundings, sweep: str, *, again: bool) -> None:
    """Close a sweep that waits for no shard, and tell of its end.

    One caller closes and tells.  Should it die in between, whoever comes `again` finds the sweep
    closed and not announced, and tells in its place.
    """
    closed = surroundings.sweeps.close(sweep, surroundings.clock.now())
    if closed or (again and _is_untold(surroundings.sweeps.sweep(sweep))):
        surroundings.queue.send(Queue.NOTIFICATIONS, {"sweep": sweep})
        surroundings.sweeps.announce(sweep)


def _is_untold(sweep: Sweep | None) -> bool:
    return sweep is not None and sweep.closed is not None and not sweep.announced
