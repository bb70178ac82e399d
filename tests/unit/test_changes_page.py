"""The page about changes lists what the code looks at."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from shared.adapters.changes_table import REFUSED_SLOTS
from shared.adapters.watched_changes import ACTIONS, WRITTEN
from shared.rendering.cards import HANDFUL
from shared.usecases.changes import AFTER_FAILURE, LEASE
from shared.usecases.notify import WAIT_FOR_MORE
from shared.usecases.partial_sweep import SPACING

PAGE: Final = (Path(__file__).parents[2] / "docs" / "changes.md").read_text(encoding="utf-8")


def rows_told() -> list[tuple[str, str]]:
    return re.findall(r"^\| `(microsoft\.[^`]+)` \| ([^|]+) \|$", PAGE, re.MULTILINE)


def test_types_are_those_of_the_table() -> None:
    expected = [(type_, look.value) for type_, look in WRITTEN.items()]
    assert rows_told()[: len(expected)] == expected


def test_actions_are_those_of_the_table() -> None:
    expected = [(type_, ", ".join(sorted(actions))) for type_, actions in ACTIONS.items()]
    assert rows_told()[len(WRITTEN) :] == expected


def test_times_and_numbers_are_those_of_the_code() -> None:
    assert (LEASE.total_seconds(), SPACING.total_seconds(), HANDFUL) == (180, 600, 5)
    assert (AFTER_FAILURE.total_seconds(), WAIT_FOR_MORE.total_seconds()) == (600, 15)
    assert f"one of {REFUSED_SLOTS} slots" in PAGE
