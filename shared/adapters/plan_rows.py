"""Plans and their steps as rows of a table, and back.

Images are JSON text of Azure, of up to some megabytes for a firewall; compressed they fit into
the columns of one row.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from shared.adapters.arm_content import image_of
from shared.adapters.table_keys import key, newest_first
from shared.adapters.table_limits import Row, Value, cut, joined
from shared.adapters.table_rows import UnreadableRowError, time_of
from shared.network.ids import resource_id
from shared.remediation.approval import Approval
from shared.remediation.lifecycle import PlanState
from shared.remediation.plan import PlanId, plan_document, plan_from
from shared.usecases.plan_record import (
    Absent,
    Made,
    PlanRecord,
    PlanStep,
    Seen,
    Writing,
)

_LONGEST_NOTE: Final = 2_000


def plan_row(record: PlanRecord) -> dict[str, Value]:
    """Give the row of a plan."""
    row: dict[str, Value] = {
        "PartitionKey": key(record.plan.subscription.lower()),
        "RowKey": record.plan.id,
        "state": record.state,
        "since": record.since,
        "cause": record.plan.cause.text,
        "title": record.plan.title,
        "attempts": record.attempts,
        "news": record.news,
        "note": record.note[:_LONGEST_NOTE],
        **dict(cut("plan", json.dumps(plan_document(record.plan), default=dict))),
        **dict(cut("life", json.dumps(_life(record)))),
        **dict(cut("images", _packed(record))),
    }
    if record.due is not None:
        row["due"] = record.due
    return row


def record_of(row: Row, version: str) -> PlanRecord:
    """Read the row of a plan.

    Raises:
        UnreadableRowError: it is none.
    """
    try:
        life: Mapping[str, Any] = json.loads(joined(row, "life"))
        images = _unpacked(joined(row, "images"))
        due = row.get("due")
        approval = life["approval"]
        writing = life["writing"]
        return PlanRecord(
            plan=plan_from(json.loads(joined(row, "plan"))),
            state=PlanState(str(row["state"])),
            since=time_of(row["since"]),
            images=tuple(images[number] for number in life["images"]),
            subjects=tuple(images[number] for number in life["subjects"]),
            openers=tuple(life["openers"]),
            approval=None if approval is None else _approval(approval),
            made=tuple(
                Made(one["number"], images[one["before"]], images[one["after"]])
                for one in life["made"]
            ),
            writing=None
            if writing is None
            else Writing(
                writing["number"],
                writing["is_undo"],
                images[writing["before"]],
                datetime.fromisoformat(writing["began"]),
                writing["token"],
            ),
            attempts=int(str(row["attempts"])),
            due=None if due is None else time_of(due),
            note=str(row["note"]),
            news=bool(row["news"]),
            recent=tuple(map(_step, life["recent"])),
            version=version,
        )
    except (KeyError, IndexError, TypeError, ValueError, zlib.error) as error:
        raise UnreadableRowError(row) from error


def step_rows(plan_id: PlanId, steps: Sequence[PlanStep]) -> list[dict[str, Value]]:
    """Give the rows of steps in the history, newest first; the same step has the same key."""
    return [
        {
            "PartitionKey": key(plan_id),
            "RowKey": key(f"{newest_first(step.at.strftime('%Y%m%dT%H%M%S.%fZ'))}|{step.event}"),
            **{name: value for name, value in _step_document(step).items() if value is not None},
            "at": step.at,
        }
        for step in steps
    ]


def step_of(row: Row) -> PlanStep:
    """Read a step from a row of the history.

    Raises:
        UnreadableRowError: it holds none.
    """
    try:
        before = row.get("before")
        return PlanStep(
            at=time_of(row["at"]),
            actor=str(row["actor"]),
            event=str(row["event"]),
            before=None if before is None else PlanState(str(before)),
            after=PlanState(str(row["after"])),
            text=str(row["text"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableRowError(row) from error


def _life(record: PlanRecord) -> dict[str, Any]:
    """Give what is not asked for by column; images by their number among `_images`."""
    numbers = {id(image): number for number, image in enumerate(_images(record))}
    writing = record.writing
    return {
        "images": [numbers[id(one)] for one in record.images],
        "subjects": [numbers[id(one)] for one in record.subjects],
        "openers": list(record.openers),
        "approval": None
        if record.approval is None
        else {
            "actor": record.approval.actor,
            "at": record.approval.at.isoformat(),
            "plan_hash": record.approval.plan_hash,
        },
        "made": [
            {
                "number": one.number,
                "before": numbers[id(one.before)],
                "after": numbers[id(one.after)],
            }
            for one in record.made
        ],
        "writing": None
        if writing is None
        else {
            "number": writing.number,
            "is_undo": writing.is_undo,
            "before": numbers[id(writing.before)],
            "began": writing.began.isoformat(),
            "token": writing.token,
        },
        "recent": [_step_document(step) for step in record.recent],
    }


def _images(record: PlanRecord) -> list[Seen]:
    """Give every image that a record holds, in one order."""
    around = [image for one in record.made for image in (one.before, one.after)]
    begun = [] if record.writing is None else [record.writing.before]
    return [*record.images, *record.subjects, *around, *begun]


def _packed(record: PlanRecord) -> str:
    documents = [_image_document(image) for image in _images(record)]
    return base64.b64encode(zlib.compress(json.dumps(documents).encode(), 9)).decode()


def _unpacked(text: str) -> list[Seen]:
    return [_image(one) for one in json.loads(zlib.decompress(base64.b64decode(text)))]


def _image_document(image: Seen) -> dict[str, str]:
    if isinstance(image, Absent):
        return {"resource": image.resource.text}
    return {
        "resource": image.resource.text,
        "digest": image.digest,
        "text": image.text.decode(),
    }


def _image(document: Mapping[str, str]) -> Seen:
    resource = resource_id(document["resource"])
    if "text" not in document:
        return Absent(resource)
    return replace(image_of(resource, document["text"].encode()), digest=document["digest"])


def _approval(document: Mapping[str, str]) -> Approval:
    at = datetime.fromisoformat(document["at"])
    return Approval(document["actor"], at, document["plan_hash"])


def _step_document(step: PlanStep) -> dict[str, str | None]:
    return {
        "at": step.at.isoformat(),
        "actor": step.actor,
        "event": step.event,
        "before": None if step.before is None else step.before.value,
        "after": step.after.value,
        "text": step.text[:_LONGEST_NOTE],
    }


def _step(document: Mapping[str, str]) -> PlanStep:
    before = document["before"]
    return PlanStep(
        datetime.fromisoformat(document["at"]),
        document["actor"],
        document["event"],
        PlanState(before) if before else None,
        PlanState(document["after"]),
        document["text"],
    )
