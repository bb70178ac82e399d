"""Packing: which subscriptions of a sweep go into one shard."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from shared.usecases.interfaces import Subscription


@dataclass(frozen=True, slots=True)
class SweepLimits:
    """How much one shard may hold.

    `rows`: a judged snapshot takes about 4 KiB a row.  An instance of 2 GB works on up to six
    shards at once (the Python worker's thread pool, processors + 4; Microsoft Learn, "Python
    developer reference for Azure Functions", PYTHON_THREADPOOL_THREAD_COUNT), and six times
    50,000 rows take 1.2 GiB.  `subscriptions` bounds the calls to the store, some fifteen for each.
    """

    rows: int = 50_000
    subscriptions: int = 200


def pack(subscriptions: Iterable[Subscription], limits: SweepLimits) -> Sequence[tuple[str, ...]]:
    """Put subscriptions into as few shards as first-fit, largest first, finds.

    A subscription with more rows than a shard may hold is a shard alone.
    """
    shards: list[_Load] = []
    for subscription in sorted(subscriptions, key=lambda each: (-each.rows, each.id.lower())):
        shard = next((load for load in shards if load.has_room_for(subscription, limits)), None)
        if shard is None:
            shard = _Load()
            shards.append(shard)
        shard.add(subscription)
    return [tuple(load.subscriptions) for load in shards]


@dataclass(slots=True)
class _Load:
    """A shard while it is being packed."""

    rows: int = 0
    subscriptions: list[str] = field(default_factory=list)

    def has_room_for(self, subscription: Subscription, limits: SweepLimits) -> bool:
        return (
            self.rows + subscription.rows <= limits.rows
            and len(self.subscriptions) < limits.subscriptions
        )

    def add(self, subscription: Subscription) -> None:
        self.rows += subscription.rows
        self.subscriptions.append(subscription.id.lower())
