"""The page about plans says what the code does."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from shared.remediation.lifecycle import PLAN_TRANSITIONS, PlanState
from shared.remediation.wording import PlanKind

ROOT: Final = Path(__file__).resolve().parents[3]
PAGE: Final = (ROOT / "docs/remediation.md").read_text(encoding="utf-8")
ROWS: Final = [
    tuple(cell.strip() for cell in line.strip("|").split("|"))
    for line in PAGE.splitlines()
    if line.startswith("| ")
]


def first_cells() -> set[str]:
    return {row[0].strip("`") for row in ROWS}


def test_table_of_the_life_is_the_table_of_the_code() -> None:
    steps = {
        (f"`{before}`" if before else "not recorded", f"`{event}`: {event.meaning}", f"`{after}`")
        for (before, event), after in PLAN_TRANSITIONS.items()
    }
    assert {row for row in ROWS if row[1].startswith("`") and len(row) > 2} == steps


def test_every_state_has_its_meaning() -> None:
    assert {(f"`{state}`", state.meaning) for state in PlanState} <= set(ROWS)


def test_every_kind_of_plan_has_a_row() -> None:
    assert set(PlanKind) <= first_cells()


def test_every_reason_is_explained() -> None:
    sources = (ROOT / "shared/remediation").glob("*.py")
    texts = [path.read_text(encoding="utf-8") for path in sources]
    codes = {code for text in texts for code in re.findall(r'Reason\(\s*"([a-z0-9-]+)"', text)}
    assert codes
    assert codes <= first_cells()
