from __future__ import annotations

from datetime import timedelta

import pytest

from dashboard.form_tokens import VALID_FOR, form_token, is_from_here, is_valid
from tests.recording_samples import NOON

KEY = bytes(range(32))
TOKEN = form_token(KEY, "ana", "plan 1", NOON)


def test_token_is_good_for_its_person_purpose_and_time() -> None:
    assert is_valid(TOKEN, KEY, "ana", "plan 1", NOON)
    assert is_valid(TOKEN, KEY, "ana", "plan 1", NOON + VALID_FOR - timedelta(seconds=2))


@pytest.mark.parametrize(
    ("key", "person", "purpose", "later"),
    [
        (bytes(32), "ana", "plan 1", timedelta()),
        (KEY, "ben", "plan 1", timedelta()),
        (KEY, "ana", "plan 2", timedelta()),
        (KEY, "ana", "plan 1", VALID_FOR),
    ],
)
def test_token_is_good_for_nothing_else(
    key: bytes, person: str, purpose: str, later: timedelta
) -> None:
    assert not is_valid(TOKEN, key, person, purpose, NOON + later)


@pytest.mark.parametrize(
    "token", ["", "x", ".", "99999999999999.ab", TOKEN[:-1], f"9{TOKEN}", "²." + "a" * 64, "\ud800"]
)
def test_what_is_no_token_is_refused(token: str) -> None:
    assert not is_valid(token, KEY, "ana", "plan 1", NOON)


@pytest.mark.parametrize(
    ("site", "is_ours"),
    [("same-origin", True), ("same-site", False), ("cross-site", False), ("none", False)],
)
def test_browser_tells_where_a_form_came_from(site: str, *, is_ours: bool) -> None:
    assert is_from_here({"sec-fetch-site": site}) is is_ours


def test_browser_that_tells_nothing_is_let_by_the_token() -> None:
    assert is_from_here({})
