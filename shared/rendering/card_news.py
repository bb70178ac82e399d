"""What kind of news a transition is, how bad, and in which order people should read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Final

from shared.checks.result import Json, Severity
from shared.checks.ssh_reachable import CHECK_ID
from shared.findings.finding import Finding, FindingState, Transition
from shared.rendering.card_elements import Style
from shared.rendering.card_evidence import exposures_of
from shared.rendering.card_text import CardText, say


class News(StrEnum):
    """The kinds of news; the value is the label on a card."""

    NEW = "NEW"
    BACK = "BACK AGAIN"
    EXEMPTION_ENDED = "EXEMPTION ENDED"
    WORSE = "WORSE THAN BEFORE"
    CHANGED = "CHANGED"
    CLOSED = "CLOSED"


STYLES: Final = {
    Severity.CRITICAL: Style.ATTENTION,
    Severity.HIGH: Style.ATTENTION,
    Severity.MEDIUM: Style.WARNING,
    Severity.LOW: Style.ACCENT,
    Severity.INFO: Style.EMPHASIS,
}

_SHORT_KEY: Final = 12


def news_of(transition: Transition) -> News:
    """Name the news in one step of a finding's life."""
    match transition.before, transition.after:
        case _, FindingState.RESOLVED:
            return News.CLOSED
        case None, FindingState.OPEN:
            return News.NEW
        case FindingState.RESOLVED, FindingState.OPEN:
            return News.BACK
        case FindingState.EXEMPT, FindingState.OPEN:
            return News.EXEMPTION_ENDED
        case _:
            return News.WORSE if _is_worse(transition) else News.CHANGED


def _is_worse(transition: Transition) -> bool:
    before = transition.severity_before
    return before is not None and transition.finding.severity.rank > before.rank


def condensed(transition: Transition) -> Transition:
    """Give a step with no more evidence than a list of findings needs: the verdicts.

    Its key stays.  Tens of thousands of steps of a first sweep fit into memory this way.
    """
    verdicts = [{"verdict": one.verdict} for one in exposures_of(transition.finding.evidence)]
    evidence: Mapping[str, Json] = {"exposures": verdicts} if verdicts else {}
    return replace(transition, finding=replace(transition.finding, evidence=evidence))


def worst_first(transitions: Iterable[Transition]) -> list[Transition]:
    """Sort by severity, worst first, then reachable machines before all else, then by name."""
    return sorted(
        transitions,
        key=lambda step: (
            -step.finding.severity.rank,
            step.finding.check != CHECK_ID,
            step.finding.check,
            step.finding.resource,
            step.finding.fingerprint,
        ),
    )


def is_undetermined(finding: Finding) -> bool:
    """Tell whether a finding only says that reachability could not be judged.

    The severity alone does not tell: a door with limited reach on a stopped VM is `INFO` too.
    """
    if not may_be_undetermined(finding.check, finding.severity):
        return False
    return all(one.verdict != "exposed" for one in exposures_of(finding.evidence))


def may_be_undetermined(check: str, severity: Severity) -> bool:
    """Tell whether a check gives this severity also to what could not be judged."""
    return check == CHECK_ID and severity is Severity.INFO


def severity_label(finding: Finding) -> CardText:
    """Give the severity as a card shows it."""
    return CardText("UNDETERMINED" if is_undetermined(finding) else finding.severity.upper())


def style_of(finding: Finding) -> Style:
    """Give the look that goes with the severity."""
    return STYLES[finding.severity]


def short_key(finding: Finding) -> CardText:
    """Give the first twelve digits of the fingerprint, by which a repeat is recognised."""
    return say("{key}", key=finding.fingerprint[:_SHORT_KEY])
