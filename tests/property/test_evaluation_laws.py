"""Laws of evaluation: first match by priority, and verdicts that hold what they promise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from itertools import combinations
from typing import Final

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shared.exposure.internet import INTERNET
from shared.exposure.judgement import judge
from shared.exposure.layers import LayerKind, RuleLayer
from shared.exposure.path import Path
from shared.exposure.rule_match import Assumption, Match, Perspective
from shared.exposure.verdict import Exposed, NotExposed
from shared.network.ids import ResourceId
from shared.network.security_group import NetworkSecurityGroup
from shared.network.security_rule import Access, Direction, SecurityRule
from shared.network.service_tags import ServiceTagTable
from shared.packetset.addresses import NO_ADDRESSES, AddressSet, Family, address_number
from shared.packetset.packets import NO_PACKETS, Packet, PacketSet
from tests.property.strategies import PLACES, rule_lists, rules

UNIVERSE: Final = INTERNET[Family.IPV4]
AZURE: Final = AddressSet.parse("20.0.0.0/7")
STORAGE: Final = AddressSet.parse("20.60.0.0/16")
LISTED: Final = ServiceTagTable({"azurecloud": AZURE, "storage": STORAGE})
ROUTED: Final = AddressSet.parse("203.0.113.0/24")
GROUP: Final = ResourceId("/subscriptions/s/providers/nsg/n")

WITH_LIST: Final = Perspective(Family.IPV4, UNIVERSE, UNIVERSE, NO_ADDRESSES, NO_ADDRESSES, LISTED)
WITHOUT_LIST: Final = Perspective(
    Family.IPV4, UNIVERSE, UNIVERSE, NO_ADDRESSES, ROUTED, ServiceTagTable()
)
perspectives = st.sampled_from([WITH_LIST, WITHOUT_LIST])
assumptions = st.builds(
    Assumption,
    st.sampled_from([frozenset(), frozenset({"storage", "azurecloud"}), frozenset({"azurecloud"})]),
    st.booleans(),
)
packets = st.builds(
    Packet,
    st.sampled_from(
        [
            address_number(text)
            for text in ("198.51.100.7", "198.51.100.70", "203.0.113.7", "20.60.0.1", "21.0.0.1")
        ]
    ),
    st.sampled_from([0, 53, 1023, 1024, 2000, 2001, 65535]),
)
trusted_sets = st.sampled_from([NO_ADDRESSES, *map(AddressSet.parse, PLACES)])

NAMED: Final = {
    "internet": UNIVERSE,
    "storage": STORAGE,
    "azurecloud": AZURE,
    "virtualnetwork": NO_ADDRESSES,
    "azureloadbalancer": NO_ADDRESSES,
}
"""What tags hold of the internet, with the list at hand."""


def layer(
    rule_list: Sequence[SecurityRule], seen: Perspective, kind: LayerKind = LayerKind.SUBNET_NSG
) -> RuleLayer:
    """Put the rules, with the default ones behind them, into one layer."""
    ordered = NetworkSecurityGroup(GROUP, tuple(rule_list)).inbound
    return RuleLayer(kind, GROUP, tuple((rule, Match.YES) for rule in ordered), seen)


def path(rule_list: Sequence[SecurityRule], seen: Perspective) -> Path:
    return Path((layer(rule_list, seen),), seen)


def let_in(way: Path, *, generous: bool = False) -> PacketSet:
    by_origin = way.let_in(Assumption(generous=generous))
    return reduce(PacketSet.union, by_origin.values(), NO_PACKETS)


def matches(rule: SecurityRule, packet: Packet) -> bool:
    """Tell by one packet and one rule what the rule's own words say."""
    named = any(packet.source in NAMED[tag.key] for tag in rule.source.tags)
    from_there = rule.source.everywhere or packet.source in rule.source.addresses or named
    return from_there and packet.source_port in rule.source_ports


def is_let_in(rule_list: Sequence[SecurityRule], packet: Packet) -> bool:
    """Try the custom rules one by one; none of the default rules lets the internet in."""
    by_priority = sorted(rule_list, key=lambda rule: rule.priority)
    first = next((rule for rule in by_priority if matches(rule, packet)), None)
    return first is not None and first.access is Access.ALLOW


@given(rule_lists(), perspectives, assumptions)
def test_decisions_of_a_layer_are_disjoint_and_cover_all_packets(
    drawn: list[SecurityRule], seen: Perspective, assumption: Assumption
) -> None:
    everything = PacketSet.of(seen.universe)
    parts = [one.packets for one in layer(drawn, seen).decisions(assumption, everything)]
    assert reduce(PacketSet.union, parts, NO_PACKETS) == everything
    assert not any(one.intersect(other) for one, other in combinations(parts, 2))
    assert all(parts)


@given(rule_lists(), perspectives, assumptions, packets)
def test_one_packet_is_decided_as_the_set_that_holds_it(
    drawn: list[SecurityRule], seen: Perspective, assumption: Assumption, packet: Packet
) -> None:
    judged = layer(drawn, seen)
    (alone,) = judged.decisions(assumption, PacketSet.single(packet))
    together = judged.decisions(assumption, PacketSet.of(seen.universe))
    (holding,) = (one for one in together if packet in one.packets)
    assert (alone.access, alone.step) == (holding.access, holding.step)


@given(rule_lists(), packets)
def test_first_rule_by_priority_decides(drawn: list[SecurityRule], packet: Packet) -> None:
    assert (packet in let_in(path(drawn, WITH_LIST))) == is_let_in(drawn, packet)


@given(rule_lists(), perspectives, st.data())
def test_place_of_a_rule_in_its_group_changes_nothing(
    drawn: list[SecurityRule], seen: Perspective, data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(drawn))
    assert judge(path(shuffled, seen)) == judge(path(drawn, seen))


@given(rule_lists(), perspectives, st.booleans(), st.data())
def test_another_deny_never_lets_more_in(
    drawn: list[SecurityRule],
    seen: Perspective,
    generous: bool,  # noqa: FBT001 - drawn by name
    data: st.DataObject,
) -> None:
    added = data.draw(rules(data.draw(st.sampled_from([99, 110, 130])), Access.DENY))
    assume(added.priority not in {rule.priority for rule in drawn})
    fewer = let_in(path([*drawn, added], seen), generous=generous)
    assert fewer.is_subset(let_in(path(drawn, seen), generous=generous))


@given(rule_lists(), perspectives, st.booleans(), st.data())
def test_another_allow_never_lets_less_in(
    drawn: list[SecurityRule],
    seen: Perspective,
    generous: bool,  # noqa: FBT001 - drawn by name
    data: st.DataObject,
) -> None:
    added = data.draw(rules(data.draw(st.sampled_from([99, 110, 130])), Access.ALLOW))
    assume(added.priority not in {rule.priority for rule in drawn})
    more = let_in(path([*drawn, added], seen), generous=generous)
    assert let_in(path(drawn, seen), generous=generous).is_subset(more)


@given(rule_lists(), rule_lists(), perspectives)
def test_two_layers_let_in_what_each_lets_in(
    outer: list[SecurityRule], inner: list[SecurityRule], seen: Perspective
) -> None:
    both = Path((layer(outer, seen), layer(inner, seen, LayerKind.NIC_NSG)), seen)
    common = let_in(path(outer, seen)).intersect(let_in(path(inner, seen)))
    assert let_in(both) == common


@given(rule_lists(), perspectives)
def test_who_surely_gets_in_gets_in_under_the_generous_reading(
    drawn: list[SecurityRule], seen: Perspective
) -> None:
    way = path(drawn, seen)
    assert let_in(way).is_subset(let_in(way, generous=True))


@given(rule_lists(), perspectives, trusted_sets)
def test_exposed_verdict_says_exactly_who_surely_gets_in(
    drawn: list[SecurityRule], seen: Perspective, trusted: AddressSet
) -> None:
    way = path(drawn, seen)
    verdict = judge(way, trusted)
    certain = let_in(way).sources.subtract(trusted)
    assert isinstance(verdict, Exposed) or not certain
    assert not isinstance(verdict, Exposed) or verdict.certain == certain


@given(rule_lists(), rule_lists(), perspectives, trusted_sets)
def test_witness_is_let_in_untrusted_by_the_rules_of_its_trace(
    outer: list[SecurityRule],
    inner: list[SecurityRule],
    seen: Perspective,
    trusted: AddressSet,
) -> None:
    last = SecurityRule("allow-the-rest", 4096, Direction.INBOUND, Access.ALLOW)
    on_nic = layer([*inner, last], seen, LayerKind.NIC_NSG)
    way = Path((layer([*outer, last], seen), on_nic), seen)
    verdict = judge(way, trusted)
    assume(isinstance(verdict, Exposed) and verdict.witness)
    assert isinstance(verdict, Exposed)
    assert verdict.witness is not None
    assert verdict.witness in let_in(way)
    assert verdict.witness.source not in trusted
    assert way.trace(verdict.witness, Assumption()) == verdict.trace
    assert [step.access for step in verdict.trace] == [Access.ALLOW, Access.ALLOW]


@given(rule_lists(), trusted_sets)
def test_trusted_sources_are_taken_out_and_nothing_else(
    drawn: list[SecurityRule], trusted: AddressSet
) -> None:
    way = path(drawn, WITH_LIST)
    before, after = judge(way), judge(way, trusted)
    assume(isinstance(before, Exposed))
    assert isinstance(before, Exposed)
    left = before.certain.subtract(trusted)
    assert isinstance(after, Exposed) == bool(left)
    assert not isinstance(after, Exposed) or after.certain == left
    assert isinstance(after, Exposed) or [one.code for one in after.reasons] == ["trusted-only"]


@given(rule_lists(), perspectives)
def test_trusting_those_who_do_not_get_in_changes_nothing(
    drawn: list[SecurityRule], seen: Perspective
) -> None:
    way = path(drawn, seen)
    outside = UNIVERSE.subtract(let_in(way, generous=True).sources)
    assume(not any(rule.source.tags for rule in drawn))
    assert judge(way, outside) == judge(way)


@given(rule_lists(), perspectives, assumptions)
def test_closed_path_lets_nobody_in_whatever_is_assumed(
    drawn: list[SecurityRule], seen: Perspective, assumption: Assumption
) -> None:
    way = path(drawn, seen)
    gets_in = bool(way.let_in(assumption)) or not isinstance(judge(way), NotExposed)
    assert not (way.is_closed and gets_in)


@given(rule_lists(), perspectives, assumptions, st.integers(100, 4096))
def test_open_layer_lets_everybody_in_whatever_is_assumed(
    drawn: list[SecurityRule], seen: Perspective, assumption: Assumption, priority: int
) -> None:
    everybody = SecurityRule("everybody", priority, Direction.INBOUND, Access.ALLOW)
    way = path([*drawn, everybody], seen)
    found = reduce(PacketSet.union, way.let_in(assumption).values(), NO_PACKETS)
    stopped = way.sent(assumption).subtract(found)
    assert not (way.layers[0].is_open and stopped)


@given(rule_lists(), perspectives, st.sampled_from(PLACES))
def test_fewer_senders_are_decided_as_among_all(
    drawn: list[SecurityRule], seen: Perspective, place: str
) -> None:
    senders = AddressSet.parse(place)
    few = replace(
        seen,
        universe=seen.universe.intersect(senders),
        internet=seen.internet.intersect(senders),
        virtual_network=seen.virtual_network.intersect(senders),
        doubtful_virtual_network=seen.doubtful_virtual_network.intersect(senders),
    )
    among_few = let_in(path(drawn, few))
    assert among_few == let_in(path(drawn, seen)).intersect(PacketSet.of(few.universe))


@pytest.mark.parametrize("seen", [WITH_LIST, WITHOUT_LIST])
def test_default_rules_alone_let_nobody_surely_in(seen: Perspective) -> None:
    assert not let_in(path([], seen))
