"""A plan: a few edits that close one cause of exposure, and what their rehearsal showed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NewType

from shared.checks.result import Json
from shared.exposure.documents import JsonObject
from shared.exposure.layers import Reason
from shared.findings.evidence import canonical
from shared.findings.finding import Fingerprint
from shared.network.ids import ResourceId
from shared.remediation.document_reading import (
    InvalidDocumentError,
    identity,
    moment,
    part,
    parts,
    text,
    texts,
)
from shared.remediation.edit import Edit
from shared.remediation.edit_documents import edit_document, edit_from
from shared.remediation.wording import PlanKind, plan_title, step_text

PlanId = NewType("PlanId", str)

SCHEMA: Final = "portcullis/plan/1"
OPEN_CONNECTIONS: Final = (
    "New connections are refused. Sessions that are open may go on until they end or the machine"
    " restarts."
)
"""What everybody must know after a plan was applied, whether by rules or by addresses.

Source: Microsoft Learn, "Network security groups", existing connections.
"""
CUT_CONNECTIONS: Final = (
    "New connections are refused. Sessions that are open are cut, where Azure keeps to the group's"
    " setting flushConnection."
)
"""The same, where everything that is written judges open connections anew.

Source: Azure REST API reference, Network Security Groups, flushConnection.
"""


@dataclass(frozen=True, slots=True)
class Change:
    """What a plan changes of one judgement.

    `check` is a check's id; `before` and `after` are severities, `undetermined`, or `clear`.
    """

    check: str
    resource: ResourceId
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What the edits did to a copy of the estate.

    `closes` are the findings of exposure that were gone, the plan's own and others behind the same
    rules.  `keeps_bastion` and `keeps_trusted` are
    the machines behind the edited resources that a Bastion, or trusted sources, still got through
    to.  `changes` are the side effects, none of them for the worse; `objections` say what stands
    against the plan.
    """

    closes: tuple[Fingerprint, ...] = ()
    keeps_bastion: tuple[ResourceId, ...] = ()
    keeps_trusted: tuple[ResourceId, ...] = ()
    changes: tuple[Change, ...] = ()
    objections: tuple[Reason, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether nothing stands against the plan."""
        return not self.objections


@dataclass(frozen=True, slots=True)
class Plan:
    """A proposal to change one subscription's resources.

    `cause` is the rule, address or door that lets people in, `findings` what the plan closes.
    `edits` are made in their order.  `observed_at` is the time of the snapshot, aware, in UTC.
    """

    subscription: str
    kind: PlanKind
    cause: ResourceId
    findings: tuple[Fingerprint, ...]
    edits: tuple[Edit, ...]
    rehearsal: Rehearsal
    observed_at: datetime

    def __post_init__(self) -> None:
        """Refuse a plan that changes nothing."""
        if not self.edits:
            raise ValueError("a plan has at least one edit")

    @property
    def id(self) -> PlanId:
        """A hash of subscription, cause and edits: the same proposal again has the same id."""
        edits = [edit_document(edit) for edit in self.edits]
        content = canonical([self.subscription.lower(), self.cause.key, edits])
        return PlanId(hashlib.sha256(content.encode()).hexdigest()[:32])

    @property
    def title(self) -> str:
        """One line that says what the plan does."""
        return plan_title(self.kind, self.cause)

    @property
    def steps(self) -> tuple[str, ...]:
        """One sentence for each edit."""
        return tuple(step_text(edit) for edit in self.edits)

    @property
    def subjects(self) -> tuple[ResourceId, ...]:
        """The resources that are written, in the order of their first edits."""
        return tuple(dict.fromkeys(edit.subject for edit in self.edits))


def plan_document(plan: Plan) -> JsonObject:
    """Give a plan as data; `plan_from` reads it back."""
    return {
        "schema": SCHEMA,
        "id": plan.id,
        "subscription": plan.subscription,
        "kind": plan.kind.value,
        "cause": plan.cause.text,
        "title": plan.title,
        "steps": list(plan.steps),
        "findings": list(plan.findings),
        "edits": [edit_document(edit) for edit in plan.edits],
        "rehearsal": _rehearsal_document(plan.rehearsal),
        "observed_at": plan.observed_at.isoformat(),
    }


def plan_from(document: Mapping[str, Json]) -> Plan:
    """Read what `plan_document` gave; title and steps are made anew.

    Raises:
        InvalidDocumentError: a member is missing, of another type, or of another version.
        InvalidEditError: an edit is one that cannot be.
    """
    if document.get("schema") != SCHEMA:
        raise InvalidDocumentError("schema", document.get("schema"))
    return Plan(
        subscription=text(document, "subscription"),
        kind=PlanKind(text(document, "kind")),
        cause=identity(document, "cause"),
        findings=tuple(map(Fingerprint, texts(document, "findings"))),
        edits=tuple(map(edit_from, parts(document, "edits"))),
        rehearsal=_rehearsal_from(part(document, "rehearsal")),
        observed_at=moment(document, "observed_at"),
    )


def _rehearsal_document(rehearsal: Rehearsal) -> JsonObject:
    return {
        "passed": rehearsal.passed,
        "closes": list(rehearsal.closes),
        "keeps_bastion": [machine.text for machine in rehearsal.keeps_bastion],
        "keeps_trusted": [machine.text for machine in rehearsal.keeps_trusted],
        "changes": [
            {
                "check": change.check,
                "resource": change.resource.text,
                "before": change.before,
                "after": change.after,
            }
            for change in rehearsal.changes
        ],
        "objections": [{"code": one.code, "text": one.text} for one in rehearsal.objections],
    }


def _rehearsal_from(document: Mapping[str, Json]) -> Rehearsal:
    return Rehearsal(
        closes=tuple(map(Fingerprint, texts(document, "closes"))),
        keeps_bastion=tuple(map(ResourceId, texts(document, "keeps_bastion"))),
        keeps_trusted=tuple(map(ResourceId, texts(document, "keeps_trusted"))),
        changes=tuple(
            Change(
                text(one, "check"),
                identity(one, "resource"),
                text(one, "before"),
                text(one, "after"),
            )
            for one in parts(document, "changes")
        ),
        objections=tuple(
            Reason(text(one, "code"), text(one, "text")) for one in parts(document, "objections")
        ),
    )
