"""One suite for every `ChangeMarks` and `LagBook`: Azure Table Storage (Azurite), and in memory."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest

from shared.adapters.changes_table import REFUSED_SLOTS, TEXT_CHARACTERS
from shared.adapters.lag_rows import RUN_LAGS
from shared.adapters.tables import TableStores
from shared.findings.lag import Lag
from shared.network.ids import ResourceId
from shared.usecases.change_interfaces import ChangeMarks
from shared.usecases.interfaces import LagBook
from tests.azurite import Azurite
from tests.change_stage import change
from tests.memory_marks import MemoryLags, MemoryMarks
from tests.recording_samples import NOON, minutes, subscription, vm

_numbers = count(1)


@pytest.fixture(params=["memory", "azurite"])
def marks(request: pytest.FixtureRequest) -> ChangeMarks:
    if request.param == "memory":
        return MemoryMarks()
    azurite: Azurite = request.getfixturevalue("azurite")
    return TableStores.from_connection_string(azurite.connection_string).changes


@pytest.fixture(params=["memory", "azurite"])
def lags(request: pytest.FixtureRequest) -> LagBook:
    if request.param == "memory":
        return MemoryLags()
    azurite: Azurite = request.getfixturevalue("azurite")
    return TableStores.from_connection_string(azurite.connection_string).lags


@pytest.fixture
def home() -> str:
    """Give a subscription that no other test uses."""
    return subscription(0xC4_0000 + next(_numbers))


def test_mark_comes_back_with_all_that_was_told(marks: ChangeMarks, home: str) -> None:
    told = change(of=home, deleted=True)
    marks.mark(told)
    (mark,) = marks.marks(home, 10)
    assert (mark.change, mark.first, mark.count) == (told, told.occurred, 1)


def test_change_of_nobody_known_is_marked_too(marks: ChangeMarks, home: str) -> None:
    marks.mark(change(of=home, actor=None))
    assert marks.marks(home, 10)[0].change.actor is None


def test_changes_of_one_resource_are_one_mark(marks: ChangeMarks, home: str) -> None:
    for number in (2, 3, 1):
        marks.mark(change(of=home, event=f"event-{number}", occurred=minutes(number)))
    (mark,) = marks.marks(home, 10)
    assert (mark.change.event_id, mark.first, mark.count) == ("event-3", minutes(1), 3)


def test_changes_of_several_parts_are_one_of_the_whole(marks: ChangeMarks, home: str) -> None:
    whole = change(of=home)
    for number in (1, 2):
        part = ResourceId(f"{whole.resource}/extensions/e{number}")
        marks.mark(replace(whole, resource=part, event_id=f"event-{number}"))
    assert [mark.change.resource for mark in marks.marks(home, 10)] == [whole.resource]


def test_peering_has_a_mark_of_its_own(marks: ChangeMarks, home: str) -> None:
    network = ResourceId(
        f"/subscriptions/{home}/resourceGroups/r/providers/Microsoft.Network/virtualNetworks/v"
    )
    for number, resource in enumerate([network, network.child("virtualNetworkPeerings", "p")]):
        marks.mark(replace(change(), resource=resource, event_id=f"event-{number}"))
    assert len(marks.marks(home, 10)) == 2


def test_same_event_again_changes_nothing(marks: ChangeMarks, home: str) -> None:
    marks.mark(change(of=home))
    before = marks.marks(home, 10)
    marks.mark(change(of=home))
    assert marks.marks(home, 10) == before


def test_settled_marks_are_gone(marks: ChangeMarks, home: str) -> None:
    for name in ("web", "db"):
        marks.mark(change(name, of=home))
    settled = marks.marks(home, 1)
    marks.settle([*settled, *settled], NOON)
    assert len(marks.marks(home, 10)) == 1


def test_mark_that_was_renewed_is_not_settled(marks: ChangeMarks, home: str) -> None:
    marks.mark(change(of=home))
    read = marks.marks(home, 10)
    marks.mark(change(of=home, event="event-2", occurred=minutes(1)))
    marks.settle(read, NOON)
    assert [mark.change.event_id for mark in marks.marks(home, 10)] == ["event-2"]


def test_late_event_renews_a_mark_too(marks: ChangeMarks, home: str) -> None:
    marks.mark(change(of=home, occurred=minutes(5)))
    read = marks.marks(home, 10)
    marks.mark(change(of=home, event="event-2", occurred=minutes(1)))
    marks.settle(read, NOON)
    assert len(marks.marks(home, 10)) == 1


def test_settled_resources_are_recent_until_they_are_forgotten(
    marks: ChangeMarks, home: str
) -> None:
    for minute, name in enumerate(("web", "db")):
        marks.mark(change(name, of=home))
        marks.settle(marks.marks(home, 10), minutes(minute))
    assert sorted(marks.recent(home, NOON)) == sorted([vm("web", home), vm("db", home)])
    assert marks.recent(home.upper(), minutes(1)) == [vm("db", home)]
    assert marks.recent(home, NOON) == [vm("db", home)]


def test_mark_of_hundreds_of_events_is_settled_whole(marks: ChangeMarks, home: str) -> None:
    for number in range(250):
        marks.mark(change(of=home, event=f"event-{number}"))
    marks.settle(marks.marks(home, 10), NOON)
    assert marks.marks(home, 10) == ()


def test_marks_of_many_writers_at_once_are_all_counted(marks: ChangeMarks, home: str) -> None:
    changes = [change(of=home, event=f"event-{number}") for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(marks.mark, changes))
    assert [mark.count for mark in marks.marks(home, 10)] == [40]


def test_subscription_is_one_owners_until_it_is_given_back(marks: ChangeMarks, home: str) -> None:
    assert marks.claim(home, "one", NOON, minutes(3))
    assert not marks.claim(home, "other", minutes(1), minutes(4))
    marks.release(home, "other")
    assert not marks.claim(home, "other", minutes(1), minutes(4))
    marks.release(home.upper(), "one")
    assert marks.claim(home, "other", minutes(1), minutes(4))


def test_owner_prolongs_its_own_claim(marks: ChangeMarks, home: str) -> None:
    assert marks.claim(home, "one", NOON, minutes(3))
    assert marks.claim(home, "one", minutes(2), minutes(5))
    assert not marks.claim(home, "other", minutes(4), minutes(7))


def test_claim_ends_by_itself(marks: ChangeMarks, home: str) -> None:
    marks.claim(home, "dead", NOON, minutes(3))
    assert marks.claim(home, "other", minutes(3), minutes(6))


def test_of_claims_at_once_one_succeeds(marks: ChangeMarks, home: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        taken = list(
            pool.map(lambda n: marks.claim(home, f"owner-{n}", NOON, minutes(3)), range(8))
        )
    assert sum(taken) == 1


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("\ud800 \x00 \uffff", id="hostile"),
        pytest.param("\N{GRINNING FACE}" * 3 * TEXT_CHARACTERS, id="oversized"),
    ],
)
def test_refused_texts_are_kept_and_counted(marks: ChangeMarks, text: str) -> None:
    before = marks.refused_count()
    marks.refuse(text, "no JSON", NOON)
    marks.refuse(text, "no JSON", NOON)
    assert marks.refused_count() == before + 2


def test_flood_of_refused_texts_takes_a_bounded_number_of_rows(azurite: Azurite) -> None:
    stores = TableStores.from_connection_string(azurite.connection_string)
    before = stores.changes.refused_count()
    for number in range(REFUSED_SLOTS + 10):
        stores.changes.refuse(f"rubbish {number}", "no JSON", NOON)
    assert stores.changes.refused_count() == before + REFUSED_SLOTS + 10


def test_lags_of_a_run_are_kept(lags: LagBook, home: str) -> None:
    lags.note(home, [Lag(0.5, 1.25, 2.125), Lag(1.0, 2.0, 3.0)])
    assert set(lags.lags()) >= {Lag(0.5, 1.25, 2.125), Lag(1.0, 2.0, 3.0)}


def test_of_a_large_run_the_slowest_are_kept(azurite: Azurite, home: str) -> None:
    book = TableStores.from_connection_string(azurite.connection_string).lags
    slow = timedelta(days=9).total_seconds()
    book.note(home, [Lag(0.0, 0.0, slow + number) for number in range(2 * RUN_LAGS)])
    kept = [lag.told for lag in book.lags() if lag.told >= slow]
    assert min(kept) == slow + RUN_LAGS
