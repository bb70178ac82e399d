"""One suite for every `SweepStore`: Azure Table Storage (Azurite) and the one in memory."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from azure.data.tables import TableClient, UpdateMode

from shared.adapters.table_keys import newest_first, shard_key
from shared.adapters.table_rows import UnreadableRowError
from shared.adapters.tables import TableStores
from shared.usecases.interfaces import Shard, ShardState, Sweep, SweepStore, sweep_id
from tests.azurite import Azurite
from tests.memory_store import MemorySweepStore
from tests.recording_samples import NOON, subscription

_days = count(1)


@pytest.fixture(params=["memory", "azurite"])
def store(request: pytest.FixtureRequest) -> SweepStore:
    if request.param == "memory":
        return MemorySweepStore()
    azurite: Azurite = request.getfixturevalue("azurite")
    return TableStores.from_connection_string(azurite.connection_string).sweeps


def planned(shards: int = 2, vanished: tuple[str, ...] = ()) -> Sweep:
    """Give a sweep that starts a day after every other sweep of these tests."""
    started = NOON + timedelta(days=365 + next(_days))
    members = tuple(Shard(number, (subscription(number),)) for number in range(shards))
    return Sweep(sweep_id(started), started, members, vanished=vanished)


def done(shard: Shard) -> Shard:
    return replace(
        shard, state=ShardState.DONE, counts={"findings": 3}, unread=("/subscriptions/x",)
    )


def finished(store: SweepStore, sweep: Sweep) -> None:
    for shard in sweep.shards:
        store.finish(sweep.id, done(shard))


def test_unknown_sweep_is_none(store: SweepStore) -> None:
    assert store.sweep(sweep_id(NOON)) is None


def test_sweep_comes_back_as_it_was_planned(store: SweepStore) -> None:
    sweep = planned(vanished=(subscription(7), subscription(8)))
    store.create(sweep)
    assert store.sweep(sweep.id) == sweep


def test_sweep_of_many_shards_comes_back_in_order(store: SweepStore) -> None:
    sweep = planned(shards=230)
    store.create(sweep)
    assert store.sweep(sweep.id) == sweep


def test_shard_of_many_subscriptions_comes_back(store: SweepStore) -> None:
    members = tuple(subscription(number) for number in range(2500))
    sweep = replace(planned(vanished=members), shards=(Shard(0, members),))
    store.create(sweep)
    assert store.sweep(sweep.id) == sweep


def test_id_that_does_not_name_the_start_is_refused(store: SweepStore) -> None:
    sweep = planned()
    with pytest.raises(ValueError, match="is not the id"):
        store.create(replace(sweep, id="sweep-1"))


def test_creating_again_keeps_what_was_finished(store: SweepStore) -> None:
    sweep = planned()
    store.create(sweep)
    store.finish(sweep.id, done(sweep.shards[0]))
    store.create(sweep)
    again = store.sweep(sweep.id)
    assert again is not None
    assert again.shards == (done(sweep.shards[0]), sweep.shards[1])


def test_latest_sweeps_are_newest_first(store: SweepStore) -> None:
    older, newer = planned(), planned()
    store.create(newer)
    store.create(older)
    assert list(store.latest(2)) == [newer, older]


def test_first_outcome_of_a_shard_stays(store: SweepStore) -> None:
    sweep = planned()
    store.create(sweep)
    assert store.finish(sweep.id, done(sweep.shards[0]))
    assert not store.finish(sweep.id, replace(sweep.shards[0], state=ShardState.UNREAD))
    again = store.sweep(sweep.id)
    assert again is not None
    assert again.shards[0] == done(sweep.shards[0])


@pytest.mark.parametrize("number", [0, 9])
def test_shard_that_was_not_planned_is_not_recorded(store: SweepStore, number: int) -> None:
    sweep = planned(shards=1)
    shard = done(Shard(number, ()))
    known = sweep.id if number else sweep_id(NOON)
    store.create(sweep)
    assert not store.finish(known, shard)
    assert store.sweep(sweep.id) == sweep


def test_sweep_with_waiting_shard_is_not_closed(store: SweepStore) -> None:
    sweep = planned()
    store.create(sweep)
    store.finish(sweep.id, done(sweep.shards[0]))
    assert not store.close(sweep.id, NOON)
    assert store.sweep(sweep.id) == replace(sweep, shards=(done(sweep.shards[0]), sweep.shards[1]))


def test_settled_sweep_is_closed_once(store: SweepStore) -> None:
    sweep = planned()
    store.create(sweep)
    finished(store, sweep)
    assert store.close(sweep.id, NOON)
    assert not store.close(sweep.id, NOON + timedelta(hours=1))
    again = store.sweep(sweep.id)
    assert again is not None
    assert again.closed == NOON


@pytest.mark.parametrize("kind", ["sweep", "shard"])
def test_foreign_row_is_named(azurite: Azurite, kind: str) -> None:
    sweep = planned(shards=1)
    store = TableStores.from_connection_string(azurite.connection_string).sweeps
    store.create(sweep)
    keys = {"sweep": ("sweep", newest_first(sweep.id)), "shard": (sweep.id, shard_key(0))}[kind]
    table = TableClient.from_connection_string(azurite.connection_string, "sweeps")
    foreign = {"PartitionKey": keys[0], "RowKey": keys[1]}
    table.upsert_entity(foreign, mode=UpdateMode.REPLACE)
    with pytest.raises(UnreadableRowError) as caught:
        store.sweep(sweep.id)
    table.delete_entity(*keys)
    assert repr(keys[1]) in str(caught.value)


def test_unknown_sweep_is_not_closed(store: SweepStore) -> None:
    assert not store.close(sweep_id(NOON), NOON)


def test_announced_sweep_says_so(store: SweepStore) -> None:
    sweep = planned(shards=0)
    store.create(sweep)
    store.close(sweep.id, NOON)
    store.announce(sweep.id)
    assert store.sweep(sweep.id) == replace(sweep, closed=NOON, announced=True)


def test_announcing_an_unknown_sweep_makes_none(store: SweepStore) -> None:
    unknown = sweep_id(NOON)
    store.announce(unknown)
    assert store.sweep(unknown) is None


def test_postponed_sweep_names_the_last_time(store: SweepStore) -> None:
    sweep = planned(shards=0)
    store.create(sweep)
    store.postpone(sweep.id, NOON + timedelta(hours=2))
    store.postpone(sweep.id, NOON)
    store.close(sweep.id, NOON)
    assert store.sweep(sweep.id) == replace(sweep, closed=NOON, postponed_until=NOON)


def test_postponing_an_unknown_sweep_makes_none(store: SweepStore) -> None:
    unknown = sweep_id(NOON)
    store.postpone(unknown, NOON)
    assert store.sweep(unknown) is None


def test_of_concurrent_closers_exactly_one_closes(store: SweepStore) -> None:
    sweep = planned()
    store.create(sweep)
    finished(store, sweep)
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda _: store.close(sweep.id, NOON), range(8))) == 1


def test_of_concurrent_finishers_exactly_one_is_first(store: SweepStore) -> None:
    sweep = planned(shards=1)
    store.create(sweep)
    with ThreadPoolExecutor(8) as pool:
        firsts = pool.map(lambda _: store.finish(sweep.id, done(sweep.shards[0])), range(8))
    assert sum(firsts) == 1
