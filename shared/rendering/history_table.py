"""The life of one finding as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from shared.findings.finding import Actor, Transition
from shared.rendering.findings_table import minute
from shared.rendering.text_table import TextTable
from shared.rendering.visible_text import visible

HEADINGS: Final = ("When (UTC)", "State", "Before", "Severity", "Cause", "By", "Run")


def history_table(transitions: Sequence[Transition]) -> TextTable:
    """Give one row for each step, in the order given."""
    return TextTable(HEADINGS, tuple(_row(step) for step in transitions), leading=4)


def _row(step: Transition) -> tuple[str, ...]:
    finding, changed = step.finding, step.severity_before
    severity = finding.severity.value
    if changed is not None and changed is not finding.severity:
        severity = f"{severity} (was {changed.value})"
    return (
        minute(step.at),
        step.after.value,
        step.before.value if step.before else "new",
        severity,
        step.cause.value,
        _who(step.actor),
        visible(step.run),
    )


def _who(actor: Actor | None) -> str:
    if actor is None:
        return ""
    return visible(f"{actor.name} ({actor.client})" if actor.client else actor.name)
