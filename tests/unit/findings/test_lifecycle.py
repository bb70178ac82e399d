from __future__ import annotations

import pytest

from shared.checks.result import Severity
from shared.findings.finding import Cause, FindingState, Transition
from shared.findings.lifecycle import (
    TRANSITIONS,
    Happening,
    TransitionRefused,
    is_news,
    state_after,
)
from tests.recording_samples import NOON, finding

OPEN, EXEMPT, RESOLVED = FindingState.OPEN, FindingState.EXEMPT, FindingState.RESOLVED


@pytest.mark.parametrize(
    ("before", "happening", "after"),
    [
        pytest.param(None, Happening.FOUND, OPEN, id="new"),
        pytest.param(None, Happening.EXEMPTED, EXEMPT, id="new-under-exemption"),
        pytest.param(OPEN, Happening.CLEARED, RESOLVED, id="closed"),
        pytest.param(OPEN, Happening.WORSENED, OPEN, id="worse"),
        pytest.param(OPEN, Happening.EASED, OPEN, id="better"),
        pytest.param(OPEN, Happening.EXEMPTED, EXEMPT, id="waived"),
        pytest.param(EXEMPT, Happening.EXEMPTION_ENDED, OPEN, id="no-longer-waived"),
        pytest.param(EXEMPT, Happening.CLEARED, RESOLVED, id="closed-under-exemption"),
        pytest.param(RESOLVED, Happening.FOUND, OPEN, id="open-again"),
        pytest.param(RESOLVED, Happening.EXEMPTED, EXEMPT, id="again-under-exemption"),
    ],
)
def test_step_leads_to_state(
    before: FindingState | None, happening: Happening, after: FindingState
) -> None:
    assert state_after(before, happening) is after


@pytest.mark.parametrize(
    ("state", "happening"),
    [
        (None, Happening.CLEARED),
        (None, Happening.WORSENED),
        (None, Happening.EXEMPTION_ENDED),
        (OPEN, Happening.FOUND),
        (OPEN, Happening.EXEMPTION_ENDED),
        (EXEMPT, Happening.WORSENED),
        (EXEMPT, Happening.EXEMPTED),
        (RESOLVED, Happening.CLEARED),
        (RESOLVED, Happening.EASED),
    ],
)
def test_step_that_is_not_in_the_table_is_refused(
    state: FindingState | None, happening: Happening
) -> None:
    with pytest.raises(TransitionRefused) as caught:
        state_after(state, happening)
    assert (caught.value.state, caught.value.happening) == (state, happening)


def test_every_state_can_be_reached_and_left() -> None:
    assert set(TRANSITIONS.values()) == set(FindingState)
    assert {state for state, _ in TRANSITIONS} == {None, *FindingState}


def step(
    before: FindingState | None, after: FindingState, severity_before: Severity | None = None
) -> Transition:
    return Transition(
        finding=finding(severity=Severity.HIGH),
        before=before,
        after=after,
        at=NOON,
        observed_at=NOON,
        cause=Cause.SWEEP,
        run="sweep-1",
        severity_before=severity_before,
    )


@pytest.mark.parametrize(
    ("transition", "expected"),
    [
        pytest.param(step(None, OPEN), True, id="new"),
        pytest.param(step(RESOLVED, OPEN), True, id="again"),
        pytest.param(step(EXEMPT, OPEN), True, id="exemption-ended"),
        pytest.param(step(OPEN, RESOLVED), True, id="closed"),
        pytest.param(step(OPEN, OPEN, Severity.LOW), True, id="worse"),
        pytest.param(step(OPEN, OPEN, Severity.CRITICAL), False, id="better"),
        pytest.param(step(OPEN, OPEN), False, id="severity-before-unknown"),
        pytest.param(step(OPEN, EXEMPT), False, id="exempted"),
        pytest.param(step(None, EXEMPT), False, id="new-under-exemption"),
        pytest.param(step(EXEMPT, RESOLVED), False, id="closed-under-exemption"),
    ],
)
def test_news_is_what_opens_worsens_or_closes(transition: Transition, *, expected: bool) -> None:
    assert is_news(transition) is expected
