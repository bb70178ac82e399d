"""Fresher readings laid over a snapshot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from typing import Any

from shared.network.ids import ResourceId
from shared.network.snapshot import Snapshot, Unread


def overlaid(
    snapshot: Snapshot,
    fresh: Snapshot,
    *,
    gone: Iterable[ResourceId] = (),
    unread: Iterable[Unread] = (),
) -> Snapshot:
    """Give a snapshot with some resources replaced, and others taken out.

    What `fresh` holds wins; its virtual networks bring all of their subnets.  Resources that are
    `gone` are taken out with everything below them, and interfaces forget that they served a
    machine that is.  Whatever was read or is gone is not unread any more; `unread` is added.  Time
    and service tags stay those of `snapshot`.
    """
    absent = frozenset(gone)
    below = tuple(f"{one.key}/" for one in absent)
    networks = tuple(f"{one.key}/subnets/" for one in fresh.virtual_networks)
    parts: dict[str, Any] = {}
    read: set[ResourceId] = set(absent)
    for part in fields(snapshot):
        before, after = getattr(snapshot, part.name), getattr(fresh, part.name)
        if isinstance(before, Mapping) and (after or absent):
            dropped = (*below, *networks) if part.name == "subnets" else below
            kept = _without(before, absent, dropped)
            parts[part.name] = {**kept, **after}
            read.update(after)
    interfaces = parts.get("network_interfaces")
    if interfaces is not None and absent:
        parts["network_interfaces"] = {
            key: replace(nic, virtual_machine=None) if nic.virtual_machine in absent else nic
            for key, nic in interfaces.items()
        }
    gaps = {gap.scope: gap for gap in snapshot.unread if gap.scope not in read}
    gaps.update((gap.scope, gap) for gap in unread)
    return replace(snapshot, **parts, unread=tuple(gaps[scope] for scope in sorted(gaps)))


def _without(
    part: Mapping[ResourceId, Any], absent: frozenset[ResourceId], below: tuple[str, ...]
) -> Mapping[ResourceId, Any]:
    """Leave out what is absent, and what lies below one of some keys that end with a slash."""
    if not below:
        return part
    return {
        key: value
        for key, value in part.items()
        if key not in absent and not key.key.startswith(below)
    }
