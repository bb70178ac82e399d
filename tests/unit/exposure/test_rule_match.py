"""What one rule matches, seen from one place: destinations, senders, and what is doubtful."""

from __future__ import annotations

from typing import Final

import pytest

from shared.exposure.rule_match import (
    Assumption,
    Destination,
    Match,
    Origin,
    Perspective,
    is_doubtful,
    match_destination,
    matched_sources,
    may_match,
    unresolved_tags,
)
from shared.network.ids import ResourceId
from shared.network.security_rule import Access, Direction, Endpoint, SecurityRule
from shared.network.service_tags import NO_SERVICE_TAGS, ServiceTag, ServiceTagTable
from shared.packetset.addresses import NO_ADDRESSES, AddressSet, Family, address_number

WEB: Final = ResourceId("/asg/web")
INSIDE: Final = address_number("10.0.0.4")
UNIVERSE: Final = AddressSet.of(["20.0.0.0/8", "203.0.113.0/24"])
ROUTED: Final = AddressSet.parse("203.0.113.0/24")
STORAGE: Final = AddressSet.parse("20.60.0.0/16")
LISTED: Final = ServiceTagTable({"storage": STORAGE.union(AddressSet.parse("51.0.0.0/8"))})


def seen(
    *,
    family: Family = Family.IPV4,
    tags: ServiceTagTable = NO_SERVICE_TAGS,
    doubtful: AddressSet = NO_ADDRESSES,
    private: bool = False,
) -> Perspective:
    return Perspective(family, UNIVERSE, UNIVERSE, NO_ADDRESSES, doubtful, tags, private=private)


def named(*tags: str) -> Endpoint:
    return Endpoint(tags=tuple(map(ServiceTag.parse, tags)))


def at(*prefixes: str) -> Endpoint:
    return Endpoint(addresses=AddressSet.of(prefixes))


def rule(
    source: Endpoint = Endpoint(everywhere=True),  # noqa: B008 - frozen
    destination: Endpoint = Endpoint(everywhere=True),  # noqa: B008 - frozen
    access: Access = Access.ALLOW,
) -> SecurityRule:
    return SecurityRule("r", 100, Direction.INBOUND, access, source=source, destination=destination)


def sources(
    one: SecurityRule,
    perspective: Perspective,
    *,
    match: Match = Match.YES,
    members: frozenset[str] = frozenset(),
    generous: bool = False,
) -> list[tuple[Origin, list[str]]]:
    found = matched_sources(one, match, perspective, Assumption(members, generous))
    return [(origin, list(addresses.prefixes())) for origin, addresses in found]


@pytest.mark.parametrize(
    ("side", "match"),
    [
        pytest.param(Endpoint(everywhere=True), Match.YES, id="everywhere"),
        pytest.param(at("10.0.0.0/24"), Match.YES, id="prefix-of-the-private-address"),
        pytest.param(at("20.1.2.3"), Match.NO, id="public-address"),
        pytest.param(named("VirtualNetwork"), Match.YES, id="virtual-network"),
        pytest.param(named("VIRTUAL_NETWORK"), Match.YES, id="classic-spelling"),
        pytest.param(named("Internet"), Match.NO, id="internet"),
        pytest.param(named("AzureCloud"), Match.NO, id="another-tag"),
        pytest.param(named("Internet", "VirtualNetwork"), Match.YES, id="one-of-two-tags"),
        pytest.param(Endpoint(application_security_groups=(WEB,)), Match.NO, id="non-member"),
        pytest.param(Endpoint(unresolved=True), Match.MAYBE, id="network-group"),
    ],
)
def test_destination_is_the_private_address(side: Endpoint, match: Match) -> None:
    assert match_destination(rule(destination=side), Destination(INSIDE), Family.IPV4) is match


@pytest.mark.parametrize(
    ("side", "match"),
    [
        (named("Internet"), Match.YES),
        (named("VirtualNetwork"), Match.NO),
        (at("20.1.2.3"), Match.YES),
        (at("10.0.0.0/24"), Match.NO),
    ],
)
def test_kept_frontend_address_is_of_the_internet(side: Endpoint, match: Match) -> None:
    kept = Destination(address_number("20.1.2.3"), in_virtual_network=False)
    assert match_destination(rule(destination=side), kept, Family.IPV4) is match


@pytest.mark.parametrize(
    ("side", "match"),
    [
        (at("10.0.0.0/24"), Match.MAYBE),
        (named("VirtualNetwork"), Match.YES),
        (named("Internet"), Match.NO),
        (Endpoint(everywhere=True), Match.YES),
    ],
)
def test_address_that_is_not_known_may_be_in_any_prefix(side: Endpoint, match: Match) -> None:
    assert match_destination(rule(destination=side), Destination(None), Family.IPV4) is match


@pytest.mark.parametrize(
    ("access", "match"),
    [
        pytest.param(Access.ALLOW, Match.YES, id="allow-by-the-interface"),
        pytest.param(Access.DENY, Match.NO, id="deny-by-the-configuration"),
    ],
)
def test_member_by_another_configuration_is_allowed_and_not_denied(
    access: Access, match: Match
) -> None:
    side = Endpoint(application_security_groups=(ResourceId("/ASG/WEB"),))
    neighbour = Destination(INSIDE, interface_groups=frozenset({WEB}))
    assert match_destination(rule(destination=side, access=access), neighbour, Family.IPV4) is match


def test_member_by_its_own_configuration_is_denied() -> None:
    side = Endpoint(application_security_groups=(WEB,))
    member = Destination(INSIDE, frozenset({WEB}), frozenset({WEB}))
    denied = rule(destination=side, access=Access.DENY)
    assert match_destination(denied, member, Family.IPV4) is Match.YES


@pytest.mark.parametrize(
    ("access", "family", "match"),
    [
        (Access.ALLOW, Family.IPV6, Match.MAYBE),
        (Access.DENY, Family.IPV6, Match.NO),
        (Access.ALLOW, Family.IPV4, Match.YES),
    ],
)
def test_literal_all_of_ipv4_as_destination_may_hold_ipv6_in_an_allow(
    access: Access, family: Family, match: Match
) -> None:
    side = Endpoint(addresses=AddressSet.parse("0.0.0.0/0"), ipv4_everywhere=True)
    number = address_number("fd00::4") if family is Family.IPV6 else INSIDE
    judged = rule(destination=side, access=access)
    assert match_destination(judged, Destination(number), family) is match


@pytest.mark.parametrize(
    ("side", "expected"),
    [
        pytest.param(
            Endpoint(everywhere=True), [(Origin.ADDRESSES, UNIVERSE.prefixes())], id="everywhere"
        ),
        pytest.param(
            at("20.1.0.0/16", "10.0.0.0/8"), [(Origin.ADDRESSES, ["20.1.0.0/16"])], id="prefixes"
        ),
        pytest.param(named("Internet"), [(Origin.ADDRESSES, UNIVERSE.prefixes())], id="internet"),
        pytest.param(named("VirtualNetwork"), [(Origin.ADDRESSES, [])], id="virtual-network"),
        pytest.param(named("AzureLoadBalancer"), [(Origin.ADDRESSES, [])], id="probe"),
        pytest.param(
            named("Storage"), [(Origin.SERVICE_RANGES, ["20.60.0.0/16"])], id="listed-tag"
        ),
        pytest.param(named("AzureCloud"), [], id="tag-that-the-list-lacks"),
        pytest.param(Endpoint(application_security_groups=(WEB,)), [], id="application-group"),
    ],
)
def test_senders_are_those_of_the_universe_that_a_side_names(
    side: Endpoint, expected: list[tuple[Origin, list[str]]]
) -> None:
    assert sources(rule(side), seen(tags=LISTED)) == [
        (origin, list(prefixes)) for origin, prefixes in expected
    ]


@pytest.mark.parametrize(
    ("tag", "origin"),
    [
        ("AzureCloud", Origin.AZURE_TENANTS),
        ("AzureCloud.westeurope", Origin.AZURE_TENANTS),
        ("Storage", Origin.SERVICE_RANGES),
    ],
)
def test_members_of_an_unresolved_tag_may_be_anybody(tag: str, origin: Origin) -> None:
    members = frozenset({tag.lower()})
    everybody = [(origin, list(UNIVERSE.prefixes()))]
    assert sources(rule(named(tag)), seen(), members=members) == everybody
    assert sources(rule(named(tag)), seen(private=True), members=members) == []
    assert sources(rule(named(tag)), seen()) == []


@pytest.mark.parametrize(
    ("access", "generous", "matches"),
    [
        pytest.param(Access.ALLOW, True, True, id="allow-in-favour"),
        pytest.param(Access.ALLOW, False, False, id="allow-against"),
        pytest.param(Access.DENY, True, False, id="deny-in-favour"),
        pytest.param(Access.DENY, False, True, id="deny-against"),
        pytest.param(Access.ALWAYS_ALLOW, True, True, id="always-allow-in-favour"),
    ],
)
def test_doubt_is_read_for_or_against_the_sender(
    access: Access, *, generous: bool, matches: bool
) -> None:
    judged = rule(access=access)
    assert bool(sources(judged, seen(), match=Match.MAYBE, generous=generous)) is matches
    in_routes = rule(named("VirtualNetwork"), access=access)
    from_routes = sources(in_routes, seen(doubtful=ROUTED), generous=generous)
    assert ((Origin.ADDRESSES, ["203.0.113.0/24"]) in from_routes) is matches


def test_rule_about_another_destination_matches_nobody() -> None:
    assert sources(rule(), seen(), match=Match.NO, generous=True) == []


@pytest.mark.parametrize(
    ("side", "perspective", "match", "doubtful"),
    [
        pytest.param(named("VirtualNetwork"), seen(doubtful=ROUTED), Match.YES, True, id="routes"),
        pytest.param(named("VirtualNetwork"), seen(), Match.YES, False, id="no-routes"),
        pytest.param(at("0.0.0.0/0"), seen(), Match.MAYBE, True, id="destination"),
        pytest.param(named("Storage"), seen(), Match.YES, False, id="tags-are-no-doubt"),
        pytest.param(
            Endpoint(ipv4_everywhere=True), seen(family=Family.IPV6), Match.YES, True, id="ipv6"
        ),
        pytest.param(Endpoint(ipv4_everywhere=True), seen(), Match.YES, False, id="ipv4"),
        pytest.param(
            Endpoint(unresolved=True), seen(private=True), Match.YES, True, id="network-group"
        ),
    ],
)
def test_doubtful_is_what_depends_on_the_unknown(
    side: Endpoint, perspective: Perspective, match: Match, *, doubtful: bool
) -> None:
    assert is_doubtful(rule(side), match, perspective) is doubtful


def test_literal_all_of_ipv4_in_a_deny_is_about_ipv4_only() -> None:
    side = Endpoint(addresses=AddressSet.parse("0.0.0.0/0"), ipv4_everywhere=True)
    on_ipv6 = seen(family=Family.IPV6)
    assert is_doubtful(rule(side), Match.YES, on_ipv6)
    assert not is_doubtful(rule(side, access=Access.DENY), Match.YES, on_ipv6)


@pytest.mark.parametrize(
    ("side", "may"),
    [
        (Endpoint(everywhere=True), True),
        (at("20.1.0.0/16"), True),
        (at("10.0.0.0/8"), False),
        (named("Internet"), True),
        (named("Storage"), True),
        (named("VirtualNetwork"), False),
        (named("AzureLoadBalancer"), False),
        (Endpoint(application_security_groups=(WEB,)), False),
    ],
)
def test_rule_may_match_when_any_sender_may_be_meant(side: Endpoint, *, may: bool) -> None:
    assert may_match(rule(side), seen()) is may


@pytest.mark.parametrize(
    ("tags", "perspective", "unresolved"),
    [
        pytest.param(["Storage", "Sql"], seen(tags=LISTED), ["Sql"], id="not-in-the-list"),
        pytest.param(["Internet", "VirtualNetwork", "AzureLoadBalancer"], seen(), [], id="fixed"),
        pytest.param(["AzureCloud"], seen(private=True), [], id="private-senders-have-no-tags"),
    ],
)
def test_unresolved_tags_are_those_that_no_list_tells(
    tags: list[str], perspective: Perspective, unresolved: list[str]
) -> None:
    assert [tag.name for tag in unresolved_tags(named(*tags), perspective)] == unresolved


def test_milder_origin_is_the_later_one() -> None:
    assert Origin.ADDRESSES.milder(Origin.SERVICE_RANGES) is Origin.SERVICE_RANGES
    assert Origin.SERVICE_RANGES.milder(Origin.AZURE_TENANTS) is Origin.SERVICE_RANGES
    assert Origin.ADDRESSES.milder(Origin.ADDRESSES) is Origin.ADDRESSES
