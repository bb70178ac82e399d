"""Telling people what changed: the outbox becomes cards, at least once each.

An event leaves the outbox only after its card was accepted, so that a crash between the two tells
it twice and never not at all; the key on the card shows a reader the repeat.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Final, TypeAlias

from shared.checks.result import Severity
from shared.findings.finding import FindingState, Transition
from shared.findings.lag import Lag, lag_of
from shared.findings.lifecycle import is_news
from shared.findings.resource_change import is_event_run
from shared.rendering.card_links import CardLinks
from shared.rendering.card_news import condensed
from shared.rendering.cards import HANDFUL, Telling, cards_of
from shared.usecases.interfaces import (
    Clock,
    EventState,
    FindingStore,
    LagBook,
    NotificationError,
    NotificationRefusedError,
    Notifier,
    OutboxEvent,
    Sweep,
    SweepStore,
)

_CHANGES: Final = "changes between sweeps"

_PAUSE_SECONDS: Final = 1.0
_RETRY_SECONDS: Final = 60.0
_MOST_CARDS: Final = 100
_LONGEST_SWEEP: Final = timedelta(hours=6)
OWN_MESSAGE: Final = timedelta(minutes=10)
"""How long the news of a closed or postponed sweep is left to the message of its own.

That message comes at once, or when the receiver's waiting time is over.  Nobody else tells the
sweep in the meantime, since two who tell at the same moment post each card twice.
"""

WAIT_FOR_MORE: Final = timedelta(seconds=15)
"""How long the first news of a deployment waits for the rest of it, to be told on one card."""

_Grouping: TypeAlias = Callable[[Transition], str | None]
"""Names the group in which a step is told; None when it is not its turn."""


@dataclass(frozen=True, slots=True)
class Announcer:
    """What telling needs: the outbox, the receiver and the clock, and what is worth telling.

    Without a notifier nothing is told: events are settled, and the history keeps every step.  How
    long changes took until they were told goes into `lags`, where there is one.
    """

    store: FindingStore
    notifier: Notifier | None
    clock: Clock
    links: CardLinks = field(default_factory=CardLinks)
    min_severity: Severity = Severity.INFO
    lags: LagBook | None = None


@dataclass(frozen=True, slots=True)
class CardLags:
    """How long the changes behind one card took; `run` is theirs, or that of the first of them."""

    run: str
    lags: tuple[Lag, ...]


@dataclass(frozen=True, slots=True)
class Delivery:
    """What came of it: cards accepted, and how many events went which way.

    `told` and `quiet` events are settled, `refused` ones are kept and not tried again, `left` ones
    are still pending: then `retry_after_seconds` says when to try again.  `lags` are those of the
    cards about what changes brought.
    """

    cards: int = 0
    told: int = 0
    quiet: int = 0
    refused: int = 0
    left: int = 0
    retry_after_seconds: float | None = None
    lags: tuple[CardLags, ...] = ()


def deliver_sweep(sweep_id: str, announcer: Announcer, sweeps: SweepStore) -> Delivery:
    """Tell the news of one closed sweep: a card each, or one digest of more than a handful.

    A second call finds nothing left to tell.  Where the receiver wants the rest later, the sweep
    is postponed until then, so that `deliver_pending` waits as well.

    Raises:
        StoreError: the outbox could not be read or settled; what was told may be told again.
    """
    delivery = _deliver(
        announcer, lambda step: step.run if step.run == sweep_id else None, _everywhere(announcer)
    )
    if delivery.retry_after_seconds is not None:
        wait = timedelta(seconds=delivery.retry_after_seconds)
        sweeps.postpone(sweep_id, announcer.clock.now() + wait)
    return delivery


def deliver_changes(
    subscription: str, announcer: Announcer, waiting: Collection[str] = ()
) -> Delivery:
    """Tell the news that changes brought in one subscription, each run by itself.

    What one deployment changed is one run, and more than a handful of it one card.  Runs that are
    still `waiting` for more are left, but no longer than `WAIT_FOR_MORE`.  A second call finds
    nothing left to tell; two at the same moment tell twice.

    Raises:
        StoreError: the outbox could not be read or settled; what was told may be told again.
    """
    overdue = announcer.clock.now() - WAIT_FOR_MORE

    def group_of(step: Transition) -> str | None:
        is_due = step.run not in waiting or step.at < overdue
        return step.run if is_event_run(step.run) and is_due else None

    return _deliver(announcer, group_of, [subscription])


def deliver_pending(announcer: Announcer, sweeps: SweepStore) -> Delivery:
    """Tell whatever is still pending, also of runs whose message was lost.

    News of a sweep that is still at work waits for its end, so that it is told as a whole, but no
    longer than six hours: such a sweep is stuck.  After its end `OWN_MESSAGE` passes first, and
    so it does after a change was judged.  What changed between the sweeps is told together.

    Raises:
        StoreError: the outbox could not be read or settled; what was told may be told again.
    """
    now = announcer.clock.now()

    @cache
    def sweep_group(run: str) -> str | None:
        sweep = sweeps.sweep(run)
        if sweep is None:
            return _CHANGES
        return None if _tells_itself(sweep, now) else run

    def group_of(step: Transition) -> str | None:
        if not is_event_run(step.run):
            return sweep_group(step.run)
        return None if now - step.at < OWN_MESSAGE else _CHANGES

    return _deliver(announcer, group_of, _everywhere(announcer))


def _everywhere(announcer: Announcer) -> Sequence[str]:
    return announcer.store.subscriptions()


def _tells_itself(sweep: Sweep, now: datetime) -> bool:
    """Tell whether the message of a sweep's end is still to be reckoned with."""
    if sweep.closed is None:
        return now - sweep.started < _LONGEST_SWEEP
    due = max(sweep.closed, sweep.postponed_until or sweep.closed)
    return now - due < OWN_MESSAGE


def refusals(store: FindingStore) -> Mapping[str, int]:
    """Count the refused events by the receiver's reason, the most frequent first.

    Raises:
        StoreError: the outbox could not be read.
    """
    reasons = Counter(event.reason for event in _in_state(store, EventState.REFUSED))
    return dict(reasons.most_common())


def retry_refused(store: FindingStore) -> int:
    """Put every refused event back to be told, for when the receiver is mended; count them.

    Whoever delivers next tells them.  A second call finds nothing left to put back.

    Raises:
        StoreError: the outbox could not be read or written; some events may be put back.
    """
    refused = [_condensed(event) for event in _in_state(store, EventState.REFUSED)]
    store.restore(refused)
    return len(refused)


def _in_state(store: FindingStore, state: EventState) -> Iterator[OutboxEvent]:
    for subscription in store.subscriptions():
        yield from (event for event in store.events(subscription) if event.state is state)


def _deliver(announcer: Announcer, group_of: _Grouping, subscriptions: Iterable[str]) -> Delivery:
    groups, quiet = _gathered(announcer, group_of, subscriptions)
    delivery = Delivery(quiet=quiet, left=sum(map(len, groups.values())))
    if announcer.notifier is None:
        return delivery
    for attempt, (telling, events) in enumerate(_tellings(groups, announcer.links)):
        if attempt == _MOST_CARDS:
            return replace(delivery, retry_after_seconds=_RETRY_SECONDS)
        if attempt:
            announcer.clock.sleep(_PAUSE_SECONDS)
        delivery = _tell(announcer, announcer.notifier, telling, events, delivery)
        if delivery.retry_after_seconds is not None:
            return delivery
    return delivery


def _gathered(
    announcer: Announcer, group_of: _Grouping, subscriptions: Iterable[str]
) -> tuple[Mapping[str, Sequence[OutboxEvent]], int]:
    """Give the pending events to tell by group, and settle and count those that are no news.

    All but the first few of a group, which may get a card of their own, are condensed: they fit
    into memory even when a first sweep finds tens of thousands.
    """
    groups: dict[str, list[OutboxEvent]] = {}
    opened: Counter[str] = Counter()
    quiet_count = 0
    for subscription in subscriptions:
        quiet = []
        for event in _pending(announcer.store, subscription):
            group = group_of(event.transition)
            if group is None:
                continue
            if not _is_heard(event.transition, announcer):
                quiet.append(event)
                continue
            opens = event.transition.after is FindingState.OPEN
            opened[group] += opens
            is_whole = opens and opened[group] <= HANDFUL
            groups.setdefault(group, []).append(event if is_whole else _condensed(event))
        announcer.store.settle(quiet)
        quiet_count += len(quiet)
    return groups, quiet_count


def _pending(store: FindingStore, subscription: str) -> Iterator[OutboxEvent]:
    return (event for event in store.events(subscription) if event.state is EventState.PENDING)


def _is_heard(transition: Transition, announcer: Announcer) -> bool:
    is_severe = transition.finding.severity.rank >= announcer.min_severity.rank
    return announcer.notifier is not None and is_severe and is_news(transition)


def _condensed(event: OutboxEvent) -> OutboxEvent:
    return replace(event, transition=condensed(event.transition))


def _tellings(
    groups: Mapping[str, Sequence[OutboxEvent]], links: CardLinks
) -> Iterator[tuple[Telling, Sequence[OutboxEvent]]]:
    for group, events in groups.items():
        by_step = {_key(event.transition): event for event in events}
        steps = [event.transition for event in events]
        for telling in cards_of(steps, group, links):
            yield telling, [by_step[_key(step)] for step in telling.transitions]


def _key(step: Transition) -> tuple[datetime, str]:
    return step.at, step.key


def _tell(
    announcer: Announcer,
    notifier: Notifier,
    telling: Telling,
    events: Sequence[OutboxEvent],
    delivery: Delivery,
) -> Delivery:
    count, store = len(events), announcer.store
    try:
        notifier.send(telling.card)
    except NotificationRefusedError as refusal:
        store.refuse(events, str(refusal))
        return replace(delivery, refused=delivery.refused + count, left=delivery.left - count)
    except NotificationError as error:
        delay = error.retry_after_seconds
        return replace(delivery, retry_after_seconds=_RETRY_SECONDS if delay is None else delay)
    told = announcer.clock.now()
    store.settle(events, told)
    return replace(
        delivery,
        cards=delivery.cards + 1,
        told=delivery.told + count,
        left=delivery.left - count,
        lags=(*delivery.lags, *_noted_lags(announcer, events, told)),
    )


def _noted_lags(
    announcer: Announcer, events: Sequence[OutboxEvent], told: datetime
) -> Iterator[CardLags]:
    """Give how long the changes behind the events of one card took, if any did, and keep it."""
    found = tuple(lag for event in events if (lag := lag_of(event.transition, told)) is not None)
    if not found:
        return
    run = events[0].transition.run
    if announcer.lags is not None:
        announcer.lags.note(f"{run} {told.isoformat()}", found)
    yield CardLags(run, found)
