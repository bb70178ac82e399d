"""Listing and ending open sessions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import pytest

from shared.findings.session import Disconnection, LiveSession
from shared.network.ids import ResourceId
from shared.usecases.interfaces import AccessDeniedError, StoreError
from shared.usecases.live_sessions import UNANSWERED, called, disconnect, live_sessions
from shared.usecases.session_interfaces import DisconnectAnswer
from tests.recording_samples import SetClock
from tests.session_samples import NOW, ago, bastion_id

ONE, TWO = (ResourceId(bastion_id(name)) for name in ("bas-1", "bas-2"))
EARLY = LiveSession("s1", ONE, started=ago(hours=2))
LATE = LiveSession("s2", ONE, started=ago(hours=1))
CLOCK = SetClock(NOW)


@dataclass
class Bastions:
    """`LiveBastions` of which some may not be asked."""

    open: dict[ResourceId, list[LiveSession]]
    closed_to_us: frozenset[ResourceId] = frozenset()
    asked_to_end: list[str] = field(default_factory=list)

    def bastions(self) -> Sequence[ResourceId]:
        return list(self.open)

    def sessions(self, bastion: ResourceId) -> Sequence[LiveSession]:
        if bastion in self.closed_to_us:
            raise AccessDeniedError(f"sessions of {bastion.name}: 403")
        return self.open[bastion]

    def disconnect(self, session: LiveSession) -> DisconnectAnswer:
        self.asked_to_end.append(session.id)
        if session.bastion in self.closed_to_us:
            raise AccessDeniedError("403")
        return DisconnectAnswer("Disconnected", "Done.")


class Uses:
    """Keeps what is noted of use; the rest of a `SessionStore` is not asked for."""

    def __init__(self) -> None:
        self.noted: dict[ResourceId, datetime | None] = {}

    def note_use(self, bastion: ResourceId, began: datetime | None) -> None:
        self.noted[bastion] = began


@dataclass
class Book:
    """A `DisconnectionStore`."""

    rows: dict[datetime, Disconnection] = field(default_factory=dict)
    history: list[str] = field(default_factory=list)
    failure: Exception | None = None

    def record(self, disconnection: Disconnection) -> None:
        if self.failure is not None:
            raise self.failure
        self.history.append(disconnection.result)
        self.rows[disconnection.requested] = disconnection

    def disconnections(self, since: datetime) -> Sequence[Disconnection]:
        return [one for one in self.rows.values() if one.requested >= since]


def test_sessions_of_every_bastion_are_listed_and_the_latest_use_is_noted() -> None:
    uses = Uses()
    view = live_sessions(Bastions({ONE: [LATE, EARLY], TWO: []}), CLOCK, uses)  # type: ignore[arg-type]  # notes uses alone
    assert (view.sessions, view.bastions, view.unread) == ((LATE, EARLY), 2, ())
    assert uses.noted == {ONE: ago(hours=1), TWO: None}


def test_bastion_that_does_not_answer_is_named_and_noted_as_nothing() -> None:
    uses = Uses()
    bastions = Bastions({ONE: [EARLY], TWO: []}, frozenset({ONE}))
    view = live_sessions(bastions, CLOCK, uses)  # type: ignore[arg-type]  # as above
    assert (view.sessions, view.unread) == ((), ("sessions of bas-1: 403",))
    assert uses.noted == {TWO: None}


def test_listing_needs_no_store() -> None:
    assert live_sessions(Bastions({ONE: [EARLY]}), CLOCK).sessions == (EARLY,)


def test_request_to_end_is_recorded_before_it_is_made_and_with_its_answer() -> None:
    book = Book()
    ended = disconnect(EARLY, "dana (oid)", Bastions({}), book, CLOCK)
    assert book.history == [UNANSWERED, "Disconnected"]
    assert book.disconnections(NOW) == [ended]
    assert (ended.actor, ended.message) == ("dana (oid)", "Done.")


def test_request_that_cannot_be_recorded_is_not_made() -> None:
    bastions = Bastions({})
    with pytest.raises(StoreError):
        disconnect(EARLY, "dana", bastions, Book(failure=StoreError("full")), CLOCK)
    assert bastions.asked_to_end == []


def test_request_without_an_answer_stays_recorded() -> None:
    book = Book()
    with pytest.raises(AccessDeniedError):
        disconnect(EARLY, "dana", Bastions({}, frozenset({ONE})), book, CLOCK)
    (row,) = book.disconnections(NOW)
    assert row.result == UNANSWERED


def test_session_is_found_by_its_whole_id() -> None:
    assert called([EARLY, LATE], "s2") == [LATE]
    assert called([EARLY, LATE], "s") == []
