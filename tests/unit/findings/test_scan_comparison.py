"""What opened, closed or changed between two scans, and what cannot be compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import pytest

from shared.checks.result import Severity
from shared.findings.scan_comparison import Change, ScanComparison, compare
from shared.findings.scan_record import Gap, ScanRecord
from shared.network.ids import ResourceId
from tests.cases.firewalls import FIREWALL_CASES, firewalled
from tests.diffing import difference, estate_of, record_of
from tests.rows import (
    SUBSCRIPTION,
    Row,
    allow,
    deny,
    dnat_rule,
    one_dual_stack_vm_estate,
    one_vm_estate,
    resource_id,
    vm,
)

CLOSED: Final = one_vm_estate([])
OPEN: Final = one_vm_estate([allow(100)])
OFFICE: Final = one_vm_estate([allow(100, source="203.0.113.0/28")])
TAG: Final = one_vm_estate([allow(100, source="Storage")])
ASLEEP: Final = one_vm_estate([allow(100)], power="deallocated")
NOTHING: Final = [vm("vm-9", [])]


def record(rows: Sequence[Row], *unread: str) -> ScanRecord:
    gaps = tuple(Gap(ResourceId(scope), "no access") for scope in unread)
    return replace(record_of(estate_of(rows)), unread=gaps)


def changes(compared: ScanComparison) -> list[Change]:
    return [one.change for one in compared.exposures]


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        pytest.param(CLOSED, OPEN, Change.OPENED, id="closed-to-open"),
        pytest.param(OPEN, CLOSED, Change.CLOSED, id="open-to-closed"),
        pytest.param(NOTHING, OPEN, Change.OPENED, id="none-to-open"),
        pytest.param(OPEN, NOTHING, Change.CLOSED, id="open-to-none"),
        pytest.param(CLOSED, TAG, Change.CHANGED, id="closed-to-not-known"),
        pytest.param(NOTHING, TAG, Change.CHANGED, id="none-to-not-known"),
        pytest.param(TAG, OPEN, Change.CHANGED, id="not-known-to-open"),
        pytest.param(OFFICE, OPEN, Change.CHANGED, id="wider"),
        pytest.param(OPEN, ASLEEP, Change.CHANGED, id="stopped"),
    ],
)
def test_way_in_has_changed(old: Sequence[Row], new: Sequence[Row], change: Change) -> None:
    assert changes(difference(old, new)) == [change]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(OPEN, OPEN, id="same"),
        pytest.param(NOTHING, CLOSED, id="new-and-closed"),
        pytest.param(CLOSED, one_vm_estate([deny(100)]), id="closed-by-another-rule"),
        pytest.param(OPEN, one_vm_estate([allow(300)]), id="open-by-another-priority"),
    ],
)
def test_way_in_that_is_as_it_was_is_not_told(old: Sequence[Row], new: Sequence[Row]) -> None:
    assert changes(difference(old, new)) == []


@pytest.mark.parametrize(
    ("old", "new", "worse"),
    [
        pytest.param(CLOSED, OPEN, True, id="opened"),
        pytest.param(OPEN, CLOSED, False, id="closed"),
        pytest.param(OFFICE, OPEN, True, id="wider"),
        pytest.param(OPEN, OFFICE, False, id="narrower"),
        pytest.param(OFFICE, one_vm_estate([allow(100, source="198.51.100.1")]), True, id="others"),
        pytest.param(ASLEEP, OPEN, True, id="started"),
        pytest.param(OPEN, ASLEEP, False, id="stopped"),
        pytest.param(CLOSED, TAG, True, id="perhaps"),
        pytest.param(TAG, CLOSED, False, id="no-longer-perhaps"),
    ],
)
def test_change_is_worse_when_somebody_may_get_in_who_did_not(
    old: Sequence[Row], new: Sequence[Row], *, worse: bool
) -> None:
    (one,) = difference(old, new).exposures
    assert one.is_worse is worse


def test_gained_and_lost_senders_are_exact() -> None:
    new = one_vm_estate([allow(100, source=["203.0.113.8/29", "198.51.100.1"])])
    (one,) = difference(OFFICE, new).exposures
    assert list(one.gained.prefixes()) == ["198.51.100.1/32"]
    assert list(one.lost.prefixes()) == ["203.0.113.0/29"]


@pytest.mark.parametrize(
    "unread",
    [
        pytest.param("/subscriptions", id="pages"),
        pytest.param(f"/subscriptions/{SUBSCRIPTION}", id="subscription"),
        pytest.param(resource_id("vm", "vm-1"), id="machine"),
        pytest.param(resource_id("nic", "nic-1").upper(), id="interface"),
        pytest.param(resource_id("pip", "pip-1"), id="address"),
        pytest.param(resource_id("nsg", "nsg-subnet"), id="group"),
    ],
)
def test_way_in_over_an_unread_part_cannot_be_compared(unread: str) -> None:
    compared = compare(record(OPEN), record(NOTHING, unread))
    assert changes(compared) == [Change.INCOMPARABLE]
    assert compared.exposures[0].gap.endswith(": no access")
    assert not compared.is_complete


def test_way_in_that_an_unread_part_could_have_hidden_did_not_open() -> None:
    compared = compare(record(NOTHING, resource_id("vm", "vm-1")), record(OPEN))
    assert changes(compared) == [Change.INCOMPARABLE]
    assert not compared.exposures[0].is_worse


def test_unread_part_elsewhere_hides_nothing() -> None:
    compared = compare(record(OPEN), record(NOTHING, resource_id("vm", "vm-10")))
    assert changes(compared) == [Change.CLOSED]


def test_unread_firewall_hides_what_it_translates() -> None:
    open_ = firewalled([], dnat_rule())
    firewall = "/providers/Microsoft.Network/azureFirewalls/fw-2"
    unread = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-hub{firewall}"
    assert changes(compare(record(open_), record(NOTHING, unread))) == [Change.INCOMPARABLE]


def test_subscription_that_only_one_scan_saw_cannot_be_compared() -> None:
    compared = compare(record(OPEN), ScanRecord(None))
    assert {one.change for one in compared.exposures} == {Change.INCOMPARABLE}
    assert {one.change for one in compared.findings} == {Change.INCOMPARABLE}


def test_interface_that_was_not_visible_leaves_its_way_in_open() -> None:
    lost = [row for row in OPEN if row["name"] != "nic-1"]
    assert changes(difference(OPEN, lost)) == [Change.INCOMPARABLE]


def test_finding_of_a_check_that_could_not_judge_is_not_gone() -> None:
    blind = Gap(ResourceId(resource_id("vm", "vm-1")), "not told", "vm-public-ip")
    after = replace(record(NOTHING), unjudged=(blind,))
    found = {one.seen.check: one.change for one in compare(record(OPEN), after).findings}
    assert found["vm-public-ip"] is Change.INCOMPARABLE
    assert found["nsg-ssh-open"] is Change.CLOSED


def test_finding_of_another_severity_changed() -> None:
    compared = difference(OFFICE, OPEN)
    (one,) = (each for each in compared.findings if each.seen.check == "vm-ssh-reachable")
    assert (one.change, one.is_worse) == (Change.CHANGED, True)


def test_way_in_without_an_address_resource_is_found_again() -> None:
    (hub,) = (case for case in FIREWALL_CASES if case.name == "dnat-of-a-hub")
    assert changes(difference(NOTHING, hub.rows)) == [Change.CHANGED]
    assert changes(difference(hub.rows, hub.rows)) == []


def test_way_in_over_two_families_is_two_ways() -> None:
    old = one_dual_stack_vm_estate([], ipv4_address="20.1.2.3")
    new = one_dual_stack_vm_estate([allow(100)], ipv4_address="20.1.2.3")
    assert changes(difference(old, new)) == [Change.OPENED, Change.OPENED]


@pytest.mark.parametrize(
    ("new", "threshold", "fails"),
    [
        pytest.param(OPEN, Severity.CRITICAL, True, id="critical"),
        pytest.param(OFFICE, Severity.HIGH, False, id="low-below-high"),
        pytest.param(OFFICE, Severity.LOW, True, id="low-at-low"),
    ],
)
def test_threshold_is_about_what_is_now(
    new: Sequence[Row], threshold: Severity, *, fails: bool
) -> None:
    assert difference(CLOSED, new).worsened(threshold) is fails


def test_what_closed_never_reaches_a_threshold() -> None:
    assert not difference(OPEN, CLOSED).worsened(Severity.INFO)
