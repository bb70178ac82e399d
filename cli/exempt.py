"""`portcullis exempt`: findings that somebody answers for, until a date."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final, assert_never

import typer

from cli import options
from cli.output import write_lines, write_table
from cli.settings import command_runtime
from shared.findings.exemption_tags import end_of_day
from shared.rendering.exemptions_table import (
    exemptions_document,
    exemptions_table,
    refused_lines,
)
from shared.rendering.json_text import json_lines
from shared.rendering.scan_summary import counted
from shared.rendering.visible_text import visible
from shared.usecases.exemptions import (
    ExemptionRequest,
    add_exemption,
    end_exemption,
    exemption_scope,
)

exempt_app: Final = typer.Typer(
    help="Leave findings as they are, with a reason, an owner and an end.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


class ExemptionFormat(StrEnum):
    """The forms in which exemptions are written."""

    TABLE = "table"
    JSON = "json"


def _until(text: str) -> datetime:
    """Read the last day of an exemption, or the moment of its end."""
    if "T" in text.upper():
        return options.moment(text)
    try:
        return end_of_day(text.strip())
    except ValueError as error:
        raise typer.BadParameter(f"the last day {error}") from error


@exempt_app.command()
def add(
    scope: Annotated[
        str,
        typer.Argument(
            metavar="SCOPE",
            help="The id of a resource, a resource group, a subscription or a management group.",
        ),
    ],
    *,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why the findings may stay.")],
    owner: Annotated[str, typer.Option(metavar="NAME", help="Who answers for that.")],
    until: Annotated[
        datetime,
        typer.Option(
            parser=_until, metavar="DAY", help="The last day, in UTC; or the moment of the end."
        ),
    ],
    check: Annotated[
        str, typer.Option(metavar="ID", help="One check only; every check by default.")
    ] = "",
) -> None:
    """Record an exemption; what it covers is exempt at once."""
    runtime = command_runtime()
    asked = ExemptionRequest(exemption_scope(scope), check or None, reason, owner, until)
    kept = add_exemption(runtime.exemptions, asked, runtime.signed_in)
    below = f", {counted(len(kept.members), 'subscription')}" if kept.members else ""
    what = f"{visible(kept.exemption.scope.text)}{below}"
    end = f"{kept.exemption.expires:%Y-%m-%d %H:%M} UTC"
    write_lines([f"Exemption {kept.exemption.id}: {what}, until {end}."])


@exempt_app.command("list")
def list_exemptions(
    *,
    every: Annotated[
        bool, typer.Option("--all", help="Show those that have ended or expired, too.")
    ] = False,
    form: Annotated[
        ExemptionFormat, typer.Option("--format", help="How to write the exemptions.")
    ] = ExemptionFormat.TABLE,
) -> None:
    """Show exemptions, those that end first at the top.

    Those by tags are shown as the last sweep saw them, and so are tags that exempt nothing.
    """
    runtime = command_runtime()
    store, now = runtime.exemptions.store, runtime.clock.now()
    kept = sorted(
        (one for one in store.every() if every or one.is_in_force(now)),
        key=lambda one: (one.exemption.expires, one.exemption.id),
    )
    refused = sorted(store.refused_tags(), key=lambda one: one.resource)
    match form:
        case ExemptionFormat.JSON:
            write_lines(json_lines(exemptions_document(kept, refused, now)))
        case ExemptionFormat.TABLE:
            if kept:
                write_table(exemptions_table(kept, now))
                write_lines([""])
            write_lines([f"{counted(len(kept), 'exemption')}.", *refused_lines(refused)])
        case _ as unreachable:
            assert_never(unreachable)


@exempt_app.command()
def end(
    exemption_id: Annotated[
        str, typer.Argument(metavar="ID", help="The exemption's id, as the list shows it.")
    ],
) -> None:
    """End a recorded exemption now; its findings open again."""
    runtime = command_runtime()
    kept = end_exemption(runtime.exemptions, exemption_id.strip(), runtime.signed_in)
    write_lines([f"Exemption {kept.exemption.id} has ended."])
