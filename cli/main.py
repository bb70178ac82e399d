"""The command `portcullis`: its commands, and what becomes of errors."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from importlib.metadata import version
from typing import Annotated, Final

import typer

from cli.access import access
from cli.checks import checks
from cli.demo import demo
from cli.diff import diff
from cli.exempt import exempt_app
from cli.explain import explain
from cli.outbox import outbox
from cli.output import ExitStatus, OutputClosedError, note, write_lines
from cli.plan import plan
from cli.plan_apply import apply, rollback
from cli.posture import posture
from cli.records import findings, history
from cli.scan import scan
from cli.sessions import sessions_app
from cli.sweep import sweep
from cli.verify import verify
from shared.config import InvalidSettingsError
from shared.usecases.interfaces import InventoryError, PortcullisError

app: Final = typer.Typer(
    name="portcullis",
    help="Keep an Azure estate free of direct SSH: find every way in, prove it, tell, close it.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for _command in (
    scan,
    explain,
    diff,
    verify,
    posture,
    access,
    checks,
    findings,
    history,
    sweep,
    outbox,
    plan,
    apply,
    rollback,
    demo,
):
    app.command()(_command)
app.add_typer(sessions_app, name="sessions")
app.add_typer(exempt_app, name="exempt")


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - Typer hands flags over by position
    if wanted:
        write_lines([f"portcullis {version('portcullis')}"])
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _without_command(
    context: typer.Context,
    *,
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and end."
        ),
    ] = False,
) -> None:
    if context.invoked_subcommand is None:
        write_lines([context.get_help()])
        raise typer.Exit(ExitStatus.BAD_INPUT)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit status; what goes wrong is one line of standard error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        status = app(arguments, prog_name="portcullis", standalone_mode=False)
    except OutputClosedError:
        return ExitStatus.PIPE_CLOSED
    except (typer.Abort, KeyboardInterrupt):
        return ExitStatus.INTERRUPTED
    except (typer.TyperException, InvalidSettingsError, PortcullisError) as error:
        note(f"portcullis: {' '.join(_explained(error).split())}")
        is_unreadable_estate = isinstance(error, InventoryError)
        return ExitStatus.INCOMPLETE if is_unreadable_estate else ExitStatus.BAD_INPUT
    return int(status or ExitStatus.FINE)


def _explained(error: Exception) -> str:
    match error:
        case typer.TyperException():
            return error.format_message()
        case InvalidSettingsError():
            return "settings: " + "; ".join(f"{one.name} {one.text}" for one in error.faults)
        case _:
            return str(error)
