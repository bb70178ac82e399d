"""`portcullis diff`: what opened and what closed between two looks at an estate."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, assert_never

import typer

from cli import options
from cli.estate import SnapshotFile, read_estate
from cli.output import ExitStatus, progress, write_lines, write_prose, write_table, write_text
from cli.settings import command_runtime
from shared.adapters.scan_file import read_scan, scan_record
from shared.adapters.scan_text import scan_text
from shared.adapters.tag_file import read_service_tags
from shared.checks.result import Severity
from shared.exposure.assessment import Question
from shared.findings.change_causes import Estates, explained
from shared.findings.estate_objects import subscriptions_in
from shared.findings.scan_comparison import ScanComparison, compare
from shared.findings.scan_record import ScanRecord
from shared.network.service_tags import NO_SERVICE_TAGS
from shared.network.snapshot import Snapshot
from shared.packetset.addresses import AddressSet
from shared.rendering.diff_document import diff_document
from shared.rendering.diff_text import diff_markdown, diff_summary, findings_table, ways_table
from shared.rendering.json_text import json_lines
from shared.usecases.scan import scan
from shared.usecases.scan_document import scan_document
from shared.wiring import Runtime


class DiffFormat(StrEnum):
    """The forms in which a comparison is written."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "markdown"


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two: its scan, and the estate where the file holds one."""

    record: ScanRecord
    estate: Snapshot | None = None


def diff(  # noqa: PLR0913 - each parameter is an argument or option of the command
    old: Annotated[str, typer.Argument(metavar="OLD", help="A snapshot file or a scan in JSON.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="A later one; - is standard input.")],
    *,
    service_tags: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Resolve service tags by Azure's published list."),
    ] = None,
    form: Annotated[
        DiffFormat, typer.Option("--format", help="How to write the comparison.")
    ] = DiffFormat.TABLE,
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
        Severity, typer.Option(help="Exit with 1 when this severity or above opened or got worse.")
    ] = Severity.HIGH,
) -> int:
    """Compare two looks at an estate: what opened, what closed, and by which change.

    Ends with 0 when nothing at or above --fail-on opened or got worse, 1 when something did, 2 for
    bad usage or unreadable input, 3 when a part cannot be compared.
    """
    if old == new == "-":
        raise typer.BadParameter("standard input can be one of the two, not both")
    runtime = command_runtime()
    question = Question(
        ports=tuple(sorted({*runtime.settings.management_ports, *(port or ())})),
        trusted=_union(runtime.settings.trusted_sources, trusted or ()),
        tags=read_service_tags(service_tags) if service_tags else NO_SERVICE_TAGS,
    )
    before, after = (_side(runtime, file, question) for file in (old, new))
    estates = Estates(before.estate, after.estate) if before.estate and after.estate else None
    found = explained(compare(before.record, after.record), estates)
    _write(found, form, (old, new))
    if found.worsened(fail_on):
        return ExitStatus.FINDINGS
    return ExitStatus.FINE if found.is_complete else ExitStatus.INCOMPLETE


def _side(runtime: Runtime, file: str, question: Question) -> _Side:
    """Read a scan as it is, or a snapshot and judge it."""
    text = scan_text(file)
    if text is not None:
        return _Side(read_scan(file, text))
    estate = read_estate(runtime, SnapshotFile(file))
    with progress("Judging"):
        document = scan_document(scan(estate, question))
    return _Side(scan_record(document, subscriptions_in(estate)), estate)


def _write(found: ScanComparison, form: DiffFormat, names: tuple[str, str]) -> None:
    match form:
        case DiffFormat.TABLE:
            for table in (ways_table(found), findings_table(found)):
                if table.rows:
                    write_table(table)
                    write_lines([""])
            write_prose(diff_summary(found, names))
        case DiffFormat.MARKDOWN:
            write_text(diff_markdown(found, names))
        case DiffFormat.JSON:
            write_lines(json_lines(diff_document(found, names)))
        case _ as unreachable:
            assert_never(unreachable)


def _union(known: AddressSet, further: list[AddressSet] | tuple[()]) -> AddressSet:
    for addresses in further:
        known = known.union(addresses)
    return known
