"""The table of a plan's life."""

from __future__ import annotations

from itertools import product

import pytest

from shared.remediation.lifecycle import (
    PLAN_TRANSITIONS,
    PlanEvent,
    PlanState,
    TransitionRefused,
    state_after,
)

MISSING = [pair for pair in product((None, *PlanState), PlanEvent) if pair not in PLAN_TRANSITIONS]


@pytest.mark.parametrize(("state", "event"), PLAN_TRANSITIONS)
def test_step_of_the_table_is_taken(state: PlanState | None, event: PlanEvent) -> None:
    assert state_after(state, event) is PLAN_TRANSITIONS[state, event]


@pytest.mark.parametrize(("state", "event"), MISSING)
def test_step_that_is_not_in_the_table_is_refused(
    state: PlanState | None, event: PlanEvent
) -> None:
    with pytest.raises(TransitionRefused) as refused:
        state_after(state, event)
    assert (refused.value.state, refused.value.event) == (state, event)


def test_every_state_is_reached_from_nothing() -> None:
    reached: set[PlanState | None] = {None}
    for _ in PlanState:
        reached |= {after for (before, _), after in PLAN_TRANSITIONS.items() if before in reached}
    assert reached == {None, *PlanState}


def test_nothing_is_written_without_an_approval() -> None:
    before_writing = {state for (state, _), after in PLAN_TRANSITIONS.items() if after is WRITING}
    assert before_writing == {PlanState.APPROVED}


WRITING = PlanState.APPLYING


def test_done_is_only_what_was_verified() -> None:
    ways = [step for step, after in PLAN_TRANSITIONS.items() if after is PlanState.DONE]
    assert ways == [(PlanState.VERIFYING, PlanEvent.VERIFIED)]


@pytest.mark.parametrize("state", [PlanState.REJECTED, PlanState.ROLLED_BACK])
def test_end_by_a_persons_will_is_final(state: PlanState) -> None:
    assert [event for before, event in PLAN_TRANSITIONS if before is state] == []


def test_every_state_and_event_has_a_meaning() -> None:
    meanings = [one.meaning for one in (*PlanState, *PlanEvent)]
    assert len(set(meanings)) == len(PlanState) + len(PlanEvent)


def test_live_states_are_those_on_their_way() -> None:
    assert {state for state in PlanState if state.is_live} == {
        PlanState.PROPOSED,
        PlanState.AWAITING_APPROVAL,
        PlanState.APPROVED,
        PlanState.APPLYING,
        PlanState.VERIFYING,
        PlanState.ROLLING_BACK,
    }
