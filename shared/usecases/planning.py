"""Planning: what is open gets a plan, which waits for a person, or is let through by the mode."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from shared.exposure.assessment import Question
from shared.exposure.layers import Reason
from shared.findings.exemption import Exemption
from shared.findings.finding import FindingState, Fingerprint
from shared.network.ids import ResourceId
from shared.network.snapshot import Snapshot
from shared.remediation.approval import Approval
from shared.remediation.edit import Edit
from shared.remediation.guards import guarded
from shared.remediation.lifecycle import PlanEvent, PlanState
from shared.remediation.limits import Limits, Mode, in_scope, may_plan
from shared.remediation.plan import Plan, PlanId
from shared.remediation.planner import Guard, Proposal, proposals
from shared.remediation.rehearsal import EXPOSURE_CHECKS
from shared.usecases.exemptions import ExemptionDesk, in_force
from shared.usecases.interfaces import (
    ChangeLog,
    Clock,
    FindingStore,
    Inventory,
    Queue,
    StoreConflictError,
    WorkQueue,
)
from shared.usecases.plan_record import (
    PORTCULLIS,
    PlanRecord,
    PlanStep,
    Seen,
    stepped,
    targets_of,
)
from shared.usecases.remediation_interfaces import (
    ChangeWriter,
    EditImpossibleError,
    PlanStore,
    SubjectFacts,
    SubjectReader,
    WriteFailedError,
)

WAITING: Final = frozenset({PlanState.PROPOSED, PlanState.AWAITING_APPROVAL, PlanState.APPROVED})
"""The states of a plan of which nothing is written yet."""
AGAIN: Final = frozenset({PlanState.EXPIRED, PlanState.SUPERSEDED})
"""The states from which the same plan is proposed again."""
LOOK_BACK: Final = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class PlanningDesk:
    """What planning needs of the outside world; `limits` reads the settings anew."""

    inventory: Inventory
    findings: FindingStore
    exemptions: ExemptionDesk
    plans: PlanStore
    writer: ChangeWriter
    subjects: SubjectReader
    log: ChangeLog
    queue: WorkQueue
    clock: Clock
    question: Callable[[], Question]
    limits: Callable[[], Limits]


@dataclass(slots=True)
class Planned:
    """What came of planning for one subscription."""

    subscription: str
    proposals: Sequence[Proposal] = ()
    records: list[PlanRecord] = field(default_factory=list)
    made: int = 0
    withdrawn: int = 0
    undone: int = 0
    skipped: list[str] = field(default_factory=list)


def plan_subscription(desk: PlanningDesk, subscription: str) -> Planned:
    """Plan for what is open in a subscription, and withdraw plans that nothing calls for any more.

    A repeat finds its plans there.  Plans that somebody wrote in the meantime are left to the next
    time, and so are those whose resources cannot be read now.

    Raises:
        InventoryError: Azure could not be read; worth another try.
        StoreError: the store or the queue did not do its part; worth another try.
    """
    limits = desk.limits()
    planned = Planned(subscription)
    if not may_plan(limits):
        return planned
    states = _states(desk, subscription)
    is_whole = True
    if FindingState.OPEN in states.values():
        snapshot = desk.inventory.read([subscription])
        is_whole = not snapshot.unread
        planned.proposals = _proposals(desk, snapshot, subscription)
    bests = [one.best for one in planned.proposals if one.best is not None]
    for plan in bests:
        if any(states.get(one) is FindingState.EXEMPT for one in _closed(plan)):
            planned.skipped.append(f"{plan.title}: it would close what is exempt")
        elif any(states.get(one) is FindingState.OPEN for one in _closed(plan)):
            _keep(desk, plan, limits, planned)
    if is_whole:
        _withdraw(desk, {plan.id for plan in bests}, states, planned)
    return planned


def _closed(plan: Plan) -> Iterator[Fingerprint]:
    yield from plan.findings
    yield from plan.rehearsal.closes


def _states(desk: PlanningDesk, subscription: str) -> Mapping[Fingerprint, FindingState]:
    return {
        entry.record.finding.fingerprint: entry.record.state
        for entry in desk.findings.findings(subscription)
        if entry.record.finding.check in EXPOSURE_CHECKS
    }


def _proposals(desk: PlanningDesk, snapshot: Snapshot, subscription: str) -> Sequence[Proposal]:
    """Propose on data that Resource Manager confirms for everything that would be written."""
    question = desk.question()
    known: dict[ResourceId, SubjectFacts] = {}
    guard = _guard(desk, in_force(desk.exemptions, [subscription]), known)
    first = proposals(snapshot, question)
    subjects = sorted({one for found in first for one in _subjects(found)})
    if not subjects:
        return first
    known.update(desk.subjects.about(subjects))
    fresh = desk.inventory.refreshed(snapshot, subjects)
    is_fine = fresh == snapshot and not any(
        guard(found.best.edits) for found in first if found.best is not None
    )
    return first if is_fine else proposals(fresh, question, guard)


def _subjects(found: Proposal) -> Iterator[ResourceId]:
    for plan in (*([found.best] if found.best else []), *found.refused):
        yield from plan.subjects


def _guard(
    desk: PlanningDesk,
    exemptions: Sequence[Exemption],
    known: dict[ResourceId, SubjectFacts],
) -> Guard:
    """Stand against what is locked, owned by somebody else, or exempt."""

    def guard(edits: Sequence[Edit]) -> tuple[Reason, ...]:
        subjects = list(dict.fromkeys(edit.subject for edit in edits))
        if unknown := [one for one in subjects if one not in known]:
            known.update(desk.subjects.about(unknown))
        told = guarded({one: known[one].circumstances for one in subjects})(edits)
        return (*told, *_exempt(subjects, exemptions))

    return guard


def _exempt(subjects: Sequence[ResourceId], exemptions: Sequence[Exemption]) -> Iterator[Reason]:
    for subject in subjects:
        for exemption in exemptions:
            scope = exemption.scope.key
            is_meant = exemption.check is None or exemption.check in EXPOSURE_CHECKS
            if is_meant and f"{subject.key}/".startswith(f"{scope}/"):
                text = f"{subject.name} is exempt: {exemption.reason} ({exemption.owner})"
                yield Reason("exempt", text)


def _keep(desk: PlanningDesk, plan: Plan, limits: Limits, planned: Planned) -> None:
    """Store a plan that is new, and see to one that is known."""
    known = desk.plans.plan(plan.id)
    try:
        if known is None or known.state in AGAIN:
            planned.records.append(_propose(desk, plan, known, limits))
            planned.made += 1
        elif known.state is PlanState.DONE and known.since < plan.observed_at:
            text = "what it had closed is open again; a person must look into that"
            undone = stepped(known, PlanEvent.UNDONE, PORTCULLIS, desk.clock.now(), text)
            planned.records.append(desk.plans.save(replace(undone, news=True)))
            planned.undone += 1
        elif known.state is PlanState.PROPOSED:
            planned.records.append(_asked(desk, known, limits))
        else:
            planned.records.append(known)
    except (WriteFailedError, EditImpossibleError) as error:
        planned.skipped.append(f"{plan.title}: {error}")
    except StoreConflictError:
        planned.skipped.append(f"{plan.title}: somebody else wrote it at the same time")


def _propose(
    desk: PlanningDesk, plan: Plan, known: PlanRecord | None, limits: Limits
) -> PlanRecord:
    """Record a plan with the images from before, and ask for consent as the mode wants it."""
    images = [desk.writer.image(target) for target in targets_of(plan)]
    _check_edits(desk.writer, plan, images)
    around = [one for one in plan.subjects if _is_whole(one, plan)]
    now = desk.clock.now()
    before = None if known is None else known.state
    step = PlanStep(now, PORTCULLIS, PlanEvent.PROPOSE.value, before, PlanState.PROPOSED)
    record = PlanRecord(
        plan,
        PlanState.PROPOSED,
        now,
        tuple(images),
        tuple(desk.writer.image(one) for one in around),
        openers=_openers(desk, plan, now),
        recent=(step,),
        version=None if known is None else known.version,
    )
    record = _consented(desk, record, limits, now)
    saved = desk.plans.save(record)
    if saved.state is PlanState.APPROVED:
        desk.queue.send(Queue.REMEDIATIONS, {"plan": str(plan.id)})
    return saved


def _asked(desk: PlanningDesk, known: PlanRecord, limits: Limits) -> PlanRecord:
    """Ask about a plan that was made while the mode asked for nothing."""
    record = _consented(desk, replace(known, recent=()), limits, desk.clock.now())
    if record.state is known.state:
        return known
    saved = desk.plans.save(record)
    if saved.state is PlanState.APPROVED:
        desk.queue.send(Queue.REMEDIATIONS, {"plan": str(known.plan.id)})
    return saved


def _is_whole(subject: ResourceId, plan: Plan) -> bool:
    """Tell whether a group is written by its rules; others point back at what others write."""
    return subject not in targets_of(plan) and "/networksecuritygroups/" in subject.key


def _check_edits(writer: ChangeWriter, plan: Plan, images: Sequence[Seen]) -> None:
    """Refuse a plan whose first edits do not fit what is there."""
    seen = {image.resource: image for image in images}
    for edit in plan.edits:
        if (image := seen.pop(edit.target, None)) is not None:
            writer.request(edit, image)


def _consented(desk: PlanningDesk, record: PlanRecord, limits: Limits, now: datetime) -> PlanRecord:
    match limits.mode:
        case Mode.APPROVE:
            return replace(stepped(record, PlanEvent.ASK, PORTCULLIS, now), news=True)
        case Mode.AUTO:
            places = [one.place for one in desk.subjects.about(record.plan.subjects).values()]
            if not all(in_scope(place, limits.scopes) for place in places):
                return record
            text = "the mode is auto, and everything that it writes is in scope"
            approved = stepped(record, PlanEvent.APPROVE, PORTCULLIS, now, text)
            return replace(approved, approval=Approval(PORTCULLIS, now, record.hash), due=now)
        case _:
            return record


def _openers(desk: PlanningDesk, plan: Plan, now: datetime) -> tuple[str, ...]:
    """Name who opened what a plan closes, by the history of its findings and by Azure's record."""
    names: dict[str, None] = {}
    for fingerprint in plan.findings:
        for step in desk.findings.history(fingerprint):
            if step.after is FindingState.OPEN and step.actor is not None:
                names[step.actor.name] = None
                break
    for actor in desk.log.actors(plan.subjects, now - LOOK_BACK).values():
        names[actor.name] = None
    return tuple(names)


def _withdraw(
    desk: PlanningDesk,
    wanted: set[PlanId],
    states: Mapping[Fingerprint, FindingState],
    planned: Planned,
) -> None:
    """Supersede the waiting plans that the estate does not call for any more.

    A plan for what stands in another subscription, through a firewall here, is that one's matter.
    """
    waiting = list(desk.plans.plans(planned.subscription, WAITING))
    for record in waiting:
        if record.plan.id in wanted or states.keys().isdisjoint(record.plan.findings):
            continue
        text = "the estate changed: nothing calls for this plan any more"
        gone = stepped(record, PlanEvent.SUPERSEDE, PORTCULLIS, desk.clock.now(), text)
        try:
            desk.plans.save(gone)
        except StoreConflictError:
            continue
        planned.withdrawn += 1
