"""Laws of judging a group by itself: the destinations that are tried stand for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from shared.exposure.assessment import Assessment, Question
from shared.exposure.internet import INTERNET, Reach
from shared.exposure.judgement import openness
from shared.exposure.layers import LayerKind, RuleLayer
from shared.exposure.path import Path
from shared.exposure.rule_match import Destination, Match, Perspective, match_destination
from shared.exposure.verdict import Exposed
from shared.network.ids import ResourceId
from shared.network.security_group import NetworkSecurityGroup
from shared.network.security_rule import Endpoint, SecurityRule
from shared.network.service_tags import NO_SERVICE_TAGS
from shared.network.snapshot import Snapshot
from shared.network.topology import IpConfiguration, NetworkInterface
from shared.packetset.addresses import NO_ADDRESSES, Family
from shared.packetset.intervals import IntervalSet
from tests.property.strategies import address_sets, rule_lists

GROUP: Final = ResourceId("/nsg/n")
ASGS: Final = (ResourceId("/asg/a"), ResourceId("/asg/b"))
SPACE: Final = range(0x0A000000, 0x0A000008)
SEEN: Final = Perspective(
    Family.IPV4,
    INTERNET[Family.IPV4],
    INTERNET[Family.IPV4],
    NO_ADDRESSES,
    NO_ADDRESSES,
    NO_SERVICE_TAGS,
)
memberships = st.lists(st.sampled_from(ASGS), unique=True).map(tuple)
destinations = st.one_of(
    st.just(Endpoint(everywhere=True)),
    address_sets(SPACE).map(lambda addresses: Endpoint(addresses=addresses)),
    memberships.map(lambda named: Endpoint(application_security_groups=named)),
)
interfaces = st.lists(
    st.lists(
        st.builds(
            IpConfiguration,
            st.just("one"),
            private_ip=st.sampled_from([None, *SPACE]),
            application_security_groups=memberships,
        ),
        max_size=2,
    ),
    max_size=3,
)


@st.composite
def groups(draw: st.DrawFn) -> NetworkSecurityGroup:
    """Draw a group whose rules tell destinations apart."""
    named = [replace(rule, destination=draw(destinations)) for rule in draw(rule_lists(4))]
    return NetworkSecurityGroup(GROUP, tuple(named))


def snapshot_of(drawn: Sequence[Sequence[IpConfiguration]]) -> Snapshot:
    nics = [
        NetworkInterface(ResourceId(f"/nic/{number}"), ip_configurations=tuple(configurations))
        for number, configurations in enumerate(drawn)
    ]
    return Snapshot(
        datetime(2026, 3, 1, tzinfo=UTC), network_interfaces={nic.id: nic for nic in nics}
    )


def every_destination(snapshot: Snapshot) -> list[Destination]:
    """Give each address of the space on its own, and each member of a group."""
    members = [
        Destination(
            one.private_ip,
            nic.application_security_groups,
            frozenset(one.application_security_groups),
        )
        for nic in snapshot.network_interfaces.values()
        for one in nic.ip_configurations
        if one.application_security_groups
    ]
    return [*map(Destination, [SPACE.start - 1, *SPACE, SPACE.stop]), *members]


def reach_at(group: NetworkSecurityGroup, destination: Destination) -> Reach | None:
    def match(rule: SecurityRule) -> Match:
        return match_destination(rule, destination, Family.IPV4)

    kept = tuple((rule, match(rule)) for rule in group.inbound if match(rule) is not Match.NO)
    way = Path((RuleLayer(LayerKind.NIC_NSG, GROUP, kept, SEEN),), SEEN)
    verdict = openness(way, NO_ADDRESSES)
    return verdict.reach if isinstance(verdict, Exposed) else None


@given(groups(), interfaces)
def test_group_is_as_open_as_its_most_open_destination(
    group: NetworkSecurityGroup, drawn: list[list[IpConfiguration]]
) -> None:
    snapshot = snapshot_of(drawn)
    verdict = Assessment(snapshot, Question()).group_verdict(group, 22)
    reaches = [reach_at(group, destination) for destination in every_destination(snapshot)]
    worst = min((one for one in reaches if one), key=tuple(Reach).index, default=None)
    in_ipv4 = verdict.reach if isinstance(verdict, Exposed) else None
    assert in_ipv4 == worst


@given(groups())
def test_rules_about_another_port_open_nothing(
    group: NetworkSecurityGroup,
) -> None:
    web = IntervalSet.span(80, 80)
    narrow = replace(
        group, rules=tuple(replace(rule, destination_ports=web) for rule in group.rules)
    )
    assert Assessment(snapshot_of([]), Question()).group_verdict(narrow, 22) is None
