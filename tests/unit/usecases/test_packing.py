from __future__ import annotations

import pytest

from shared.usecases.interfaces import Subscription
from shared.usecases.packing import SweepLimits, pack


def packed(*rows: int, limits: SweepLimits) -> list[list[str]]:
    """Pack subscriptions that are named by letters, with these rows."""
    seen = [Subscription(chr(ord("a") + n), "", count) for n, count in enumerate(rows)]
    return [list(shard) for shard in pack(seen, limits)]


@pytest.mark.parametrize(
    ("rows", "shards"),
    [
        pytest.param((), [], id="nothing"),
        pytest.param((0, 0), [["a", "b"]], id="empty-ones-together"),
        pytest.param((50, 50), [["a", "b"]], id="exactly-full"),
        pytest.param((51, 50), [["a"], ["b"]], id="one-row-too-many"),
        pytest.param((500, 1), [["a"], ["b"]], id="larger-than-a-shard"),
        pytest.param((60, 60, 40, 40), [["a", "c"], ["b", "d"]], id="gaps-are-filled"),
        pytest.param((10, 90), [["b", "a"]], id="largest-first"),
    ],
)
def test_subscriptions_are_packed_by_rows(rows: tuple[int, ...], shards: list[list[str]]) -> None:
    assert packed(*rows, limits=SweepLimits(rows=100, subscriptions=10)) == shards


def test_shard_holds_no_more_subscriptions_than_allowed() -> None:
    shards = packed(0, 0, 0, limits=SweepLimits(rows=100, subscriptions=2))
    assert shards == [["a", "b"], ["c"]]


def test_ids_are_put_into_one_spelling() -> None:
    assert pack([Subscription("ABC", "", 1)], SweepLimits()) == [("abc",)]
