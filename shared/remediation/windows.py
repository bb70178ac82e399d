"""Just-in-time windows: what a plan must not do to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import assert_never

from shared.exposure.layers import Reason
from shared.network.security_rule import SecurityRule, is_just_in_time
from shared.network.snapshot import Snapshot
from shared.remediation.edit import AddRule, Edit, MoveRule, NarrowRule, RemoveRule, RuleEdit
from shared.remediation.editing import is_window


def window_objections(snapshot: Snapshot, edits: Iterable[Edit]) -> Iterator[Reason]:
    """Object to edits of just-in-time rules, and to a Deny that would end a window early."""
    for edit in edits:
        if isinstance(edit, RemoveRule | NarrowRule | MoveRule | AddRule):
            yield from _objections(snapshot, edit)


def _objections(snapshot: Snapshot, edit: RuleEdit) -> Iterator[Reason]:
    match edit:
        case AddRule(rule=deny):
            for rule in snapshot.security_groups[edit.group].rules:
                if is_window(rule) and _is_cut(rule, deny):
                    text = f"it would end the just-in-time window of rule {rule.name}"
                    yield Reason("cuts-window", text)
        case RemoveRule(rule=name) | NarrowRule(rule=name) | MoveRule(rule=name):
            if is_just_in_time(name):
                text = f"rule {name} belongs to just-in-time access, which keeps it itself"
                yield Reason("just-in-time-rule", text)
        case _ as unreachable:
            assert_never(unreachable)


def _is_cut(window: SecurityRule, deny: SecurityRule) -> bool:
    """Tell whether a Deny comes first for anything that a window lets in."""
    if deny.priority > window.priority:
        return False
    if not window.destination_ports.overlaps(deny.destination_ports):
        return False
    named = window.source.addresses
    from_prefixes = bool(deny.source.addresses)
    return not (from_prefixes and named) or named.overlaps(deny.source.addresses)
