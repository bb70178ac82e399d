"""Security rules as Azure writes them: every way of filling a member, and what is a fault."""

from __future__ import annotations

from typing import Any

import pytest

from shared.network.ids import ResourceId
from shared.network.security_group import NetworkSecurityGroup
from shared.network.security_rule import Access, Direction, SecurityRule
from shared.packetset.protocols import ALL_PORTS, Protocol
from tests.rows import ABSENT, Part, allow, nsg, resource_id, rule
from tests.unit.adapters.row_reading import only, snapshot_of, unread

EMPTY = [
    pytest.param("", id="empty-text"),
    pytest.param(None, id="null"),
    pytest.param(ABSENT, id="missing"),
]
NOTHING = [*EMPTY[1:], pytest.param([], id="empty-list")]


def group_of(*rules: Part) -> NetworkSecurityGroup:
    return only(snapshot_of(nsg("nsg-1", rules)).security_groups.values())


def read(**settings: Any) -> SecurityRule:  # noqa: ANN401 - passed on to `allow`
    return only(group_of(allow(100, **settings)).rules)


def faults(**members: object) -> tuple[str, ...]:
    """Give the faults of a group with one rule of these members, by their names in ARM."""
    return group_of(allow(100, name="ssh", fields=members)).faults


@pytest.mark.parametrize("singular", EMPTY)
def test_plural_prefixes_stand_alone_beside_an_empty_singular(singular: object) -> None:
    side = read(
        fields={
            "sourceAddressPrefix": singular,
            "sourceAddressPrefixes": ["10.0.0.0/8", "203.0.113.7"],
        }
    ).source
    assert list(side.addresses.prefixes()) == ["10.0.0.0/8", "203.0.113.7/32"]
    assert (side.everywhere, side.unstated) == (False, False)


@pytest.mark.parametrize("plural", NOTHING)
def test_singular_prefix_stands_alone_beside_an_empty_plural(plural: object) -> None:
    side = read(source="10.0.0.0/8", fields={"sourceAddressPrefixes": plural}).source
    assert list(side.addresses.prefixes()) == ["10.0.0.0/8"]


def test_singular_and_plural_are_united() -> None:
    members = {"sourceAddressPrefixes": ["203.0.113.7"], "destinationPortRanges": ["80"]}
    read_rule = read(source="Internet", port="22", fields=members)
    assert [tag.key for tag in read_rule.source.tags] == ["internet"]
    assert list(read_rule.source.addresses.prefixes()) == ["203.0.113.7/32"]
    assert list(read_rule.destination_ports.spans) == [(22, 22), (80, 80)]


@pytest.mark.parametrize("plural", NOTHING)
@pytest.mark.parametrize("singular", EMPTY)
def test_side_without_anything_is_everywhere_and_marked(singular: object, plural: object) -> None:
    side = read(
        fields={"destinationAddressPrefix": singular, "destinationAddressPrefixes": plural}
    ).destination
    assert (side.everywhere, side.unstated) == (True, True)


@pytest.mark.parametrize("plural", NOTHING)
@pytest.mark.parametrize("singular", EMPTY)
def test_ports_without_anything_are_all(singular: object, plural: object) -> None:
    read_rule = read(
        fields={
            "sourcePortRange": singular,
            "sourcePortRanges": plural,
            "destinationPortRange": singular,
            "destinationPortRanges": plural,
        }
    )
    assert read_rule.source_ports == read_rule.destination_ports == ALL_PORTS


@pytest.mark.parametrize("singular", EMPTY)
def test_application_groups_stand_alone_beside_an_empty_prefix(singular: object) -> None:
    side = read(destination_asgs=["web"], fields={"destinationAddressPrefix": singular}).destination
    assert side.application_security_groups == (ResourceId(resource_id("asg", "web")),)
    assert (side.everywhere, side.unstated, bool(side.addresses)) == (False, False, False)


def test_application_group_without_id_is_no_member() -> None:
    side = read(fields={"sourceApplicationSecurityGroups": [{}, {"id": None}]}).source
    assert (side.everywhere, side.application_security_groups) == (True, ())


def test_extra_members_of_a_nested_reference_are_passed_over() -> None:
    groups = [{"id": resource_id("asg", "web"), "resourceGroup": "rg-app"}]
    side = read(source_asgs=["web"], fields={"sourceApplicationSecurityGroups": groups}).source
    assert side.application_security_groups == (ResourceId(resource_id("asg", "web")),)


@pytest.mark.parametrize("spelling", ["*", "Any", "any", "ANY", " * "])
def test_spellings_of_anywhere_hold_both_families(spelling: str) -> None:
    side = read(source=spelling).source
    assert (side.everywhere, side.unstated, side.ipv4_everywhere) == (True, False, False)


@pytest.mark.parametrize(
    ("prefix", "marked"), [("0.0.0.0/0", True), (" 0.0.0.0/0 ", True), ("0.0.0.0/1", False)]
)
def test_literal_all_of_ipv4_is_marked(prefix: str, *, marked: bool) -> None:
    side = read(source=[prefix, "203.0.113.7"]).source
    assert (side.everywhere, side.ipv4_everywhere) == (False, marked)


def test_tags_and_prefixes_share_a_plural() -> None:
    side = read(source=["AzureCloud.westeurope", "10.0.0.0/8", "INTERNET", "2a01::/32"]).source
    assert [tag.key for tag in side.tags] == ["azurecloud.westeurope", "internet"]
    assert list(side.addresses.prefixes()) == ["10.0.0.0/8", "2a01::/32"]


@pytest.mark.parametrize(
    ("text", "prefixes"),
    [
        ("203.0.113.7", ["203.0.113.7/32"]),
        ("10.1.2.3/8", ["10.0.0.0/8"]),
        ("10.0.0.4-10.0.0.5", ["10.0.0.4/31"]),
        ("2a01::1", ["2a01::1/128"]),
    ],
)
def test_literal_addresses_are_read_in_each_form(text: str, prefixes: list[str]) -> None:
    assert list(read(destination=text).destination.addresses.prefixes()) == prefixes


@pytest.mark.parametrize(("port", "spans"), [(22, [(22, 22)]), ("20-25", [(20, 25)])])
def test_ports_are_read_as_numbers_and_as_texts(port: object, spans: list[tuple[int, int]]) -> None:
    assert list(read(fields={"destinationPortRange": port}).destination_ports.spans) == spans


@pytest.mark.parametrize(
    ("member", "text", "expected"),
    [
        ("direction", "INBOUND", Direction.INBOUND),
        ("direction", "outbound", Direction.OUTBOUND),
        ("access", "allow", Access.ALLOW),
        ("access", "DENY", Access.DENY),
        ("protocol", "TCP", Protocol.TCP),
        ("protocol", "udp", Protocol.UDP),
        ("protocol", "*", Protocol.ANY),
        ("priority", "300", 300),
    ],
)
def test_words_are_read_in_any_case(member: str, text: str, expected: object) -> None:
    assert getattr(read(fields={member: text}), member) == expected


@pytest.mark.parametrize(
    ("member", "value", "fault"),
    [
        ("direction", "Sideways", "unknown direction 'Sideways'"),
        ("direction", "", "unknown direction ''"),
        ("direction", None, "direction"),
        ("direction", ABSENT, "direction"),
        ("access", "Maybe", "unknown access 'Maybe'"),
        ("access", "AlwaysAllow", "unknown access 'AlwaysAllow'"),
        ("access", ABSENT, "access"),
        ("priority", ABSENT, "priority"),
        ("priority", None, "priority"),
        ("priority", "first", "first"),
        ("priority", 0, "priority"),
        ("priority", -5, "priority"),
        ("priority", 70000, "priority"),
        ("protocol", "Sctp", "Sctp"),
        ("protocol", "6", "'6'"),
        ("sourceAddressPrefix", "10.0.0.0/33", "10.0.0.0/33"),
        ("sourceAddressPrefix", "10.0.0.256", "10.0.0.256"),
        ("sourceAddressPrefix", "Internet!", "Internet!"),
        ("sourceAddressPrefix", 7, "sourceAddressPrefix"),
        ("sourceAddressPrefix", "10.0.0.9-10.0.0.1", "10.0.0.9-10.0.0.1"),
        ("destinationAddressPrefix", "::/129", "::/129"),
        ("sourcePortRange", "70000", "70000"),
        ("destinationPortRange", "25-20", "25-20"),
        ("destinationPortRange", "ssh", "ssh"),
        ("destinationPortRange", -1, "-1"),
        ("destinationPortRanges", ["22", "65536"], "65536"),
        ("destinationPortRanges", ["22", None], "destinationPortRanges"),
        ("sourceApplicationSecurityGroups", [{"id": "web"}], "'web'"),
    ],
)
def test_impossible_member_is_a_fault_that_names_rule_and_value(
    member: str, value: object, fault: str
) -> None:
    (found,) = faults(**{member: value})
    assert found.startswith("rule 'ssh': ")
    assert fault in found


@pytest.mark.parametrize("odd", ["10.0.0.0/33", "10.0.0.9-10.0.0.1", "::/129", "a b"])
def test_one_impossible_prefix_among_others_is_a_fault(odd: str) -> None:
    (fault,) = group_of(allow(100, source=["10.0.0.0/8", odd, "Internet"])).faults
    assert odd in fault


def test_rules_of_one_direction_and_priority_are_a_fault() -> None:
    assert group_of(allow(100, name="one"), rule(100, "Deny", name="two")).faults


def test_two_directions_may_share_a_priority() -> None:
    both = group_of(allow(100), rule(100, "Deny", direction="Outbound"))
    assert ([one.priority for one in both.rules], both.faults) == ([100, 100], ())


def test_group_with_a_fault_keeps_no_rule_to_judge_by() -> None:
    group = group_of(allow(100), allow(200, name="odd", port="ssh"), allow(300, port="-"))
    assert (group.rules, len(group.faults)) == ((), 2)
    assert group.faults[0].startswith("rule 'odd'")


@pytest.mark.parametrize(
    ("part", "named"),
    [
        pytest.param({"name": "ssh"}, "rule 'ssh'", id="no-properties"),
        pytest.param({"properties": None, "name": "ssh"}, "rule 'ssh'", id="null-properties"),
        pytest.param({"properties": {}}, "rule ''", id="no-name"),
        pytest.param({"name": 7}, "rule without a readable name", id="name-of-another-type"),
        pytest.param("ssh", "rule without a readable name", id="no-object"),
    ],
)
def test_rule_that_is_none_is_a_fault(part: Any, named: str) -> None:  # noqa: ANN401 - any JSON
    row = nsg("nsg-1")
    row["properties"]["securityRules"] = [part]
    (fault,) = only(snapshot_of(row).security_groups.values()).faults
    assert fault.startswith(named)


@pytest.mark.parametrize("rules", [None, [], ABSENT])
def test_group_without_custom_rules_has_the_default_ones_alone(rules: object) -> None:
    row = nsg("nsg-1")
    row["properties"] = {} if rules is ABSENT else {"securityRules": rules}
    group = only(snapshot_of(row).security_groups.values())
    assert (group.rules, group.faults, len(group.inbound)) == ((), (), 3)


@pytest.mark.parametrize("properties", [None, "", {"securityRules": "none"}])
def test_group_that_is_none_is_unread(properties: object) -> None:
    assert list(unread(nsg("nsg-1") | {"properties": properties})) == ["nsg-1"]
