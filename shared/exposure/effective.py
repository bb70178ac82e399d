"""Azure's own account of the filters before one interface, set beside ours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce

from shared.exposure.admin_filter import AdminFilter
from shared.exposure.filters import Filters
from shared.exposure.layers import Layer, LayerKind, RuleLayer
from shared.exposure.path import Path
from shared.exposure.rule_match import Assumption, Destination, Match, match_destination
from shared.exposure.surroundings import Surroundings
from shared.network.ids import ResourceId
from shared.network.security_rule import Access, Direction, Endpoint, SecurityRule
from shared.network.service_tags import ServiceTagTable
from shared.network.snapshot import Snapshot
from shared.network.topology import IpConfiguration, NetworkInterface
from shared.packetset.packets import NO_PACKETS, PacketSet
from shared.packetset.protocols import Protocol


@dataclass(frozen=True, slots=True)
class RuleList:
    """The rules of one filter before an interface, of both directions, in any order.

    With `some`, only some of them may apply, and which ones is not known.  In Azure's account
    service tags are prefixes, and the names of rules are without the collection that they stand
    in there.

    Source: Microsoft Learn, "Effective security rules overview".
    """

    kind: LayerKind
    rules: tuple[SecurityRule, ...]
    some: bool = False


@dataclass(frozen=True, slots=True)
class Bounds:
    """Who gets in, as far as that can be known: the packets that surely do, and that may."""

    surely: PacketSet
    possibly: PacketSet


class Standpoints:
    """Looks at filters from the internet, for one snapshot; front doors do not matter here."""

    def __init__(self, snapshot: Snapshot, tags: ServiceTagTable) -> None:
        """Take the estate, and the list by which our side resolves service tags."""
        self._snapshot = snapshot
        self._surroundings = Surroundings(snapshot, tags)
        self._filters = Filters(snapshot)
        self._admin = AdminFilter(snapshot)

    def rule_lists(self, interface: NetworkInterface) -> tuple[RuleList, ...]:
        """Give our account: the rules of every filter before an interface that could be read."""
        return tuple(self._rule_lists(interface))

    def ours(self, interface: NetworkInterface, configuration: IpConfiguration, port: int) -> Path:
        """Give the security groups and admin rules before one configuration, as we judge them."""
        destination = _destination(interface, configuration)
        seen = self._surroundings.internet(configuration.subnet, configuration.family)
        groups = self._filters.in_front_of(interface, configuration, destination, port, seen)
        subnet = configuration.subnet
        admin = self._admin.in_front_of(
            subnet.parent("subnets") if subnet else None,
            destination,
            port,
            seen,
            closed_by_default=not groups,
        )
        return Path((*admin, *groups), seen)

    def azures(
        self,
        lists: Sequence[RuleList],
        interface: NetworkInterface,
        configuration: IpConfiguration,
        port: int,
    ) -> Path:
        """Give the same filters by Azure's account, read with what we know of its rules."""
        destination = _destination(interface, configuration)
        seen = self._surroundings.internet(configuration.subnet, configuration.family)
        known = {
            _key(one.kind, rule): rule for one in self.rule_lists(interface) for rule in one.rules
        }
        merged: dict[LayerKind, list[tuple[SecurityRule, Match]]] = {}
        for one in lists:
            rules = sorted(one.rules, key=lambda rule: rule.priority)
            merged.setdefault(one.kind, []).extend(
                (read, match)
                for rule in rules
                if rule.direction is Direction.INBOUND
                and rule.protocol.covers(Protocol.TCP)
                and port in rule.destination_ports
                and (read := _as_known(rule, known.get(_key(one.kind, rule))))
                and (match := match_destination(read, destination, configuration.family))
                is not Match.NO
            )
        layers: list[Layer] = [
            RuleLayer(kind, interface.id, tuple(merged[kind]), seen)
            for kind in LayerKind
            if kind in merged
        ]
        return Path(tuple(layers), seen)

    def _rule_lists(self, interface: NetworkInterface) -> Iterator[RuleList]:
        subnets = dict.fromkeys(one.subnet for one in interface.ip_configurations if one.subnet)
        networks = dict.fromkeys(filter(None, (subnet.parent("subnets") for subnet in subnets)))
        for network in networks:
            in_force = self._snapshot.admin_rules.get(network)
            if in_force is not None and not in_force.faults:
                rules = tuple(one.rule for one in in_force.rules)
                yield RuleList(LayerKind.ADMIN_RULES, rules, self._admin.is_exempt(network))
        for subnet_id in subnets:
            subnet = self._snapshot.subnets.get(subnet_id)
            if subnet is not None:
                yield from self._group(LayerKind.SUBNET_NSG, subnet.security_group)
        yield from self._group(LayerKind.NIC_NSG, interface.security_group)

    def _group(self, kind: LayerKind, group_id: ResourceId | None) -> Iterator[RuleList]:
        group = self._snapshot.security_groups.get(group_id) if group_id else None
        if group is not None and not group.faults:
            yield RuleList(kind, (*group.inbound, *group.outbound))


def bounds(path: Path) -> Bounds:
    """Judge a path by every reading of what is not known, and give what all and any let in."""
    belongings = [frozenset[str](), *(keys for _, keys in path.memberships())]
    surely: list[PacketSet] = []
    possibly: list[PacketSet] = []
    for keys in belongings:
        possibly.append(_let_in(path, Assumption(keys, generous=True)))
        strict = Assumption(keys)
        refused = path.sent(strict).subtract(_let_in(path, strict))
        surely.append(PacketSet.of(path.perspective.universe).subtract(refused))
    return Bounds(reduce(PacketSet.intersect, surely), reduce(PacketSet.union, possibly))


def _let_in(path: Path, assumption: Assumption) -> PacketSet:
    return reduce(PacketSet.union, path.let_in(assumption).values(), NO_PACKETS)


def _destination(interface: NetworkInterface, configuration: IpConfiguration) -> Destination:
    return Destination(
        configuration.private_ip,
        interface.application_security_groups,
        frozenset(configuration.application_security_groups),
    )


def _key(kind: LayerKind, rule: SecurityRule) -> tuple[LayerKind, Direction, str]:
    return kind, rule.direction, rule.name.lower()


def _as_known(rule: SecurityRule, own: SecurityRule | None) -> SecurityRule:
    """Read a rule of Azure's account where it does not tell what ours of the same name tells.

    Effective rules write `*` as 0.0.0.0/0, which leaves IPv6 open.  How they show an AlwaysAllow
    is not documented; an Allow may be one.

    Source: Microsoft Learn, "Diagnose a virtual machine network traffic filter problem".
    """
    if own is None:
        return rule
    is_always = own.access is Access.ALWAYS_ALLOW and rule.access is Access.ALLOW
    return replace(
        rule,
        access=own.access if is_always else rule.access,
        source=_as_spelt(rule.source, own.source),
        destination=_as_spelt(rule.destination, own.destination),
    )


def _as_spelt(side: Endpoint, own: Endpoint) -> Endpoint:
    return own if side.ipv4_everywhere and own.everywhere else side
