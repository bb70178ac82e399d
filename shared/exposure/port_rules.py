"""The rules of one security group that are about one port, as layers before destinations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from shared.exposure.layers import LayerKind, RuleLayer
from shared.exposure.rule_match import (
    Destination,
    Match,
    Perspective,
    is_unclear,
    match_destination,
)
from shared.network.security_group import NetworkSecurityGroup, in_order
from shared.network.security_rule import Access, Direction, SecurityRule
from shared.network.service_tags import VIRTUAL_NETWORK
from shared.packetset.addresses import Family
from shared.packetset.protocols import Protocol


class PortRules:
    """The inbound rules of one group that are about one port, in order.

    `allowing` are those that are no Deny.  Where `is_plain`, every rule matches every destination
    within a virtual network, so that the group decides for all of them alike.
    """

    def __init__(self, group: NetworkSecurityGroup, port: int, protocol: Protocol) -> None:
        """Pick the rules of one group for flows of one protocol to one port."""
        self._group: Final = group.id
        self.rules: Final = in_order(
            rule
            for rule in group.all_rules
            if rule.direction is Direction.INBOUND
            and port in rule.destination_ports
            and rule.protocol.covers(protocol)
        )
        self.allowing: Final = tuple(r for r in self.rules if r.access is not Access.DENY)
        self.is_plain: Final = all(_is_plain(rule) for rule in self.rules)
        self._everywhere: Final = tuple((rule, Match.YES) for rule in self.rules)
        self._layers: dict[tuple[object, ...], RuleLayer] = {}

    def layer(
        self, kind: LayerKind, destination: Destination, perspective: Perspective
    ) -> RuleLayer:
        """Give the layer before a destination: one object for all that no rule tells apart."""
        plain = self.is_plain and destination.in_virtual_network
        matches = None if plain else self._matches(destination, perspective.family)
        key = (kind, perspective, matches)
        layer = self._layers.get(key)
        if layer is None:
            rules = self._everywhere if matches is None else self._matched(matches)
            layer = self._layers[key] = RuleLayer(kind, self._group, rules, perspective)
        return layer

    def _matches(self, destination: Destination, family: Family) -> tuple[Match, ...]:
        return tuple(match_destination(rule, destination, family) for rule in self.rules)

    def _matched(self, matches: Sequence[Match]) -> tuple[tuple[SecurityRule, Match], ...]:
        pairs = zip(self.rules, matches, strict=True)
        return tuple(pair for pair in pairs if pair[1] is not Match.NO)


def _is_plain(rule: SecurityRule) -> bool:
    side = rule.destination
    if is_unclear(rule):
        return False
    return side.everywhere or any(tag.key == VIRTUAL_NETWORK for tag in side.tags)
