"""Plans and images for the tests of remediation."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from shared.findings.finding import Fingerprint
from shared.network.ids import ResourceId
from shared.remediation.edit import Edit, RemoveRule
from shared.remediation.lifecycle import PlanState
from shared.remediation.plan import Plan, Rehearsal
from shared.remediation.wording import PlanKind
from shared.usecases.plan_record import Image, PlanRecord
from tests.recording_samples import NOON, SUBSCRIPTION, finding


def nsg(name: str = "nsg-web", of: str = SUBSCRIPTION) -> ResourceId:
    """Give the id of a network security group."""
    return ResourceId(
        f"/subscriptions/{of}/resourceGroups/shop"
        f"/providers/Microsoft.Network/networkSecurityGroups/{name}"
    )


def plan(*edits: Edit, of: str = SUBSCRIPTION, findings: tuple[Fingerprint, ...] = ()) -> Plan:
    """Give a plan that removes a rule unless told otherwise."""
    made = edits or (RemoveRule(nsg(of=of), "ssh"),)
    closed = findings or (finding(of=of).fingerprint,)
    return Plan(
        subscription=of,
        kind=PlanKind.REMOVE_RULE,
        cause=made[0].target,
        findings=closed,
        edits=made,
        rehearsal=Rehearsal(closes=closed),
        observed_at=NOON,
    )


def image(resource: ResourceId, **properties: Any) -> Image:  # noqa: ANN401 - any JSON value
    """Give an image of a resource, settled; its digest is of its properties."""
    described = {**properties, "provisioningState": "Succeeded"}
    text = json.dumps({"id": resource.text, "etag": "W/1", "properties": described}).encode()
    digest = hashlib.sha256(json.dumps(properties).encode()).hexdigest()
    flushes = properties.get("flushConnection") is True
    return Image(resource, "W/1", digest, "Succeeded", text, flushes)


def record(of: Plan | None = None, state: PlanState = PlanState.APPROVED) -> PlanRecord:
    """Give the record of a plan with images of its targets."""
    kept = of or plan()
    images = tuple(image(edit.target, priority=100) for edit in kept.edits)
    return PlanRecord(kept, state, NOON, images)
