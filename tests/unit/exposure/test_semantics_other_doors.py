"""Balancers, firewalls, admin rules and scale sets, as the notes on Azure's semantics have them."""

from __future__ import annotations

import pytest

from tests.cases.admin_rules import ADMIN_CASES
from tests.cases.agreement import exposure_of, observed, stated
from tests.cases.balancers import BALANCER_CASES, DOORLESS_ESTATES
from tests.cases.case import Case, table
from tests.cases.firewalls import FIREWALL_CASES, FIREWALL_DOORLESS_ESTATES, firewalled
from tests.cases.scale_sets import SCALE_SET_CASES, SCALE_SET_DOORLESS_ESTATES, uniform
from tests.judging import scan
from tests.rows import Row, allow, dnat_rule

DOORLESS = {**DOORLESS_ESTATES, **FIREWALL_DOORLESS_ESTATES, **SCALE_SET_DOORLESS_ESTATES}


@table([*BALANCER_CASES, *FIREWALL_CASES, *ADMIN_CASES, *SCALE_SET_CASES])
def test_scan_says_what_the_documents_say(case: Case) -> None:
    assert observed(case, exposure_of(case)) == stated(case)


@pytest.mark.parametrize("rows", DOORLESS.values(), ids=DOORLESS.keys())
def test_estate_without_a_way_in_from_the_internet_has_no_exposure(rows: list[Row]) -> None:
    assert scan(rows)["exposures"] == []


def test_dnat_witness_names_the_client_and_the_translated_source() -> None:
    (exposure,) = scan(firewalled([], dnat_rule(sources=["203.0.113.7"])))["exposures"]
    assert exposure["witness"]["source"] == "203.0.113.7"
    assert exposure["witness"]["translated_source"].startswith("10.0.1.")


def test_uniform_set_without_rows_of_instances_is_judged_on_its_model() -> None:
    (exposure,) = scan(uniform([allow(100)], instance=False))["exposures"]
    assert exposure["vm"].endswith("/virtualMachineScaleSets/vmss-1")
    assert exposure["private_ip"] is None
