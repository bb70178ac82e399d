"""Plans in memory: for unit tests, and for killing a run at any write."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count

from shared.remediation.lifecycle import PlanState
from shared.remediation.plan import PlanId
from shared.usecases.interfaces import StoreConflictError
from shared.usecases.plan_record import Ledger, PlanRecord, PlanStep
from tests.memory_store import Writes


@dataclass
class MemoryPlans:
    """A `PlanStore`."""

    writes: Writes = field(default_factory=Writes)

    def __post_init__(self) -> None:
        """Begin with no plan."""
        self._versions = count(1)
        self._plans: dict[PlanId, PlanRecord] = {}
        self._history: defaultdict[PlanId, dict[tuple[datetime, str], PlanStep]] = defaultdict(dict)
        self._leases: dict[str, tuple[str, datetime]] = {}
        self._ledger = Ledger()

    def plan(self, plan_id: PlanId) -> PlanRecord | None:
        """Give one plan."""
        return self._plans.get(plan_id)

    def plans(
        self, subscription: str | None = None, states: Collection[PlanState] = ()
    ) -> Iterator[PlanRecord]:
        """Give plans of a subscription, or of all, in some states, or in any."""
        for plan_id in sorted(self._plans):
            record = self._plans[plan_id]
            own = record.plan.subscription.lower()
            is_own = subscription is None or subscription.lower() == own
            if is_own and (not states or record.state in states):
                yield record

    def save(self, record: PlanRecord) -> PlanRecord:
        """Write a plan on top of the version that was read, then its recent steps."""
        before = self._plans.get(record.plan.id)
        if (before.version if before else None) != record.version:
            message = f"somebody else wrote plan {record.plan.id} first"
            raise StoreConflictError(message)
        self.writes.next()
        kept = replace(record, version=str(next(self._versions)))
        self._plans[record.plan.id] = kept
        self.settle(kept)
        return kept

    def settle(self, record: PlanRecord) -> None:
        """Add the recent steps of a record to the history."""
        for step in record.recent:
            self.writes.next()
            self._history[record.plan.id][step.at, step.event] = step

    def history(self, plan_id: PlanId) -> Sequence[PlanStep]:
        """Give the steps of one plan, newest first."""
        steps = self._history[plan_id]
        return [steps[key] for key in sorted(steps, reverse=True)]

    def claim(self, what: str, owner: str, now: datetime, until: datetime) -> bool:
        """Take or prolong the right to something."""
        holder = self._leases.get(what)
        if holder is not None and holder[0] != owner and holder[1] > now:
            return False
        self.writes.next()
        self._leases[what] = (owner, until)
        return True

    def release(self, what: str, owner: str) -> None:
        """Give the right back."""
        holder = self._leases.get(what)
        if holder is not None and holder[0] == owner:
            self.writes.next()
            del self._leases[what]

    def ledger(self) -> Ledger:
        """Give what was begun lately."""
        return self._ledger

    def enter(self, ledger: Ledger) -> None:
        """Write the ledger on top of the version that was read."""
        if ledger.version != self._ledger.version:
            message = "somebody else wrote the ledger first"
            raise StoreConflictError(message)
        self.writes.next()
        self._ledger = replace(ledger, version=str(next(self._versions)))
