"""Telling signals: on one card, at least once, and never lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from shared.checks.result import Json, Severity
from shared.findings.session_signals import Signal, SignalKind
from shared.network.ids import ResourceId
from shared.usecases.interfaces import NotificationError, NotificationRefusedError
from shared.usecases.session_interfaces import SignalState
from shared.usecases.session_signals import SignalTelling, tell_signals
from tests.session_samples import NOW, bastion_id

HIGH, MEDIUM = (
    Signal(kind, ResourceId(bastion_id()), NOW)
    for kind in (SignalKind.FAILED_LOGINS, SignalKind.SHARED_ACCOUNT)
)


@dataclass
class MemorySignals:
    """A `SignalStore` that begins with some pending signals."""

    states: dict[str, SignalState] = field(default_factory=dict)
    signals: dict[str, Signal] = field(default_factory=dict)

    def raise_signal(self, signal: Signal) -> bool:
        self.signals.setdefault(signal.key, signal)
        return self.states.setdefault(signal.key, SignalState.PENDING) is SignalState.PENDING

    def pending(self, limit: int) -> Sequence[Signal]:
        keys = [key for key, state in self.states.items() if state is SignalState.PENDING]
        return [self.signals[key] for key in keys[:limit]]

    def settle(self, signals: Sequence[Signal], state: SignalState) -> None:
        self.states.update({signal.key: state for signal in signals})


@dataclass
class Channel:
    """A `Notifier` that keeps cards, or fails."""

    failure: Exception | None = None
    cards: list[Mapping[str, Json]] = field(default_factory=list)

    def send(self, card: Mapping[str, Json]) -> None:
        if self.failure is not None:
            raise self.failure
        self.cards.append(card)


@pytest.fixture
def store() -> MemorySignals:
    signals = MemorySignals()
    for one in (HIGH, MEDIUM):
        signals.raise_signal(one)
    return signals


def test_pending_signals_are_told_once_on_one_card(store: MemorySignals) -> None:
    channel = Channel()
    telling = SignalTelling(store, channel)
    assert (tell_signals(telling), tell_signals(telling)) == (2, 0)
    assert len(channel.cards) == 1
    assert set(store.states.values()) == {SignalState.TOLD}


def test_signal_below_the_mildest_that_is_told_is_settled_quietly(store: MemorySignals) -> None:
    channel = Channel()
    assert tell_signals(SignalTelling(store, channel, min_severity=Severity.HIGH)) == 1
    assert store.states == {HIGH.key: SignalState.TOLD, MEDIUM.key: SignalState.QUIET}


def test_nobody_is_told_without_a_channel_and_nothing_piles_up(store: MemorySignals) -> None:
    assert tell_signals(SignalTelling(store, None)) == 0
    assert set(store.states.values()) == {SignalState.QUIET}


@pytest.mark.parametrize(
    ("failure", "state"),
    [
        (NotificationError("busy"), SignalState.PENDING),
        (NotificationRefusedError("never"), SignalState.REFUSED),
    ],
)
def test_signals_wait_for_a_busy_channel_and_not_for_one_that_refuses(
    store: MemorySignals, failure: Exception, state: SignalState
) -> None:
    assert tell_signals(SignalTelling(store, Channel(failure))) == 0
    assert set(store.states.values()) == {state}
