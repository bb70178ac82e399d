"""`portcullis access`: who could open machines through Bastion, and by which roles."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import typer

from cli import options
from cli.estate import chosen_source, read_estate
from cli.machine import the_machine
from cli.output import ExitStatus, progress, write_lines, write_table
from cli.settings import command_runtime
from shared.checks.check import Facts
from shared.exposure.assessment import Question
from shared.findings.access import machine_accesses
from shared.network.ids import ResourceId
from shared.rendering.access_table import access_document, access_table
from shared.rendering.json_text import json_lines


class AccessFormat(StrEnum):
    """The forms in which access is written."""

    TABLE = "table"
    JSON = "json"


def access(
    *,
    vm: Annotated[
        str | None, typer.Option(metavar="ID|NAME", help="Show this machine alone, in any case.")
    ] = None,
    subscription: Annotated[
        list[str] | None,
        typer.Option(
            parser=options.subscription, metavar="ID", help="Read this subscription; repeatable."
        ),
    ] = None,
    snapshot: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Read Resource Graph rows from a file instead of Azure; - is standard input.",
        ),
    ] = None,
    at: Annotated[
        datetime | None,
        typer.Option(
            parser=options.moment, metavar="TIME", help="When the rows of --snapshot were read."
        ),
    ] = None,
    form: Annotated[
        AccessFormat, typer.Option("--format", help="How to write it.")
    ] = AccessFormat.TABLE,
) -> int:
    """Show who could open each machine through Bastion, by object id, and by which roles.

    Groups are named and not looked into; owners of the subscription are left out. Ends with 0, or 3
    when part of the estate could not be read.
    """
    named = [ResourceId(vm).subscription] if vm and vm.startswith("/") and not snapshot else []
    source = chosen_source(snapshot, at, subscription or named)
    runtime = command_runtime()
    estate = read_estate(runtime, source)
    only = the_machine(estate, vm) if vm is not None else None
    with progress("Judging"):
        found = machine_accesses(Facts(estate, Question()))
    shown = [one for one in found if only is None or one.machine == only]
    if form is AccessFormat.JSON:
        write_lines(json_lines(access_document(shown, estate.observed_at)))
    else:
        write_table(access_table(shown))
    return ExitStatus.FINE if estate.complete else ExitStatus.INCOMPLETE
