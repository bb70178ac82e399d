"""`portcullis sessions`: who came through Bastion, who is there now, and ending a session."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final, assert_never

import typer

from cli import options
from cli.output import ExitStatus, note, progress, write_lines, write_table, write_text
from cli.settings import command_runtime
from shared.findings.session import LiveSession, SessionQuery
from shared.rendering.json_text import json_lines
from shared.rendering.scan_markdown import markdown_table
from shared.rendering.scan_summary import counted
from shared.rendering.sessions_table import (
    live_csv,
    live_document,
    live_table,
    session_words,
    sessions_csv,
    sessions_document,
    sessions_summary,
    sessions_table,
)
from shared.usecases.live_sessions import LiveView, called, live_sessions
from shared.usecases.live_sessions import disconnect as end
from shared.wiring import Runtime

USUAL_SPAN: Final = timedelta(days=7)
GONE: Final = "Disconnected"

sessions_app: Final = typer.Typer(invoke_without_command=True, rich_markup_mode=None)


class SessionFormat(StrEnum):
    """The forms in which sessions are written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    MARKDOWN = "markdown"


@sessions_app.callback()
def sessions(  # noqa: PLR0913 - each parameter is an option of the command
    context: typer.Context,
    *,
    vm: Annotated[
        str, typer.Option("--vm", metavar="ID|NAME", help="Show sessions to this machine.")
    ] = "",
    user: Annotated[
        str, typer.Option(metavar="NAME", help="Show sessions of this user name or e-mail address.")
    ] = "",
    since: Annotated[
        datetime | None,
        typer.Option(
            parser=options.moment,
            metavar="TIME",
            help="Show sessions since then; a week by default.",
        ),
    ] = None,
    failed: Annotated[bool, typer.Option("--failed", help="Show failed logins only.")] = False,
    live: Annotated[
        bool, typer.Option("--live", help="Ask every Bastion in scope who is there now.")
    ] = False,
    form: Annotated[
        SessionFormat, typer.Option("--format", help="How to write the sessions.")
    ] = SessionFormat.TABLE,
) -> int:
    """Show who came through Bastion.

    Below the sessions stands what the log of each Bastion is worth.  Ends with 3 when --live
    could not ask every Bastion.
    """
    if context.invoked_subcommand is not None:
        return ExitStatus.FINE
    runtime = command_runtime()
    if live:
        if since is not None or failed:
            raise typer.BadParameter("--since and --failed are not for --live")
        return _show_live(runtime, vm, user, form)
    start = since or runtime.clock.now() - USUAL_SPAN
    _show_recorded(runtime, SessionQuery(start, vm, user, failed), form)
    return ExitStatus.FINE


@sessions_app.command()
def disconnect(
    session_id: Annotated[
        str, typer.Argument(metavar="ID", help="The session's id, as --live shows it.")
    ],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> int:
    """End one open session, and record who did.

    Ends with 0 when it is gone, 1 when Azure did not end it, 2 when there is no such session.
    """
    runtime = command_runtime()
    with progress("Asking the Bastions"):
        view = live_sessions(runtime.live_bastions, runtime.clock)
    session = _the_session(view, session_id.strip())
    if not yes:
        typer.confirm(f"End the session of {session_words(session)}?", abort=True, err=True)
    actor = runtime.signed_in
    ended = end(session, actor, runtime.live_bastions, runtime.disconnections, runtime.clock)
    write_lines([f"{ended.result}: {session_words(session)}, by {actor}."])
    return ExitStatus.FINE if ended.result == GONE else ExitStatus.FINDINGS


def _the_session(view: LiveView, session_id: str) -> LiveSession:
    found = called(view.sessions, session_id)
    if len(found) != 1 or not session_id:
        for reason in view.unread:
            note(reason)
        raise typer.BadParameter(f"{counted(len(found), 'open session')} has the id {session_id!r}")
    return found[0]


def _show_recorded(runtime: Runtime, query: SessionQuery, form: SessionFormat) -> None:
    store = runtime.sessions
    found = sorted(store.sessions(query), key=lambda one: one.time, reverse=True)
    match form:
        case SessionFormat.CSV:
            write_text(sessions_csv(found))
            return
        case SessionFormat.MARKDOWN:
            write_lines(markdown_table(sessions_table(found)))
            return
        case SessionFormat.TABLE | SessionFormat.JSON:
            pass
        case _ as unreachable:
            assert_never(unreachable)
    told = (
        store.logs(),
        runtime.disconnections.disconnections(query.since),
        runtime.reading_places.broken_count(),
        runtime.clock.now(),
    )
    if form is SessionFormat.JSON:
        write_lines(json_lines(sessions_document(found, *told)))
        return
    if found:
        write_table(sessions_table(found))
        write_lines([""])
    write_lines(sessions_summary(found, *told))


def _show_live(runtime: Runtime, vm: str, user: str, form: SessionFormat) -> int:
    has_store = runtime.settings.storage is not None
    with progress("Asking the Bastions"):
        view = live_sessions(
            runtime.live_bastions, runtime.clock, runtime.sessions if has_store else None
        )
    found = [one for one in view.sessions if _is_wanted(one, vm.lower(), user.lower())]
    match form:
        case SessionFormat.CSV:
            write_text(live_csv(found))
        case SessionFormat.MARKDOWN:
            write_lines(markdown_table(live_table(found)))
        case SessionFormat.JSON:
            document = {
                "schema": "portcullis/live-sessions/1",
                "sessions": [live_document(one) for one in found],
                "unread": list(view.unread),
            }
            write_lines(json_lines(document))
        case SessionFormat.TABLE:
            if found:
                write_table(live_table(found))
                write_lines([""])
            bastions = counted(view.bastions, "Bastion")
            write_lines([f"{counted(len(found), 'open session')}; asked {bastions}."])
        case _ as unreachable:
            assert_never(unreachable)
    for reason in view.unread:
        note(reason)
    return ExitStatus.INCOMPLETE if view.unread else ExitStatus.FINE


def _is_wanted(session: LiveSession, vm: str, user: str) -> bool:
    machine = session.machine
    names = {session.target_name.lower()}
    if machine is not None:
        names |= {machine.key, machine.name.lower()}
    return (not vm or vm in names) and user in ("", session.user_name.lower())
