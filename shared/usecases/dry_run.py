"""The exact requests that a plan, or its rolling back, would send now; nothing is sent."""

from __future__ import annotations

from collections.abc import Iterator

from shared.usecases.plan_record import PlanRecord
from shared.usecases.remediation_interfaces import ChangeWriter, WireRequest


def calls_of(writer: ChangeWriter, record: PlanRecord) -> Iterator[WireRequest]:
    """Give the request of each edit that is not made yet, to what is there now.

    Of several edits to one resource each is shown as if it were the first.

    Raises:
        WriteFailedError: a resource could not be read.
        EditImpossibleError: an edit does not fit what is there.
    """
    for edit in record.plan.edits[len(record.made) :]:
        yield writer.request(edit, writer.image(edit.target))


def undo_calls_of(writer: ChangeWriter, record: PlanRecord) -> Iterator[WireRequest]:
    """Give the request that takes back each edit that was made, the last one first.

    Raises:
        WriteFailedError: a resource could not be read.
    """
    for made in reversed(record.made):
        request = writer.restoration(made.before, writer.image(made.before.resource))
        if request is not None:
            yield request
