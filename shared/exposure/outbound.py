"""What a security group lets out, judged by the one evaluator: each rule seen in a mirror."""

from __future__ import annotations

from dataclasses import replace

from shared.exposure.layers import LayerKind, RuleLayer
from shared.exposure.rule_match import Match, Perspective
from shared.network.security_group import NetworkSecurityGroup
from shared.network.security_rule import SecurityRule
from shared.network.service_tags import VIRTUAL_NETWORK
from shared.packetset.addresses import AddressSet
from shared.packetset.protocols import ALL_PORTS, Protocol


def outbound_layer(
    group: NetworkSecurityGroup,
    own: AddressSet,
    port: int,
    perspective: Perspective,
    protocol: Protocol = Protocol.TCP,
) -> RuleLayer:
    """Give the outbound rules of a group as a layer whose "senders" are the destinations.

    `own` are the addresses that packets leave from, within their virtual network; `port` is the
    destination port.  A rule about a part of `own`, or about some source ports only, is doubtful.

    Source: Microsoft Learn, "Network security groups", outbound default rules.
    """
    mirrored = (
        (_mirrored(rule), _match(rule, own))
        for rule in group.outbound
        if port in rule.destination_ports and rule.protocol.covers(protocol)
    )
    kept = tuple((rule, match) for rule, match in mirrored if match is not Match.NO)
    return RuleLayer(LayerKind.SUBNET_NSG, group.id, kept, perspective)


def _mirrored(rule: SecurityRule) -> SecurityRule:
    return replace(rule, source=rule.destination, destination=rule.source, source_ports=ALL_PORTS)


def _match(rule: SecurityRule, own: AddressSet) -> Match:
    side = rule.source
    whole = (
        side.everywhere
        or any(tag.key == VIRTUAL_NETWORK for tag in side.tags)
        or own.is_subset(side.addresses)
    )
    if whole:
        return Match.YES if rule.source_ports == ALL_PORTS else Match.MAYBE
    return Match.MAYBE if own.intersect(side.addresses) else Match.NO
