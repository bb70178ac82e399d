"""Sessions that are open now: listing them, noting that Bastions are in use, ending one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from shared.findings.session import Disconnection, LiveSession
from shared.usecases.interfaces import Clock, InventoryError
from shared.usecases.session_interfaces import DisconnectionStore, LiveBastions, SessionStore

UNANSWERED: Final = "no answer"
"""Stands as the result while nobody knows what became of a request."""


@dataclass(frozen=True, slots=True)
class LiveView:
    """What the Bastions in scope said: their open sessions, and the Bastions that said nothing."""

    sessions: tuple[LiveSession, ...]
    bastions: int
    unread: tuple[str, ...]


def live_sessions(live: LiveBastions, clock: Clock, store: SessionStore | None = None) -> LiveView:
    """List the open sessions of every Bastion in scope.

    With a store, each Bastion that answers is noted there with the latest use: that tells one
    that does not log from one that is quiet.  A repeat notes nothing new.

    Raises:
        InventoryError: the Bastions could not be listed.
        StoreError: the use could not be noted.
    """
    found: list[LiveSession] = []
    unread: list[str] = []
    bastions = live.bastions()
    for bastion in bastions:
        try:
            here = live.sessions(bastion)
        except InventoryError as error:
            unread.append(str(error))
            continue
        found += here
        if store is not None:
            now = clock.now()
            store.note_use(bastion, max((one.began(now) for one in here), default=None))
    return LiveView(tuple(found), len(bastions), tuple(unread))


def disconnect(
    session: LiveSession,
    actor: str,
    live: LiveBastions,
    book: DisconnectionStore,
    clock: Clock,
) -> Disconnection:
    """End a session, and record who did.

    The request is recorded before it is made, so that none goes unrecorded, and then again with
    Azure's answer.  A second call is a second request: the session is then not found.

    Raises:
        StoreError: it could not be recorded; before the request, it was then not made.
        InventoryError: Azure refused; the record says that nobody knows what came of it.
    """
    requested = Disconnection(session, clock.now(), actor, UNANSWERED)
    book.record(requested)
    answer = live.disconnect(session)
    ended = replace(requested, result=answer.state, message=answer.message)
    book.record(ended)
    return ended


def called(sessions: Sequence[LiveSession], session_id: str) -> Sequence[LiveSession]:
    """Give the sessions of an id, which should be one."""
    return [session for session in sessions if session.id == session_id]
