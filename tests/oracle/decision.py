"""What the oracle says about one packet."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum


class Decision(Enum):
    """The fate of one packet; UNKNOWN where Azure's documents or the rows leave it open."""

    ALLOWED = "allowed"
    BLOCKED = "blocked"
    UNKNOWN = "unknown"


class Match(Enum):
    """Whether one rule is about one packet."""

    YES = "yes"
    NO = "no"
    MAYBE = "maybe"


def every(decisions: Iterable[Decision]) -> Decision:
    """Return the fate of a packet that must pass each of these layers."""
    met = set(decisions)
    if Decision.BLOCKED in met:
        return Decision.BLOCKED
    return Decision.UNKNOWN if Decision.UNKNOWN in met else Decision.ALLOWED


def alike(decisions: Iterable[Decision]) -> Decision:
    """Return the one fate that is possible, UNKNOWN when there are several."""
    met = set(decisions)
    return met.pop() if len(met) == 1 else Decision.UNKNOWN


def both(matches: Iterable[Match]) -> Match:
    """Return whether a rule matches whose parts match like this."""
    met = set(matches)
    if Match.NO in met:
        return Match.NO
    return Match.MAYBE if Match.MAYBE in met else Match.YES


def either(matches: Iterable[Match]) -> Match:
    """Return whether one entry of a list matches; an empty list matches nothing."""
    met = set(matches)
    if Match.YES in met:
        return Match.YES
    return Match.MAYBE if Match.MAYBE in met else Match.NO
