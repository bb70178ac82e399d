"""What the JSON API gives, member by member; dashboard/openapi.py describes it."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.posture_view import Scorecard
from dashboard.sweep_view import SweepView
from dashboard.wording import stamp
from shared.exposure.documents import JsonObject
from shared.findings.documents import finding_document
from shared.findings.finding import Actor, FindingRecord, Transition
from shared.findings.kept_posture import PostureHead
from shared.findings.summary import FindingSummary
from shared.remediation.plan import plan_document
from shared.rendering.posture_document import machine_document, place_document
from shared.usecases.plan_record import PlanRecord, PlanStep


def summary_document(summary: FindingSummary) -> JsonObject:
    """Give a finding in brief."""
    return {
        "fingerprint": summary.fingerprint,
        "check": summary.check,
        "resource": summary.resource.text,
        "severity": summary.severity.value,
        "title": summary.title,
        "state": summary.state.value,
        "first_seen": stamp(summary.first_seen),
        "since": stamp(summary.since),
        "observed_at": stamp(summary.observed_at),
        "url": f"/api/v1/findings/{summary.fingerprint}",
    }


def record_document(record: FindingRecord) -> JsonObject:
    """Give a finding with its evidence."""
    return {
        **finding_document(record.finding),
        "state": record.state.value,
        "first_seen": stamp(record.first_seen),
        "since": stamp(record.since),
        "observed_at": stamp(record.observed_at),
        "exempt_until": stamp(record.exempt_until) if record.exempt_until else None,
        "history": f"/api/v1/findings/{record.finding.fingerprint}/history",
    }


def transition_document(step: Transition) -> JsonObject:
    """Give a step in the life of a finding."""
    times = {"occurred": step.occurred, "received": step.received, "told": step.told}
    return {
        "at": stamp(step.at),
        "observed_at": stamp(step.observed_at),
        "before": step.before.value if step.before else None,
        "after": step.after.value,
        "severity": step.finding.severity.value,
        "severity_before": step.severity_before.value if step.severity_before else None,
        "cause": step.cause.value,
        "run": step.run,
        "actor": _actor(step.actor) if step.actor else None,
        **{name: stamp(time) if time else None for name, time in times.items()},
    }


def _actor(actor: Actor) -> JsonObject:
    return {
        "name": actor.name,
        "kind": actor.kind.value,
        "client": actor.client,
        "operation": actor.operation,
        "correlation_id": actor.correlation_id,
    }


def sweep_document(sweep: SweepView) -> JsonObject:
    """Give a sweep with what it could not read."""
    return {
        "id": sweep.id,
        "started": stamp(sweep.started),
        "closed": stamp(sweep.closed) if sweep.closed else None,
        "partial": sweep.is_partial,
        "complete": sweep.is_complete,
        "shards": sweep.shards,
        "shards_done": sweep.shards_done,
        "subscriptions": sweep.subscriptions,
        "virtual_machines": sweep.machines,
        "findings": sweep.findings,
        "unread_count": sweep.unread,
        "unread": list(sweep.named),
        "vanished": list(sweep.vanished),
    }


def scorecard_document(card: Scorecard) -> JsonObject:
    """Give the scorecard of a place, and what is listed of it."""
    return {
        "oldest": stamp(card.oldest) if card.oldest else None,
        "newest": stamp(card.newest) if card.newest else None,
        "place": place_document(card.place),
        "level": card.asked.level.value,
        "subscriptions": [
            {**head_document(one), **place_document(one.brief)} for one in card.subscriptions
        ],
        "networks": [place_document(one) for one in card.networks],
        "machines": [machine_document(one) for one in card.machines],
    }


def head_document(head: PostureHead) -> JsonObject:
    """Say as of when a subscription's scorecard is, and which sweep kept it."""
    return {"observed_at": stamp(head.observed_at), "sweep": head.sweep}


def plan_summary_document(record: PlanRecord) -> JsonObject:
    """Give a plan in brief."""
    plan = record.plan
    return {
        "id": plan.id,
        "title": plan.title,
        "state": record.state.value,
        "since": stamp(record.since),
        "subscription": plan.subscription,
        "kind": plan.kind.value,
        "cause": plan.cause.text,
        "closes": len(plan.rehearsal.closes),
        "rehearsal_passed": plan.rehearsal.passed,
        "url": f"/api/v1/plans/{plan.id}",
    }


def plan_record_document(record: PlanRecord, steps: Sequence[PlanStep]) -> JsonObject:
    """Give a plan with its life; images of resources stay where they are."""
    approval = record.approval
    return {
        **plan_summary_document(record),
        "hash": record.hash,
        "note": record.note,
        "openers": list(record.openers),
        "approval": {"actor": approval.actor, "at": stamp(approval.at)} if approval else None,
        "plan": plan_document(record.plan),
        "history": [
            {
                "at": stamp(step.at),
                "actor": step.actor,
                "event": step.event,
                "before": step.before.value if step.before else None,
                "after": step.after.value,
                "text": step.text,
            }
            for step in steps
        ],
    }
