from __future__ import annotations

from datetime import timedelta

import pytest

from dashboard.wording import ago, begun, hours, lines_of, name_of, place_of, shown, span
from shared.network.ids import ResourceId
from tests.recording_samples import NOON, vm


def test_long_text_is_cut_and_marked() -> None:
    assert shown("x" * 301) == "x" * 300 + "…"
    assert shown("x" * 300) == "x" * 300


def test_text_that_turns_around_is_shown_as_code() -> None:
    assert shown("a\u202eb\x1b[31m") == r"a\u202eb\x1b[31m"
    assert lines_of("a\nb\u202e") == "a\nb\\u202e"


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (timedelta(seconds=1), "1 second"),
        (timedelta(seconds=59), "59 seconds"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=59), "59 minutes"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(hours=47), "47 hours"),
        (timedelta(days=2), "2 days"),
        (timedelta(days=2000), "2,000 days"),
        (timedelta(seconds=-5), "0 seconds"),
    ],
)
def test_span_is_told_in_its_largest_unit(passed: timedelta, words: str) -> None:
    assert span(passed) == words


def test_age_is_told() -> None:
    assert ago(NOON - timedelta(seconds=5), NOON) == "just now"
    assert ago(NOON - timedelta(hours=3), NOON) == "3 hours ago"
    assert hours(0.4) == "under 1 hour"
    assert hours(50) == "2 days"


def test_resource_has_a_name_and_a_place() -> None:
    assert name_of(vm("web")) == "web"
    assert place_of(vm("web")) == "shop · 11111111"
    assert place_of(ResourceId("/providers/x")) == ""


def test_only_the_first_letter_begins() -> None:
    assert begun("no direct SSH") == "No direct SSH"
    assert begun("") == ""
