"""Reports for other programs and for readers, on standard output."""

from __future__ import annotations

from importlib.metadata import version
from typing import Literal, TypeAlias, assert_never

from cli.options import ReportFormat
from cli.output import write_lines, write_text
from shared.rendering.estate_report import EstateReport
from shared.rendering.ocsf import ocsf_lines
from shared.rendering.sarif import sarif_lines

WholeReport: TypeAlias = Literal[ReportFormat.SARIF, ReportFormat.OCSF, ReportFormat.HTML]


def product_version() -> str:
    """Give the version of this product."""
    return version("portcullis")


def write_report(report: EstateReport, form: WholeReport) -> None:
    """Write a report in one of the forms that tell everything, gaps included."""
    match form:
        case ReportFormat.SARIF:
            write_lines(sarif_lines(report))
        case ReportFormat.OCSF:
            write_lines(ocsf_lines(report))
        case ReportFormat.HTML:
            from shared.rendering.report_html import report_html

            write_text(report_html(report))
        case _ as unreachable:
            assert_never(unreachable)
