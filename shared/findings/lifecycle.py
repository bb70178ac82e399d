"""The life of a finding: one table of every step that it can take."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, assert_never

from shared.findings.finding import FindingState, Transition


class Happening(StrEnum):
    """What can befall a finding.  To be seen again unchanged is no happening."""

    FOUND = "found"
    WORSENED = "worsened"
    EASED = "eased"
    CLEARED = "cleared"
    EXEMPTED = "exempted"
    EXEMPTION_ENDED = "exemption-ended"


TRANSITIONS: Final[Mapping[tuple[FindingState | None, Happening], FindingState]] = {
    (None, Happening.FOUND): FindingState.OPEN,
    (None, Happening.EXEMPTED): FindingState.EXEMPT,
    (FindingState.OPEN, Happening.WORSENED): FindingState.OPEN,
    (FindingState.OPEN, Happening.EASED): FindingState.OPEN,
    (FindingState.OPEN, Happening.EXEMPTED): FindingState.EXEMPT,
    (FindingState.OPEN, Happening.CLEARED): FindingState.RESOLVED,
    (FindingState.EXEMPT, Happening.EXEMPTION_ENDED): FindingState.OPEN,
    (FindingState.EXEMPT, Happening.CLEARED): FindingState.RESOLVED,
    (FindingState.RESOLVED, Happening.FOUND): FindingState.OPEN,
    (FindingState.RESOLVED, Happening.EXEMPTED): FindingState.EXEMPT,
}
"""The state that follows from a state (None: never recorded) and a happening."""


class TransitionRefused(Exception):
    """A step that a finding in this state cannot take: a fault of the caller."""

    def __init__(self, state: FindingState | None, happening: Happening) -> None:
        """Keep the state and the happening that do not go together."""
        super().__init__(f"a finding that is {state or 'not recorded'} cannot be {happening}")
        self.state = state
        self.happening = happening


def state_after(state: FindingState | None, happening: Happening) -> FindingState:
    """Look up the state that follows.

    Raises:
        TransitionRefused: `TRANSITIONS` has no such step.
    """
    try:
        return TRANSITIONS[state, happening]
    except KeyError:
        raise TransitionRefused(state, happening) from None


def is_news(transition: Transition) -> bool:
    """Tell whether people are to hear of a step; its history is kept in any case.

    News is a finding that opens or opens again, an open one that gets worse, and an open one that
    is resolved.  What happens under an exemption is no news until the exemption ends.
    """
    match transition.after:
        case FindingState.OPEN if transition.before is FindingState.OPEN:
            before = transition.severity_before
            return before is not None and transition.finding.severity.rank > before.rank
        case FindingState.OPEN:
            return True
        case FindingState.RESOLVED:
            return transition.before is FindingState.OPEN
        case FindingState.EXEMPT:
            return False
        case _:
            assert_never(transition.after)
