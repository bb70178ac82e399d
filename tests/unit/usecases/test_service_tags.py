from __future__ import annotations

from datetime import timedelta

import pytest

from shared.network.service_tags import NO_SERVICE_TAGS, ServiceTagTable
from shared.packetset.addresses import AddressSet
from shared.usecases.interfaces import InventoryError, StoreError
from shared.usecases.service_tags import ServiceTags, StoredTags, UnusableTagsError
from tests.unit.adapters.graph_fakes import START, FakeClock


def table(number: str) -> ServiceTagTable:
    return ServiceTagTable({"sql": AddressSet.parse("20.1.0.0/16")}, number)


class MemoryStore:
    """Keeps one list, or raises what it is told to."""

    def __init__(self, stored: StoredTags | Exception | None = None) -> None:
        self.stored = stored
        self.reads = 0

    def load(self) -> StoredTags | None:
        self.reads += 1
        if isinstance(self.stored, Exception):
            raise self.stored
        return self.stored

    def save(self, tags: StoredTags) -> None:
        self.stored = tags


class Azure:
    """Publishes one list, or raises."""

    def __init__(self, published: ServiceTagTable | InventoryError) -> None:
        self.published = published
        self.asked = 0

    def __call__(self) -> ServiceTagTable:
        self.asked += 1
        if isinstance(self.published, InventoryError):
            raise self.published
        return self.published


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


SILENT = Azure(InventoryError("no answer"))


def test_stored_list_is_in_force_without_asking_azure(clock: FakeClock) -> None:
    azure = Azure(table("new"))
    tags = ServiceTags(azure, MemoryStore(StoredTags(table("old"), START)), clock)
    assert (tags.in_force().change_number, azure.asked) == ("old", 0)


def test_first_use_fetches_the_list_and_keeps_it(clock: FakeClock) -> None:
    store = MemoryStore()
    tags = ServiceTags(Azure(table("new")), store, clock)
    assert tags.in_force() == table("new")
    assert store.stored == StoredTags(table("new"), START)


@pytest.mark.parametrize(("days", "number"), [(30, "old"), (30.01, "new"), (400, "new")])
def test_list_older_than_thirty_days_is_fetched_anew(
    clock: FakeClock, days: float, number: str
) -> None:
    store = MemoryStore(StoredTags(table("old"), START - timedelta(days=days)))
    assert ServiceTags(Azure(table("new")), store, clock).in_force().change_number == number


def test_old_list_is_not_used_when_azure_is_silent(clock: FakeClock) -> None:
    store = MemoryStore(StoredTags(table("old"), START - timedelta(days=31)))
    assert ServiceTags(SILENT, store, clock).in_force() is NO_SERVICE_TAGS


def test_list_is_not_used_past_thirty_days_within_one_process(clock: FakeClock) -> None:
    age = timedelta(days=30) - timedelta(minutes=30)
    tags = ServiceTags(SILENT, MemoryStore(StoredTags(table("old"), START - age)), clock)
    assert tags.in_force() == table("old")
    clock.sleep(31 * 60)
    assert tags.in_force() is NO_SERVICE_TAGS


def test_unusable_list_is_replaced(clock: FakeClock) -> None:
    store = MemoryStore(UnusableTagsError("half"))
    assert ServiceTags(Azure(table("new")), store, clock).in_force() == table("new")
    assert store.stored == StoredTags(table("new"), START)


def test_storage_that_fails_is_no_missing_list(clock: FakeClock) -> None:
    tags = ServiceTags(Azure(table("new")), MemoryStore(StoreError("busy")), clock)
    with pytest.raises(StoreError):
        tags.in_force()


def test_storage_is_read_once_an_hour(clock: FakeClock) -> None:
    store = MemoryStore(StoredTags(table("one"), START))
    tags = ServiceTags(SILENT, store, clock)
    tags.in_force()
    store.stored = StoredTags(table("two"), START)
    clock.sleep(59 * 60)
    assert (tags.in_force().change_number, store.reads) == ("one", 1)
    clock.sleep(60)
    assert (tags.in_force().change_number, store.reads) == ("two", 2)


def test_silent_azure_is_asked_once_an_hour(clock: FakeClock) -> None:
    azure = Azure(InventoryError("no answer"))
    tags = ServiceTags(azure, MemoryStore(), clock)
    tags.in_force()
    tags.in_force()
    clock.sleep(60 * 60)
    tags.in_force()
    assert azure.asked == 2


def test_refreshed_list_is_kept_and_in_force_at_once(clock: FakeClock) -> None:
    store = MemoryStore(StoredTags(table("old"), START))
    tags = ServiceTags(Azure(table("new")), store, clock)
    tags.in_force()
    clock.sleep(1)
    assert tags.refresh().fetched_at == START + timedelta(seconds=1)
    assert tags.in_force() == table("new")
    assert store.stored == StoredTags(table("new"), START + timedelta(seconds=1))


def test_refresh_that_fails_leaves_the_stored_list(clock: FakeClock) -> None:
    store = MemoryStore(StoredTags(table("old"), START))
    tags = ServiceTags(SILENT, store, clock)
    with pytest.raises(InventoryError):
        tags.refresh()
    assert tags.in_force() == table("old")
