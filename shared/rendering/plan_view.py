"""A plan as people see it, on cards, on pages and at the terminal: the same words everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from shared.checks.result import Json
from shared.exposure.documents import JsonObject
from shared.network.ids import ResourceId
from shared.remediation.lifecycle import PlanState
from shared.remediation.plan import CUT_CONNECTIONS, OPEN_CONNECTIONS, Plan, plan_document
from shared.rendering.findings_table import minute
from shared.rendering.text_table import TextTable
from shared.rendering.visible_text import visible

HEADINGS: Final = ("Plan", "State", "Since (UTC)", "Closes", "What it does")


@dataclass(frozen=True, slots=True)
class PlanView:
    """A plan with what people ask of it: where it stands, why, and who said so.

    `hash` is what an approval is bound to, `openers` who may have opened what it closes.
    """

    plan: Plan
    state: PlanState
    since: datetime
    hash: str
    note: str = ""
    approved_by: str = ""
    openers: tuple[str, ...] = ()
    cuts_connections: bool = False

    @property
    def connections(self) -> str:
        """What becomes of sessions that are open."""
        return CUT_CONNECTIONS if self.cuts_connections else OPEN_CONNECTIONS

    @property
    def kept(self) -> tuple[ResourceId, ...]:
        """The machines behind it that people still get to, through Bastion or as trusted."""
        rehearsal = self.plan.rehearsal
        return tuple(dict.fromkeys((*rehearsal.keeps_bastion, *rehearsal.keeps_trusted)))


def plans_table(views: list[PlanView]) -> TextTable:
    """Give one row for each plan, in the order given."""
    rows = (
        (
            str(view.plan.id)[:12],
            view.state.value,
            minute(view.since),
            f"{len(view.plan.findings):,}",
            visible(view.plan.title),
        )
        for view in views
    )
    return TextTable(HEADINGS, tuple(rows), leading=4)


def plan_lines(view: PlanView) -> Iterator[str]:
    """Tell all about one plan, as lines."""
    plan, rehearsal = view.plan, view.plan.rehearsal
    yield visible(plan.title)
    yield f"  {visible(plan.cause.text)}"
    yield f"  plan {plan.id}, {view.state.value} since {minute(view.since)} UTC"
    yield f"  {view.state.meaning}"
    if view.note:
        yield f"  {visible(view.note)}"
    if view.approved_by:
        yield f"  approved by {visible(view.approved_by)}"
    yield "Steps:"
    yield from (f"  {number}. {visible(step)}" for number, step in enumerate(plan.steps, start=1))
    yield f"Closes: {len(rehearsal.closes):,}"
    yield from _machines("Still reached through Azure Bastion", rehearsal.keeps_bastion)
    yield from _machines("Still reached from trusted sources", rehearsal.keeps_trusted)
    if rehearsal.changes:
        yield f"Changes besides: {len(rehearsal.changes):,}"
        for change in rehearsal.changes:
            what = f"{change.check} of {change.resource.name}: {change.before} to {change.after}"
            yield f"  {visible(what)}"
    yield from (f"Against it: {visible(one.text)}" for one in rehearsal.objections)
    yield view.connections


def view_document(view: PlanView) -> JsonObject:
    """Give a plan with its life as data."""
    document: dict[str, Json] = {
        **plan_document(view.plan),
        "state": view.state.value,
        "since": view.since.astimezone(UTC).isoformat(timespec="seconds"),
        "hash": view.hash,
        "note": view.note,
        "approved_by": view.approved_by,
        "openers": list(view.openers),
    }
    return document


def _machines(title: str, machines: tuple[ResourceId, ...]) -> Iterator[str]:
    if machines:
        yield f"{title}: {len(machines):,}"
        yield from (f"  {visible(machine.text)}" for machine in machines)
