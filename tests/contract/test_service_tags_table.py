"""The list of service tags in Table Storage: whole lists only, whoever writes meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from azure.data.tables import TableClient, UpdateMode

from shared.adapters.arm_endpoint import Cloud
from shared.adapters.service_tags_table import ServiceTagTableStore
from shared.adapters.tables import TableStores
from shared.network.service_tags import ServiceTagTable
from shared.packetset.addresses import AddressSet
from shared.packetset.intervals import IntervalSet
from shared.usecases.service_tags import StoredTags, UnusableTagsError
from tests.azurite import Azurite
from tests.recording_samples import minutes


@pytest.fixture
def rows(azurite: Azurite) -> Iterator[TableClient]:
    """Give the table, empty before and after."""
    table = TableClient.from_connection_string(azurite.connection_string, "servicetags")
    yield table
    for row in list(table.list_entities()):
        table.delete_entity(row)


@pytest.fixture
def stores(azurite: Azurite) -> TableStores:
    return TableStores.from_connection_string(azurite.connection_string)


@pytest.fixture
def store(stores: TableStores, rows: TableClient) -> ServiceTagTableStore:
    del rows
    return stores.service_tags(Cloud.PUBLIC)


def tags(number: str, *prefixes: str, minute: int = 0) -> StoredTags:
    table = ServiceTagTable({"sql.westeurope": AddressSet.of(prefixes)}, number)
    return StoredTags(table, minutes(minute))


def large_list(number: str) -> StoredTags:
    """Return a list of the size of the real one: thousands of tags, some 100,000 prefixes."""

    def addresses(tag: int) -> AddressSet:
        spans = ((first, first + 3) for first in range(tag * 65_536, tag * 65_536 + 360, 8))
        return AddressSet(IntervalSet.of(spans))

    table = ServiceTagTable({f"service{n}.region": addresses(n) for n in range(2_500)}, number)
    return StoredTags(table, minutes(0))


def row_keys(rows: TableClient) -> list[str]:
    return sorted(str(row["RowKey"]) for row in rows.list_entities())


def test_nothing_is_stored_at_first(store: ServiceTagTableStore) -> None:
    assert store.load() is None


def test_list_comes_back_as_it_was(store: ServiceTagTableStore) -> None:
    saved = tags("7", "20.1.0.0/16", "2603:1020::/32")
    store.save(saved)
    assert store.load() == saved


def test_list_of_the_real_size_is_cut_into_rows(
    store: ServiceTagTableStore, rows: TableClient
) -> None:
    saved = large_list("7")
    store.save(saved)
    assert store.load() == saved
    assert len(row_keys(rows)) > 3


def test_clouds_have_lists_of_their_own(store: ServiceTagTableStore, stores: TableStores) -> None:
    store.save(tags("7", "20.1.0.0/16"))
    assert stores.service_tags(Cloud.CHINA).load() is None


def test_newer_list_takes_the_place_and_the_one_before_last_is_forgotten(
    store: ServiceTagTableStore, rows: TableClient
) -> None:
    for number in ("1", "2", "3", "4"):
        store.save(tags(number, f"20.{number}.0.0/16"))
    loaded = store.load()
    assert loaded is not None
    assert loaded.table.change_number == "4"
    assert [key.split("-")[0] for key in row_keys(rows)] == ["current", "list|3", "list|4"]


def test_same_list_again_only_gets_younger(store: ServiceTagTableStore, rows: TableClient) -> None:
    for minute in range(3):
        store.save(tags("1", "20.1.0.0/16", minute=minute))
    loaded = store.load()
    assert loaded is not None
    assert loaded.fetched_at - minutes(0) == timedelta(minutes=2)
    assert len(row_keys(rows)) == 2


def test_same_change_number_with_other_prefixes_is_another_list(
    store: ServiceTagTableStore,
) -> None:
    store.save(tags("1", "20.1.0.0/16"))
    store.save(tags("1", "20.2.0.0/16"))
    assert store.load() == tags("1", "20.2.0.0/16")


def test_list_whose_rows_are_not_all_there_is_unusable(
    store: ServiceTagTableStore, rows: TableClient
) -> None:
    store.save(large_list("7"))
    rows.delete_entity("public", row_keys(rows)[-1])
    with pytest.raises(UnusableTagsError):
        store.load()


@pytest.mark.parametrize("column", ["version", "fetched_at"])
def test_foreign_row_in_the_place_of_the_list_is_unusable(
    store: ServiceTagTableStore, rows: TableClient, column: str
) -> None:
    store.save(tags("7", "20.1.0.0/16"))
    row = {**rows.get_entity("public", "current"), column: "odd"}
    rows.update_entity(row, mode=UpdateMode.REPLACE)
    with pytest.raises(UnusableTagsError):
        store.load()


def test_writer_that_was_overtaken_leaves_the_other_list(
    stores: TableStores, store: ServiceTagTableStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = stores.service_tags(Cloud.PUBLIC)
    store.save(tags("1", "20.1.0.0/16"))
    put = store._account.put

    def overtaken(table: str, row: dict[str, object]) -> None:
        monkeypatch.setattr(store._account, "put", put)
        other.save(tags("3", "20.3.0.0/16"))
        put(table, row)  # type: ignore[arg-type]  # the row that the store itself made

    monkeypatch.setattr(store._account, "put", overtaken)
    store.save(tags("2", "20.2.0.0/16"))
    assert store.load() == tags("3", "20.3.0.0/16")
