"""The card about signals of sessions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, assert_never

from shared.findings.session_signals import Signal, SignalKind
from shared.network.ids import ResourceId
from shared.rendering.card_elements import (
    Card,
    Element,
    Style,
    buttons,
    card,
    columns,
    container,
    heading,
    largest_that_fits,
    paragraph,
)
from shared.rendering.card_links import CardLinks
from shared.rendering.card_text import CardText, counted, moment, plain, say
from shared.rendering.sessions_table import name_of

_NAMED: Final = 20

_TITLES: Final = {
    SignalKind.FAILED_LOGINS: CardText("Repeated failed logins"),
    SignalKind.SHARED_ACCOUNT: CardText("Shared account"),
    SignalKind.UNTRUSTED_CLIENT: CardText("Client outside the trusted sources"),
    SignalKind.EXEMPT_MACHINE: CardText("Session to an exempt machine"),
}


def signals_card(signals: Sequence[Signal], links: CardLinks) -> Card:
    """Give one card with the signals, the severest and then the newest first."""
    ordered = sorted(signals, key=lambda one: (-one.severity.rank, -one.at.timestamp(), one.key))
    return largest_that_fits(lambda most: _card(ordered, links, most), min(_NAMED, len(ordered)))


def signal_words(signal: Signal) -> CardText:
    """Say what happened in one sentence."""
    bastion = _name(signal.bastion)
    machine = _name(signal.machine) if signal.machine else CardText("a machine")
    user = signal.user_name or "nobody named"
    client = signal.client_address or "an address not told"
    match signal.kind:
        case SignalKind.FAILED_LOGINS:
            return say(
                "At least {count} failed logins from {client} through {bastion} in a short time.",
                count=signal.count,
                client=client,
                bastion=bastion,
            )
        case SignalKind.SHARED_ACCOUNT:
            template = "{user} logged in to {machine} from {client}: nobody is behind that name."
        case SignalKind.UNTRUSTED_CLIENT:
            template = "{user} came to {machine} from {client}, which is not a trusted source."
        case SignalKind.EXEMPT_MACHINE:
            template = "{user} came to {machine} from {client}; a finding on it is exempt."
        case _ as unreachable:
            assert_never(unreachable)
    return say(template, user=user, machine=machine, client=client)


def _card(ordered: Sequence[Signal], links: CardLinks, most: int) -> Card:
    title = say("{signals} in Bastion sessions", signals=counted(len(ordered), "signal"))
    more = len(ordered) - most
    body = [
        container(
            [heading(CardText("SESSIONS"), size="Small"), heading(title, size="Large")],
            Style.WARNING,
            bleed=True,
        ),
        *(_row(signal, links) for signal in ordered[:most]),
        *([paragraph(say("and {more} more", more=more))] if more > 0 else []),
        *buttons([links.to_dashboard()]),
    ]
    return card(body, title)


def _row(signal: Signal, links: CardLinks) -> Element:
    where = say(
        "{time} · {bastion} · key {key}",
        time=moment(signal.at),
        bastion=_name(signal.bastion),
        key=signal.key.rpartition("|")[2][:8],
    )
    return columns(
        ("110px", [heading(say("{s}", s=signal.severity.value.upper()), size="Small")]),
        (
            "stretch",
            [
                heading(_TITLES[signal.kind], size="Default"),
                paragraph(signal_words(signal), spacing="None"),
                paragraph(where, subtle=True, spacing="None"),
            ],
        ),
        link=links.to_portal(signal.machine or signal.bastion),
    )


def _name(resource: ResourceId) -> CardText:
    return plain(name_of(resource))
