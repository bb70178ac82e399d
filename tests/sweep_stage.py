"""A sweep's surroundings in memory, over an estate that a test makes up."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from shared.checks.result import Unjudged
from shared.findings.finding import Finding, FindingState
from shared.findings.judgement import Judgement
from shared.findings.kept_posture import put_together
from shared.findings.posture import PlaceScore, Posture
from shared.network.ids import ResourceId
from shared.network.snapshot import Snapshot, Unread
from shared.usecases.interfaces import (
    InventoryError,
    Neighbourhood,
    Queue,
    Scope,
    Subscription,
    Sweep,
)
from shared.usecases.packing import SweepLimits
from shared.usecases.sweep import Surroundings, abandon_shard, assess_shard, plan_sweep
from tests.memory_postures import MemoryPostures
from tests.memory_store import MemoryFindingStore, MemoryQueue, MemorySweepStore, Writes
from tests.recording_samples import NOON, SetClock, minutes, subscription

A, B, C = subscription(0xA), subscription(0xB), subscription(0xC)
EVERYTHING = Scope()
ONE_EACH = SweepLimits(subscriptions=1)


@dataclass
class Estate:
    """An `Inventory` of subscriptions with as many rows each, and what the checks find there."""

    visible: list[str] = field(default_factory=lambda: [A, B])
    found: list[Finding] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    unjudged: list[Unjudged] = field(default_factory=list)
    scored: list[PlaceScore] = field(default_factory=list)
    observed_at: datetime = NOON
    reads: int = 0
    fails: bool = False
    confirmed: list[ResourceId] = field(default_factory=list)

    def subscriptions(self, scope: Scope) -> Sequence[Subscription]:
        """List the visible subscriptions of a scope."""
        named = [each for each in self.visible if each in (scope.subscriptions or self.visible)]
        return [Subscription(each, f"name of {each}", 10) for each in named]

    def read(self, subscriptions: Sequence[str]) -> Snapshot:
        """Give an empty snapshot with the gaps of these subscriptions."""
        if self.fails:
            message = "Resource Graph does not answer"
            raise InventoryError(message)
        self.reads += 1
        gaps = [gap for gap in self.unread if gap.scope.subscription in ("", *subscriptions)]
        return Snapshot(self.observed_at, unread=tuple(gaps))

    def around(
        self, changed: Sequence[ResourceId], recent: Collection[ResourceId] = ()
    ) -> Neighbourhood:
        """Give nothing: sweeps do not ask for it."""
        del changed, recent
        return Neighbourhood(Snapshot(self.observed_at))

    def refreshed(self, snapshot: Snapshot, resources: Sequence[ResourceId]) -> Snapshot:
        """Confirm whatever was read."""
        self.confirmed.extend(resources)
        return snapshot

    def judge(self, snapshot: Snapshot) -> Judgement:
        """Give what the test wants found."""
        assert snapshot.observed_at == self.observed_at
        counts = {"virtual_machines": 7}
        return Judgement(tuple(self.found), tuple(self.unjudged), counts, self._scorecard)

    def _scorecard(self) -> Posture:
        return put_together(self.scored, is_whole=True)


class Stage:
    """A sweep's surroundings in memory, which count and kill all their writes together."""

    def __init__(
        self,
        estate: Estate | None = None,
        sweeps: MemorySweepStore | None = None,
        queue: MemoryQueue | None = None,
    ) -> None:
        self.estate = estate or Estate()
        self.clock = SetClock()
        self.findings = MemoryFindingStore()
        self.sweeps = sweeps or MemorySweepStore()
        self.queue = queue or MemoryQueue()
        self.postures = MemoryPostures()
        self.kill_at(None)
        self.surroundings = Surroundings(
            self.estate,
            self.findings,
            self.sweeps,
            self.queue,
            self.clock,
            postures=self.postures,
        )

    def kill_at(self, deadly: int | None) -> None:
        """Kill before this write from now on; None for never."""
        writes = Writes(deadly)
        self.findings.writes = self.sweeps.writes = self.queue.writes = writes
        self.postures.writes = writes

    def plan(self, scope: Scope = EVERYTHING, limits: SweepLimits | None = None) -> Sweep:
        """Plan a sweep now."""
        return plan_sweep(self.surroundings, scope, limits)

    def assess(self, sweep: Sweep, number: int = 0) -> None:
        """Assess one shard."""
        assess_shard(self.surroundings, self.estate.judge, sweep.id, number)

    def abandon(self, sweep: Sweep, number: int = 0) -> None:
        """Give one shard up."""
        abandon_shard(self.surroundings, sweep.id, number)

    def sweep_all(self, at: float = 0, scope: Scope = EVERYTHING) -> Sweep:
        """Plan a sweep at a minute of the day and assess its only shard."""
        self.clock.present = self.estate.observed_at = minutes(at)
        sweep = self.plan(scope)
        self.assess(sweep)
        return self.now(sweep)

    def now(self, sweep: Sweep) -> Sweep:
        """Give a sweep as it is recorded now."""
        recorded = self.sweeps.sweep(sweep.id)
        assert recorded is not None
        return recorded

    def states(self, of: str) -> dict[str, FindingState]:
        """Give the state of each recorded finding by the name of its virtual machine."""
        return {
            stored.record.finding.resource.name: stored.record.state
            for stored in self.findings.findings(of)
        }

    def told(self) -> list[object]:
        """Name the sweeps whose end was told."""
        return [message["sweep"] for message in self.queue.sent(Queue.NOTIFICATIONS)]
