"""`portcullis verify`: our verdict on one machine against Azure's own account."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from cli.estate import chosen_source, read_estate
from cli.machine import the_machine
from cli.output import ExitStatus, progress, write_lines, write_table
from cli.settings import command_runtime
from shared.exposure.assessment import Question
from shared.exposure.verification import Verification
from shared.network.ids import ResourceId
from shared.rendering.json_text import json_lines
from shared.rendering.verify_text import (
    differences_table,
    verification_document,
    verification_text,
)
from shared.usecases.verify import verify as compare


class VerifyFormat(StrEnum):
    """The forms in which a comparison is written."""

    TABLE = "table"
    JSON = "json"


def verify(
    *,
    vm: Annotated[str, typer.Option(metavar="ID|NAME", help="The machine, in any case.")],
    port: Annotated[
        int | None,
        typer.Option(min=1, max=65_535, metavar="N", help="Compare this port alone."),
    ] = None,
    form: Annotated[
        VerifyFormat, typer.Option("--format", help="How to write the result.")
    ] = VerifyFormat.TABLE,
) -> int:
    """Compare our verdict with Azure's effective rules and IP flow verify.

    Ends with 0 when both agree, 1 when they differ, 2 when no machine or more than one has that
    name, 3 when Azure could not be asked about all of it.
    """
    runtime = command_runtime()
    settings = runtime.settings
    named = ResourceId(vm).subscription if vm.startswith("/") else ""
    source = chosen_source(None, subscriptions=(named,) if named else ())
    estate = read_estate(runtime, source, further=(runtime.service_tag_reads,))
    question = Question(ports=settings.management_ports if port is None else (port,))
    with progress("Asking Azure"):
        found = compare(estate, question, the_machine(estate, vm), runtime.effective_rules)
    _write(found, form)
    if not found.agrees:
        return ExitStatus.FINDINGS
    return ExitStatus.INCOMPLETE if found.unasked else ExitStatus.FINE


def _write(found: Verification, form: VerifyFormat) -> None:
    if form is VerifyFormat.JSON:
        write_lines(json_lines(verification_document(found)))
        return
    if found.differences:
        write_table(differences_table(found))
        write_lines([""])
    write_lines(verification_text(found))
