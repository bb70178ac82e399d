"""The order in which Azure tries the rules of a group, and the rules that end every one."""

from __future__ import annotations

import pytest

from shared.network.ids import ResourceId
from shared.network.security_group import DEFAULT_SECURITY_RULES, NetworkSecurityGroup
from shared.network.security_rule import Access, Direction, SecurityRule
from shared.packetset.protocols import ALL_PORTS, Protocol

GROUP = ResourceId("/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/nsg/n")
INBOUND_DEFAULTS = [
    (65000, "AllowVnetInBound"),
    (65001, "AllowAzureLoadBalancerInBound"),
    (65500, "DenyAllInBound"),
]
OUTBOUND_DEFAULTS = [
    (65000, "AllowVnetOutBound"),
    (65001, "AllowInternetOutBound"),
    (65500, "DenyAllOutBound"),
]


def custom(priority: int, direction: Direction = Direction.INBOUND) -> SecurityRule:
    return SecurityRule(f"custom-{priority}", priority, direction, Access.DENY)


def order(rules: tuple[SecurityRule, ...]) -> list[tuple[int, str]]:
    return [(rule.priority, rule.name) for rule in rules]


def test_empty_group_has_the_default_rules_of_each_direction() -> None:
    group = NetworkSecurityGroup(GROUP)
    assert order(group.inbound) == INBOUND_DEFAULTS
    assert order(group.outbound) == OUTBOUND_DEFAULTS


def test_rules_are_tried_by_priority_whatever_their_place_in_the_group() -> None:
    group = NetworkSecurityGroup(GROUP, (custom(4096), custom(100), custom(300)))
    assert order(group.inbound) == [
        (100, "custom-100"),
        (300, "custom-300"),
        (4096, "custom-4096"),
        *INBOUND_DEFAULTS,
    ]


def test_directions_do_not_meet() -> None:
    group = NetworkSecurityGroup(GROUP, (custom(100, Direction.OUTBOUND), custom(100)))
    assert len(group.inbound) == len(group.outbound) == 4
    assert group.outbound[0].direction is Direction.OUTBOUND


@pytest.mark.parametrize(
    ("name", "access", "source", "destination"),
    [
        ("AllowVnetInBound", "Allow", ["virtualnetwork"], ["virtualnetwork"]),
        ("AllowAzureLoadBalancerInBound", "Allow", ["azureloadbalancer"], ["*"]),
        ("DenyAllInBound", "Deny", ["*"], ["*"]),
        ("AllowVnetOutBound", "Allow", ["virtualnetwork"], ["virtualnetwork"]),
        ("AllowInternetOutBound", "Allow", ["*"], ["internet"]),
        ("DenyAllOutBound", "Deny", ["*"], ["*"]),
    ],
)
def test_default_rule_says_what_the_documents_say(
    name: str, access: str, source: list[str], destination: list[str]
) -> None:
    (found,) = (rule for rule in DEFAULT_SECURITY_RULES if rule.name == name)
    sides = (found.source, found.destination)
    named = [["*"] if side.everywhere else [tag.key for tag in side.tags] for side in sides]
    assert (found.access.value, named) == (access, [source, destination])
    assert (found.protocol, found.source_ports, found.destination_ports) == (
        Protocol.ANY,
        ALL_PORTS,
        ALL_PORTS,
    )
