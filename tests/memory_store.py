"""The stores and the queue in memory: for unit tests, and for killing a run at any write.

They keep the promises of `shared.usecases.interfaces`; the contract tests hold them, and the real
adapters, to one suite.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count, islice
from threading import RLock

from shared.checks.result import Json
from shared.findings.comparison import Change, Stored
from shared.findings.evidence import shortened
from shared.findings.finding import FindingRecord, Fingerprint, Transition
from shared.usecases.interfaces import (
    EventState,
    OutboxEvent,
    Queue,
    Shard,
    ShardState,
    StoreConflictError,
    Sweep,
    Watermark,
    sweep_id,
)


class Killed(BaseException):
    """The process ends here: nothing catches it, nothing is cleaned up."""


@dataclass
class Writes:
    """Counts the writes of a run, and kills it before write number `deadly`, counted from 0."""

    deadly: int | None = None
    done: int = 0

    def next(self) -> None:
        """Let one write through, or kill."""
        if self.done == self.deadly:
            raise Killed
        self.done += 1


@dataclass
class MemoryFindingStore:
    """A `FindingStore`; a transaction takes `transaction_changes` changes."""

    writes: Writes = field(default_factory=Writes)
    transaction_changes: int = 2

    def __post_init__(self) -> None:
        """Begin with nothing stored."""
        self._lock = RLock()
        self._versions = count(1)
        self._watermarks: dict[str, Watermark] = {}
        self._records: defaultdict[str, dict[Fingerprint, Stored]] = defaultdict(dict)
        self._outbox: defaultdict[str, dict[str, OutboxEvent]] = defaultdict(dict)
        self._history: defaultdict[Fingerprint, dict[str, Transition]] = defaultdict(dict)

    def watermark(self, subscription: str) -> Watermark:
        """Give the subscription's watermark."""
        return self._watermarks.get(subscription.lower(), Watermark())

    def findings(self, subscription: str) -> Iterator[Stored]:
        """Give every recorded finding of a subscription."""
        records = self._records[subscription.lower()]
        return iter([records[fingerprint] for fingerprint in sorted(records)])

    def finding(self, fingerprint: Fingerprint) -> Stored | None:
        """Find one record by its fingerprint."""
        found = (records.get(fingerprint) for records in self._records.values())
        return next((stored for stored in found if stored is not None), None)

    def write(
        self,
        subscription: str,
        changes: Sequence[Change],
        watermark: Watermark,
        observed_at: datetime | None = None,
    ) -> None:
        """Write a few changes at a time, then the history."""
        subscription = subscription.lower()
        for change in changes:
            if change.record.finding.resource.subscription != subscription:
                message = f"{change.record.finding.resource} is not in {subscription}"
                raise ValueError(message)
        starts = range(0, len(changes), self.transaction_changes)
        if not changes and observed_at is not None:
            starts = range(1)
        for start in starts:
            part = changes[start : start + self.transaction_changes]
            is_last = start + self.transaction_changes >= len(changes)
            reached = observed_at if is_last and observed_at else watermark.observed_at
            watermark = self._transaction(subscription, part, watermark, reached)
        for change in changes:
            if change.transition is not None:
                self._remember(change.transition)

    def history(self, fingerprint: Fingerprint) -> Sequence[Transition]:
        """Give the steps of one finding, newest first."""
        steps = self._history[fingerprint].values()
        return tuple(sorted(steps, key=lambda step: step.at, reverse=True))

    def events(self, subscription: str) -> Iterator[OutboxEvent]:
        """Give the outbox of a subscription, oldest first."""
        outbox = self._outbox[subscription.lower()]
        return iter([outbox[key] for key in sorted(outbox)])

    def settle(self, events: Sequence[OutboxEvent], told: datetime | None = None) -> None:
        """Complete the history of events, and take them out of the outbox."""
        for event in events:
            outbox = self._outbox[event.subscription]
            kept = outbox.get(_event_key(event.transition))
            if kept is not None:
                step = kept.transition
                self._remember(replace(step, told=told) if step.occurred else step)
                self.writes.next()
                del outbox[_event_key(event.transition)]

    def refuse(self, events: Sequence[OutboxEvent], reason: str) -> None:
        """Keep events with the receiver's reason."""
        for event in events:
            outbox = self._outbox[event.subscription]
            key = _event_key(event.transition)
            if key in outbox:
                self.writes.next()
                outbox[key] = replace(outbox[key], state=EventState.REFUSED, reason=reason)

    def restore(self, events: Sequence[OutboxEvent]) -> None:
        """Put refused events back to be told."""
        for event in events:
            outbox = self._outbox[event.subscription]
            key = _event_key(event.transition)
            if key in outbox:
                self.writes.next()
                outbox[key] = replace(outbox[key], state=EventState.PENDING, reason="")

    def subscriptions(self) -> Sequence[str]:
        """Name the subscriptions that have any row."""
        return tuple(sorted(self._watermarks))

    def _transaction(
        self,
        subscription: str,
        changes: Sequence[Change],
        watermark: Watermark,
        reached: datetime | None,
    ) -> Watermark:
        with self._lock:
            records = self._records[subscription]
            present = {key: stored.version for key, stored in records.items()}
            stale = [
                change
                for change in changes
                if present.get(change.record.finding.fingerprint) != change.version
            ]
            if stale or self.watermark(subscription).version != watermark.version:
                message = f"somebody else wrote {subscription} first"
                raise StoreConflictError(message)
            self.writes.next()
            for change in changes:
                finding = change.record.finding
                records[finding.fingerprint] = Stored(_fitting(change.record), self._version())
                if (step := change.transition) is not None:
                    event = OutboxEvent(finding.resource.subscription, step)
                    self._outbox[subscription][_event_key(step)] = event
            self._watermarks[subscription] = Watermark(reached, self._version())
            return self._watermarks[subscription]

    def _remember(self, transition: Transition) -> None:
        self.writes.next()
        self._history[transition.finding.fingerprint][_event_key(transition)] = transition

    def _version(self) -> str:
        return str(next(self._versions))


def _event_key(transition: Transition) -> str:
    return f"{transition.at.isoformat()}|{transition.key}"


def _fitting(record: FindingRecord) -> FindingRecord:
    finding = record.finding
    return replace(record, finding=replace(finding, evidence=shortened(finding.evidence)))


@dataclass
class MemorySweepStore:
    """A `SweepStore`."""

    writes: Writes = field(default_factory=Writes)

    def __post_init__(self) -> None:
        """Begin with nothing stored."""
        self._lock = RLock()
        self._sweeps: dict[str, Sweep] = {}

    def create(self, sweep: Sweep) -> None:
        """Record a planned sweep with its shards."""
        if sweep.id != sweep_id(sweep.started, partial=sweep.is_partial):
            message = f"{sweep.id} is not the id of a sweep that starts {sweep.started}"
            raise ValueError(message)
        self.writes.next()
        self._sweeps.setdefault(sweep.id, sweep)

    def sweep(self, sweep_id: str) -> Sweep | None:
        """Give one sweep with its shards."""
        return self._sweeps.get(sweep_id)

    def latest(self, count: int, *, partial: bool = False) -> Sequence[Sweep]:
        """Give the newest sweeps of the estate, or else the partial ones, newest first."""
        newest_first = (self._sweeps[key] for key in sorted(self._sweeps, reverse=True))
        return tuple(islice((one for one in newest_first if one.is_partial is partial), count))

    def finish(self, sweep_id: str, shard: Shard) -> bool:
        """Record the outcome of a waiting shard."""
        with self._lock:
            sweep = self._sweeps.get(sweep_id)
            waiting = [
                each.number
                for each in (sweep.shards if sweep else ())
                if each.state is ShardState.WAITING
            ]
            if sweep is None or shard.number not in waiting:
                return False
            self.writes.next()
            shards = (shard if each.number == shard.number else each for each in sweep.shards)
            self._sweeps[sweep_id] = replace(sweep, shards=tuple(shards))
            return True

    def close(self, sweep_id: str, at: datetime) -> bool:
        """Close an open sweep that waits for no shard."""
        with self._lock:
            sweep = self._sweeps.get(sweep_id)
            if sweep is None or sweep.closed is not None or not sweep.is_settled:
                return False
            self.writes.next()
            self._sweeps[sweep_id] = replace(sweep, closed=at)
            return True

    def announce(self, sweep_id: str) -> None:
        """Note that the end of a sweep was sent."""
        self.writes.next()
        with self._lock:
            if sweep_id in self._sweeps:
                self._sweeps[sweep_id] = replace(self._sweeps[sweep_id], announced=True)

    def postpone(self, sweep_id: str, until: datetime) -> None:
        """Note that the rest of a sweep's news is not told before a time."""
        self.writes.next()
        with self._lock:
            if sweep_id in self._sweeps:
                self._sweeps[sweep_id] = replace(self._sweeps[sweep_id], postponed_until=until)


@dataclass
class MemoryQueue:
    """A `WorkQueue` that keeps its messages, each with its queue, and forgets delays."""

    writes: Writes = field(default_factory=Writes)
    messages: list[tuple[Queue, Mapping[str, Json]]] = field(default_factory=list)

    def send(self, queue: Queue, message: Mapping[str, Json], delay_seconds: float = 0) -> None:
        """Put one message on a queue."""
        text = json.dumps(message)
        if len(text) > 48 * 1024:
            message_too_large = f"a message of {len(text)} bytes, delayed {delay_seconds} s"
            raise ValueError(message_too_large)
        self.writes.next()
        self.messages.append((queue, message))

    def sent(self, queue: Queue) -> list[Mapping[str, Json]]:
        """Give the messages of one queue, oldest first."""
        return [message for name, message in self.messages if name is queue]
