"""Exemptions: recorded by people or read from tags, and what they do to findings at once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, TypeAlias

from shared.checks import CHECKS
from shared.findings.coverage import Coverage
from shared.findings.exemption import Exemption
from shared.findings.exemption_tags import RefusedTags
from shared.findings.finding import Cause
from shared.findings.kept_exemption import ExemptionOrigin, KeptExemption
from shared.network.ids import InvalidResourceIdError, ResourceId
from shared.usecases.assess import Assessment, record
from shared.usecases.exemption_interfaces import ExemptionStore
from shared.usecases.interfaces import (
    Clock,
    FindingStore,
    InventoryError,
    PortcullisError,
    StoreConflictError,
)

TagReader: TypeAlias = Callable[[Sequence[str]], Sequence[Exemption | RefusedTags]]
"""Reads the exemptions by tag of some subscriptions; raises InventoryError."""
Members: TypeAlias = Callable[[str], Sequence[str]]
"""Names the subscriptions below a management group, by its id; raises InventoryError."""

_PLACE: Final = re.compile(
    r"/subscriptions/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(/resourcegroups/[^/]+(/[^/]+)*)?"
    r"|/providers/microsoft\.management/managementgroups/[^/]+"
)
_CHECK_IDS: Final = frozenset(check.id for check in CHECKS)


class ExemptionRefusedError(PortcullisError):
    """An exemption that cannot be made or ended as it was asked for."""


@dataclass(frozen=True, slots=True)
class ExemptionDesk:
    """What exemptions need of the outside world."""

    store: ExemptionStore
    findings: FindingStore
    clock: Clock
    tags: TagReader
    members: Members


@dataclass(frozen=True, slots=True)
class ExemptionRequest:
    """What somebody asks to be left as it is; `check` is None for every check."""

    scope: ResourceId
    check: str | None
    reason: str
    owner: str
    until: datetime


def in_force(desk: ExemptionDesk, subscriptions: Sequence[str]) -> tuple[Exemption, ...]:
    """Give the exemptions that hold in some subscriptions now, as they are kept.

    Raises:
        StoreError: they could not be read.
    """
    now = desk.clock.now()
    return tuple(
        exemption
        for subscription in subscriptions
        for kept in desk.store.of(subscription)
        if kept.is_in_force(now) and (exemption := _within(kept, subscription)) is not None
    )


def renew_tagged(desk: ExemptionDesk, subscriptions: Sequence[str]) -> bool:
    """Read the tags of some subscriptions and keep what they say; False where Azure did not tell.

    Then what they said last stays.  Only name subscriptions that can be read: Resource Graph leaves
    out the others in silence, which would end their exemptions.

    Raises:
        StoreError: what was read could not be kept.
    """
    if not subscriptions:
        return True
    try:
        found = desk.tags(subscriptions)
    except InventoryError:
        return False
    for subscription in subscriptions:
        tagged = [one for one in found if isinstance(one, Exemption)]
        refused = [one for one in found if isinstance(one, RefusedTags)]
        desk.store.replace_tagged(
            subscription,
            [one for one in tagged if one.scope.subscription == subscription.lower()],
            [one for one in refused if one.resource.subscription == subscription.lower()],
            desk.clock.now(),
        )
    return True


def renew_members(desk: ExemptionDesk) -> None:
    """Look anew which subscriptions lie below the management groups that are exempt.

    Where Azure does not tell, or somebody else writes the exemption now, it stays as it was.

    Raises:
        StoreError: the exemptions could not be read or written.
    """
    now = desk.clock.now()
    for kept in desk.store.every():
        if not kept.members or not kept.is_in_force(now):
            continue
        try:
            members = tuple(sorted(desk.members(kept.exemption.scope.name)))
            if members and members != kept.members:
                desk.store.put(replace(kept, members=members))
        except (InventoryError, StoreConflictError):
            continue


def add_exemption(desk: ExemptionDesk, asked: ExemptionRequest, actor: str) -> KeptExemption:
    """Record an exemption; findings that it covers are exempt from now on.

    Raises:
        ExemptionRefusedError: the request is not whole, or names nothing that can be exempt.
        InventoryError: the subscriptions of a management group could not be listed.
        StoreError: it could not be kept.
    """
    now = desk.clock.now()
    _check(asked, now)
    digest = hashlib.sha256(f"{asked.scope.key}\n{asked.check}\n{now.isoformat()}".encode())
    try:
        exemption = Exemption(
            digest.hexdigest()[:12],
            asked.scope,
            asked.check,
            asked.reason,
            asked.owner,
            asked.until,
        )
    except ValueError as error:
        raise ExemptionRefusedError(str(error)) from error
    members: tuple[str, ...] = ()
    if not asked.scope.subscription:
        members = tuple(sorted(desk.members(asked.scope.name)))
        if not members:
            raise ExemptionRefusedError(f"no subscription can be seen below {asked.scope}")
    kept = KeptExemption(exemption, ExemptionOrigin.RECORD, now, actor, members)
    desk.store.put(kept)
    _take_effect(desk, kept)
    return kept


def end_exemption(desk: ExemptionDesk, exemption_id: str, actor: str) -> KeptExemption:
    """End a recorded exemption before its time; its findings open again.

    Raises:
        ExemptionRefusedError: there is none of this id, it stands in tags, or it has ended.
        StoreConflictError: somebody else wrote it in the meantime.
        StoreError: it could not be kept.
    """
    now = desk.clock.now()
    found = [kept for kept in desk.store.every() if kept.exemption.id == exemption_id]
    if not found:
        raise ExemptionRefusedError(f"no exemption has the id {exemption_id!r}")
    (kept,) = found
    if kept.origin is ExemptionOrigin.TAG:
        raise ExemptionRefusedError(
            f"{exemption_id} stands in the tags of {kept.exemption.scope}: take them away there"
        )
    if not kept.is_in_force(now):
        raise ExemptionRefusedError(f"{exemption_id} has ended already")
    ended = replace(kept, ended=now, ended_by=actor)
    desk.store.put(ended)
    _take_effect(desk, ended)
    return ended


def take_effect(desk: ExemptionDesk, subscription: str, run: str) -> int:
    """Exempt recorded findings, or open them again, as the exemptions of now say; count them.

    Nothing else about a finding changes, for nothing was looked at.  A repeat changes nothing.

    Raises:
        StoreError: the findings could not be read or written.
    """
    now = desk.clock.now()
    coverage = Coverage(subscription, now, only=())
    exemptions = in_force(desk, [subscription])
    assessment = Assessment(coverage, (), Cause.EXEMPTION, run, exemptions)
    return len(record(assessment, desk.findings, desk.clock).transitions)


def _take_effect(desk: ExemptionDesk, kept: KeptExemption) -> None:
    run = f"exemption {kept.exemption.id}"
    for subscription in kept.members or (kept.exemption.scope.subscription,):
        take_effect(desk, subscription, run)


def _within(kept: KeptExemption, subscription: str) -> Exemption | None:
    """Give an exemption as it holds in a subscription; None where it does not."""
    exemption = kept.exemption
    if exemption.scope.subscription:
        return exemption if exemption.scope.subscription == subscription.lower() else None
    if subscription.lower() not in kept.members:
        return None
    return replace(exemption, scope=ResourceId(f"/subscriptions/{subscription}"))


def _check(asked: ExemptionRequest, now: datetime) -> None:
    if not _PLACE.fullmatch(asked.scope.key):
        raise ExemptionRefusedError(
            f"{asked.scope} is no resource, resource group, subscription or management group"
        )
    if asked.check is not None and asked.check not in _CHECK_IDS:
        raise ExemptionRefusedError(f"no check is called {asked.check!r}; see portcullis checks")
    if asked.until <= now:
        raise ExemptionRefusedError(f"{asked.until:%Y-%m-%d %H:%M} is over already")


def exemption_scope(text: str) -> ResourceId:
    """Read what is to be exempt: an id, or the bare id of a subscription.

    Raises:
        ExemptionRefusedError: it is neither.
    """
    trimmed = text.strip()
    try:
        return ResourceId(trimmed if trimmed.startswith("/") else f"/subscriptions/{trimmed}")
    except InvalidResourceIdError as error:
        raise ExemptionRefusedError(str(error)) from error
