"""A comparison as JSON, as the page about `portcullis diff` describes it."""

from __future__ import annotations

from typing import Any, Final

from shared.findings.scan_comparison import ScanComparison
from shared.rendering.diff_document import diff_document
from tests.diffing import difference, difference_of_scans
from tests.rows import allow, one_dual_stack_vm_estate, one_vm_estate, resource_id

CLOSED: Final = one_vm_estate([])
OPEN: Final = one_vm_estate([allow(100, name="ssh")])


def way_in(comparison: ScanComparison) -> dict[str, Any]:
    document: dict[str, Any] = diff_document(comparison, ("old", "new"))
    (way,) = document["exposures"]
    found: dict[str, Any] = way
    return found


def test_rule_that_decides_in_place_of_another_is_a_cause() -> None:
    assert way_in(difference_of_scans(CLOSED, OPEN))["causes"] == [
        {
            "kind": "decides",
            "text": "subnet NSG nsg-subnet: ssh (100) Allow decides instead of"
            " DenyAllInBound (65500) Deny",
            "resource": resource_id("nsg", "nsg-subnet"),
            "layer": "subnet-nsg",
            "before": "DenyAllInBound (65500) Deny",
            "after": "ssh (100) Allow",
        }
    ]


def test_field_that_changed_is_a_cause() -> None:
    narrow = one_vm_estate([allow(100, name="ssh", source="203.0.113.0/28")])
    wide = one_vm_estate([allow(100, name="ssh", source="203.0.113.0/24")])
    assert way_in(difference(narrow, wide))["causes"] == [
        {
            "kind": "changed",
            "text": "NSG nsg-subnet: rule ssh: source 203.0.113.0/28, now 203.0.113.0/24",
            "resource": resource_id("nsg", "nsg-subnet"),
            "part": "rule ssh",
            "fields": [{"name": "source", "before": "203.0.113.0/28", "after": "203.0.113.0/24"}],
        }
    ]


def test_way_in_that_was_not_there_has_one_side() -> None:
    way = way_in(difference(OPEN, []))
    assert (way["after"], way["before"]["verdict"]) == (None, "exposed")


def test_count_that_a_double_does_not_hold_is_a_text() -> None:
    few = one_dual_stack_vm_estate([allow(100, source="2a01::1")])
    gained = way_in(difference(few, one_dual_stack_vm_estate([allow(100)])))["gained"]
    all_but_one_of_2000_3 = 2**125 - 1
    assert gained["address_count"] == str(all_but_one_of_2000_3)
