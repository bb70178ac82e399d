"""The scorecards in Azure Table Storage (Azurite): whole ones only, and never an older one."""

from __future__ import annotations

import random
from datetime import timedelta
from itertools import count

import pytest
from azure.data.tables import TableClient, TableServiceClient, UpdateMode

from shared.adapters.posture_table import ATTEMPTS, BrokenPostureError, PostureTable
from shared.adapters.table_rows import UnreadableRowError
from shared.adapters.tables import TableStores
from shared.findings.kept_posture import KeptPosture, SweptPosture
from shared.findings.posture import PlaceScore
from shared.findings.posture_brief import brief_of
from shared.usecases.interfaces import StoreConflictError
from shared.usecases.posture_interfaces import PostureStore
from tests.azurite import Azurite
from tests.contract.test_recording_interrupted import Deadly
from tests.memory_postures import MemoryPostures
from tests.memory_store import Killed
from tests.posture_samples import (
    IP,
    NOT_MET,
    SSH,
    UNKNOWN,
    machine,
    network_id,
    place,
    proof,
    swept,
)
from tests.recording_samples import NOON, subscription

_numbers = count(1)
LATER = NOON + timedelta(hours=6)


@pytest.fixture
def home() -> str:
    """Give a subscription that no other test uses."""
    return subscription(0xA0_5000_0000 + next(_numbers))


@pytest.fixture
def table(azurite: Azurite) -> PostureTable:
    return TableStores.from_connection_string(azurite.connection_string).postures


@pytest.fixture
def rows(azurite: Azurite, table: PostureTable) -> TableClient:
    """Give the table itself, which is there once it was asked for anything."""
    table.heads()
    return TableClient.from_connection_string(azurite.connection_string, "posture")


@pytest.fixture(params=["azurite", "memory"])
def store(request: pytest.FixtureRequest, table: PostureTable) -> PostureStore:
    return table if request.param == "azurite" else MemoryPostures()


def one(home: str, *names: str) -> PlaceScore:
    machines = (machine(home, name, {IP: NOT_MET}) for name in names)
    return place(home, *machines, proofs=[proof(UNKNOWN, SSH, network_id(home, "afw"))])


def read_back(kept: KeptPosture | None) -> SweptPosture | None:
    if kept is None:
        return None
    head, brief = kept.head, kept.head.brief
    whole = kept.reading.place(brief.place, is_whole=brief.is_whole)
    return SweptPosture(head.subscription, head.observed_at, head.sweep, whole)


def numerous(home: str, machines: int = 6_000) -> PlaceScore:
    """Give machines with names that nothing shortens."""
    chance = random.Random(home)
    names = (chance.randbytes(200).hex() for _ in range(machines))
    return place(home, *(machine(home, name) for name in names))


def parts(rows: TableClient, home: str) -> list[str]:
    return [str(row["RowKey"]) for row in rows.query_entities(f"PartitionKey eq '{home}'")]


def test_nothing_is_kept_at_first(store: PostureStore, home: str) -> None:
    assert store.kept(home) is None


def test_scorecard_comes_back_as_it_was_kept(store: PostureStore, home: str) -> None:
    whole = swept(one(home, "vm-1", "vm-2"))
    assert store.keep(whole)
    assert read_back(store.kept(home.upper())) == whole


def test_head_has_the_numbers(store: PostureStore, home: str) -> None:
    store.keep(swept(one(home, "vm-1", "vm-2")))
    (head,) = (head for head in store.heads() if head.subscription == home)
    assert (head.observed_at, head.sweep) == (NOON, "sweep-1")
    assert head.brief == brief_of(one(home, "vm-1", "vm-2"))


def test_newer_one_takes_the_place_of_all_of_the_older(store: PostureStore, home: str) -> None:
    store.keep(swept(one(home, "vm-1", "vm-2")))
    newer = swept(one(home, "vm-3"), LATER, "sweep-2")
    assert store.keep(newer)
    assert read_back(store.kept(home)) == newer


def test_older_one_never_takes_the_place_of_a_newer(store: PostureStore, home: str) -> None:
    newer = swept(one(home, "vm-3"), LATER, "sweep-2")
    store.keep(newer)
    assert not store.keep(swept(one(home, "vm-1")))
    assert read_back(store.kept(home)) == newer


def test_second_time_changes_nothing(store: PostureStore, home: str) -> None:
    whole = swept(one(home, "vm-1"))
    assert store.keep(whole)
    assert store.keep(whole)
    assert read_back(store.kept(home)) == whole


def test_large_one_is_cut_into_rows(table: PostureTable, rows: TableClient, home: str) -> None:
    whole = swept(numerous(home))
    table.keep(whole)
    assert read_back(table.kept(home)) == whole
    assert len(parts(rows, home)) > 2


def test_only_the_last_two_stay(table: PostureTable, rows: TableClient, home: str) -> None:
    for hour in range(5):
        table.keep(swept(one(home, f"vm-{hour}"), NOON + timedelta(hours=hour)))
    kept = [key.split("|")[1][:11] for key in parts(rows, home)]
    assert kept == ["20261103T15", "20261103T16"]
    table.keep(swept(one(home, "vm-4"), NOON + timedelta(hours=4)))
    assert len(parts(rows, home)) == 2


@pytest.mark.parametrize("hook", ["raw_request_hook", "raw_response_hook"])
def test_kill_at_any_request_leaves_the_old_one_or_the_new(
    azurite: Azurite, table: PostureTable, home: str, hook: str
) -> None:
    old = swept(one(home, "vm-old"))
    table.keep(old)
    calm = Deadly()
    counted = TableServiceClient.from_connection_string(azurite.connection_string, **{hook: calm})
    TableStores(counted).postures.keep(swept(one(home, "vm-0"), NOON + timedelta(minutes=1)))
    before = read_back(table.kept(home))
    for number in range(1, calm.requests):
        new = swept(numerous(home, 3 * number), NOON + timedelta(hours=number))
        deadly = {hook: Deadly(number)}
        killed = TableServiceClient.from_connection_string(azurite.connection_string, **deadly)
        with pytest.raises(Killed):
            TableStores(killed).postures.keep(new)
        assert read_back(table.kept(home)) in (before, new)
        table.keep(new)
        before = read_back(table.kept(home))
        assert before == new


def test_parts_without_a_head_are_as_if_they_were_not_there(
    table: PostureTable, rows: TableClient, home: str
) -> None:
    table.keep(swept(one(home, "vm-1")))
    rows.delete_entity("subscriptions", home)
    assert table.kept(home) is None
    assert home not in {head.subscription for head in table.heads()}


def test_parts_that_are_not_all_there_are_not_read(
    table: PostureTable, rows: TableClient, home: str
) -> None:
    table.keep(swept(numerous(home)))
    rows.delete_entity(home, parts(rows, home)[-1])
    with pytest.raises(BrokenPostureError):
        table.kept(home)
    rows.delete_entity("subscriptions", home)


def test_writer_that_was_overtaken_leaves_the_newer(
    azurite: Azurite, table: PostureTable, home: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = TableStores.from_connection_string(azurite.connection_string).postures
    newer = swept(one(home, "vm-new"), LATER)
    put = table._texts.put

    def overtaken(partition: str, prefix: str, text: str) -> None:
        monkeypatch.setattr(table._texts, "put", put)
        put(partition, prefix, text)
        other.keep(newer)

    monkeypatch.setattr(table._texts, "put", overtaken)
    assert not table.keep(swept(one(home, "vm-old")))
    assert read_back(table.kept(home)) == newer


def test_writer_that_comes_between_with_older_data_is_overtaken(
    azurite: Azurite, table: PostureTable, home: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = TableStores.from_connection_string(azurite.connection_string).postures
    put = table._texts.put

    def interrupted(partition: str, prefix: str, text: str) -> None:
        monkeypatch.setattr(table._texts, "put", put)
        put(partition, prefix, text)
        other.keep(swept(one(home, "vm-old")))

    monkeypatch.setattr(table._texts, "put", interrupted)
    newer = swept(one(home, "vm-new"), LATER)
    assert table.keep(newer)
    assert read_back(table.kept(home)) == newer


def test_writer_that_never_gets_through_says_so(
    azurite: Azurite, table: PostureTable, home: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = TableStores.from_connection_string(azurite.connection_string).postures
    put, tries = table._texts.put, count()

    def always(partition: str, prefix: str, text: str) -> None:
        put(partition, prefix, text)
        other.keep(swept(one(home, "vm-1"), NOON + timedelta(minutes=next(tries))))

    monkeypatch.setattr(table._texts, "put", always)
    with pytest.raises(StoreConflictError):
        table.keep(swept(one(home, "vm-2"), LATER))
    assert next(tries) == ATTEMPTS


def test_form_of_another_version_is_as_if_it_were_not_there(
    table: PostureTable, rows: TableClient, home: str
) -> None:
    table.keep(swept(one(home, "vm-1")))
    row = {**rows.get_entity("subscriptions", home), "form": 0}
    rows.update_entity(row, mode=UpdateMode.REPLACE)
    assert table.kept(home) is None
    assert home not in {head.subscription for head in table.heads()}


@pytest.mark.parametrize("column", ["observed_at", "counts", "version"])
def test_foreign_head_is_not_read(
    table: PostureTable, rows: TableClient, home: str, column: str
) -> None:
    table.keep(swept(one(home, "vm-1")))
    row = dict(rows.get_entity("subscriptions", home))
    del row[column]
    rows.update_entity(row, mode=UpdateMode.REPLACE)
    with pytest.raises(UnreadableRowError):
        table.kept(home)
    rows.delete_entity("subscriptions", home)
