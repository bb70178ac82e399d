"""What the use cases need of the outside world, in their own words, and how it may fail."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, Protocol

from shared.checks.result import Json
from shared.findings.comparison import Change, Stored
from shared.findings.finding import Actor, Fingerprint, Transition
from shared.findings.lag import Lag
from shared.network.ids import ResourceId
from shared.network.snapshot import Snapshot


class PortcullisError(Exception):
    """Anything that a use case reports to its caller instead of a result."""


class InventoryError(PortcullisError):
    """Azure could not be read."""


class AccessDeniedError(InventoryError):
    """The identity may not read what was asked for."""


class ThrottledError(InventoryError):
    """Azure asked to come back later; `retry_after_seconds` says when, where it was told."""

    def __init__(self, message: str, retry_after_seconds: float | None = None) -> None:
        """Keep the waiting time that the service named."""
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class StoreError(PortcullisError):
    """The storage account did not do what was asked."""


class StoreConflictError(StoreError):
    """Another writer came first: read again and decide again."""


class NotificationError(PortcullisError):
    """A card was not accepted for now; it stays in the outbox."""

    def __init__(self, message: str, retry_after_seconds: float | None = None) -> None:
        """Keep the waiting time that the receiver named."""
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class NotificationRefusedError(PortcullisError):
    """The receiver will never accept this card: kept and shown, not sent again."""


class Clock(Protocol):
    """Tells the time and waits, so that tests need do neither."""

    def now(self) -> datetime:
        """Give the present, aware and in UTC."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscription that the identity can see, and how many rows a sweep would read of it."""

    id: str
    name: str
    rows: int


@dataclass(frozen=True, slots=True)
class Scope:
    """What to look at: named subscriptions, or a management group, or all that can be read."""

    subscriptions: tuple[str, ...] = ()
    management_group: str | None = None


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """What lies around some changed resources, read fresh: enough to judge what they touch.

    The snapshot is as of the time before the first read of it.  `touched` are the machines, scale
    sets and security groups whose findings it settles, as `touched.settled` says; of whatever else
    it holds it tells only a part.  `gone` are the changed resources that ARM says are not there.
    `wide` names the subscriptions that a change may touch as a whole: sweep them.  `loose` are
    security groups that Resource Graph shows without a user, where somebody may have left one.
    `fresh` are the resources that ARM told of; the others are as Resource Graph shows them, and
    that `is_behind` where it shows a changed resource otherwise than ARM.  `arm_reads` and
    `queries` are what the reading took.
    """

    snapshot: Snapshot
    touched: frozenset[ResourceId] = frozenset()
    gone: frozenset[ResourceId] = frozenset()
    wide: frozenset[str] = frozenset()
    loose: frozenset[ResourceId] = frozenset()
    fresh: frozenset[ResourceId] = frozenset()
    is_behind: bool = False
    arm_reads: int = 0
    queries: int = 0


class Inventory(Protocol):
    """The estate as Resource Graph and ARM show it."""

    def subscriptions(self, scope: Scope) -> Sequence[Subscription]:
        """List the readable subscriptions of a scope with their row counts.

        Raises:
            InventoryError: the list could not be read.
        """

    def read(self, subscriptions: Sequence[str]) -> Snapshot:
        """Read everything that the verdict needs of these subscriptions.

        What could not be read stands in the snapshot's `unread`; a subscription that vanished too.

        Raises:
            InventoryError: nothing could be read.
        """

    def around(
        self, changed: Sequence[ResourceId], recent: Collection[ResourceId] = ()
    ) -> Neighbourhood:
        """Read changed resources, or the wholes of changed parts, and what they touch.

        What else changed of late, the `recent` resources, is read fresh, too, where it lies near.
        A changed resource that may not be read is unread in the snapshot and touches nothing.

        Raises:
            InventoryError: ARM or Resource Graph did not answer; worth another try.
        """

    def refreshed(self, snapshot: Snapshot, resources: Sequence[ResourceId]) -> Snapshot:
        """Lay fresh ARM reads of these resources over a snapshot; its time stays.

        What ARM says is not there is taken out.  What could not be read stays as it was, and is
        unread.  Resources of types that ARM is not asked about are left alone.  Read besides is
        what these resources refer to and the snapshot lacks, and who uses a security group, as far
        as it takes to tell whether anybody does.
        """


class EventState(StrEnum):
    """What became of a piece of news."""

    PENDING = "pending"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class OutboxEvent:
    """A transition that must still be told, in the partition of its subscription."""

    subscription: str
    transition: Transition
    state: EventState = EventState.PENDING
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Watermark:
    """How new the data is with which a whole subscription was last judged and recorded.

    What stands in the store stood at `observed_at`, unless a record's own time is later.  Data
    older than this is not recorded any more: it knows less than the store does.  `observed_at` is
    None before the first sweep; `version` is None while the subscription has no row.
    """

    observed_at: datetime | None = None
    version: str | None = None


class FindingStore(Protocol):
    """Findings, their history and the outbox; one partition per subscription.

    Every method raises StoreError when the account cannot be reached or refuses.
    """

    def watermark(self, subscription: str) -> Watermark:
        """Give the subscription's watermark; read it before the findings that are judged."""

    def findings(self, subscription: str) -> Iterator[Stored]:
        """Give every recorded finding of a subscription, resolved ones too."""

    def finding(self, fingerprint: Fingerprint) -> Stored | None:
        """Find one record by its fingerprint, in whichever subscription."""

    def write(
        self,
        subscription: str,
        changes: Sequence[Change],
        watermark: Watermark,
        observed_at: datetime | None = None,
    ) -> None:
        """Write records and outbox rows, each record in one transaction with its event.

        `watermark` is the one that was read before the findings: every transaction renews its
        version, so that of two writers who decided on the same reading only one succeeds.  With
        `observed_at` the last transaction also moves the watermark to that time.  Steps are
        added to the history afterwards, under keys that make a repeat harmless; until an event
        is settled its row holds all that the history needs.

        Raises:
            StoreConflictError: somebody else wrote in the meantime.  Nothing of the transaction
                that met it was written, earlier ones of the same call were: read and decide again.
            ValueError: a record belongs to another subscription.
        """

    def history(self, fingerprint: Fingerprint) -> Sequence[Transition]:
        """Give the steps of one finding, newest first."""

    def events(self, subscription: str) -> Iterator[OutboxEvent]:
        """Give the outbox of a subscription, oldest first, refused ones too.

        Every step passes through the outbox, also one that nobody is told of
        (`lifecycle.is_news`): whoever delivers settles it, and its history is then complete.
        """

    def settle(self, events: Sequence[OutboxEvent], told: datetime | None = None) -> None:
        """Take events out of the outbox, their history written before; a repeat is harmless.

        The history of a step that an event brought keeps when it was `told`.
        """

    def refuse(self, events: Sequence[OutboxEvent], reason: str) -> None:
        """Keep events that the receiver will never take, with its reason.

        An event that is gone already stays gone.
        """

    def restore(self, events: Sequence[OutboxEvent]) -> None:
        """Put refused events back to be told, without their reason.

        An event that is gone already stays gone; a repeat is harmless.
        """

    def subscriptions(self) -> Sequence[str]:
        """Name the subscriptions that have any row, in order."""


class ShardState(StrEnum):
    """How far one shard of a sweep is."""

    WAITING = "waiting"
    DONE = "done"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class Shard:
    """The part of a sweep that one function instance reads and judges.

    `unread` names what could not be read, as resource ids or `/subscriptions/<id>`.
    """

    number: int
    subscriptions: tuple[str, ...]
    state: ShardState = ShardState.WAITING
    counts: Mapping[str, int] | None = None
    unread: tuple[str, ...] = ()


PARTIAL: Final = "-part"


def sweep_id(started: datetime, *, partial: bool = False) -> str:
    """Give the id of the sweep that starts at a time; ids sort as their sweeps began."""
    return started.astimezone(UTC).strftime("%Y%m%dT%H%M%S.%fZ") + (PARTIAL if partial else "")


@dataclass(frozen=True, slots=True)
class Sweep:
    """One run over the estate: planned, worked off shard by shard, closed by the last one.

    `id` is `sweep_id(started)`; a partial sweep is of the subscriptions that some change may have
    touched as a whole, and says nothing of the others.  `vanished` names the subscriptions that
    should have been there and were not to be seen.  `announced` tells whether the notifications
    queue knows of the end.  Before `postponed_until` its news is not told: the receiver of cards
    asked for that.
    """

    id: str
    started: datetime
    shards: tuple[Shard, ...]
    closed: datetime | None = None
    vanished: tuple[str, ...] = ()
    announced: bool = False
    postponed_until: datetime | None = None

    @property
    def is_partial(self) -> bool:
        """Whether the sweep is of what some changes concern, and not of the estate."""
        return self.id.endswith(PARTIAL)

    @property
    def is_settled(self) -> bool:
        """Whether no shard is waited for any more."""
        return all(shard.state is not ShardState.WAITING for shard in self.shards)


class SweepStore(Protocol):
    """The `sweeps` table.

    Every method raises StoreError when the account cannot be reached or refuses.
    """

    def create(self, sweep: Sweep) -> None:
        """Record a planned sweep with its shards; a repeat leaves what is there as it is.

        Raises:
            ValueError: the id is not that of a sweep, whole or partial, which started then.
        """

    def sweep(self, sweep_id: str) -> Sweep | None:
        """Give one sweep with its shards."""

    def latest(self, count: int, *, partial: bool = False) -> Sequence[Sweep]:
        """Give the newest sweeps of the estate, or else the newest partial ones, newest first."""

    def finish(self, sweep_id: str, shard: Shard) -> bool:
        """Record the outcome of a shard; True if this was the first, which stays."""

    def close(self, sweep_id: str, at: datetime) -> bool:
        """Close a sweep whose shards are all settled; True for the one caller that did it."""

    def announce(self, sweep_id: str) -> None:
        """Note that the end of a sweep was sent to the notifications queue."""

    def postpone(self, sweep_id: str, until: datetime) -> None:
        """Note that the rest of a sweep's news is not told before a time; the last note counts."""


class InvalidEventError(PortcullisError):
    """What came in as an event of Azure is none that can be read."""


class ChangeLog(Protocol):
    """Azure's own record of changes."""

    def actors(
        self, resources: Sequence[ResourceId], since: datetime
    ) -> Mapping[ResourceId, Actor]:
        """Tell who changed resources last, in the order given; what is not known is left out.

        Nothing is raised: whoever asks has a finding to record, with or without a name.
        """


class LagBook(Protocol):
    """How long changes took until people were told, of the last few hundred runs.

    Every method raises StoreError when the account cannot be reached or refuses.
    """

    def note(self, run: str, lags: Sequence[Lag]) -> None:
        """Keep the lags of what was told of one run; the last note of a run counts."""

    def lags(self) -> Sequence[Lag]:
        """Give what is kept, in no order."""


class Queue(StrEnum):
    """The storage queues, by name."""

    SHARDS = "portcullis-shards"
    CHANGES = "portcullis-changes"
    NOTIFICATIONS = "portcullis-notifications"
    REMEDIATIONS = "portcullis-remediations"


class WorkQueue(Protocol):
    """Puts work on a storage queue; at least once, in no order."""

    def send(self, queue: Queue, message: Mapping[str, Json], delay_seconds: float = 0) -> None:
        """Put one message of at most 48 KiB of JSON on a queue.

        Raises:
            ValueError: the message is larger.
            StoreError: the account cannot be reached or refuses.
        """


class Notifier(Protocol):
    """Tells people."""

    def send(self, card: Mapping[str, Json]) -> None:
        """Hand over one Adaptive Card.

        Raises:
            NotificationError: not now; worth another try.
            NotificationRefusedError: never.
        """
