"""`portcullis findings` and `portcullis history`: what is recorded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Final, assert_never

import typer

from cli import options
from cli.options import ReportFormat
from cli.output import write_lines, write_table, write_text
from cli.report_output import product_version, write_report
from cli.settings import command_runtime
from shared.checks import CHECKS
from shared.checks.result import Severity
from shared.findings.finding import FindingRecord, FindingState
from shared.rendering.findings_table import findings_csv, findings_document, findings_table
from shared.rendering.history_table import history_table
from shared.rendering.json_text import json_lines
from shared.rendering.scan_markdown import markdown_table
from shared.rendering.scan_summary import severity_summary
from shared.rendering.visible_text import visible
from shared.usecases.interfaces import FindingStore
from shared.usecases.reporting import recorded_report
from shared.wiring import Runtime

_CHECK_IDS: Final = frozenset(check.id for check in CHECKS)


def _check_id(text: str) -> str:
    if text not in _CHECK_IDS:
        raise typer.BadParameter(f"no check is called {text!r}; see portcullis checks")
    return text


def findings(
    *,
    state: Annotated[
        list[FindingState] | None,
        typer.Option(
            metavar="<open|exempt|resolved>",
            help="Show findings in this state; repeatable, open by default.",
        ),
    ] = None,
    severity: Annotated[
        Severity, typer.Option(help="Show findings of this severity or above.")
    ] = Severity.INFO,
    check: Annotated[
        list[str] | None,
        typer.Option(parser=_check_id, metavar="ID", help="Show this check; repeatable."),
    ] = None,
    subscription: Annotated[
        list[str] | None,
        typer.Option(
            parser=options.subscription, metavar="ID", help="Show this subscription; repeatable."
        ),
    ] = None,
    form: Annotated[
        ReportFormat, typer.Option("--format", help="How to write the findings.")
    ] = ReportFormat.TABLE,
) -> None:
    """Show recorded findings, the worst first.

    They are those of sweeps and of changes, in the storage account of the settings.
    """
    wanted_states = frozenset(state or (FindingState.OPEN,))
    wanted_checks = frozenset(check or _CHECK_IDS)
    runtime = command_runtime()
    store = runtime.findings
    shown = worst_first(
        record
        for record in recorded(store, subscription or store.subscriptions())
        if record.state in wanted_states
        and record.finding.severity.rank >= severity.rank
        and record.finding.check in wanted_checks
    )
    _write(shown, form, runtime)


def recorded(store: FindingStore, subscriptions: Sequence[str]) -> Iterator[FindingRecord]:
    """Give every record of some subscriptions."""
    return (entry.record for one in subscriptions for entry in store.findings(one))


def worst_first(records: Iterable[FindingRecord]) -> tuple[FindingRecord, ...]:
    """Sort by severity, the worst first, then by resource and check."""
    return tuple(
        sorted(
            records,
            key=lambda record: (
                -record.finding.severity.rank,
                record.finding.resource.key,
                record.finding.check,
            ),
        )
    )


def _write(records: Sequence[FindingRecord], form: ReportFormat, runtime: Runtime) -> None:
    match form:
        case ReportFormat.TABLE:
            if records:
                write_table(findings_table(records))
                write_lines([""])
            write_lines([severity_summary(record.finding.severity for record in records)])
        case ReportFormat.MARKDOWN:
            write_lines(markdown_table(findings_table(records)))
        case ReportFormat.JSON:
            write_lines(json_lines(findings_document(records)))
        case ReportFormat.CSV:
            write_text(findings_csv(records))
        case ReportFormat.SARIF | ReportFormat.OCSF | ReportFormat.HTML:
            told = recorded_report(records, runtime.sweeps, product_version(), runtime.clock.now())
            write_report(told, form)
        case _ as unreachable:
            assert_never(unreachable)


def history(
    fingerprint: Annotated[
        str, typer.Argument(metavar="FINGERPRINT", help="A finding's id, or how it begins.")
    ],
) -> None:
    """Show the life of one recorded finding, newest first."""
    store = command_runtime().findings
    finding = _the_record(store, fingerprint.strip().lower()).finding
    write_lines(
        [
            visible(finding.title),
            f"  {visible(finding.resource.text)}",
            f"  {finding.check}, {finding.fingerprint}",
            "",
        ]
    )
    write_table(history_table(store.history(finding.fingerprint)))


def _the_record(store: FindingStore, prefix: str) -> FindingRecord:
    candidates = [
        record
        for record in recorded(store, store.subscriptions())
        if record.finding.fingerprint.startswith(prefix)
    ]
    if not candidates or not prefix:
        raise typer.BadParameter(f"no finding's id begins with {prefix!r}")
    if len(candidates) > 1:
        named = ", ".join(f"{c.finding.fingerprint[:16]} ({c.finding.title})" for c in candidates)
        raise typer.BadParameter(f"{len(candidates)} ids begin with {prefix!r}: {named}")
    return candidates[0]
