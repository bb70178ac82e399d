"""What is remembered of a plan: images from before, what was written, and who decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, TypeAlias

from shared.network.ids import ResourceId
from shared.remediation.approval import Approval, ImageDigest, plan_hash
from shared.remediation.lifecycle import PlanEvent, PlanState, state_after
from shared.remediation.plan import Plan

PORTCULLIS: Final = "Portcullis"
"""Who takes the steps that no person takes."""


@dataclass(frozen=True, slots=True)
class Image:
    """A resource as Azure showed it: its own JSON text.

    `digest` is a hash of the content, without etags and what changes by itself; `state` is the
    provisioning state, empty where the resource has none.  `flushes` marks a network security group
    that judges open connections anew when its rules change.
    """

    resource: ResourceId
    etag: str
    digest: str
    state: str
    text: bytes
    flushes: bool = False

    @property
    def is_settled(self) -> bool:
        """Whether no operation is running on the resource."""
        return self.state in {"", "Succeeded", "Failed", "Canceled"}


@dataclass(frozen=True, slots=True)
class Absent:
    """Azure says that there is no such resource."""

    resource: ResourceId

    @property
    def digest(self) -> None:
        """Nothing has no content."""
        return

    @property
    def is_settled(self) -> bool:
        """Nothing runs on what is not there."""
        return True


Seen: TypeAlias = Image | Absent


@dataclass(frozen=True, slots=True)
class Made:
    """An edit that is in Azure, by its number in the plan, with what was there around it."""

    number: int
    before: Seen
    after: Seen


@dataclass(frozen=True, slots=True)
class Writing:
    """A write that is on its way, noted before it is sent.

    `before` was read right ahead of it.  `token` is that of Azure's operation, empty as long as
    nobody knows that the write was accepted.
    """

    number: int
    is_undo: bool
    before: Seen
    began: datetime
    token: str = ""


@dataclass(frozen=True, slots=True)
class PlanStep:
    """One step in the life of a plan: a row of its history.

    `event` is a `PlanEvent`, or names something that happened within a state.
    """

    at: datetime
    actor: str
    event: str
    before: PlanState | None
    after: PlanState
    text: str = ""


@dataclass(frozen=True, slots=True)
class PlanRecord:
    """A plan with its life.

    `images` are of the edits' targets when it was planned, each once; `subjects` those of the whole
    resources around them, as they were last seen with nothing but our own edits.  `openers` are
    the names of who opened what it closes.  `made` are the edits that are in Azure, in their
    order; `writing` is the one on its way.  `attempts` counts the failed ones since the last that
    succeeded.  `due` is when somebody is to look at it again, without any message.  `news` tells
    whether its state is still to be told on a card, and `note` why it is in that state.  `recent`
    are the steps of the last save.
    """

    plan: Plan
    state: PlanState
    since: datetime
    images: tuple[Seen, ...]
    subjects: tuple[Seen, ...] = ()
    openers: tuple[str, ...] = ()
    approval: Approval | None = None
    made: tuple[Made, ...] = ()
    writing: Writing | None = None
    attempts: int = 0
    due: datetime | None = None
    note: str = ""
    news: bool = False
    recent: tuple[PlanStep, ...] = ()
    version: str | None = None

    @property
    def hash(self) -> str:
        """What an approval is bound to: the plan, and the images from before."""
        digests = [ImageDigest(one.resource, one.digest) for one in (*self.images, *self.subjects)]
        return plan_hash(self.plan, digests)

    @property
    def cuts_connections(self) -> bool:
        """Whether whatever it writes judges open connections anew."""
        around = [one for one in self.subjects if isinstance(one, Image)]
        return bool(around) and all(one.flushes for one in around)

    def image_of(self, target: ResourceId) -> Seen:
        """Give the image from before of one edit's target."""
        return next(image for image in self.images if image.resource == target)


def stepped(
    record: PlanRecord, event: PlanEvent, actor: str, at: datetime, text: str = ""
) -> PlanRecord:
    """Give the record after an event, with the step in its history.

    Raises:
        TransitionRefused: the state does not take the event.
    """
    after = state_after(record.state, event)
    step = PlanStep(at, actor, event.value, record.state, after, text)
    return replace(
        record, state=after, since=at, note=text, attempts=0, recent=(*record.recent, step)
    )


def noted(record: PlanRecord, event: str, actor: str, at: datetime, text: str) -> PlanRecord:
    """Give the record with something in its history that changes no state."""
    step = PlanStep(at, actor, event, record.state, record.state, text)
    return replace(record, recent=(*record.recent, step))


@dataclass(frozen=True, slots=True)
class Ledger:
    """What was begun within the last hour anywhere, and how the last plans ended, oldest first.

    `failures` are the ends of plans that failed since the last that was done.
    """

    begun: tuple[datetime, ...] = ()
    failures: tuple[datetime, ...] = ()
    version: str | None = None


def targets_of(plan: Plan) -> Sequence[ResourceId]:
    """Name what a plan's edits write, each once, in their order."""
    return tuple(dict.fromkeys(edit.target for edit in plan.edits))
