"""Partial sweeps: whole subscriptions, because a change may have touched anything in them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from shared.network.ids import ResourceId
from shared.usecases.interfaces import Scope, SweepStore
from shared.usecases.sweep import Surroundings, plan_sweep

SPACING: Final = timedelta(minutes=10)
"""A subscription is swept for its changes no more often than that."""
INDEX_LAG: Final = timedelta(minutes=2)
"""A sweep that began so long after a change has surely seen it.

One that begins earlier is made all the same, for the index of Resource Graph mostly is faster, and
one more after it.  Source: Microsoft Learn, "Azure Resource Graph overview", on freshness, which
promises no time.
"""
_LOOK_BACK: Final = 20


def subscription_resource(subscription: str) -> ResourceId:
    """Give the resource whose change stands for any change in a subscription."""
    return ResourceId(f"/subscriptions/{subscription}")


def is_subscription(resource: ResourceId) -> bool:
    """Tell whether a resource is a subscription itself."""
    return resource == subscription_resource(resource.subscription)


def sweep_for_changes(
    surroundings: Surroundings, changed: Mapping[str, datetime]
) -> Mapping[str, timedelta]:
    """Plan one sweep of the subscriptions whose turn it is; tell how long the others must wait.

    `changed` says when each changed.  A subscription needs nothing more once a sweep of it began
    `INDEX_LAG` after that.  A second call plans no second sweep before `SPACING` is over.

    Raises:
        InventoryError: the subscriptions could not be listed.
        StoreError: the store or the queue did not do its part.
    """
    now = surroundings.clock.now()
    begun = _begun(surroundings.sweeps)
    open_ = {
        one: at
        for one, at in sorted(changed.items())
        if one not in begun or begun[one] < at + INDEX_LAG
    }
    due = [one for one in open_ if one not in begun or now - begun[one] >= SPACING]
    if due:
        planned = plan_sweep(surroundings, Scope(tuple(due)), partial=True)
        begun = {**begun, **dict.fromkeys(due, planned.started)}
    return {
        one: begun[one] + SPACING - now for one, at in open_.items() if begun[one] < at + INDEX_LAG
    }


def _begun(sweeps: SweepStore) -> Mapping[str, datetime]:
    """Tell when the newest sweep of each subscription began, as far as the last ones tell."""
    recent = [*sweeps.latest(1), *sweeps.latest(_LOOK_BACK, partial=True)]
    begun: dict[str, datetime] = {}
    for sweep in sorted(recent, key=lambda one: one.started):
        for shard in sweep.shards:
            begun.update(dict.fromkeys(shard.subscriptions, sweep.started))
    return begun
