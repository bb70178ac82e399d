"""A small Azure in memory whose index lags behind, and what sweeps and changes make of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from shared.adapters.payloads import SnapshotBuilder
from shared.exposure.assessment import Question
from shared.findings.coverage import Coverage
from shared.findings.finding import Cause, FindingState
from shared.findings.judgement import Judgement
from shared.network.ids import ResourceId
from shared.network.overlay import overlaid
from shared.network.snapshot import Snapshot, Unread
from shared.usecases.assess import Assessment, record
from shared.usecases.interfaces import Neighbourhood, Scope, Subscription
from shared.usecases.scan import scan
from shared.usecases.sweep import Surroundings, assess_shard, plan_sweep
from shared.usecases.touched import SETTLED_CHECKS, settled
from tests.memory_store import MemoryFindingStore, MemoryQueue, MemorySweepStore
from tests.recording_samples import SetClock
from tests.rows import SUBSCRIPTION, Row

PORTS: Final = Question()


@dataclass
class LaggingAzure:
    """An `Inventory`: `truth` is what ARM knows, `index` what Resource Graph shows.

    ARM fails for the resources in `broken`, or for all; `asked` are those it was asked for.
    """

    clock: SetClock
    truth: dict[ResourceId, Row] = field(default_factory=dict)
    index: dict[ResourceId, Row] = field(default_factory=dict)
    broken: set[ResourceId] = field(default_factory=set)
    is_down: bool = False
    slow: Snapshot | None = None
    asked: list[ResourceId] = field(default_factory=list)

    def write(self, *rows: Row) -> None:
        """Write resources; the index does not see it yet."""
        self.truth.update((ResourceId(row["id"]), row) for row in rows)

    def delete(self, resource: str) -> None:
        """Delete a resource; the index does not see it yet."""
        del self.truth[ResourceId(resource)]

    def catch_up(self) -> None:
        """Let the index see everything."""
        self.index = dict(self.truth)

    def subscriptions(self, scope: Scope) -> Sequence[Subscription]:
        """Give the one that the rows are of."""
        del scope
        return [Subscription(SUBSCRIPTION, "one", len(self.index))]

    def read(self, subscriptions: Sequence[str]) -> Snapshot:
        """Read the index; `slow` is a reading that began long ago."""
        del subscriptions
        return self.slow or _built(self.index.values(), self.clock.now())

    def around(
        self, changed: Sequence[ResourceId], recent: Collection[ResourceId] = ()
    ) -> Neighbourhood:
        """Read everything from ARM, as if all of it lay around the change."""
        del recent
        known = _built(self.truth.values(), self.clock.now())
        gone = frozenset(one for one in changed if one not in self.truth)
        touched = frozenset((*known.virtual_machines, *known.security_groups, *gone))
        return Neighbourhood(known, touched, gone)

    def refreshed(self, snapshot: Snapshot, resources: Sequence[ResourceId]) -> Snapshot:
        """Lay what ARM knows over a snapshot."""
        self.asked.extend(resources)
        resources = [*resources, *self._users_of(resources)]
        failed = [one for one in resources if self.is_down or one in self.broken]
        asked = [one for one in resources if one not in failed]
        fresh = [self.truth[one] for one in asked if one in self.truth]
        return overlaid(
            snapshot,
            _builder(fresh).so_far(),
            gone=[one for one in asked if one not in self.truth],
            unread=[Unread(one, "503") for one in failed],
        )

    def _users_of(self, groups: Sequence[ResourceId]) -> Iterable[ResourceId]:
        """Give the interfaces that name one of some security groups, in truth or in the index."""
        for row in (*self.truth.values(), *self.index.values()):
            named = (row.get("properties", {}).get("networkSecurityGroup") or {}).get("id")
            if named and ResourceId(named) in groups:
                yield ResourceId(row["id"])


def _builder(rows: Iterable[Row]) -> SnapshotBuilder:
    builder = SnapshotBuilder()
    for row in rows:
        builder.add_row(row)
    return builder


def _built(rows: Iterable[Row], at: datetime) -> Snapshot:
    return _builder(rows).build(at)


def judged(snapshot: Snapshot) -> Judgement:
    """Judge as the product does, by the checks that changes settle, too."""
    found = scan(snapshot, PORTS)
    findings = tuple(one for one in found.findings if one.check in SETTLED_CHECKS)
    return Judgement(findings, found.unjudged, found.counts)


class Watch:
    """Sweeps and changes over one small Azure, a minute apart, into one store."""

    def __init__(self, *rows: Row) -> None:
        self.clock = SetClock()
        self.azure = LaggingAzure(self.clock)
        self.azure.write(*rows)
        self.azure.catch_up()
        self.findings = MemoryFindingStore()
        self._surroundings = Surroundings(
            self.azure, self.findings, MemorySweepStore(), MemoryQueue(), self.clock
        )

    def sweep(self) -> dict[str, int]:
        """Sweep everything; give the counts of the shard."""
        self.clock.sleep(60)
        planned = plan_sweep(self._surroundings, Scope())
        assess_shard(self._surroundings, judged, planned.id, 0)
        done = self._surroundings.sweeps.sweep(planned.id)
        assert done is not None
        return dict(done.shards[0].counts or {})

    def change(self, *changed: str) -> None:
        """Assess changed resources."""
        self.clock.sleep(60)
        near = self.azure.around([ResourceId(one) for one in changed])
        part = settled(near, judged(near.snapshot))
        coverage = Coverage(
            SUBSCRIPTION,
            near.snapshot.observed_at,
            unread=near.snapshot.unread,
            unjudged=part.unjudged,
            only=near.touched,
        )
        run = f"event-{self.clock.now().isoformat()}"
        record(Assessment(coverage, part.findings, Cause.EVENT, run), self.findings, self.clock)

    @property
    def open(self) -> set[tuple[str, str]]:
        """What stands open: check and resource name."""
        return {
            (stored.record.finding.check, stored.record.finding.resource.name)
            for stored in self.findings.findings(SUBSCRIPTION)
            if stored.record.state is FindingState.OPEN
        }

    @property
    def true(self) -> set[tuple[str, str]]:
        """What a judgement of the truth finds."""
        found = judged(_built(self.azure.truth.values(), self.clock.now())).findings
        return {(finding.check, finding.resource.name) for finding in found}

    @property
    def steps(self) -> int:
        """How many steps were recorded so far."""
        return len(list(self.findings.events(SUBSCRIPTION)))
