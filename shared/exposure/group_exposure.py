"""What a security group by itself lets in, whatever it stands before."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from shared.exposure.filters import Filters
from shared.exposure.internet import Reach
from shared.exposure.layers import Layer, LayerKind
from shared.exposure.path import Path
from shared.exposure.rule_match import Destination, Perspective, may_match
from shared.exposure.surroundings import Surroundings
from shared.exposure.verdict import Exposed, Undetermined
from shared.network.ids import ResourceId
from shared.network.security_group import NetworkSecurityGroup
from shared.network.security_rule import SecurityRule
from shared.network.snapshot import Snapshot
from shared.packetset.addresses import Family

_Memberships: TypeAlias = tuple[frozenset[ResourceId], frozenset[ResourceId]]
"""The application security groups of an interface, and of one of its configurations."""


class GroupExposure:
    """Judges security groups alone: does any destination behind one let the internet in?"""

    def __init__(self, snapshot: Snapshot, surroundings: Surroundings, filters: Filters) -> None:
        """Prepare for the groups of one snapshot."""
        self._filters = filters
        self._perspectives = {family: surroundings.internet(None, family) for family in Family}
        self._members = _members_by_group(snapshot)

    def verdict(
        self,
        group: NetworkSecurityGroup,
        port: int,
        openness: Callable[[Path], Exposed | Undetermined | None],
    ) -> Exposed | Undetermined | None:
        """Give the worst verdict over all destinations and families; None when all are closed.

        Destinations are told apart only where rules tell them apart.  `openness` judges the path
        through the group alone, None for a closed one.
        """
        worst: Exposed | Undetermined | None = None
        for layer, perspective in self._layers(group, port):
            verdict = openness(Path((layer,), perspective))
            if _is_worse(verdict, worst):
                worst = verdict
            if isinstance(worst, Exposed) and worst.reach is Reach.INTERNET:
                break
        return worst

    def _layers(
        self, group: NetworkSecurityGroup, port: int
    ) -> Iterator[tuple[Layer, Perspective]]:
        about = self._filters.rules_about(group, port)
        for family, perspective in self._perspectives.items():
            if not any(may_match(rule, perspective) for rule in about.allowing):
                continue
            destinations = self._destinations(about.rules, family, plain=about.is_plain)
            seen: set[Layer] = set()
            for destination in destinations:
                layer = about.layer(LayerKind.NIC_NSG, destination, perspective)
                if layer not in seen:
                    seen.add(layer)
                    yield layer, perspective

    def _destinations(
        self, rules: tuple[SecurityRule, ...], family: Family, *, plain: bool
    ) -> Iterator[Destination]:
        """Give a destination out of every part that the rules' destinations cut the space into."""
        yield Destination(family.offset)
        if plain:
            return
        bounds = sorted(
            bound
            for bound in {b for rule in rules for b in rule.destination.addresses.numbers.bounds}
            if Family.of(bound) is family
        )
        yield from map(Destination, bounds)
        named = {g for rule in rules for g in rule.destination.application_security_groups}
        for group in sorted(named):
            for alike in self._members.get(group, ()):
                yield from alike.destinations(family, bounds)


@dataclass(frozen=True, slots=True)
class _Alike:
    """Members of the same application security groups, whom rules tell apart by address alone.

    `addresses` are ascending for each family; the key None is there for unknown addresses.
    """

    interface_groups: frozenset[ResourceId]
    configuration_groups: frozenset[ResourceId]
    addresses: Mapping[Family | None, Sequence[int]]

    def destinations(self, family: Family, bounds: Sequence[int]) -> Iterator[Destination]:
        """Give the first member in each part between ascending bounds, and an unknown one."""
        for address in _first_of_each_part(self.addresses.get(family, ()), bounds):
            yield Destination(address, self.interface_groups, self.configuration_groups)
        if None in self.addresses:
            yield Destination(None, self.interface_groups, self.configuration_groups)


def _first_of_each_part(numbers: Sequence[int], bounds: Sequence[int]) -> Iterator[int]:
    """Give the lowest of ascending numbers in each part that ascending bounds cut the line into."""
    at = 0
    while at < len(numbers):
        yield numbers[at]
        part = bisect_right(bounds, numbers[at])
        at = bisect_left(numbers, bounds[part]) if part < len(bounds) else len(numbers)


def _is_worse(one: Exposed | Undetermined | None, other: Exposed | Undetermined | None) -> bool:
    match one:
        case Exposed():
            return not isinstance(other, Exposed) or one.reach.worse(other.reach) is not other.reach
        case Undetermined():
            return other is None
        case None:
            return False
        case _ as unreachable:
            assert_never(unreachable)


def _members_by_group(snapshot: Snapshot) -> Mapping[ResourceId, Sequence[_Alike]]:
    """Give the members of each application security group that has any."""
    addresses: dict[_Memberships, dict[Family | None, list[int]]] = {}
    for interface in snapshot.network_interfaces.values():
        for configuration in interface.ip_configurations:
            if own := frozenset(configuration.application_security_groups):
                by_family = addresses.setdefault((interface.application_security_groups, own), {})
                address = configuration.private_ip
                known = by_family.setdefault(None if address is None else Family.of(address), [])
                known.extend(() if address is None else (address,))
    members: dict[ResourceId, list[_Alike]] = {}
    for (of_interface, own), by_family in addresses.items():
        ascending = {family: sorted(known) for family, known in by_family.items()}
        for group in own:
            members.setdefault(group, []).append(_Alike(of_interface, own, ascending))
    return members
