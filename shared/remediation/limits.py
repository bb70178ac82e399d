"""When a plan may be written: mode, scopes, pace, freezes, and what stops everything."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, TypeAlias, assert_never

from shared.exposure.layers import Reason
from shared.network.authorization import MANAGEMENT_GROUPS
from shared.network.ids import ResourceId

BREAKER_FAILURES: Final = 2
"""How many plans may fail in a row before nothing more is written."""

HOUR: Final = timedelta(hours=1)


class Mode(StrEnum):
    """How far Portcullis goes by itself: nothing, plans, plans that people approve, or all."""

    OFF = "off"
    PLAN = "plan"
    APPROVE = "approve"
    AUTO = "auto"


@dataclass(frozen=True, slots=True)
class ResourceScope:
    """A subscription, a resource group, a resource, or a management group."""

    id: ResourceId


@dataclass(frozen=True, slots=True)
class TagScope:
    """The resources that bear a tag; the name is compared without case, the value exactly."""

    name: str
    value: str


Scope: TypeAlias = ResourceScope | TagScope


@dataclass(frozen=True, slots=True)
class Freeze:
    """A time in which nothing is written: from `begin` to before `end`, both aware."""

    begin: datetime
    end: datetime

    def __post_init__(self) -> None:
        """Refuse a time that ends before it begins, or of no known zone."""
        if self.begin.tzinfo is None or self.end.tzinfo is None or self.begin >= self.end:
            raise ValueError(f"not a time to freeze: {self.begin} to {self.end}")


@dataclass(frozen=True, slots=True)
class Limits:
    """What the settings allow.  Without any scope nothing may be written."""

    mode: Mode = Mode.OFF
    scopes: tuple[Scope, ...] = ()
    per_hour: int = 1
    freezes: tuple[Freeze, ...] = ()
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A resource that is to be written: its tags, and the management groups that it lies in.

    The names of management groups are in lower case.
    """

    resource: ResourceId
    tags: Mapping[str, str]
    management_groups: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Pace:
    """What was done lately: when plans began to be written, and how many failed since a success."""

    begun: Sequence[datetime] = ()
    failures: int = 0


@dataclass(frozen=True, slots=True)
class Go:
    """It may be written now."""


@dataclass(frozen=True, slots=True)
class Wait:
    """It may be written later, from `until` on."""

    until: datetime
    reason: Reason


@dataclass(frozen=True, slots=True)
class Stop:
    """It may not be written, until a person changes something."""

    reason: Reason


Decision: TypeAlias = Go | Wait | Stop


def may_write(
    limits: Limits, places: Sequence[Place], pace: Pace, now: datetime, *, approved: bool
) -> Decision:
    """Decide whether a plan may be written now; what stops is looked at before what delays.

    `places` are all resources that the plan writes, `approved` tells whether a person consented.
    """
    for reason in _stops(limits, places, pace, approved=approved):
        return Stop(reason)
    waits = tuple(_waits(limits, pace, now))
    return max(waits, key=lambda wait: wait.until) if waits else Go()


def may_plan(limits: Limits) -> bool:
    """Tell whether plans are made at all."""
    return limits.mode is not Mode.OFF


def in_scope(place: Place, scopes: Sequence[Scope]) -> bool:
    """Tell whether a resource lies in any of the scopes."""
    return any(_holds(scope, place) for scope in scopes)


def _stops(
    limits: Limits, places: Sequence[Place], pace: Pace, *, approved: bool
) -> Iterator[Reason]:
    if limits.stopped:
        yield Reason("emergency-stop", "the emergency stop is set")
    if limits.mode in {Mode.OFF, Mode.PLAN}:
        yield Reason("mode", f"the mode is {limits.mode.value}, in which nothing is written")
    if limits.mode is Mode.APPROVE and not approved:
        yield Reason("not-approved", "nobody approved the plan")
    for place in places:
        if not in_scope(place, limits.scopes):
            text = f"{place.resource.name} is outside of what may be changed"
            yield Reason("out-of-scope", text)
    if pace.failures >= BREAKER_FAILURES:
        text = f"the last {pace.failures} plans failed; look into that and start again"
        yield Reason("breaker", text)


def _waits(limits: Limits, pace: Pace, now: datetime) -> Iterator[Wait]:
    for freeze in limits.freezes:
        if freeze.begin <= now < freeze.end:
            yield Wait(freeze.end, Reason("freeze", "changes are frozen"))
    lately = sorted(begun for begun in pace.begun if begun > now - HOUR)
    if len(lately) >= limits.per_hour:
        text = f"{len(lately)} plans began within an hour, and {limits.per_hour} may"
        yield Wait(lately[-limits.per_hour] + HOUR, Reason("per-hour", text))


def _holds(scope: Scope, place: Place) -> bool:
    match scope:
        case ResourceScope(id=identity) if identity.key.startswith(MANAGEMENT_GROUPS):
            return identity.name.lower() in place.management_groups
        case ResourceScope(id=identity):
            key = place.resource.key
            return key == identity.key or key.startswith(f"{identity.key}/")
        case TagScope(name=name, value=value):
            return any(
                own.lower() == name.lower() and said == value for own, said in place.tags.items()
            )
        case _ as unreachable:
            assert_never(unreachable)
