"""`portcullis checks`: what is looked for."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, assert_never

import typer

from cli.output import write_lines, write_table
from shared.checks import CHECKS
from shared.rendering.checks_table import checks_document, checks_table
from shared.rendering.json_text import json_lines
from shared.rendering.scan_markdown import markdown_table


class ListFormat(StrEnum):
    """The forms in which lists are written."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "markdown"


def checks(
    *,
    form: Annotated[
        ListFormat, typer.Option("--format", help="How to write the list.")
    ] = ListFormat.TABLE,
) -> None:
    """List the checks, their severities and their controls.

    Controls are rules that a finding is evidence for, never a proof of compliance.
    """
    match form:
        case ListFormat.TABLE:
            write_table(checks_table(CHECKS))
        case ListFormat.JSON:
            write_lines(json_lines(checks_document(CHECKS)))
        case ListFormat.MARKDOWN:
            write_lines(markdown_table(checks_table(CHECKS)))
        case _ as unreachable:
            assert_never(unreachable)
