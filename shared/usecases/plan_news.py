"""Telling people of plans: what waits for them, what was done, and what went wrong."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from shared.rendering.card_links import CardLinks
from shared.rendering.card_plan import TOLD, plan_card
from shared.rendering.plan_view import PlanView
from shared.usecases.interfaces import (
    NotificationError,
    NotificationRefusedError,
    Notifier,
    StoreConflictError,
)
from shared.usecases.plan_record import PlanRecord
from shared.usecases.remediation_interfaces import PlanStore


@dataclass(frozen=True, slots=True)
class PlanTelling:
    """What telling needs; without a notifier nobody is told, and nothing stays to be."""

    plans: PlanStore
    notifier: Notifier | None
    links: CardLinks = field(default_factory=CardLinks)


def view_of(record: PlanRecord) -> PlanView:
    """Give a plan as people see it."""
    return PlanView(
        record.plan,
        record.state,
        record.since,
        record.hash,
        record.note,
        record.approval.actor if record.approval else "",
        record.openers,
        record.cuts_connections,
    )


def tell_plan(telling: PlanTelling, record: PlanRecord) -> bool:
    """Tell the news of one plan; True where a card was accepted.

    A crash between the card and the note of it tells it again.  What the receiver refuses for good
    is not tried again; while it is away the news stays.

    Raises:
        StoreError: the plan could not be written.
    """
    is_told = False
    if telling.notifier is not None and record.state in TOLD:
        try:
            telling.notifier.send(plan_card(view_of(record), telling.links))
            is_told = True
        except NotificationRefusedError:
            is_told = False
        except NotificationError:
            return False
    try:
        telling.plans.save(replace(record, news=False))
    except StoreConflictError:
        return is_told
    return is_told


def tell_plans(telling: PlanTelling) -> int:
    """Tell the news of every plan that has some; count the cards.

    Raises:
        StoreError: the plans could not be read or written.
    """
    pending = [record for record in telling.plans.plans() if record.news]
    return sum(tell_plan(telling, record) for record in pending)
