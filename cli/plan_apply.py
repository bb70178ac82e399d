"""`portcullis apply` and `portcullis rollback`: a plan carried out here, step by step."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Final

import typer

from cli.output import ExitStatus, note, progress, write_lines, write_prose
from cli.plan import PlanFormat
from cli.plan_choice import WorkStaysHere, call_documents, call_lines, person, the_plan
from cli.settings import command_runtime, command_settings
from shared.remediation.lifecycle import PlanState
from shared.rendering.json_text import json_lines
from shared.rendering.plan_view import plan_lines, view_document
from shared.rendering.visible_text import visible
from shared.usecases.applying import ACTIVE, advance
from shared.usecases.approving import Decision, decide
from shared.usecases.dry_run import calls_of, undo_calls_of
from shared.usecases.plan_news import view_of
from shared.usecases.plan_record import PlanRecord
from shared.usecases.remediation_interfaces import WireRequest
from shared.wiring import Runtime

LONGEST_WAIT_SECONDS: Final = 60.0
"""What must wait longer is left to the Functions app, or to a later call."""

_Plan = Annotated[
    str, typer.Option("--plan", metavar="ID", help="The plan's id, or how it begins.")
]
_DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Show the exact requests to Azure, and send none.")
]
_Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
_Form = Annotated[PlanFormat, typer.Option("--format", help="How to write what became of it.")]


def apply(
    *, plan_id: _Plan, dry_run: _DryRun = False, yes: _Yes = False, form: _Form = PlanFormat.TEXT
) -> int:
    """Approve a plan, apply it here, and verify that it closed what it was for.

    The limits of the settings hold here, too.  Ends with 0 when the plan is done, 1 when it is
    not, with why.
    """
    runtime = command_runtime()
    record = the_plan(runtime.remediation.plans, plan_id)
    if dry_run:
        writer = runtime.remediation.applying.writer
        return _show_calls(list(calls_of(writer, record)), form)
    if record.state not in ACTIVE:
        if not yes:
            write_prose(plan_lines(view_of(record)))
            typer.confirm("Apply this plan?", abort=True, err=True)
        record = _decided(runtime, record, Decision.APPROVE)
    return _ended(_worked_off(runtime, record), PlanState.DONE, form)


def rollback(
    *, plan_id: _Plan, dry_run: _DryRun = False, yes: _Yes = False, form: _Form = PlanFormat.TEXT
) -> int:
    """Put back what a plan changed, as it was before.

    What somebody else changed since is left as it is.  Ends with 0 when everything reads as it did
    before, 1 when it does not, with why.
    """
    runtime = command_runtime()
    record = the_plan(runtime.remediation.plans, plan_id)
    if dry_run:
        writer = runtime.remediation.applying.writer
        return _show_calls(list(undo_calls_of(writer, record)), form)
    if record.state is not PlanState.ROLLING_BACK:
        if not yes:
            write_prose(plan_lines(view_of(record)))
            typer.confirm("Put back what this plan changed?", abort=True, err=True)
        record = _decided(runtime, record, Decision.ROLL_BACK)
    return _ended(_worked_off(runtime, record), PlanState.ROLLED_BACK, form)


def _decided(runtime: Runtime, record: PlanRecord, decision: Decision) -> PlanRecord:
    desk = replace(runtime.remediation.decisions, queue=WorkStaysHere())
    who = person(runtime.signed_in)
    return decide(desk, record.plan.id, decision, who, record.hash)


def _worked_off(runtime: Runtime, record: PlanRecord) -> PlanRecord:
    """Take step after step until nothing is to be done, or it must wait for long."""
    desk = replace(
        runtime.remediation.applying, limits=lambda: command_settings().remediation.limits
    )
    owner = f"command line of {runtime.signed_in}"
    with progress(record.plan.title) as status:
        while True:
            advanced = advance(desk, record.plan.id, owner)
            record = advanced.record
            status.update(f"{visible(record.plan.title)}: {record.state}")
            wait = advanced.again_seconds
            if wait is None:
                return record
            if wait > LONGEST_WAIT_SECONDS:
                note(f"left for later: {record.note}")
                return record
            runtime.clock.sleep(wait)


def _ended(record: PlanRecord, wanted: PlanState, form: PlanFormat) -> int:
    view = view_of(record)
    if form is PlanFormat.JSON:
        write_lines(json_lines(view_document(view)))
    else:
        write_prose(plan_lines(view))
    return ExitStatus.FINE if record.state is wanted else ExitStatus.FINDINGS


def _show_calls(calls: list[WireRequest], form: PlanFormat) -> int:
    if form is PlanFormat.JSON:
        write_lines(json_lines({"requests": call_documents(calls)}))
    else:
        write_lines(call_lines(calls))
    return ExitStatus.FINE
