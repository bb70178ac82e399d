"""Telling the signals of sessions: at least once, and nobody twice as long as nothing fails."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from shared.checks.result import Severity
from shared.rendering.card_links import CardLinks
from shared.rendering.session_card import signals_card
from shared.usecases.interfaces import NotificationError, NotificationRefusedError, Notifier
from shared.usecases.session_interfaces import SignalState, SignalStore

MOST_AT_ONCE: Final = 50


@dataclass(frozen=True, slots=True)
class SignalTelling:
    """What telling signals needs; without a notifier they are settled and nobody is told."""

    store: SignalStore
    notifier: Notifier | None
    links: CardLinks = field(default_factory=CardLinks)
    min_severity: Severity = Severity.INFO


def tell_signals(telling: SignalTelling) -> int:
    """Tell pending signals on one card, and give how many that were.

    A crash between the card and the settling tells them again.  While the receiver is away they
    stay pending; what it refuses for good stays as refused.  More than `MOST_AT_ONCE` wait for
    the next call.

    Raises:
        StoreError: the signals could not be read or settled.
    """
    pending = telling.store.pending(MOST_AT_ONCE)
    worth = [one for one in pending if one.severity.rank >= telling.min_severity.rank]
    if telling.notifier is None:
        worth = []
    told = {one.key for one in worth}
    telling.store.settle([one for one in pending if one.key not in told], SignalState.QUIET)
    if not worth or telling.notifier is None:
        return 0
    try:
        telling.notifier.send(signals_card(worth, telling.links))
    except NotificationError:
        return 0
    except NotificationRefusedError:
        telling.store.settle(worth, SignalState.REFUSED)
        return 0
    telling.store.settle(worth, SignalState.TOLD)
    return len(worth)
