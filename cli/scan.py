"""`portcullis scan`: judge an estate and say what is open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, assert_never

import typer

from cli import options
from cli.estate import chosen_source, read_estate
from cli.options import ReportFormat
from cli.output import ExitStatus, note, progress, write_lines, write_prose, write_table, write_text
from cli.report_output import product_version, write_report
from cli.settings import command_runtime
from shared.adapters.tag_file import read_service_tags
from shared.checks.result import Severity
from shared.exposure.assessment import Question
from shared.network.service_tags import NO_SERVICE_TAGS
from shared.packetset.addresses import AddressSet
from shared.rendering.json_text import json_lines
from shared.rendering.scan_csv import scan_csv
from shared.rendering.scan_markdown import scan_markdown
from shared.rendering.scan_summary import scan_summary
from shared.rendering.scan_table import scan_table
from shared.usecases.reporting import scan_report
from shared.usecases.scan import Scan, fails
from shared.usecases.scan import scan as scan_snapshot
from shared.usecases.scan_document import scan_document


def scan(  # noqa: PLR0913 - each parameter is an option of the command
    *,
    subscription: Annotated[
        list[str] | None,
        typer.Option(
            parser=options.subscription, metavar="ID", help="Read this subscription; repeatable."
        ),
    ] = None,
    management_group: Annotated[
        str | None, typer.Option(metavar="ID", help="Read every subscription of this group.")
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
    no_service_tags: Annotated[
        bool, typer.Option("--no-service-tags", help="Leave service tags unresolved.")
    ] = False,
    form: Annotated[
        ReportFormat, typer.Option("--format", help="How to write the result.")
    ] = ReportFormat.TABLE,
    port: Annotated[
        list[int] | None,
        typer.Option(min=1, max=65_535, metavar="N", help="Judge this port too; repeatable."),
    ] = None,
    trusted: Annotated[
        list[AddressSet] | None,
        typer.Option(
            parser=options.prefix, metavar="CIDR", help="Leave out these senders; repeatable."
        ),
    ] = None,
    fail_on: Annotated[
        Severity, typer.Option(help="Exit with 1 at findings of this severity or above.")
    ] = Severity.HIGH,
    save_snapshot: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Keep the rows that were read; .gz is compressed."),
    ] = None,
    at: Annotated[
        datetime | None,
        typer.Option(
            parser=options.moment, metavar="TIME", help="When the rows of --snapshot were read."
        ),
    ] = None,
) -> int:
    """Find every way in, and the rule that opens it.

    Ends with 0 when nothing is at or above --fail-on, 1 when something is, 2 for bad usage or
    unreadable input, 3 when part of the estate could not be read.
    """
    source = chosen_source(snapshot, at, subscription or (), management_group)
    if service_tags and no_service_tags:
        raise typer.BadParameter("--service-tags and --no-service-tags exclude each other")
    runtime = command_runtime()
    question = Question(
        ports=tuple(sorted({*runtime.settings.management_ports, *(port or ())})),
        trusted=_union(runtime.settings.trusted_sources, trusted or ()),
        tags=read_service_tags(service_tags) if service_tags else NO_SERVICE_TAGS,
    )
    further = () if service_tags or no_service_tags else (runtime.service_tag_reads,)
    estate = read_estate(runtime, source, save_snapshot, further)
    if no_service_tags:
        estate = replace(estate, service_tags=NO_SERVICE_TAGS)
    elif further and snapshot is None and not estate.service_tags.prefixes:
        note("Azure did not give its list of service tags, so tags stay unresolved.")
    with progress("Judging"):
        found = scan_snapshot(estate, question)
    _write(found, form)
    if fails(found, fail_on):
        return ExitStatus.FINDINGS
    return ExitStatus.FINE if estate.complete else ExitStatus.INCOMPLETE


def _write(found: Scan, form: ReportFormat) -> None:
    """Write the result; where the form has no place for the summary it goes to standard error."""
    summary = scan_summary(
        found.snapshot, found.counts, found.exposures, found.findings, found.unjudged
    )
    match form:
        case ReportFormat.TABLE:
            if found.findings:
                write_table(scan_table(found.findings))
                write_lines([""])
            write_prose(summary)
        case ReportFormat.MARKDOWN:
            table = scan_table(found.findings)
            write_text(scan_markdown(found.snapshot.observed_at, summary, table))
        case ReportFormat.JSON:
            write_lines(json_lines(scan_document(found)))
        case ReportFormat.CSV:
            write_text(scan_csv(found.findings))
            _note(summary)
        case ReportFormat.SARIF | ReportFormat.OCSF | ReportFormat.HTML:
            write_report(scan_report(found, product_version()), form)
            _note(summary)
        case _ as unreachable:
            assert_never(unreachable)


def _note(lines: Iterable[str]) -> None:
    for line in lines:
        note(line)


def _union(known: AddressSet, further: list[AddressSet] | tuple[()]) -> AddressSet:
    for addresses in further:
        known = known.union(addresses)
    return known
