"""`portcullis explain`: the way of packets to one machine, layer by layer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli import options
from cli.estate import chosen_source, read_estate
from cli.machine import the_machine
from cli.output import ExitStatus, write_prose
from cli.settings import command_runtime
from shared.adapters.tag_file import read_service_tags
from shared.exposure.assessment import Question
from shared.exposure.explanation import explain as explain_ways
from shared.network.ids import ResourceId
from shared.network.service_tags import NO_SERVICE_TAGS
from shared.rendering.explain_text import explanation_text


def explain(
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
    write_prose(explanation_text(estate, machine, ways, sender))
    return ExitStatus.FINE
