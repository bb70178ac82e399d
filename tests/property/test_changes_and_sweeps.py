"""The law of changes: any interleaving of events and sweeps, at any lag, ends at the truth."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.checks.public_ip import PUBLIC_IP
from shared.checks.ssh_reachable import SSH_REACHABLE
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

WELL_TOLD = (Act.CHANGE, Act.DELIVER, Act.REPEAT, Act.SWEEP, Act.WAIT)
"""What happens while no event is lost and the index sees every write at once."""
OF_MACHINES = (PUBLIC_IP.id, SSH_REACHABLE.id)

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
def test_events_alone_keep_machines_at_the_truth(steps: list[Step]) -> None:
    assert disagreements_of_events(steps, OF_MACHINES) == []


@pytest.mark.parametrize("change", range(len(CHANGES)))
def test_one_change_is_judged_fully_though_the_index_knows_nothing(change: int) -> None:
    late = Step(Act.LAG, 2)
    assert disagreements_of_events([late, Step(Act.CHANGE, change)], SETTLED_CHECKS) == []


def test_walk_begins_with_machines_that_stand_open() -> None:
    with walk() as walking:
        assert walking.recorded() == walking.true() != frozenset()
