"""Rolling back: what was written is put back in reverse order, unless somebody else wrote since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shared.exposure.layers import Reason
from shared.network.ids import ResourceId


@dataclass(frozen=True, slots=True)
class Written:
    """One edit that was written: by its number in the plan, with its target's content around it.

    Contents are digests, None for a resource that was not there.
    """

    number: int
    target: ResourceId
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Undo:
    """One edit to be undone: the target is to become what it was before that edit."""

    number: int
    target: ResourceId
    content: str | None


def undos(
    written: Sequence[Written], now: Mapping[ResourceId, str | None]
) -> tuple[Undo, ...] | Reason:
    """Give what to put back, the last edit first, or why a person must look at it.

    `written` is in the order of the edits, `now` holds every target as it reads now.  What reads
    as it did before an edit was undone already, so that asking again after a failure goes on
    where it ended.  A target that reads as neither was changed by somebody else: that change
    stands, and nothing is put back at all.
    """
    reading = dict(now)
    steps: list[Undo] = []
    for edit in reversed(written):
        if reading[edit.target] == edit.after:
            steps.append(Undo(edit.number, edit.target, edit.before))
            reading[edit.target] = edit.before
        elif reading[edit.target] != edit.before:
            text = f"somebody else changed {edit.target.name} since; that change stands"
            return Reason("changed-since", text)
    return tuple(steps)


def drift(
    approved: Mapping[ResourceId, str | None], now: Mapping[ResourceId, str | None]
) -> Reason | None:
    """Say which resource is not what it was when the plan was approved; None where all are."""
    for resource, content in approved.items():
        if now.get(resource) != content:
            text = f"{resource.name} is not as it was when the plan was made; that change stands"
            return Reason("changed-since", text)
    return None
