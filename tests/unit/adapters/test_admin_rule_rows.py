"""Security admin rules as ARM and as Resource Graph write them."""

from __future__ import annotations

from typing import Any

import pytest

from shared.network.admin_rules import AdminRules
from shared.network.ids import ResourceId
from shared.network.security_rule import Access, Direction, SecurityRule
from shared.packetset.protocols import ALL_PORTS, Protocol
from tests.rows import (
    Part,
    Row,
    admin_rule,
    admin_rule_snapshot,
    effective_admin_rules,
    effective_configurations,
    resource_id,
    row,
)
from tests.unit.adapters.row_reading import only, snapshot_of, unread

VNET = ResourceId(resource_id("vnet", "vnet-1"))
MANAGER = resource_id("network-manager", "nm-1")


def in_force(*rows: Row) -> AdminRules:
    return snapshot_of(*rows).admin_rules[VNET]


def rule_with(**members: Any) -> SecurityRule:  # noqa: ANN401 - any JSON
    """Read one rule of ARM's answer with these members, by their names in ARM."""
    part = admin_rule(10, "Deny")
    part["properties"] |= members
    return only(in_force(effective_admin_rules(rules=[part])).rules).rule


def test_rule_of_the_answer_is_read_whole() -> None:
    part = admin_rule(10, "AlwaysAllow", sources=["203.0.113.0/24", "Internet"], ports=["22"])
    found = only(in_force(effective_admin_rules(rules=[part])).rules)
    assert (found.id, found.manager) == (ResourceId(part["id"]), ResourceId(MANAGER))
    assert (found.rule.priority, found.rule.access) == (10, Access.ALWAYS_ALLOW)
    assert (found.rule.direction, found.rule.protocol) == (Direction.INBOUND, Protocol.TCP)
    assert list(found.rule.source.addresses.prefixes()) == ["203.0.113.0/24"]
    assert [tag.key for tag in found.rule.source.tags] == ["internet"]
    assert list(found.rule.destination_ports.spans) == [(22, 22)]


@pytest.mark.parametrize(("text", "protocol"), [("Any", Protocol.ANY), (None, Protocol.ANY)])
def test_wildcard_of_admin_rules_is_any(text: str | None, protocol: Protocol) -> None:
    assert rule_with(protocol=text).protocol is protocol


@pytest.mark.parametrize("ranges", [None, [], ["*"], ["0-65535"]])
def test_ports_without_anything_are_all(ranges: list[str] | None) -> None:
    found = rule_with(sourcePortRanges=ranges, destinationPortRanges=ranges)
    assert found.source_ports == found.destination_ports == ALL_PORTS


@pytest.mark.parametrize("items", [None, [], [{"addressPrefix": "*"}]])
def test_side_without_anything_is_everywhere(items: list[Part] | None) -> None:
    assert rule_with(sources=items).source.everywhere


def test_network_group_is_a_side_whose_addresses_are_not_known() -> None:
    group = {"addressPrefix": f"{MANAGER}/networkGroups/g", "addressPrefixType": "NetworkGroup"}
    side = rule_with(sources=[group]).source
    assert (side.unresolved, side.everywhere, bool(side.addresses)) == (True, False, False)


def test_network_group_beside_a_prefix_keeps_the_prefix() -> None:
    group = {"addressPrefix": "/g", "addressPrefixType": "NETWORKGROUP"}
    prefix = {"addressPrefix": "10.0.0.0/8", "addressPrefixType": "IPPrefix"}
    side = rule_with(sources=[group, prefix]).source
    assert (side.unresolved, list(side.addresses.prefixes())) == (True, ["10.0.0.0/8"])


@pytest.mark.parametrize(
    ("member", "value", "named"),
    [
        ("access", "Perhaps", "unknown access 'Perhaps'"),
        ("direction", "Sideways", "unknown direction 'Sideways'"),
        ("protocol", "Sctp", "Sctp"),
        ("priority", "first", "first"),
        ("sources", [{"addressPrefix": "10.0.0.0/33"}], "10.0.0.0/33"),
        ("destinationPortRanges", ["65536"], "65536"),
    ],
)
def test_impossible_rule_of_the_answer_is_a_fault(member: str, value: object, named: str) -> None:
    part = admin_rule(10, "Deny", name="odd")
    part["properties"][member] = value
    found = in_force(effective_admin_rules(rules=[part, admin_rule(20, "Allow")]))
    assert named in only(found.faults)
    assert part["id"] in only(found.faults)


@pytest.mark.parametrize("priority", [None, 0, -1, 5000])
def test_rule_without_a_possible_priority_is_a_fault(priority: int | None) -> None:
    part = admin_rule(10, "Deny")
    part["properties"]["priority"] = priority
    assert in_force(effective_admin_rules(rules=[part])).faults


def test_rule_without_id_is_a_fault() -> None:
    part = admin_rule(10, "Deny") | {"id": None}
    assert in_force(effective_admin_rules(rules=[part])).faults


@pytest.mark.parametrize("answer", [{}, {"value": None}, {"value": []}])
def test_answer_without_rules_is_none_in_force(answer: Part) -> None:
    found = in_force(effective_admin_rules() | {"properties": answer})
    assert (found.rules, found.faults) == ((), ())


def test_answer_that_is_none_is_unread() -> None:
    assert list(unread(effective_admin_rules() | {"properties": None})) == ["vnet-1"]


@pytest.mark.parametrize("pascal_case", [False, True])
def test_configurations_in_force_are_read_in_both_casings(*, pascal_case: bool) -> None:
    body = admin_rule_snapshot(admin_rule(10, "Deny"))
    found = in_force(effective_configurations(pascal_case=pascal_case), body)
    assert ([one.rule.priority for one in found.rules], found.faults) == ([10], ())
    assert only(found.rules).manager == ResourceId(MANAGER)


def test_rules_of_other_snapshots_are_not_in_force() -> None:
    rules = [admin_rule_snapshot(admin_rule(10 + number, "Deny"), number) for number in range(3)]
    found = in_force(effective_configurations(snapshots=[("config-1", 1)]), *rules)
    assert [one.rule.priority for one in found.rules] == [11]


def test_configuration_in_force_without_rules_is_a_fault() -> None:
    found = in_force(effective_configurations(snapshots=[("config-1", 4)]))
    assert found.faults == ("the rules of configuration config-1, snapshot 4, could not be read",)


def test_no_configuration_in_force_is_no_rule_and_no_fault() -> None:
    found = in_force(effective_configurations(snapshots=[]))
    assert (found.rules, found.faults) == ((), ())


def test_last_body_of_a_rule_wins() -> None:
    bodies = [admin_rule_snapshot(admin_rule(10, access, name="r")) for access in ("Deny", "Allow")]
    found = in_force(effective_configurations(), *bodies)
    assert only(found.rules).rule.access is Access.ALLOW


def test_body_that_cannot_be_understood_is_unread() -> None:
    body = admin_rule_snapshot(admin_rule(10, "Deny"))
    body["properties"]["access"] = "Perhaps"
    assert list(unread(effective_configurations(), body)) == ["0"]


@pytest.mark.parametrize(
    ("scopes", "over"),
    [
        ({"managementGroups": ["/mg"], "subscriptions": []}, True),
        ({"managementGroups": [], "subscriptions": ["/s"]}, False),
        ({}, False),
        (None, False),
    ],
)
def test_manager_over_management_groups_is_told_apart(scopes: Part | None, *, over: bool) -> None:
    manager = row(MANAGER, {"networkManagerScopes": scopes})
    assert only(snapshot_of(manager).network_managers.values()).over_management_groups is over
