"""The law of changes: any interleaving of events and sweeps, at any lag, ends at the truth."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.usecases.touched import SETTLED_CHECKS
from tests.event_walks import (
    CHANGES,
    Act,
    Step,
    disagreements,
    disagreements_of_events,
    walk,
)

pytestmark = pytest.mark.slow

WELL_TOLD = (Act.CHANGE, Act.DELIVER, Act.REPEAT, Act.SWEEP, Act.LAG, Act.WAIT)
"""What happens while no event is lost, at any lag of the index."""
NIC_2_LOSES_ITS_ADDRESS, SHARED_OPENS, SHARED_CLOSES, OWN_OPENS = 18, 3, 5, 6
NIC_2_IS_BACK, NIC_2_TAKES_OWN, NIC_2_TAKES_NONE, NIC_2_GOES = 15, 16, 17, 27
FRONT_TAKES_OWN, FRONT_TAKES_NONE, NETWORK_WITHOUT_GROUPS, VM_2_GOES = 22, 23, 24, 19
LATE, IN_TIME = Step(Act.LAG, 2), Step(Act.LAG, 0)

numbers = st.integers(0, len(CHANGES) - 1)
rarely = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


def walks(*acts: Act) -> st.SearchStrategy[list[Step]]:
    often = (*acts, Act.CHANGE, Act.CHANGE, Act.DELIVER, Act.DELIVER)
    return st.lists(st.builds(Step, st.sampled_from(often), numbers), max_size=14)


@rarely
@given(walks(*Act))
def test_any_interleaving_of_events_and_sweeps_ends_at_the_truth(steps: list[Step]) -> None:
    assert disagreements(steps) == []


@rarely
@given(walks(*WELL_TOLD))
def test_events_alone_keep_what_they_settle_at_the_truth(steps: list[Step]) -> None:
    assert disagreements_of_events(steps, SETTLED_CHECKS) == []


def told(*changes: int) -> list[Step]:
    """Give changes each of which is told before the next one."""
    return [step for one in changes for step in (Step(Act.CHANGE, one), Step(Act.DELIVER, 0))]


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param(
            [LATE, *told(NIC_2_LOSES_ITS_ADDRESS, SHARED_OPENS)], id="neighbour-that-closed"
        ),
        pytest.param(
            [*told(NIC_2_LOSES_ITS_ADDRESS), LATE, *told(NIC_2_IS_BACK, SHARED_OPENS)],
            id="neighbour-that-opened",
        ),
        pytest.param(
            [
                LATE,
                *told(NIC_2_LOSES_ITS_ADDRESS, SHARED_OPENS, SHARED_CLOSES),
                Step(Act.REPEAT, 1),
            ],
            id="group-that-is-as-the-index-shows-it",
        ),
        pytest.param(
            [*told(SHARED_OPENS), LATE, *told(NIC_2_TAKES_OWN, SHARED_OPENS)],
            id="neighbour-behind-another-group",
        ),
    ],
)
def test_stale_neighbour_neither_opens_nor_closes(steps: list[Step]) -> None:
    assert disagreements_of_events(steps, SETTLED_CHECKS) == []


@pytest.mark.parametrize("lag", [IN_TIME, LATE], ids=["in-time", "late"])
@pytest.mark.parametrize(
    "changes",
    [
        pytest.param((NETWORK_WITHOUT_GROUPS,), id="whole-network"),
        pytest.param((FRONT_TAKES_NONE,), id="subnet"),
        pytest.param((FRONT_TAKES_OWN,), id="subnet-with-another"),
        pytest.param((NIC_2_TAKES_OWN, OWN_OPENS, NIC_2_TAKES_NONE), id="interface"),
        pytest.param((NIC_2_TAKES_OWN, OWN_OPENS, VM_2_GOES, NIC_2_GOES), id="interface-gone"),
    ],
)
def test_group_that_is_left_by_all_is_attached_to_nothing(
    lag: Step, changes: tuple[int, ...]
) -> None:
    assert disagreements_of_events([lag, *told(*changes)], SETTLED_CHECKS) == []


def test_change_that_nobody_told_of_yet_is_read_while_the_index_is_behind() -> None:
    unheard = [Step(Act.CHANGE, NIC_2_LOSES_ITS_ADDRESS), Step(Act.LOSE, 0)]
    with walk(LATE, *unheard, *told(SHARED_OPENS)) as walking:
        assert not [one for one in walking.recorded() - walking.true() if "vm-ssh" in one[0]]


@pytest.mark.parametrize("change", range(len(CHANGES)))
def test_one_change_is_judged_fully_though_the_index_knows_nothing(change: int) -> None:
    late = Step(Act.LAG, 2)
    assert disagreements_of_events([late, Step(Act.CHANGE, change)], SETTLED_CHECKS) == []


def test_walk_begins_with_machines_that_stand_open() -> None:
    with walk() as walking:
        assert walking.recorded() == walking.true() != frozenset()
