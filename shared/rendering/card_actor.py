"""Who made a change, as the facts of a card."""

from __future__ import annotations

from typing import Final

from shared.findings.finding import Actor, ActorKind
from shared.rendering.card_text import CardText, joined, plain, say

_PLAIN_KINDS: Final = frozenset({ActorKind.USER, ActorKind.UNKNOWN})


def actor_facts(actor: Actor | None) -> list[tuple[str, CardText]]:
    """Give who it was and with what, and the id that all of one deployment shares."""
    if actor is None:
        return []
    kind = CardText("" if actor.kind in _PLAIN_KINDS else actor.kind.value)
    details = joined([kind, plain(actor.client), plain(actor.operation)])
    who = joined([plain(actor.name), say("({how})", how=details) if details else details], " ")
    return [("By", who), ("Correlation", plain(actor.correlation_id))]
