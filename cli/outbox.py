"""`portcullis outbox`: what is still to be told, and what the receiver of cards refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer

from cli.output import write_lines
from cli.settings import command_runtime
from shared.rendering.scan_summary import counted
from shared.rendering.visible_text import visible
from shared.usecases.interfaces import EventState, FindingStore
from shared.usecases.notify import refusals, retry_refused


def outbox(
    *,
    again: Annotated[
        bool, typer.Option("--retry-refused", help="Put what was refused back to be told.")
    ] = False,
) -> None:
    """Show what is still to be told, and what was refused and why.

    What is put back is told by the Functions app, within minutes.
    """
    store = command_runtime().findings
    if again:
        write_lines([f"Put back to be told: {counted(retry_refused(store), 'event')}."])
        return
    waiting = sum(
        event.state is EventState.PENDING
        for subscription in store.subscriptions()
        for event in store.events(subscription)
    )
    write_lines([f"Waiting to be told: {counted(waiting, 'event')}.", *refused_report(store)])


def refused_report(store: FindingStore) -> Iterator[str]:
    """Tell how many events were refused and why, as lines; none where none were."""
    reasons = refusals(store)
    if not reasons:
        return
    yield f"Refused, and so not told: {counted(sum(reasons.values()), 'event')}"
    yield from (f"  {count:,}: {visible(reason)}" for reason, count in reasons.items())
    yield "  Mend the channel, then: portcullis outbox --retry-refused"
