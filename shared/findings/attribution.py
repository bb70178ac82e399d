"""Attribution: which change brought a step, and who made it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from shared.findings.finding import Actor, Finding
from shared.findings.mention import mentioned, speaks_of
from shared.findings.resource_change import ResourceChange
from shared.network.ids import ResourceId


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a step comes from: its run, and who made the change, as far as that is known.

    `occurred` and `received` are the times of the change and of its event, where one brought it.
    """

    run: str
    actor: Actor | None = None
    occurred: datetime | None = None
    received: datetime | None = None


Attribution: TypeAlias = Callable[[Sequence[Finding]], Origin]
"""Gives the origin of one step, from the finding as it stood (if it did) and as it stands."""


def attributed_to_run(run: str) -> Attribution:
    """Give every step to one run, by nobody known."""
    origin = Origin(run)
    return lambda _findings: origin


@dataclass(frozen=True, slots=True)
class Told:
    """A change that was told of; `first` is when the oldest change that it stands for occurred."""

    change: ResourceChange
    first: datetime

    @property
    def origin(self) -> Origin:
        """The origin of steps that the change brought."""
        change = self.change
        return Origin(change.run, change.actor, self.first, change.received)


def attributed_to_changes(told: Sequence[Told]) -> Attribution:
    """Give each step to the latest change of a resource that its finding names.

    Where it names none, as for a virtual network's peering, the step belongs to the only run that
    there is; of several nobody knows which, so the latest change lends its run and times, and its
    actor stays unknown.
    """
    latest_first = sorted(told, key=lambda one: one.change.occurred, reverse=True)
    latest = latest_first[0].origin
    is_one_run = len({one.change.run for one in told}) == 1

    def origin_of(findings: Sequence[Finding]) -> Origin:
        for one in latest_first:
            subject = (one.change.subject,)
            if any(speaks_of(finding, subject) for finding in findings):
                return one.origin
        if is_one_run:
            return latest
        return Origin(latest.run, None, latest.occurred, latest.received)

    return origin_of


def attributed_by_log(run: str, actors: Mapping[ResourceId, Actor]) -> Attribution:
    """Give every step to one run, and to whoever changed a deciding resource last.

    `actors` has the latest change first: the first that a finding names is believed.
    """

    def origin_of(findings: Sequence[Finding]) -> Origin:
        named = frozenset[ResourceId]().union(*(mentioned(finding) for finding in findings))
        return Origin(run, next((actors[one] for one in actors if one in named), None))

    return origin_of
