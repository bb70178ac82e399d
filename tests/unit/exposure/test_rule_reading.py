"""How rules, tags, addresses and machines are read, one documented fact a row."""

from __future__ import annotations

from tests.cases.addresses import ADDRESS_CASES
from tests.cases.agreement import exposure_of, observed, stated
from tests.cases.case import Case, table
from tests.cases.machines import MACHINE_CASES
from tests.cases.own_networks import OWN_NETWORK_CASES
from tests.cases.rule_fields import RULE_FIELD_CASES
from tests.cases.tags import TAG_CASES


@table(RULE_FIELD_CASES)
def test_rule_members_are_read_however_azure_fills_them(case: Case) -> None:
    assert observed(case, exposure_of(case)) == stated(case)


@table(TAG_CASES)
def test_service_tags_open_what_they_hold(case: Case) -> None:
    assert observed(case, exposure_of(case)) == stated(case)


@table(OWN_NETWORK_CASES)
def test_own_networks_and_trusted_sources_are_not_the_internet(case: Case) -> None:
    assert observed(case, exposure_of(case)) == stated(case)


@table(ADDRESS_CASES)
def test_addresses_and_their_sku_decide_who_comes_in(case: Case) -> None:
    assert observed(case, exposure_of(case)) == stated(case)


@table(MACHINE_CASES)
def test_machine_state_and_gaps_are_told(case: Case) -> None:
    assert observed(case, exposure_of(case)) == stated(case)
