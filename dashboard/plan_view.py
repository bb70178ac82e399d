"""A plan as its page shows it: each edit with what is there before and after."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from dashboard.wording import lines_of
from shared.remediation.edit import Edit
from shared.remediation.lifecycle import PlanState
from shared.remediation.wording import step_text
from shared.usecases.plan_record import Absent, PlanRecord, Seen
from shared.usecases.remediation_interfaces import ChangeWriter, EditImpossibleError

LONGEST_IMAGE: Final = 6_000
GONE: Final = "It is not there."
DELETED: Final = "It is deleted."
DECIDABLE: Final = frozenset({PlanState.PROPOSED, PlanState.AWAITING_APPROVAL})
STOPPABLE: Final = DECIDABLE | {PlanState.APPROVED}


@dataclass(frozen=True, slots=True)
class EditView:
    """One edit in words, with the resource as JSON before it, and after it."""

    text: str
    target: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class PlanView:
    """A plan with what can be decided about it now."""

    record: PlanRecord
    edits: tuple[EditView, ...]

    @property
    def can_be_approved(self) -> bool:
        """Whether it waits for a decision."""
        return self.record.state in DECIDABLE

    @property
    def can_be_rejected(self) -> bool:
        """Whether it can still be stopped before anything is written."""
        return self.record.state in STOPPABLE


def plan_view(record: PlanRecord, writer: ChangeWriter) -> PlanView:
    """Show the plan on the images from when it was made; nothing is asked of Azure."""
    return PlanView(record, tuple(_edit(edit, record, writer) for edit in record.plan.edits))


def _edit(edit: Edit, record: PlanRecord, writer: ChangeWriter) -> EditView:
    seen = next((one for one in record.images if one.resource == edit.target), None)
    if seen is None:
        return EditView(step_text(edit), edit.target.text, "", "")
    return EditView(step_text(edit), edit.target.text, _before(seen), _after(edit, seen, writer))


def _before(seen: Seen) -> str:
    return GONE if isinstance(seen, Absent) else _pretty(seen.text)


def _after(edit: Edit, seen: Seen, writer: ChangeWriter) -> str:
    try:
        request = writer.request(edit, seen)
    except EditImpossibleError as error:
        return str(error)
    return _pretty(request.body) if request.body else DELETED


def _pretty(text: bytes) -> str:
    """Give JSON text for people, cut where it is endless."""
    try:
        whole = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except ValueError:
        whole = text.decode("utf-8", "replace")
    cut = lines_of(whole[:LONGEST_IMAGE])
    return cut if len(whole) <= LONGEST_IMAGE else f"{cut}\n…"
