"""`portcullis explain`: the way of packets to one machine, layer by layer."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from cli import options
from cli.estate import chosen_source, read_estate
from cli.machine import the_machine
from cli.output import ExitStatus, write_lines
from cli.path_output import write_path
from cli.settings import command_runtime
from shared.adapters.tag_file import read_service_tags
from shared.adapters.text_file import write_text_file
from shared.exposure.assessment import Question
from shared.exposure.documents import JsonObject
from shared.exposure.explanation import explain as explain_ways
from shared.exposure.explanation_documents import explanation_document
from shared.network.ids import ResourceId
from shared.network.service_tags import NO_SERVICE_TAGS
from shared.packetset.addresses import address_text
from shared.rendering.explain_text import explanation_text
from shared.rendering.json_text import json_lines
from shared.rendering.path_svg import paths_svg
from shared.rendering.visible_text import visible

SCHEMA: Final = "portcullis/explanation/1"


class ExplainFormat(StrEnum):
    """The forms in which an explanation is written."""

    TEXT = "text"
    JSON = "json"


def explain(  # noqa: PLR0913 - each parameter is an option of the command
    *,
    vm: Annotated[str, typer.Option(metavar="ID|NAME", help="The machine, in any case.")],
    port: Annotated[
        int | None,
        typer.Option(min=1, max=65_535, metavar="N", help="Explain this port alone."),
    ] = None,
    sender: Annotated[
        int | None,
        typer.Option(
            "--from", parser=options.address, metavar="ADDRESS", help="Judge this very sender."
        ),
    ] = None,
    snapshot: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Read Resource Graph rows from a file instead of Azure; - is standard input.",
        ),
    ] = None,
    service_tags: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Resolve service tags by Azure's published list."),
    ] = None,
    form: Annotated[
        ExplainFormat, typer.Option("--format", help="How to write the explanation.")
    ] = ExplainFormat.TEXT,
    svg: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw every way in as a picture, too.")
    ] = None,
) -> int:
    """Explain who gets in to one machine, layer by layer.

    Ends with 0, or 2 when no machine or more than one has that name.
    """
    runtime = command_runtime()
    settings = runtime.settings
    question = Question(
        ports=settings.management_ports if port is None else (port,),
        trusted=settings.trusted_sources,
        tags=read_service_tags(service_tags) if service_tags else NO_SERVICE_TAGS,
    )
    named = ResourceId(vm).subscription if vm.startswith("/") else ""
    source = chosen_source(snapshot, subscriptions=(named,) if named and not snapshot else ())
    further = () if service_tags else (runtime.service_tag_reads,)
    estate = read_estate(runtime, source, further=further)
    machine = the_machine(estate, vm)
    ways = tuple(explain_ways(estate, question, machine, sender))
    told = [explanation_document(way) for way in ways]
    if svg is not None:
        write_text_file(svg, paths_svg(told, f"Ways in to {visible(machine.name)}"))
    if form is ExplainFormat.JSON:
        write_lines(json_lines(_document(machine, sender, told)))
    else:
        write_path(explanation_text(estate, machine, ways, sender))
    return ExitStatus.FINE


def _document(machine: ResourceId, sender: int | None, ways: Sequence[JsonObject]) -> JsonObject:
    return {
        "schema": SCHEMA,
        "vm": machine.text,
        "from": None if sender is None else address_text(sender),
        "ways_in": list(ways),
    }
