"""A digest is sent at its time, tells each period once, and loses none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from shared.checks.result import Json
from shared.findings.comparison import Change
from shared.findings.finding import FindingRecord, FindingState
from shared.rendering.card_links import CardLinks
from shared.usecases.digest import FIRST_PERIOD, DigestDesk, send_digest
from shared.usecases.interfaces import NotificationError
from tests.e2e.card_browser import texts_of
from tests.memory_store import MemoryFindingStore, MemorySweepStore
from tests.recording_samples import NOON, SUBSCRIPTION, finding


@dataclass
class Book:
    """A book in memory."""

    until: datetime | None = None

    def told_until(self) -> datetime | None:
        return self.until

    def note(self, until: datetime) -> None:
        self.until = until


@dataclass
class Channel:
    """A receiver that keeps cards, or is away."""

    is_away: bool = False
    cards: list[Mapping[str, Json]] = field(default_factory=list)

    def send(self, card: Mapping[str, Json]) -> None:
        if self.is_away:
            raise NotificationError("away")
        self.cards.append(card)


@dataclass
class Clock:
    """A clock that stands still."""

    time: datetime = NOON

    def now(self) -> datetime:
        return self.time

    def sleep(self, seconds: float) -> None:
        raise AssertionError(seconds)


@dataclass
class Office:
    """Everything round one digest."""

    book: Book = field(default_factory=Book)
    channel: Channel | None = field(default_factory=Channel)
    store: MemoryFindingStore = field(default_factory=MemoryFindingStore)
    clock: Clock = field(default_factory=Clock)

    def desk(self) -> DigestDesk:
        return DigestDesk(
            self.store, MemorySweepStore(), self.book, self.channel, self.clock, CardLinks()
        )

    def holds(self, since: datetime, name: str) -> None:
        """Record a finding that is open since a time."""
        record = FindingRecord(finding(name), FindingState.OPEN, since, since, since)
        mark = self.store.watermark(SUBSCRIPTION)
        self.store.write(SUBSCRIPTION, [Change(record, None, None)], mark)

    def words(self) -> list[str]:
        assert self.channel is not None
        return [text for card in self.channel.cards for text in texts_of(card)]


def test_first_digest_looks_back_a_week() -> None:
    office = Office()
    office.holds(NOON - FIRST_PERIOD + timedelta(hours=1), "web")
    office.holds(NOON - FIRST_PERIOD - timedelta(hours=1), "db")
    summary = send_digest(office.desk())
    assert summary is not None
    assert (sum(summary.open.values()), summary.opened) == (2, 1)


def test_digest_begins_where_the_last_one_ended() -> None:
    office = Office()
    send_digest(office.desk())
    office.clock.time += timedelta(days=1)
    summary = send_digest(office.desk())
    assert summary is not None
    assert (summary.since, summary.until) == (NOON, NOON + timedelta(days=1))


def test_period_is_told_again_when_the_receiver_was_away() -> None:
    office = Office(channel=Channel(is_away=True))
    with pytest.raises(NotificationError):
        send_digest(office.desk())
    assert office.book.until is None


def test_card_says_that_nothing_was_swept() -> None:
    office = Office()
    send_digest(office.desk())
    assert "No open findings in what was read" in office.words()
    assert "no sweep has ended yet" in office.words()


def test_without_a_receiver_nothing_is_told_or_noted() -> None:
    office = Office(channel=None)
    assert send_digest(office.desk()) is None
    assert office.book.until is None
