"""`portcullis posture`: four requirements on remote access, machine by machine."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, assert_never

import typer

from cli import options
from cli.estate import chosen_source, read_estate
from cli.output import ExitStatus, progress, write_lines, write_prose, write_table, write_text
from cli.settings import command_runtime
from shared.checks.check import Facts
from shared.exposure.assessment import Question
from shared.findings.posture import Posture
from shared.findings.posture_judgement import posture as posture_of
from shared.rendering.json_text import json_lines
from shared.rendering.posture_document import kept_document, posture_document
from shared.rendering.posture_markdown import posture_markdown
from shared.rendering.posture_words import (
    kept_line,
    machine_table,
    place_table,
    verdict_lines,
)
from shared.usecases.posture import kept_posture
from shared.usecases.reporting import latest_ended


class PostureFormat(StrEnum):
    """The forms in which a scorecard is written."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "markdown"


def posture(  # noqa: PLR0913 - each parameter is an option of the command
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
    at: Annotated[
        datetime | None,
        typer.Option(
            parser=options.moment, metavar="TIME", help="When the rows of --snapshot were read."
        ),
    ] = None,
    recorded: Annotated[
        bool,
        typer.Option("--recorded", help="Show what sweeps kept in storage, and do not ask Azure."),
    ] = False,
    form: Annotated[
        PostureFormat, typer.Option("--format", help="How to write the scorecard.")
    ] = PostureFormat.TABLE,
) -> int:
    """Show how far machines are reached by Bastion alone, recorded, and by people's own identity.

    Ends with 0, or 3 when part of the estate could not be read.
    """
    if recorded:
        if snapshot is not None or at is not None or management_group is not None:
            raise typer.BadParameter("of these only --subscription goes with --recorded")
        return _show_kept(subscription or (), form)
    source = chosen_source(snapshot, at, subscription or (), management_group)
    runtime = command_runtime()
    settings = runtime.settings
    question = Question(settings.management_ports, settings.trusted_sources)
    estate = read_estate(runtime, source, further=(runtime.service_tag_reads,))
    with progress("Judging"):
        scored = posture_of(Facts(estate, question.about(estate)))
    _write(scored, estate.observed_at, form)
    return ExitStatus.FINE if estate.complete else ExitStatus.INCOMPLETE


def _show_kept(subscriptions: Sequence[str], form: PostureFormat) -> int:
    """Write what sweeps kept; it is as of the oldest data in it."""
    runtime = command_runtime()
    sweep = latest_ended(runtime.sweeps)
    scored, heads = kept_posture(runtime.reports.postures, sweep, subscriptions)
    observed_at = min((one.observed_at for one in heads), default=runtime.clock.now())
    if form is PostureFormat.JSON:
        write_lines(json_lines(kept_document(scored, observed_at, heads)))
    else:
        _write(scored, observed_at, form)
    if form is PostureFormat.TABLE:
        write_lines([kept_line(heads)])
    return ExitStatus.FINE if scored.estate.is_whole else ExitStatus.INCOMPLETE


def _write(scored: Posture, observed_at: datetime, form: PostureFormat) -> None:
    match form:
        case PostureFormat.TABLE:
            write_table(machine_table(scored))
            write_lines([""])
            write_table(place_table(scored))
            write_lines([""])
            write_prose(verdict_lines(scored))
        case PostureFormat.JSON:
            write_lines(json_lines(posture_document(scored, observed_at)))
        case PostureFormat.MARKDOWN:
            write_text(posture_markdown(scored, observed_at))
        case _ as unreachable:
            assert_never(unreachable)
