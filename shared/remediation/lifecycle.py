"""The life of a plan: one table of every step that it can take."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class PlanState(StrEnum):
    """The states of a plan."""

    PROPOSED = "proposed"
    AWAITING_APPROVAL = "awaiting-approval"
    APPROVED = "approved"
    APPLYING = "applying"
    VERIFYING = "verifying"
    DONE = "done"
    ROLLING_BACK = "rolling-back"
    ROLLED_BACK = "rolled-back"
    REJECTED = "rejected"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    NEEDS_A_PERSON = "needs-a-person"

    @property
    def is_live(self) -> bool:
        """Whether it is on its way: nothing else may plan for the same cause meanwhile."""
        return self in _LIVE

    @property
    def meaning(self) -> str:
        """What the state says, in one sentence."""
        return _MEANINGS[self]


class PlanEvent(StrEnum):
    """What can befall a plan."""

    PROPOSE = "propose"
    ASK = "ask"
    APPROVE = "approve"
    REJECT = "reject"
    EXPIRE = "expire"
    SUPERSEDE = "supersede"
    START = "start"
    WRITTEN = "written"
    REFUSED = "refused"
    WRITE_FAILS = "write-fails"
    VERIFIED = "verified"
    VERIFICATION_FAILS = "verification-fails"
    ROLL_BACK = "roll-back"
    RESTORED = "restored"
    RESTORE_FAILS = "restore-fails"
    UNDONE = "undone"

    @property
    def meaning(self) -> str:
        """What happened, in one sentence."""
        return _HAPPENINGS[self]


PLAN_TRANSITIONS: Final[Mapping[tuple[PlanState | None, PlanEvent], PlanState]] = {
    (None, PlanEvent.PROPOSE): PlanState.PROPOSED,
    (PlanState.EXPIRED, PlanEvent.PROPOSE): PlanState.PROPOSED,
    (PlanState.SUPERSEDED, PlanEvent.PROPOSE): PlanState.PROPOSED,
    (PlanState.PROPOSED, PlanEvent.ASK): PlanState.AWAITING_APPROVAL,
    (PlanState.PROPOSED, PlanEvent.APPROVE): PlanState.APPROVED,
    (PlanState.PROPOSED, PlanEvent.REJECT): PlanState.REJECTED,
    (PlanState.PROPOSED, PlanEvent.SUPERSEDE): PlanState.SUPERSEDED,
    (PlanState.AWAITING_APPROVAL, PlanEvent.APPROVE): PlanState.APPROVED,
    (PlanState.AWAITING_APPROVAL, PlanEvent.REJECT): PlanState.REJECTED,
    (PlanState.AWAITING_APPROVAL, PlanEvent.EXPIRE): PlanState.EXPIRED,
    (PlanState.AWAITING_APPROVAL, PlanEvent.SUPERSEDE): PlanState.SUPERSEDED,
    (PlanState.APPROVED, PlanEvent.START): PlanState.APPLYING,
    (PlanState.APPROVED, PlanEvent.REJECT): PlanState.REJECTED,
    (PlanState.APPROVED, PlanEvent.EXPIRE): PlanState.EXPIRED,
    (PlanState.APPROVED, PlanEvent.SUPERSEDE): PlanState.SUPERSEDED,
    (PlanState.APPLYING, PlanEvent.WRITTEN): PlanState.VERIFYING,
    (PlanState.APPLYING, PlanEvent.SUPERSEDE): PlanState.SUPERSEDED,
    (PlanState.APPLYING, PlanEvent.REFUSED): PlanState.NEEDS_A_PERSON,
    (PlanState.APPLYING, PlanEvent.WRITE_FAILS): PlanState.ROLLING_BACK,
    (PlanState.VERIFYING, PlanEvent.VERIFIED): PlanState.DONE,
    (PlanState.VERIFYING, PlanEvent.VERIFICATION_FAILS): PlanState.ROLLING_BACK,
    (PlanState.DONE, PlanEvent.ROLL_BACK): PlanState.ROLLING_BACK,
    (PlanState.DONE, PlanEvent.UNDONE): PlanState.NEEDS_A_PERSON,
    (PlanState.ROLLING_BACK, PlanEvent.RESTORED): PlanState.ROLLED_BACK,
    (PlanState.ROLLING_BACK, PlanEvent.RESTORE_FAILS): PlanState.NEEDS_A_PERSON,
    (PlanState.NEEDS_A_PERSON, PlanEvent.ROLL_BACK): PlanState.ROLLING_BACK,
}
"""The state that follows from a state (None: never recorded) and an event.

A plan that was superseded or expired is proposed again when the same exposure is found again; one
that a person rejected, or that was rolled back, is not.
"""

_LIVE: Final = frozenset(
    {
        PlanState.PROPOSED,
        PlanState.AWAITING_APPROVAL,
        PlanState.APPROVED,
        PlanState.APPLYING,
        PlanState.VERIFYING,
        PlanState.ROLLING_BACK,
    }
)

_MEANINGS: Final = {
    PlanState.PROPOSED: "It is shown, and nobody was asked to decide.",
    PlanState.AWAITING_APPROVAL: "Somebody with the approver role is to decide.",
    PlanState.APPROVED: "It may be applied until the approval expires.",
    PlanState.APPLYING: "Its edits are being written, one at a time.",
    PlanState.VERIFYING: "Everything is written; it is read back and judged again.",
    PlanState.DONE: "What was read back shows the exposure closed and the rest as it was.",
    PlanState.ROLLING_BACK: "What was written is being put back as it was before.",
    PlanState.ROLLED_BACK: "Everything reads as it did before the first edit.",
    PlanState.REJECTED: "A person decided against it.",
    PlanState.EXPIRED: "Nobody decided, or nothing was applied, in time.",
    PlanState.SUPERSEDED: "Somebody else changed the resource first, and that change stands.",
    PlanState.NEEDS_A_PERSON: "Portcullis may not or cannot go on by itself.",
}

_HAPPENINGS: Final = {
    PlanEvent.PROPOSE: "The planner found it, and its rehearsal passed.",
    PlanEvent.ASK: "The mode asks a person before anything is written.",
    PlanEvent.APPROVE: "A person approved it, or the mode does without.",
    PlanEvent.REJECT: "A person rejected it, or took the approval back.",
    PlanEvent.EXPIRE: "Its time is over.",
    PlanEvent.SUPERSEDE: "The resource, or the plan for it, is not what was approved.",
    PlanEvent.START: "All limits let it begin.",
    PlanEvent.WRITTEN: "Azure accepted and finished every edit.",
    PlanEvent.REFUSED: "Azure, a lock or a missing permission refused the first edit.",
    PlanEvent.WRITE_FAILS: "An edit failed after others, or after it had begun.",
    PlanEvent.VERIFIED: "What was read back is what the rehearsal showed.",
    PlanEvent.VERIFICATION_FAILS: "What was read back is not what the rehearsal showed.",
    PlanEvent.ROLL_BACK: "A person wants it undone.",
    PlanEvent.RESTORED: "What was read back is the image from before.",
    PlanEvent.RESTORE_FAILS: "It could not be put back, or somebody else changed it since.",
    PlanEvent.UNDONE: "Somebody opened again what it had closed.",
}


class TransitionRefused(Exception):
    """A step that a plan in this state cannot take: a fault of the caller."""

    def __init__(self, state: PlanState | None, event: PlanEvent) -> None:
        """Keep the state and the event that do not go together."""
        super().__init__(f"a plan that is {state or 'not recorded'} cannot take {event}")
        self.state = state
        self.event = event


def state_after(state: PlanState | None, event: PlanEvent) -> PlanState:
    """Look up the state that follows.

    Raises:
        TransitionRefused: `PLAN_TRANSITIONS` has no such step.
    """
    try:
        return PLAN_TRANSITIONS[state, event]
    except KeyError:
        raise TransitionRefused(state, event) from None
