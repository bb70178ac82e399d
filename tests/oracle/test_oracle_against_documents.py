"""The oracle itself, held to the same table of documented facts as the product."""

from __future__ import annotations

import pytest

from tests.cases.addresses import ADDRESS_CASES
from tests.cases.admin_rules import ADMIN_CASES
from tests.cases.balancers import BALANCER_CASES, DOORLESS_ESTATES
from tests.cases.case import Case, table
from tests.cases.destinations_and_addresses import DESTINATION_AND_ADDRESS_CASES
from tests.cases.firewalls import FIREWALL_CASES, FIREWALL_DOORLESS_ESTATES
from tests.cases.machines import MACHINE_CASES, NO_DOOR_ESTATES
from tests.cases.order_and_sources import ORDER_AND_SOURCE_CASES
from tests.cases.own_networks import OWN_NETWORK_CASES
from tests.cases.rule_fields import RULE_FIELD_CASES
from tests.cases.scale_sets import SCALE_SET_CASES, SCALE_SET_DOORLESS_ESTATES
from tests.cases.tags import TAG_CASES
from tests.oracle.doors import Door, doors
from tests.oracle.estate import Estate
from tests.oracle.judge import judge
from tests.oracle.path import Path
from tests.rows import Row

BEYOND_ROWS = {"47-model-alone-without-rows-of-instances", "dnat-of-a-hub"}
"""Cases whose way in no IP configuration row describes; the product's own tests hold them."""

CASES = [
    case
    for case in (
        *ORDER_AND_SOURCE_CASES,
        *DESTINATION_AND_ADDRESS_CASES,
        *RULE_FIELD_CASES,
        *TAG_CASES,
        *OWN_NETWORK_CASES,
        *ADDRESS_CASES,
        *MACHINE_CASES,
        *BALANCER_CASES,
        *FIREWALL_CASES,
        *ADMIN_CASES,
        *SCALE_SET_CASES,
    )
    if case.name not in BEYOND_ROWS
]
DOORLESS = {
    **NO_DOOR_ESTATES,
    **DOORLESS_ESTATES,
    **FIREWALL_DOORLESS_ESTATES,
    **SCALE_SET_DOORLESS_ESTATES,
}


def door_of(case: Case, estate: Estate) -> Door:
    found = [one for one in doors(estate, case.ports) if _singles_out(case, one, estate)]
    assert len(found) == 1, f"{len(found)} doors fit {case.name}"
    return found[0]


def _singles_out(case: Case, door: Door, estate: Estate) -> bool:
    interface, configuration = estate.configurations[door.route.configuration]
    machine = interface["properties"].get("virtualMachine") or {"id": "vm-1"}
    return (
        case.ip_configuration in {None, configuration["name"]}
        and case.nic in {None, interface["name"]}
        and case.vm in {None, machine["id"].rsplit("/", 1)[-1]}
        and case.door in {None, door.kind}
        and case.port == door.route.port
    )


@table(CASES)
def test_oracle_says_what_the_documents_say(case: Case) -> None:
    estate = Estate.with_tag_list(case.rows, case.service_tags)
    judgement = judge(Path(estate, door_of(case, estate).route), case.trusted)
    certain = case.expected_certain
    assert judgement.verdicts & set(case.verdicts)
    assert list(judgement.certain) == list(judgement.certain if certain is None else certain)


@table([case for case in CASES if case.possible_tags is not None and case.less_tags is not None])
def test_oracle_knows_what_unresolved_tags_add_and_take(case: Case) -> None:
    estate = Estate.with_tag_list(case.rows, case.service_tags)
    judgement = judge(Path(estate, door_of(case, estate).route), case.trusted)
    assert judgement.possible == bool(case.possible_tags)
    assert judgement.lessened == bool(case.less_tags)


@table([case for case in CASES if case.reach is not None])
def test_oracle_leaves_no_other_reach(case: Case) -> None:
    estate = Estate.with_tag_list(case.rows, case.service_tags)
    judgement = judge(Path(estate, door_of(case, estate).route), case.trusted)
    assert judgement.reach in {None, case.reach}


@pytest.mark.parametrize("rows", DOORLESS.values(), ids=DOORLESS.keys())
def test_oracle_finds_no_door_where_there_is_none(rows: list[Row]) -> None:
    assert doors(Estate(rows), [22]) == []
