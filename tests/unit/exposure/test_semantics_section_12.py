"""Public addresses on NICs, as the tricky cases of the notes on Azure's semantics have them."""

from __future__ import annotations

import pytest

from tests.cases.agreement import exposure_of, observed, stated
from tests.cases.case import Case, table
from tests.cases.destinations_and_addresses import DESTINATION_AND_ADDRESS_CASES
from tests.cases.machines import NO_DOOR_ESTATES
from tests.cases.order_and_sources import ORDER_AND_SOURCE_CASES
from tests.judging import scan
from tests.rows import Row, allow, deny, one_vm_estate


@table([*ORDER_AND_SOURCE_CASES, *DESTINATION_AND_ADDRESS_CASES])
def test_scan_says_what_the_documents_say(case: Case) -> None:
    assert observed(case, exposure_of(case)) == stated(case)


@pytest.mark.parametrize("rows", NO_DOOR_ESTATES.values(), ids=NO_DOOR_ESTATES.keys())
def test_estate_without_a_way_in_has_no_exposure(rows: list[Row]) -> None:
    assert scan(rows)["exposures"] == []


def test_57_rule_names_that_differ_in_case_change_nothing() -> None:
    lower, upper = (
        scan(one_vm_estate([deny(100, name=first, source="52.0.0.0/8"), allow(200, name=second)]))
        for first, second in (("ssh-stop", "ssh-go"), ("SSH-Stop", "SSH-Go"))
    )
    assert lower["exposures"][0]["sources"] == upper["exposures"][0]["sources"]
