"""What a security group by itself lets in, whatever it stands before."""

from __future__ import annotations

from collections.abc import Iterator

from shared.exposure.filters import Filters
from shared.exposure.internet import Reach
from shared.exposure.judgement import openness
from shared.exposure.layers import LayerKind, RuleLayer
from shared.exposure.path import Path
from shared.exposure.rule_match import Destination, Match, Perspective, match_destination
from shared.exposure.surroundings import Surroundings
from shared.exposure.verdict import Exposed, Undetermined
from shared.network.ids import ResourceId
from shared.network.security_group import NetworkSecurityGroup
from shared.network.security_rule import SecurityRule
from shared.network.snapshot import Snapshot
from shared.packetset.addresses import AddressSet, Family


class GroupExposure:
    """Judges security groups alone: does any destination behind one let the internet in?"""

    def __init__(self, snapshot: Snapshot, surroundings: Surroundings, filters: Filters) -> None:
        """Prepare for the groups of one snapshot."""
        self._filters = filters
        self._perspectives = {family: surroundings.internet(None, family) for family in Family}
        self._members = _members(snapshot)

    def verdict(
        self, group: NetworkSecurityGroup, port: int, trusted: AddressSet
    ) -> Exposed | Undetermined | None:
        """Give the worst verdict over all destinations and families; None when all are closed.

        Destinations are told apart only where rules tell them apart.
        """
        worst: Exposed | Undetermined | None = None
        for layer, perspective in self._layers(group, port):
            verdict = openness(Path((layer,), perspective), trusted)
            if _is_worse(verdict, worst):
                worst = verdict
            if isinstance(worst, Exposed) and worst.reach is Reach.INTERNET:
                break
        return worst

    def _layers(
        self, group: NetworkSecurityGroup, port: int
    ) -> Iterator[tuple[RuleLayer, Perspective]]:
        relevant = self._filters.relevant(group, port)
        for family, perspective in self._perspectives.items():
            seen: set[tuple[Match, ...]] = set()
            for destination in self._destinations(relevant.rules, family, plain=relevant.plain):
                matches = tuple(
                    match_destination(rule, destination, family) for rule in relevant.rules
                )
                if matches in seen:
                    continue
                seen.add(matches)
                pairs = zip(relevant.rules, matches, strict=True)
                kept = tuple(pair for pair in pairs if pair[1] is not Match.NO)
                yield RuleLayer(LayerKind.NIC_NSG, group.id, kept, perspective), perspective

    def _destinations(
        self, rules: tuple[SecurityRule, ...], family: Family, *, plain: bool
    ) -> Iterator[Destination]:
        """Give a destination out of every part that the rules' destinations cut the space into."""
        yield Destination(family.offset)
        if plain:
            return
        bounds = {bound for rule in rules for bound in rule.destination.addresses.numbers.bounds}
        yield from (Destination(bound) for bound in sorted(bounds) if _in_family(bound, family))
        named = {g for rule in rules for g in rule.destination.application_security_groups}
        for group in named:
            yield from (d for d in self._members.get(group, ()) if _is_of(d, family))


def _in_family(number: int, family: Family) -> bool:
    return Family.of(number) is family


def _is_of(destination: Destination, family: Family) -> bool:
    return destination.address is None or _in_family(destination.address, family)


def _is_worse(one: Exposed | Undetermined | None, other: Exposed | Undetermined | None) -> bool:
    match one:
        case Exposed():
            return not isinstance(other, Exposed) or one.reach.worse(other.reach) is not other.reach
        case Undetermined():
            return other is None
        case None:
            return False


def _members(snapshot: Snapshot) -> dict[ResourceId, list[Destination]]:
    """Give the configurations of each application security group that has any."""
    members: dict[ResourceId, list[Destination]] = {}
    for interface in snapshot.network_interfaces.values():
        for configuration in interface.ip_configurations:
            destination = Destination(
                configuration.private_ip,
                interface.application_security_groups,
                frozenset(configuration.application_security_groups),
            )
            for group in configuration.application_security_groups:
                members.setdefault(group, []).append(destination)
    return members
