from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.adapters.table_limits import (
    Operation,
    RowTooLargeError,
    Value,
    check_row,
    cut,
    joined,
    row_bytes,
    transactions,
)
from tests.recording_samples import NOON

MIB = 1024 * 1024


def row(**columns: Value) -> dict[str, Value]:
    return {"PartitionKey": "p", "RowKey": "r", **columns}


def operation(size: int = 0) -> Operation:
    return "upsert", row(**dict(cut("text", "x" * size)))


@pytest.mark.parametrize(
    ("length", "parts"),
    [(0, [0]), (32_000, [32_000]), (32_001, [32_000, 1]), (70_000, [32_000, 32_000, 6_000])],
)
def test_text_is_cut_into_columns(length: int, parts: list[int]) -> None:
    columns = dict(cut("evidence", "x" * length))
    assert [len(part) for part in columns.values()] == parts
    assert list(columns) == ["evidence", "evidence_2", "evidence_3"][: len(parts)]


@given(st.text(max_size=50), st.integers(1, 2000))
def test_cut_text_is_joined_again(text: str, times: int) -> None:
    assert joined(dict(cut("evidence", text * times)), "evidence") == text * times


def test_no_part_is_longer_than_a_property_may_be() -> None:
    check_row(row(**dict(cut("title", "🚪" * 100_000))))


def test_row_is_counted_as_the_service_counts() -> None:
    keys = (8 + 2 * len("PartitionKey") + 4 + 2) + (8 + 2 * len("RowKey") + 4 + 2)
    columns = (8 + 2 + 4 + 2 * 3) + (8 + 2 + 8) + (8 + 2 + 1)
    assert row_bytes(row(a="abc", b=NOON, c=True)) == 4 + keys + columns


def test_character_outside_the_basic_plane_counts_twice() -> None:
    assert row_bytes(row(a="🚪")) - row_bytes(row(a="x")) == 2


@pytest.mark.parametrize(
    ("columns", "fault"),
    [
        pytest.param({f"c{n}": n for n in range(253)}, "253 properties", id="properties"),
        pytest.param({"long": "x" * 32_769}, "long is longer than 64 KiB", id="text"),
        pytest.param({f"c{n}": "x" * 32_000 for n in range(17)}, "bytes", id="bytes"),
    ],
)
def test_row_beyond_a_limit_is_refused(columns: dict[str, Value], fault: str) -> None:
    with pytest.raises(RowTooLargeError, match=fault):
        check_row(row(**columns))


@pytest.mark.parametrize(
    "columns",
    [
        pytest.param({f"c{n}": n for n in range(252)}, id="properties"),
        pytest.param({"long": "x" * 32_768}, id="text"),
        pytest.param({f"c{n}": "x" * 32_000 for n in range(16)}, id="bytes"),
    ],
)
def test_row_at_a_limit_is_taken(columns: dict[str, Value]) -> None:
    check_row(row(**columns))


def test_transaction_holds_a_hundred_operations() -> None:
    packed = transactions([[operation()] for _ in range(250)])
    assert [len(operations) for operations in packed] == [100, 100, 50]


def test_room_is_left_for_reserved_operations() -> None:
    packed = transactions([[operation()] for _ in range(199)], reserved=1)
    assert [len(operations) for operations in packed] == [99, 99, 1]


def test_group_is_not_split() -> None:
    packed = transactions([[operation(), operation()] for _ in range(100)], reserved=1)
    assert [len(operations) for operations in packed] == [98, 98, 4]


def test_transaction_stays_below_four_mebibytes() -> None:
    packed = list(transactions([[operation(400_000)] for _ in range(12)], reserved=1))
    assert sum(map(len, packed)) == 12
    assert all(sum(row_bytes(each[1]) for each in part) < 4 * MIB for part in packed)
    assert len(packed) == 3


def test_text_is_counted_as_it_is_sent_where_that_is_more() -> None:
    quotes = [[("upsert", row(**dict(cut("text", "\x01" * 300_000))))] for _ in range(4)]
    assert [len(part) for part in transactions(quotes)] == [2, 2]


def test_nothing_makes_no_transaction() -> None:
    assert list(transactions([])) == []
