"""`portcullis plan`: what would close what is open, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Annotated

import typer

from cli import options
from cli.output import ExitStatus, note, progress, write_lines, write_prose, write_table
from cli.plan_choice import the_plan
from cli.settings import command_runtime
from shared.config import Setting
from shared.remediation.limits import Mode
from shared.rendering.json_text import json_lines
from shared.rendering.plan_view import plan_lines, plans_table, view_document
from shared.rendering.scan_summary import counted
from shared.rendering.visible_text import visible
from shared.usecases.plan_news import view_of
from shared.usecases.plan_record import PlanRecord
from shared.usecases.planning import Planned, plan_subscription
from shared.usecases.remediation_interfaces import PlanStore
from shared.wiring import Runtime


class PlanFormat(StrEnum):
    """The forms in which plans are written."""

    TEXT = "text"
    JSON = "json"


def plan(
    plan_id: Annotated[
        str,
        typer.Argument(metavar="PLAN", help="Show this plan: its id, or how it begins."),
    ] = "",
    *,
    subscription: Annotated[
        list[str] | None,
        typer.Option(
            parser=options.subscription,
            metavar="ID",
            help="Plan for this subscription; repeatable, all with findings by default.",
        ),
    ] = None,
    stored: Annotated[
        bool, typer.Option("--stored", help="Plan nothing; show the plans that are kept.")
    ] = False,
    reset: Annotated[
        bool,
        typer.Option("--reset-breaker", help="Let plans be applied again after two that failed."),
    ] = False,
    form: Annotated[
        PlanFormat, typer.Option("--format", help="How to write the plans.")
    ] = PlanFormat.TEXT,
) -> int:
    """Plan for what is open, and show the plans with why there is none for the rest.

    Nothing is written to Azure.  Plans are kept, and ask for approval where the mode says so.
    """
    runtime = command_runtime()
    plans = runtime.remediation.plans
    if reset:
        plans.enter(replace(plans.ledger(), failures=()))
        write_lines(["The breaker is reset: plans may be applied again."])
        return ExitStatus.FINE
    if plan_id:
        _show(the_plan(plans, plan_id), form, plans)
        return ExitStatus.FINE
    wanted = subscription or list(runtime.findings.subscriptions())
    if not stored and runtime.settings.remediation.limits.mode is Mode.OFF:
        note(f"{Setting.REMEDIATION_MODE} is off: nothing is planned. Write plan to see plans.")
    planned = [] if stored else list(_planned(runtime, wanted))
    kept = sorted(
        (record for one in wanted for record in plans.plans(one)),
        key=lambda record: (not record.state.is_live, record.plan.subscription, record.plan.id),
    )
    if form is PlanFormat.JSON:
        documents = [view_document(view_of(record)) for record in kept]
        write_lines(json_lines({"schema": "portcullis/plans/1", "plans": documents}))
        return ExitStatus.FINE
    if kept:
        write_table(plans_table([view_of(record) for record in kept]))
        write_lines([""])
    write_prose([f"{counted(len(kept), 'plan')}.", *_reasons(planned)])
    return ExitStatus.FINE


def _planned(runtime: Runtime, subscriptions: Sequence[str]) -> Iterator[Planned]:
    with progress("Planning") as status:
        for one in subscriptions:
            status.update(f"Planning for {one}")
            yield plan_subscription(runtime.remediation.planning, one)


def _reasons(planned: Sequence[Planned]) -> Iterator[str]:
    """Say for what there is no plan, and why, as lines."""
    for one in planned:
        for proposal in one.proposals:
            if proposal.best is not None:
                continue
            yield f"No plan for {visible(proposal.cause.text)}"
            refused = [why for plan in proposal.refused for why in plan.rehearsal.objections]
            for reason in dict.fromkeys((*proposal.reasons, *refused)):
                yield f"  {visible(reason.text)}"
        yield from (f"Not kept: {visible(text)}" for text in one.skipped)


def _show(record: PlanRecord, form: PlanFormat, plans: PlanStore) -> None:
    view = view_of(record)
    if form is PlanFormat.JSON:
        write_lines(json_lines(view_document(view)))
        return
    steps = (
        f"  {step.at:%Y-%m-%d %H:%M:%S}  {step.event}: {visible(step.text or step.after.value)}"
        f" ({visible(step.actor)})"
        for step in plans.history(record.plan.id)
    )
    write_prose([*plan_lines(view), "History, newest first:", *steps])
