from __future__ import annotations

from dataclasses import replace
from datetime import timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.adapters.table_keys import (
    event_key,
    history_key,
    key,
    newest_first,
    shard_key,
    text_of,
    within,
)
from shared.findings.finding import Transition
from shared.usecases.interfaces import sweep_id
from tests.recording_samples import NOON, finding, minutes, opened


def step(at: float) -> Transition:
    transition = opened(finding(), minutes(at)).transition
    assert transition is not None
    return transition


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain-123", "plain-123"),
        ("/subscriptions/a", "=2fsubscriptions=2fa"),
        ("a\\b#c?d%e=f", "a=5cb=23c=3fd=25e=3df"),
        ("tab\tdel\x7fnel\x85", "tab=09del=7fnel=85"),
        ("é | ' & +", "é | ' & +"),
    ],
)
def test_forbidden_characters_are_encoded(text: str, expected: str) -> None:
    assert key(text) == expected


@given(st.text(max_size=80))
def test_key_gives_its_text_back(text: str) -> None:
    assert text_of(key(text)) == text


def test_key_of_512_characters_is_the_longest() -> None:
    assert key("x" * 512) == "x" * 512
    with pytest.raises(ValueError, match="512 characters"):
        key("x" * 513)


def test_range_holds_the_keys_with_a_prefix_and_no_others() -> None:
    _, bounds = within("partition", "event|")
    keys = ["event", "event|", "event|2026", "event|~", "event}", "finding|"]
    assert [each for each in keys if bounds["first"] <= each < bounds["after"]] == keys[1:4]


def test_event_keys_sort_oldest_first() -> None:
    assert event_key(step(1)) < event_key(step(2)) < event_key(step(60 * 24 * 365))


def test_history_keys_sort_newest_first() -> None:
    assert history_key(step(1)) > history_key(step(2)) > history_key(step(60 * 24 * 365))


def test_keys_of_a_step_do_not_depend_on_the_time_zone() -> None:
    elsewhere = NOON.astimezone(timezone(timedelta(hours=5)))
    assert event_key(replace(step(0), at=elsewhere)) == event_key(step(0))


def test_later_sweeps_sort_before_earlier_ones() -> None:
    keys = [newest_first(sweep_id(minutes(at))) for at in (0, 1, 24 * 60, 60 * 24 * 365)]
    assert keys == sorted(keys, reverse=True)


def test_shards_sort_by_number() -> None:
    keys = [shard_key(number) for number in (0, 2, 10, 999_999)]
    assert keys == sorted(keys)
