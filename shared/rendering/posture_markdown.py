"""The scorecard as Markdown, for tickets, wikis and auditors."""

from __future__ import annotations

from datetime import datetime

from shared.findings.posture import Posture
from shared.rendering.card_text import moment, plain
from shared.rendering.posture_words import machine_table, place_table, verdict_lines
from shared.rendering.scan_markdown import markdown_table


def posture_markdown(scored: Posture, observed_at: datetime) -> str:
    """Give a heading, how the estate stands, and the two tables."""
    lines = [f"# Remote access as of {moment(observed_at)}", ""]
    for line in verdict_lines(scored):
        depth = "  " if line.startswith(" ") else ""
        lines.append(f"{depth}- {plain(line.strip(), len(line))}")
    lines += ["", "## By place", "", *markdown_table(place_table(scored))]
    lines += ["", "## By machine", "", *markdown_table(machine_table(scored)), ""]
    return "\n".join(lines)
