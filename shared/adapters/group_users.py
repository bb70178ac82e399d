"""Who uses a security group, where ARM and the index tell different things."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Final

import msgspec

from shared.adapters.arm_resources import resource_type
from shared.adapters.back_references import users_of
from shared.findings.resource_change import whole_resource
from shared.network.ids import ResourceId
from shared.network.snapshot import Snapshot

READ_PER_GROUP: Final = 10
_GROUP: Final = "microsoft.network/networksecuritygroups"


def users_in_doubt(rows: Mapping[ResourceId, bytes], snapshot: Snapshot) -> Iterator[ResourceId]:
    """Name the interfaces and networks to read, to tell whether fresh security groups are in use.

    `rows` are fresh reads of anything.  Nothing is in doubt where ARM's row of a group and the
    snapshot agree on one user.  Else a user that only ARM tells of is named, and those that only
    the snapshot tells of.
    """
    groups = {one: text for one, text in rows.items() if resource_type(one) == _GROUP}
    known = _users(snapshot, groups.keys()) if groups else {}
    for group, text in groups.items():
        told = _told(text)
        shown = known.get(group, set())
        if told.isdisjoint(shown):
            yield from sorted(told)[:1]
            yield from sorted(shown)[:READ_PER_GROUP]


def _told(text: bytes) -> set[ResourceId]:
    """Give the users that a group's own row names; those of a scale set show nothing here."""
    try:
        users = users_of(text).ids
    except (msgspec.DecodeError, ValueError):
        return set()
    return {whole_resource(one) for one in users if "/virtualmachinescalesets/" not in one.key}


def _users(
    snapshot: Snapshot, groups: Collection[ResourceId]
) -> Mapping[ResourceId, set[ResourceId]]:
    found: defaultdict[ResourceId, set[ResourceId]] = defaultdict(set)
    for interface in snapshot.network_interfaces.values():
        group = interface.security_group
        if group is not None and group in groups:
            found[group].add(interface.id)
    for network in snapshot.virtual_networks.values():
        for subnet in network.subnets:
            group = subnet.security_group
            if group is not None and group in groups:
                found[group].add(network.id)
    return found
