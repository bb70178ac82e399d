"""When a plan may be written."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from shared.network.ids import ResourceId
from shared.remediation.limits import (
    Freeze,
    Go,
    Limits,
    Mode,
    Pace,
    Place,
    ResourceScope,
    Scope,
    Stop,
    TagScope,
    Wait,
    in_scope,
    may_plan,
    may_write,
)
from tests.rows import SUBSCRIPTION
from tests.unit.remediation.edits import GROUP

NOW: Final = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE: Final = timedelta(minutes=1)
HERE: Final = Place(GROUP, {"Env": "test"}, ("mg-web",))
ALL: Final = ResourceScope(ResourceId(f"/subscriptions/{SUBSCRIPTION}"))
LIMITS: Final = Limits(Mode.APPROVE, (ALL,), per_hour=2)
FREEZE: Final = Freeze(NOW - MINUTE, NOW + 5 * MINUTE)


@pytest.mark.parametrize(
    ("limits", "pace", "code"),
    [
        pytest.param(replace(LIMITS, stopped=True), Pace(), "emergency-stop", id="stop"),
        pytest.param(replace(LIMITS, mode=Mode.OFF), Pace(), "mode", id="off"),
        pytest.param(replace(LIMITS, mode=Mode.PLAN), Pace(), "mode", id="plan-only"),
        pytest.param(replace(LIMITS, scopes=()), Pace(), "out-of-scope", id="no-scope"),
        pytest.param(LIMITS, Pace(failures=2), "breaker", id="two-failures"),
        pytest.param(Limits(), Pace(), "mode", id="nothing-set"),
        pytest.param(
            replace(LIMITS, freezes=(FREEZE,), stopped=True), Pace(), "emergency-stop", id="both"
        ),
    ],
)
def test_writing_is_stopped(limits: Limits, pace: Pace, code: str) -> None:
    decision = may_write(limits, [HERE], pace, NOW, approved=True)
    assert isinstance(decision, Stop)
    assert decision.reason.code == code


@pytest.mark.parametrize(
    ("mode", "approved", "goes"),
    [
        (Mode.APPROVE, True, True),
        (Mode.APPROVE, False, False),
        (Mode.AUTO, False, True),
    ],
)
def test_mode_decides_whether_a_person_must_consent(
    mode: Mode, *, approved: bool, goes: bool
) -> None:
    decision = may_write(replace(LIMITS, mode=mode), [HERE], Pace(), NOW, approved=approved)
    assert isinstance(decision, Go) is goes


@pytest.mark.parametrize(
    ("limits", "pace", "until"),
    [
        pytest.param(replace(LIMITS, freezes=(FREEZE,)), Pace(), NOW + 5 * MINUTE, id="freeze"),
        pytest.param(
            LIMITS,
            Pace([NOW - 50 * MINUTE, NOW - 20 * MINUTE]),
            NOW + 10 * MINUTE,
            id="hour-is-full",
        ),
        pytest.param(
            replace(LIMITS, freezes=(FREEZE,)),
            Pace([NOW - 50 * MINUTE, NOW - 20 * MINUTE]),
            NOW + 10 * MINUTE,
            id="the-later-of-both",
        ),
    ],
)
def test_writing_waits(limits: Limits, pace: Pace, until: datetime) -> None:
    decision = may_write(limits, [HERE], pace, NOW, approved=True)
    assert isinstance(decision, Wait)
    assert decision.until == until


@pytest.mark.parametrize(
    ("limits", "pace"),
    [
        pytest.param(LIMITS, Pace([NOW - 61 * MINUTE, NOW - MINUTE]), id="hour-has-room"),
        pytest.param(LIMITS, Pace(failures=1), id="one-failure"),
        pytest.param(
            replace(LIMITS, freezes=(Freeze(NOW - MINUTE, NOW),)), Pace(), id="freeze-is-over"
        ),
    ],
)
def test_writing_goes_on(limits: Limits, pace: Pace) -> None:
    assert may_write(limits, [HERE], pace, NOW, approved=True) == Go()


@pytest.mark.parametrize(
    ("scope", "inside"),
    [
        pytest.param(ALL, True, id="subscription"),
        pytest.param(ResourceScope(GROUP), True, id="resource"),
        pytest.param(
            ResourceScope(ResourceId(f"/subscriptions/{SUBSCRIPTION}/resourcegroups/RG-APP")),
            True,
            id="resource-group",
        ),
        pytest.param(
            ResourceScope(ResourceId(f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg")),
            False,
            id="beginning-of-its-name",
        ),
        pytest.param(
            ResourceScope(ResourceId("/providers/Microsoft.Management/managementGroups/MG-Web")),
            True,
            id="management-group",
        ),
        pytest.param(
            ResourceScope(ResourceId("/providers/Microsoft.Management/managementGroups/mg-app")),
            False,
            id="another-management-group",
        ),
        pytest.param(TagScope("env", "test"), True, id="tag"),
        pytest.param(TagScope("env", "Test"), False, id="value-in-another-case"),
        pytest.param(TagScope("team", "test"), False, id="another-tag"),
    ],
)
def test_resource_lies_in_scope_or_not(scope: Scope, *, inside: bool) -> None:
    assert in_scope(HERE, [scope]) is inside


def test_one_resource_outside_stops_the_whole_plan() -> None:
    outside = Place(ResourceId("/subscriptions/another/resourceGroups/rg"), {})
    decision = may_write(LIMITS, [HERE, outside], Pace(), NOW, approved=True)
    assert isinstance(decision, Stop)


@pytest.mark.parametrize(
    ("begin", "end"),
    [(NOW, NOW), (NOW, NOW - MINUTE), (NOW.replace(tzinfo=None), NOW), (NOW, datetime.max)],  # noqa: DTZ901
)
def test_freeze_that_never_ends_or_begins_is_refused(begin: datetime, end: datetime) -> None:
    with pytest.raises(ValueError, match="freeze"):
        Freeze(begin, end)


@pytest.mark.parametrize(("mode", "plans"), [(Mode.OFF, False), (Mode.PLAN, True)])
def test_plans_are_made_unless_switched_off(mode: Mode, *, plans: bool) -> None:
    assert may_plan(Limits(mode)) is plans
