"""Exemptions as a table and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from shared.checks.result import Json
from shared.findings.exemption_tags import RefusedTags
from shared.findings.kept_exemption import KeptExemption
from shared.rendering.findings_table import minute
from shared.rendering.text_table import TextTable
from shared.rendering.visible_text import visible

HEADINGS: Final = ("Id", "State", "Until (UTC)", "Check", "Owner", "Scope", "Reason", "From")
EVERY_CHECK: Final = "every check"


def exemptions_table(kept: Sequence[KeptExemption], now: datetime) -> TextTable:
    """Give one row for each exemption, in the order given."""
    return TextTable(HEADINGS, tuple(_row(one, now) for one in kept), leading=4)


def exemptions_document(
    kept: Sequence[KeptExemption], refused: Sequence[RefusedTags], now: datetime
) -> dict[str, Json]:
    """Give exemptions, and the tags that do not exempt, as one JSON object."""
    return {
        "schema": "portcullis/exemptions/1",
        "exemptions": [_document(one, now) for one in kept],
        "refused_tags": [{"resource": one.resource.text, "fault": one.fault} for one in refused],
    }


def refused_lines(refused: Sequence[RefusedTags]) -> Iterator[str]:
    """Tell which tags were meant to exempt something and do not, as lines; none without any."""
    if not refused:
        return
    yield f"Tags that exempt nothing: {len(refused):,}"
    yield from (f"  {visible(one.resource.text)}: {visible(one.fault)}" for one in refused)


def state_of(kept: KeptExemption, now: datetime) -> str:
    """Give one word for whether an exemption holds."""
    if kept.ended is not None:
        return "ended"
    return "in force" if kept.exemption.is_live(now) else "expired"


def _row(kept: KeptExemption, now: datetime) -> tuple[str, ...]:
    exemption = kept.exemption
    return (
        visible(exemption.id),
        state_of(kept, now),
        minute(kept.ended or exemption.expires),
        exemption.check or EVERY_CHECK,
        visible(exemption.owner),
        visible(exemption.scope.text),
        visible(exemption.reason),
        visible(f"{kept.origin} by {kept.created_by}" if kept.created_by else kept.origin),
    )


def _document(kept: KeptExemption, now: datetime) -> dict[str, Json]:
    exemption = kept.exemption
    return {
        "id": exemption.id,
        "state": state_of(kept, now),
        "scope": exemption.scope.text,
        "check": exemption.check,
        "reason": exemption.reason,
        "owner": exemption.owner,
        "expires": _time(exemption.expires),
        "origin": kept.origin.value,
        "created": _time(kept.created),
        "created_by": kept.created_by,
        "subscriptions": list(kept.members),
        "ended": None if kept.ended is None else _time(kept.ended),
        "ended_by": kept.ended_by,
    }


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
