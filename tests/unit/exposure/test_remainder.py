"""Who is left behind each layer, from the senders to the machine."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest

from shared.exposure.assessment import Question
from shared.exposure.explanation import Explanation, explain
from shared.exposure.layers import LayerKind
from shared.exposure.verdict import Exposed, NotExposed
from shared.packetset.addresses import AddressSet
from tests.cases.addresses import ADDRESS_CASES
from tests.cases.admin_rules import ADMIN_CASES, managed
from tests.cases.balancers import BALANCER_CASES
from tests.cases.case import Case, table
from tests.cases.firewalls import FIREWALL_CASES, firewalled
from tests.cases.order_and_sources import ORDER_AND_SOURCE_CASES
from tests.diffing import estate_of
from tests.rows import Part, Row, admin_rule, allow, deny, dnat_rule, one_vm_estate

CASES = [
    *ADDRESS_CASES,
    *ADMIN_CASES,
    *BALANCER_CASES,
    *FIREWALL_CASES,
    *ORDER_AND_SOURCE_CASES,
]
HALF = allow(100, name="half", source="128.0.0.0/1")


def ways(rows: Sequence[Row], question: Question | None = None) -> list[Explanation]:
    estate = estate_of(rows)
    machines = dict.fromkeys((*estate.virtual_machines, *estate.scale_sets))
    return [way for one in machines for way in explain(estate, question or Question(), one)]


def left(way: Explanation, kind: LayerKind) -> list[str]:
    (stage,) = (one for one in way.stages if one.kind is kind)
    assert stage.left is not None
    return list(stage.left.addresses.prefixes())


@table(CASES)
def test_last_layer_leaves_what_the_verdict_says(case: Case) -> None:
    for way in ways(case.rows, Question(case.ports, AddressSet.of(case.trusted))):
        last = [stage.left for stage in way.stages if stage.left is not None][-1:]
        if isinstance(way.answer, Exposed):
            assert [one.addresses for one in last] == [way.answer.certain]
        elif isinstance(way.answer, NotExposed):
            assert [bool(one) for one in last] in ([], [False])


@table(CASES)
def test_nobody_comes_back_behind_a_layer(case: Case) -> None:
    for way in ways(case.rows):
        told = [way.senders, *(stage.left for stage in way.stages)]
        sets = [one.addresses for one in told if one is not None]
        assert all(after.is_subset(before) for before, after in pairwise(sets))


@pytest.mark.parametrize(
    ("rules", "admin", "subnet"),
    [
        pytest.param([HALF], ["203.0.113.0/24"], ["203.0.113.0/24"], id="inside"),
        pytest.param([allow(100, source="8.8.8.8")], ["203.0.113.0/24"], [], id="apart"),
    ],
)
def test_each_layer_narrows(rules: list[Part], admin: list[str], subnet: list[str]) -> None:
    allowed = admin_rule(10, "Allow", sources=["203.0.113.0/24"])
    stopped = admin_rule(20, "Deny", sources=["Internet"])
    (way,) = ways(managed(rules, allowed, stopped))
    assert left(way, LayerKind.ADMIN_RULES) == admin
    assert left(way, LayerKind.SUBNET_NSG) == subnet


def test_door_rule_leaves_its_clients_and_the_layers_behind_keep_them() -> None:
    (way,) = ways(firewalled([], dnat_rule(sources=["203.0.113.7"])))
    assert left(way, LayerKind.FRONT_DOOR) == ["203.0.113.7/32"]
    assert left(way, LayerKind.SUBNET_NSG) == ["203.0.113.7/32"]


def test_trusted_senders_do_not_set_out() -> None:
    trusted = Question(trusted=AddressSet.parse("0.0.0.0/1"))
    (way,) = ways(one_vm_estate([allow(100)]), trusted)
    assert way.senders is not None
    assert not way.senders.addresses.overlaps(AddressSet.parse("0.0.0.0/1"))


def test_tags_that_get_through_one_by_one_are_told_once() -> None:
    rules = [allow(100, source="Storage"), allow(200, source="Sql")]
    (way,) = ways(one_vm_estate(rules, nic_rules=rules))
    (stage,) = (one for one in way.stages if one.kind is LayerKind.NIC_NSG)
    assert stage.left is not None
    assert [tag.name for tag in stage.left.tags] == ["Sql", "Storage"]


def test_members_of_an_unresolved_tag_are_left_by_its_name() -> None:
    (way,) = ways(one_vm_estate([allow(100, source="Storage"), deny(200)]))
    (stage,) = (one for one in way.stages if one.kind is LayerKind.SUBNET_NSG)
    assert stage.left is not None
    assert ([tag.name for tag in stage.left.tags], bool(stage.left.addresses)) == (
        ["Storage"],
        False,
    )


def test_members_of_two_tags_are_left_by_both_names_behind_each_layer() -> None:
    rules = [allow(100, source="Storage"), allow(110, source="Sql"), deny(200)]
    (way,) = ways(one_vm_estate(rules, nic_rules=rules))
    told = [
        (stage.kind, [tag.name for tag in stage.left.tags])
        for stage in way.stages
        if stage.left is not None
    ]
    assert told == [
        (LayerKind.SUBNET_NSG, ["Sql", "Storage"]),
        (LayerKind.NIC_NSG, ["Sql", "Storage"]),
    ]
