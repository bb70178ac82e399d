"""What the running program says of itself: one line for each unit of work, one for each surprise.

A line is `event=<name>` and the event's fields as `name=value`, with `invocation=<id>` at the end
inside of `unit_of_work`.  Values that are more than a word are JSON strings, so that no value
can end a line or pass for another field.  Secrets and payloads are no fields.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass, fields
from typing import ClassVar, Final, TypeAlias, get_args

from shared.change_events import (
    ChangeAbandoned,
    ChangesAssessed,
    ChangesPostponed,
    EventQueued,
    EventRefused,
    LagMeasured,
)
from shared.findings.lag import percentile
from shared.remediation_events import (
    PlanAdvanced,
    PlansMade,
    RemediationAbandoned,
    RemediationsTended,
)
from shared.rendering.estate_summary import EstateSummary
from shared.sweep_events import SweepEnded
from shared.usecases.change_inbox import Receipt, Received
from shared.usecases.changes import Work
from shared.usecases.interfaces import PortcullisError, Sweep
from shared.usecases.notify import CardLags, Delivery
from shared.usecases.sessions import ReadReport

_LOGGER: Final = logging.getLogger("portcullis")
_NOISY: Final = ("azure", "urllib3", "msal")
_WORD: Final = re.compile(r"[\w.:/@+-]+", re.ASCII)
_LONGEST_VALUE: Final = 1_000

_invocation: ContextVar[str] = ContextVar("invocation", default="")


@dataclass(frozen=True, slots=True)
class SweepPlanned:
    """A sweep was recorded and its shards are on the queue."""

    NAME: ClassVar = "sweep.planned"
    LEVEL: ClassVar = logging.INFO

    sweep: str
    shards: int
    subscriptions: int
    vanished: int


@dataclass(frozen=True, slots=True)
class SubscriptionsVanished:
    """Subscriptions that were swept before, or are named in the settings, cannot be seen."""

    NAME: ClassVar = "subscriptions.vanished"
    LEVEL: ClassVar = logging.WARNING

    sweep: str
    subscriptions: str


@dataclass(frozen=True, slots=True)
class ShardAssessed:
    """A shard was read, judged and recorded, now or by an earlier delivery of its message."""

    NAME: ClassVar = "shard.assessed"
    LEVEL: ClassVar = logging.INFO

    sweep: str
    shard: int


@dataclass(frozen=True, slots=True)
class ShardAbandoned:
    """A shard failed for good; its subscriptions are unread in this sweep."""

    NAME: ClassVar = "shard.abandoned"
    LEVEL: ClassVar = logging.ERROR

    sweep: str
    shard: int


@dataclass(frozen=True, slots=True)
class NewsDelivered:
    """News was told; `occasion` is a sweep's id, or `pending` for what was left from before."""

    NAME: ClassVar = "news.delivered"
    LEVEL: ClassVar = logging.INFO

    occasion: str
    cards: int
    told: int
    quiet: int
    refused: int
    left: int


@dataclass(frozen=True, slots=True)
class NewsRefused:
    """The receiver will never take some news; it stays in the outbox with the reason."""

    NAME: ClassVar = "news.refused"
    LEVEL: ClassVar = logging.ERROR

    occasion: str
    events: int


@dataclass(frozen=True, slots=True)
class NewsPostponed:
    """The receiver wants to be asked again later, or there is more than one run may tell."""

    NAME: ClassVar = "news.postponed"
    LEVEL: ClassVar = logging.WARNING

    occasion: str
    left: int
    retry_after_seconds: float


@dataclass(frozen=True, slots=True)
class AnnouncementAbandoned:
    """The message of a sweep's end failed for good; `tell_pending` tells its news instead."""

    NAME: ClassVar = "announcement.abandoned"
    LEVEL: ClassVar = logging.ERROR

    sweep: str


@dataclass(frozen=True, slots=True)
class DigestSent:
    """The state of the estate was sent, with what a period did to it."""

    NAME: ClassVar = "digest.sent"
    LEVEL: ClassVar = logging.INFO

    open: int
    unknown: int
    opened: int
    closed: int
    unread: int


@dataclass(frozen=True, slots=True)
class ServiceTagsRefreshed:
    """Azure's list of service tags was fetched and stored."""

    NAME: ClassVar = "tags.refreshed"
    LEVEL: ClassVar = logging.INFO

    change_number: str
    tags: int


@dataclass(frozen=True, slots=True)
class SessionsRead:
    """What is new in the audit logs of Bastions was read; `unfinished` when there is more."""

    NAME: ClassVar = "sessions.read"
    LEVEL: ClassVar = logging.INFO

    blobs: int
    sessions: int
    broken: int
    signals: int
    forgotten: int
    unfinished: bool


@dataclass(frozen=True, slots=True)
class BastionsUnread:
    """Bastions did not tell which sessions are open; 0 when they could not even be listed."""

    NAME: ClassVar = "bastions.unread"
    LEVEL: ClassVar = logging.WARNING

    bastions: int


@dataclass(frozen=True, slots=True)
class SignalsTold:
    """Signals of sessions were told on a card."""

    NAME: ClassVar = "signals.told"
    LEVEL: ClassVar = logging.INFO

    signals: int


@dataclass(frozen=True, slots=True)
class WorkFailed:
    """A function ended with an error, which goes on to the Functions host."""

    NAME: ClassVar = "work.failed"
    LEVEL: ClassVar = logging.ERROR

    function: str
    error: str
    reason: str


Event: TypeAlias = (
    SweepPlanned
    | SubscriptionsVanished
    | ShardAssessed
    | ShardAbandoned
    | SweepEnded
    | NewsDelivered
    | NewsRefused
    | NewsPostponed
    | AnnouncementAbandoned
    | DigestSent
    | EventQueued
    | EventRefused
    | ChangesAssessed
    | ChangesPostponed
    | ChangeAbandoned
    | LagMeasured
    | ServiceTagsRefreshed
    | SessionsRead
    | BastionsUnread
    | SignalsTold
    | PlansMade
    | PlanAdvanced
    | RemediationAbandoned
    | RemediationsTended
    | WorkFailed
)
EVENTS: Final[tuple[type[Event], ...]] = get_args(Event)


def configure() -> None:
    """Let our events through, and of the libraries warnings only: they log every request.

    The Functions worker hands on whatever reaches the root logger; it is left as it is.
    """
    _LOGGER.setLevel(logging.INFO)
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)


def report(event: Event) -> None:
    """Log one event."""
    if _LOGGER.isEnabledFor(event.LEVEL):
        _LOGGER.log(event.LEVEL, "%s", line_of(event))


def report_plan(sweep: Sweep) -> None:
    """Log a planned sweep, with a line for what has vanished since the one before."""
    subscriptions = sum(len(shard.subscriptions) for shard in sweep.shards)
    report(SweepPlanned(sweep.id, len(sweep.shards), subscriptions, len(sweep.vanished)))
    if sweep.vanished:
        report(SubscriptionsVanished(sweep.id, ",".join(sweep.vanished)))


def report_delivery(occasion: str, delivery: Delivery) -> None:
    """Log what came of telling, with a line each for what was refused and what must wait."""
    report(
        NewsDelivered(
            occasion,
            delivery.cards,
            delivery.told,
            delivery.quiet,
            delivery.refused,
            delivery.left,
        )
    )
    if delivery.refused:
        report(NewsRefused(occasion, delivery.refused))
    if delivery.retry_after_seconds is not None:
        report(NewsPostponed(occasion, delivery.left, delivery.retry_after_seconds))
    for card in delivery.lags:
        report(_lag_measured(card))


def report_digest(summary: EstateSummary | None) -> None:
    """Log a digest, when there was somebody to send it to."""
    if summary is not None:
        report(
            DigestSent(
                sum(summary.open.values()),
                summary.unknown,
                summary.opened,
                summary.closed,
                len(summary.unread),
            )
        )


def report_receipt(received: Received) -> None:
    """Log an event that came in; one that cannot matter is passed over."""
    if received.receipt is Receipt.QUEUED:
        report(EventQueued(received.run))
    elif received.receipt is Receipt.REFUSED:
        report(EventRefused())


def report_changes(work: Work) -> None:
    """Log the assessment of changes, and what was told; a worker that only looked says nothing."""
    if work.rounds:
        report(
            ChangesAssessed(
                work.subscription,
                work.marks,
                work.rounds,
                work.arm_reads,
                work.queries,
                work.steps,
            )
        )
    for delivery in work.deliveries:
        if delivery != Delivery():
            report_delivery(work.subscription, delivery)
    if work.postponed:
        report(ChangesPostponed(work.subscription, work.postponed))


def _lag_measured(card: CardLags) -> LagMeasured:
    told = [lag.told for lag in card.lags]
    return LagMeasured(
        card.run,
        len(card.lags),
        round(percentile([lag.received for lag in card.lags], 0.95), 3),
        round(percentile([lag.judged for lag in card.lags], 0.95), 3),
        round(percentile(told, 0.5), 3),
        round(percentile(told, 0.95), 3),
    )


def report_sessions(read: ReadReport) -> None:
    """Log what a run over the audit logs came to."""
    report(SessionsRead(**asdict(read)))


def report_signals(count: int) -> None:
    """Log that signals were told, when there were any."""
    if count:
        report(SignalsTold(count))


def report_unread_bastions(count: int | None) -> None:
    """Log that Bastions did not answer, when some did not; None that they could not be listed."""
    if count != 0:
        report(BastionsUnread(count or 0))


def line_of(event: Event) -> str:
    """Write an event as its line, which is ASCII and has no line break."""
    named = {field.name: getattr(event, field.name) for field in fields(event)}
    invocation = _invocation.get()
    every = {"event": event.NAME, **named, **({"invocation": invocation} if invocation else {})}
    return " ".join(f"{name}={_value(value)}" for name, value in every.items())


@contextmanager
def unit_of_work(function: str, invocation: str) -> Iterator[None]:
    """Mark every event inside with an invocation, and report the error that ends it, if one does.

    Of errors that are not our own only the kind is told: their texts may hold anything.
    """
    token = _invocation.set(invocation)
    try:
        yield
    except Exception as error:
        is_own = isinstance(error, PortcullisError)
        report(WorkFailed(function, type(error).__name__, str(error) if is_own else ""))
        raise
    finally:
        _invocation.reset(token)


def _value(value: object) -> str:
    text = str(value)
    if len(text) > _LONGEST_VALUE:
        text = f"{text[:_LONGEST_VALUE]}..."
    return text if _WORD.fullmatch(text) else json.dumps(text)
