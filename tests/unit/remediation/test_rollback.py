"""Rolling back, and when somebody else's change stands."""

from __future__ import annotations

from typing import Final

import pytest

from shared.exposure.layers import Reason
from shared.network.ids import ResourceId
from shared.remediation.rollback import Undo, Written, drift, undos
from tests.unit.remediation.edits import GROUP

MOVED: Final = GROUP.child("securityRules", "allow-ssh")
ADDED: Final = GROUP.child("securityRules", "portcullis-deny")
WRITTEN: Final = (Written(0, MOVED, "at-100", "at-101"), Written(1, ADDED, None, "deny"))


def test_last_edit_is_undone_first() -> None:
    assert undos(WRITTEN, {MOVED: "at-101", ADDED: "deny"}) == (
        Undo(1, ADDED, None),
        Undo(0, MOVED, "at-100"),
    )


def test_what_was_undone_already_is_left_out() -> None:
    assert undos(WRITTEN, {MOVED: "at-101", ADDED: None}) == (Undo(0, MOVED, "at-100"),)


def test_edits_of_one_target_are_undone_one_after_the_other() -> None:
    twice = (Written(0, MOVED, "a", "b"), Written(1, MOVED, "b", "c"))
    assert undos(twice, {MOVED: "c"}) == (Undo(1, MOVED, "b"), Undo(0, MOVED, "a"))


@pytest.mark.parametrize(
    "now",
    [
        pytest.param({MOVED: "edited", ADDED: "deny"}, id="edited"),
        pytest.param({MOVED: None, ADDED: "deny"}, id="removed"),
    ],
)
def test_change_by_somebody_else_stands(now: dict[ResourceId, str | None]) -> None:
    refusal = undos(WRITTEN, now)
    assert isinstance(refusal, Reason)
    assert refusal.code == "changed-since"


@pytest.mark.parametrize(
    ("now", "code"),
    [
        pytest.param({MOVED: "at-100", ADDED: None}, None, id="as-it-was"),
        pytest.param({MOVED: "edited", ADDED: None}, "changed-since", id="edited"),
        pytest.param({MOVED: "at-100", ADDED: "other"}, "changed-since", id="made-meanwhile"),
    ],
)
def test_drift_is_noticed_before_the_first_write(
    now: dict[ResourceId, str | None], code: str | None
) -> None:
    found = drift({MOVED: "at-100", ADDED: None}, now)
    assert (found.code if found else None) == code
