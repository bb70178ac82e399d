"""The law of changes: any interleaving of events and sweeps, at any lag, ends at the truth."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.event_walks import CHANGES, Act, Step, disagreements, walk

pytestmark = pytest.mark.slow

numbers = st.integers(0, len(CHANGES) - 1)
acts = st.sampled_from([*Act, Act.CHANGE, Act.CHANGE, Act.DELIVER, Act.DELIVER])
walks = st.lists(st.builds(Step, acts, numbers), max_size=14)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(walks)
def test_any_interleaving_of_events_and_sweeps_ends_at_the_truth(steps: list[Step]) -> None:
    assert disagreements(steps) == []


@pytest.mark.parametrize("change", range(len(CHANGES)))
def test_each_change_alone_is_judged_fully_by_its_event(change: int) -> None:
    late = Step(Act.LAG, 2)
    assert disagreements([late, Step(Act.CHANGE, change)]) == []


def test_walk_begins_with_machines_that_stand_open() -> None:
    with walk() as walking:
        assert walking.recorded() == walking.true() != frozenset()
