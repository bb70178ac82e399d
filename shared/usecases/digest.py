"""The digest: a card on a schedule that says how the estate stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, Protocol

from shared.findings.finding import FindingRecord
from shared.rendering.card_links import CardLinks
from shared.rendering.card_summary import summary_card
from shared.rendering.estate_summary import EstateSummary, estate_summary
from shared.usecases.interfaces import Clock, FindingStore, Notifier, SweepStore
from shared.usecases.reporting import latest_ended, unread_by

FIRST_PERIOD: Final = timedelta(days=7)
"""How far the first digest looks back."""


class DigestBook(Protocol):
    """Remembers until when the last digest told.

    Every method raises StoreError when the account cannot be reached or refuses.
    """

    def told_until(self) -> datetime | None:
        """Give the end of the period of the last digest; None before the first."""

    def note(self, until: datetime) -> None:
        """Remember the end of a period that was told."""


@dataclass(frozen=True, slots=True)
class DigestDesk:
    """What a digest needs; without a notifier there is nobody to send it to."""

    findings: FindingStore
    sweeps: SweepStore
    book: DigestBook
    notifier: Notifier | None
    clock: Clock
    links: CardLinks = field(default_factory=CardLinks)


def send_digest(desk: DigestDesk) -> EstateSummary | None:
    """Send the state of the estate, and what happened since the last digest; None to nobody.

    A period is told until its card was accepted: after a failure the next digest, or a second
    call, tells it from the same beginning.

    Raises:
        NotificationError: the receiver did not take the card for now.
        NotificationRefusedError: the receiver will never take it.
        StoreError: the account cannot be reached or refuses.
    """
    if desk.notifier is None:
        return None
    until = desk.clock.now()
    since = desk.book.told_until() or until - FIRST_PERIOD
    sweep = latest_ended(desk.sweeps)
    summary = replace(
        estate_summary(_records(desk.findings), since, until),
        swept=sweep.started if sweep else None,
        unread=tuple(unread_by(sweep)),
    )
    desk.notifier.send(summary_card(summary, desk.links))
    desk.book.note(until)
    return summary


def _records(findings: FindingStore) -> Iterator[FindingRecord]:
    for subscription in findings.subscriptions():
        yield from (stored.record for stored in findings.findings(subscription))
