"""Attribution: which change brought a step, and who made it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from shared.findings.confirmation import deciding_resources
from shared.findings.finding import Actor, Finding
from shared.findings.mention import mentioned
from shared.findings.resource_change import ResourceChange, whole_resource
from shared.network.ids import ResourceId
from shared.network.snapshot import Snapshot


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


def attributed_to_changes(told: Sequence[Told], snapshot: Snapshot) -> Attribution:
    """Give each step to the latest change of a resource that decides it.

    Where none does, as with a network's peering, the step belongs to the only run that there is;
    of several nobody knows which, so the latest change lends its run and times, and its actor
    stays unknown.
    """
    latest_first = sorted(told, key=lambda one: one.change.occurred, reverse=True)
    by_subject = {one.change.subject: one.origin for one in reversed(latest_first)}
    latest = latest_first[0].origin
    is_one_run = len({one.change.run for one in told}) == 1
    unknown = latest if is_one_run else replace(latest, actor=None)

    def origin_of(findings: Sequence[Finding]) -> Origin:
        subjects = [one.change.subject for one in latest_first]
        deciding = _first_deciding(subjects, findings, snapshot)
        return unknown if deciding is None else by_subject[deciding]

    return origin_of


def attributed_by_log(
    run: str, actors: Mapping[ResourceId, Actor], snapshot: Snapshot
) -> Attribution:
    """Give every step to one run, and to whoever changed a resource that decides it last.

    `actors` has the latest change first.
    """

    def origin_of(findings: Sequence[Finding]) -> Origin:
        deciding = _first_deciding(actors, findings, snapshot)
        return Origin(run, None if deciding is None else actors[deciding])

    return origin_of


def _first_deciding(
    resources: Iterable[ResourceId], findings: Sequence[Finding], snapshot: Snapshot
) -> ResourceId | None:
    """Choose the first of some whole resources that findings name, else that they rest on.

    What lets somebody in stands in the evidence; what closes a way in may stand only before it.
    """
    candidates = list(resources)
    named = {whole_resource(one) for finding in findings for one in mentioned(finding)}
    for one in candidates:
        if one in named:
            return one
    resting = {one for finding in findings for one in deciding_resources(finding, snapshot)}
    return next((one for one in candidates if one in resting), None)
