"""Paths: layers in a row, translation of the source, and the tags that senders may belong to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pytest

from shared.exposure.judgement import judge
from shared.exposure.layers import (
    DoorLayer,
    FixedLayer,
    Layer,
    LayerKind,
    Reason,
    RuleLayer,
    Step,
    UnknownLayer,
)
from shared.exposure.path import Path
from shared.exposure.rule_match import Assumption, Match, Perspective
from shared.exposure.verdict import Exposed, NotExposed, Undetermined
from shared.network.ids import ResourceId
from shared.network.security_rule import Access, Direction, Endpoint, SecurityRule
from shared.network.service_tags import NO_SERVICE_TAGS, ServiceTag
from shared.packetset.addresses import ALL_ADDRESSES, NO_ADDRESSES, AddressSet, Family, address_text
from shared.packetset.intervals import IntervalSet
from shared.packetset.packets import Packet, PacketSet
from shared.packetset.protocols import ALL_PORTS

OFFICE: Final = AddressSet.parse("203.0.113.0/24")
FIREWALL: Final = AddressSet.parse("10.0.1.0/26")
CLIENTS: Final = Perspective(
    Family.IPV4, OFFICE, OFFICE, NO_ADDRESSES, NO_ADDRESSES, NO_SERVICE_TAGS
)
TRANSLATED: Final = Perspective(
    Family.IPV4, FIREWALL, NO_ADDRESSES, FIREWALL, NO_ADDRESSES, NO_SERVICE_TAGS, private=True
)
DOUBT: Final = Reason("unread", "it could not be read")
GROUP: Final = ResourceId("/nsg/n")
KINDS: Final = (LayerKind.SUBNET_NSG, LayerKind.NIC_NSG)
CLIENT_PORTS: Final = IntervalSet.span(1024, 65535)
NETWORK_RULES: Final = Assumption()


def rule(
    access: Access,
    *tags: str,
    source_ports: IntervalSet = ALL_PORTS,
    priority: int = 100,
) -> SecurityRule:
    source = (
        Endpoint(tags=tuple(map(ServiceTag.parse, tags))) if tags else Endpoint(everywhere=True)
    )
    name = f"{access}-{priority}"
    return SecurityRule(
        name, priority, Direction.INBOUND, access, source=source, source_ports=source_ports
    )


def layer(
    *rules: SecurityRule,
    kind: LayerKind = LayerKind.SUBNET_NSG,
    seen: Perspective = CLIENTS,
    always_allow_doubt: Reason | None = None,
) -> RuleLayer:
    return RuleLayer(
        kind, GROUP, tuple((one, Match.YES) for one in rules), seen, always_allow_doubt
    )


def certain(path: Path) -> AddressSet:
    verdict = judge(path)
    assert isinstance(verdict, Exposed)
    return verdict.certain


ALLOW, DENY = rule(Access.ALLOW), rule(Access.DENY)
ALWAYS = rule(Access.ALWAYS_ALLOW, "Internet", priority=5)


def test_path_without_filters_lets_everybody_in() -> None:
    verdict = judge(Path((), CLIENTS))
    assert isinstance(verdict, Exposed)
    assert (verdict.certain, verdict.trace) == (OFFICE, ())


@pytest.mark.parametrize(
    ("layers", "stopped_by"),
    [
        pytest.param([layer(ALLOW), layer(DENY, kind=LayerKind.NIC_NSG)], "nic-nsg", id="inner"),
        pytest.param([layer(DENY), layer(ALLOW, kind=LayerKind.NIC_NSG)], "subnet-nsg", id="outer"),
        pytest.param([layer(DENY), layer(DENY, kind=LayerKind.NIC_NSG)], "subnet-nsg", id="both"),
    ],
)
def test_every_layer_must_allow_and_the_first_to_deny_ends_the_trace(
    layers: Sequence[Layer], stopped_by: str
) -> None:
    verdict = judge(Path(tuple(layers), CLIENTS))
    assert isinstance(verdict, NotExposed)
    assert (verdict.trace[-1].layer.value, verdict.trace[-1].access) == (stopped_by, Access.DENY)
    assert verdict.reasons == ()


@pytest.mark.parametrize(
    ("rules", "is_open"),
    [
        pytest.param([ALLOW], True, id="allows-everybody"),
        pytest.param([rule(Access.ALLOW, "Internet"), DENY], True, id="by-a-tag-of-everybody"),
        pytest.param([rule(Access.ALLOW, "VirtualNetwork"), DENY], False, id="by-another-tag"),
        pytest.param([DENY, ALLOW], False, id="denies-first"),
        pytest.param([rule(Access.ALLOW, source_ports=CLIENT_PORTS), DENY], False, id="some-ports"),
        pytest.param([rule(Access.DENY, "VirtualNetwork"), ALLOW], True, id="denies-nobody-here"),
        pytest.param([rule(Access.DENY, "Storage"), ALLOW], False, id="may-deny-somebody"),
        pytest.param([], True, id="no-rule"),
    ],
)
def test_layer_is_open_where_nobody_can_be_denied(
    rules: Sequence[SecurityRule], *, is_open: bool
) -> None:
    assert layer(*rules).is_open is is_open


def test_packets_that_no_rule_matches_pass_without_a_step() -> None:
    passing = layer(rule(Access.DENY, "AzureLoadBalancer"), kind=LayerKind.ADMIN_RULES)
    verdict = judge(Path((passing, layer(ALLOW)), CLIENTS))
    assert isinstance(verdict, Exposed)
    assert [step.layer for step in verdict.trace] == [LayerKind.SUBNET_NSG]


def test_always_allow_ends_the_way_before_later_layers() -> None:
    verdict = judge(Path((layer(ALWAYS, kind=LayerKind.ADMIN_RULES), layer(DENY)), CLIENTS))
    assert isinstance(verdict, Exposed)
    assert [step.rule for step in verdict.trace] == ["AlwaysAllow-5"]


def test_doubtful_always_allow_hands_on_when_read_against_the_sender() -> None:
    doubtful = layer(ALWAYS, kind=LayerKind.ADMIN_RULES, always_allow_doubt=DOUBT)
    assert certain(Path((doubtful, layer(ALLOW)), CLIENTS)) == OFFICE
    verdict = judge(Path((doubtful, layer(DENY)), CLIENTS))
    assert isinstance(verdict, Undetermined)
    assert verdict.reasons == (DOUBT,)


@pytest.mark.parametrize("at_best", [Access.ALLOW, Access.ALWAYS_ALLOW])
def test_unread_layer_alone_leaves_the_verdict_open(at_best: Access) -> None:
    unread = UnknownLayer(LayerKind.SUBNET_NSG, GROUP, DOUBT, at_best)
    verdict = judge(Path((unread,), CLIENTS))
    assert isinstance(verdict, Undetermined)
    assert (verdict.reasons, [step.rule for step in verdict.trace]) == ((DOUBT,), [None])
    assert (unread.is_closed, unread.is_open) == (False, False)


@pytest.mark.parametrize(
    ("at_best", "expected"),
    [
        pytest.param(Access.ALLOW, NotExposed, id="security-group"),
        pytest.param(Access.ALWAYS_ALLOW, Undetermined, id="admin-rules"),
    ],
)
def test_unread_layer_before_one_that_closes(at_best: Access, expected: type) -> None:
    unread = UnknownLayer(LayerKind.ADMIN_RULES, GROUP, DOUBT, at_best)
    assert isinstance(judge(Path((unread, layer(DENY)), CLIENTS)), expected)


@pytest.mark.parametrize(
    ("access", "expected"), [(Access.ALLOW, Exposed), (Access.DENY, NotExposed)]
)
def test_default_of_the_platform_decides_everything_alike(access: Access, expected: type) -> None:
    default = FixedLayer(ResourceId("/pip"), "the-default", access)
    verdict = judge(Path((default,), CLIENTS))
    assert isinstance(verdict, expected)
    assert verdict.trace == (Step(LayerKind.PLATFORM, ResourceId("/pip"), "the-default", access),)
    assert (default.unresolved, default.doubts) == ((), ())
    assert (default.is_closed, default.is_open) == (
        access is Access.DENY,
        access is Access.ALLOW,
    )


def test_door_takes_those_it_admits_and_refuses_others() -> None:
    half = AddressSet.parse("203.0.113.0/25")
    door = DoorLayer(ResourceId("/rule"), "dnat", half)
    taken, refused = door.decisions(NETWORK_RULES, PacketSet.of(OFFICE))
    assert (taken.access, taken.packets.sources) == (Access.ALLOW, half)
    assert (refused.access, refused.packets.sources) == (Access.DENY, OFFICE.subtract(half))
    assert (door.unresolved, door.is_closed, door.is_open) == ((), False, False)


def test_door_that_admits_everybody_is_open() -> None:
    assert DoorLayer(ResourceId("/rule"), "dnat").is_open


def test_door_with_a_doubt_may_admit_everybody() -> None:
    door = DoorLayer(ResourceId("/rule"), "dnat", NO_ADDRESSES, DOUBT)
    verdict = judge(Path((door,), CLIENTS))
    assert isinstance(verdict, Undetermined)
    assert verdict.reasons == (DOUBT,)


def behind_translation(*rules: SecurityRule, admitted: AddressSet = ALL_ADDRESSES) -> Path:
    door = DoorLayer(ResourceId("/rule"), "dnat", admitted)
    return Path((door,), CLIENTS, onward=Path((layer(*rules, seen=TRANSLATED),), TRANSLATED))


def test_target_sees_the_translated_source() -> None:
    path = behind_translation(
        rule(Access.DENY, "Internet"), rule(Access.ALLOW, "VirtualNetwork", priority=200)
    )
    verdict = judge(path)
    assert isinstance(verdict, Exposed)
    assert verdict.certain == OFFICE
    assert verdict.arriving is not None
    assert address_text(verdict.arriving.source) == "10.0.1.1"
    assert [step.layer.value for step in verdict.trace] == ["front-door", "subnet-nsg"]


def test_source_port_stays_through_a_translation() -> None:
    dns_only = rule(Access.ALLOW, source_ports=IntervalSet.span(53, 53))
    verdict = judge(behind_translation(dns_only, rule(Access.DENY, priority=200)))
    assert isinstance(verdict, Exposed)
    assert verdict.witness is not None
    assert verdict.arriving is not None
    assert (verdict.witness.source_port, verdict.arriving.source_port) == (53, 53)


def test_packet_that_the_target_refuses_still_arrives_translated() -> None:
    dns_only = rule(Access.ALLOW, source_ports=IntervalSet.span(53, 53))
    path = behind_translation(dns_only, rule(Access.DENY, priority=200))
    arriving = path.translated(Packet(OFFICE.first, 1024), NETWORK_RULES)
    assert arriving == Packet(FIREWALL.first + 1, 1024)
    steps = path.trace(Packet(OFFICE.first, 1024), NETWORK_RULES)
    assert [step.rule for step in steps] == ["dnat", "Deny-200"]


def test_packet_on_a_plain_path_is_not_translated() -> None:
    assert Path((), CLIENTS).translated(Packet(1, 1), NETWORK_RULES) is None


def test_client_that_the_door_refuses_meets_nothing_behind_it() -> None:
    verdict = judge(behind_translation(ALLOW, admitted=NO_ADDRESSES))
    assert isinstance(verdict, NotExposed)
    assert [step.layer.value for step in verdict.trace] == ["front-door"]


def memberships(*tags_of_layers: Sequence[str]) -> list[tuple[list[str], set[str]]]:
    layers = tuple(
        layer(*(rule(Access.ALLOW, tag, priority=100 + i) for i, tag in enumerate(tags)), kind=kind)
        for tags, kind in zip(tags_of_layers, KINDS, strict=False)
    )
    found = Path(layers, CLIENTS).memberships()
    return [([tag.name for tag in tags], set(keys)) for tags, keys in found]


def test_sender_may_belong_to_one_tag_for_each_layer() -> None:
    assert memberships(["Sql"]) == [(["Sql"], {"sql", "azurecloud"})]
    assert memberships(["Sql", "Storage"]) == [
        (["Sql"], {"sql", "azurecloud"}),
        (["Storage"], {"storage", "azurecloud"}),
    ]
    assert memberships(["Sql"], ["Storage"])[-1] == (
        ["Sql", "Storage"],
        {"sql", "storage", "azurecloud"},
    )


def test_tag_that_another_one_implies_is_no_combination_of_its_own() -> None:
    assert [names for names, _ in memberships(["AzureCloud"], ["Storage"])] == [
        ["AzureCloud"],
        ["Storage"],
    ]


def test_layers_behind_a_translation_come_last() -> None:
    path = behind_translation(ALLOW)
    assert [one.kind for one in path.all_layers] == [LayerKind.FRONT_DOOR, LayerKind.SUBNET_NSG]


@pytest.mark.parametrize(
    ("name", "just_in_time"),
    [
        ("SecurityCenter-JITRule-1170687618-AB12", True),
        ("securitycenter-jitrule_-1105480617_ab12", True),
        ("MicrosoftDefenderForCloud-JITRule", False),
        (None, False),
    ],
)
def test_rule_of_just_in_time_access_is_known_by_its_name(
    name: str | None, *, just_in_time: bool
) -> None:
    assert Step(LayerKind.SUBNET_NSG, GROUP, name).is_just_in_time is just_in_time
