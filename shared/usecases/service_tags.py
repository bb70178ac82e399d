"""The list of service tags to judge by: fetched from Azure, kept in storage, used while fresh."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from shared.network.service_tags import NO_SERVICE_TAGS, ServiceTagTable
from shared.usecases.interfaces import Clock, InventoryError, PortcullisError

FRESH_FOR: Final = timedelta(days=30)
"""An older list is not used: an address that it lacks would count as outside of its tag."""
READ_AGAIN_AFTER: Final = timedelta(hours=1)
"""How long a process goes by the list that it has read before it looks into storage again."""

FetchTags = Callable[[], ServiceTagTable]
"""Asks Azure for the list as it stands now; raises InventoryError."""


class UnusableTagsError(PortcullisError):
    """What is stored is no whole list."""


@dataclass(frozen=True, slots=True)
class StoredTags:
    """A stored list, and when Azure was last seen to publish it."""

    table: ServiceTagTable
    fetched_at: datetime


class TagStore(Protocol):
    """Keeps the newest list of one cloud; a reader sees a whole list, whoever writes meanwhile.

    Both methods raise StoreError when the account cannot be reached or refuses.
    """

    def load(self) -> StoredTags | None:
        """Give the list; None before the first.

        Raises:
            UnusableTagsError: what is stored is no whole list.
        """

    def save(self, tags: StoredTags) -> None:
        """Put a list in the place of the one before."""


class ServiceTags:
    """The list in force; one object serves a whole process."""

    def __init__(self, fetch: FetchTags, store: TagStore, clock: Clock) -> None:
        """Take the ways to Azure and to storage; nothing is asked before the first use."""
        self._fetch = fetch
        self._store = store
        self._clock = clock
        self._known: StoredTags | None = None
        self._read_at: datetime | None = None

    def in_force(self) -> ServiceTagTable:
        """Give the list to judge by; empty, so that tags stay unresolved, where none is fresh.

        Azure is asked when no usable list is stored, or one that is too old.  If it does not
        answer, it is not asked again for `READ_AGAIN_AFTER`.

        Raises:
            StoreError: storage did not do its part; worth another try.
        """
        now = self._clock.now()
        if self._read_at is None or now - self._read_at >= READ_AGAIN_AFTER:
            self._known = self._stored(now) or self._fetched(now)
            self._read_at = now
        known = self._known
        return known.table if known is not None and _is_fresh(known, now) else NO_SERVICE_TAGS

    def refresh(self) -> StoredTags:
        """Fetch the list and keep it; a repeat does the same again.

        Raises:
            InventoryError: Azure did not give it; what is stored stays.
            StoreError: storage did not do its part.
        """
        now = self._clock.now()
        tags = StoredTags(self._fetch(), now)
        self._store.save(tags)
        self._known, self._read_at = tags, now
        return tags

    def _stored(self, now: datetime) -> StoredTags | None:
        try:
            stored = self._store.load()
        except UnusableTagsError:
            return None
        return stored if stored is not None and _is_fresh(stored, now) else None

    def _fetched(self, now: datetime) -> StoredTags | None:
        try:
            tags = StoredTags(self._fetch(), now)
        except InventoryError:
            return None
        self._store.save(tags)
        return tags


def _is_fresh(tags: StoredTags, now: datetime) -> bool:
    return now - tags.fetched_at <= FRESH_FOR
