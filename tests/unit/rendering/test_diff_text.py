"""What a comparison says in its tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import pytest

from shared.findings.scan_comparison import compare
from shared.findings.scan_record import ScanRecord
from shared.rendering.diff_text import diff_summary, ways_table
from tests.cases.balancers import MEMBER, balanced
from tests.diffing import difference, difference_of_scans, estate_of, record_of
from tests.rows import (
    Row,
    allow,
    default_route,
    nat_rule,
    one_dual_stack_vm_estate,
    one_vm_estate,
    vm,
)

OPEN: Final = one_vm_estate([allow(100)])
NAMES: Final = ("old", "new")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        pytest.param(
            OPEN,
            one_vm_estate([allow(100)], routes=[default_route()]),
            "SSH: return path asymmetric",
            id="return-path",
        ),
        pytest.param(
            one_vm_estate([allow(100, source="Storage")]),
            one_vm_estate([allow(100, source="Sql")]),
            "SSH: perhaps also Sql; no longer perhaps Storage",
            id="tags",
        ),
        pytest.param(
            balanced([allow(100)], nat_rules=[nat_rule(target=MEMBER)]),
            balanced([allow(100)], nat_rules=[nat_rule(front_port=50009, target=MEMBER)]),
            "SSH: another address or port to dial",
            id="front-port",
        ),
        pytest.param(
            one_vm_estate([allow(100, source="203.0.113.0/28")]),
            one_vm_estate([allow(100, source="203.0.113.0/29")]),
            "SSH: narrower by 8 addresses: 203.0.113.8/29",
            id="narrower",
        ),
        pytest.param(
            one_dual_stack_vm_estate([allow(100, source="2a01::1")]),
            one_dual_stack_vm_estate([allow(100)]),
            "SSH: from a few internet addresses, now from the internet; wider by more than 10^37"
            " addresses: 2000::/5, 2800::/7, 2a00::/16 and 122 more",
            id="very-many",
        ),
        pytest.param(
            [row for row in OPEN if row["type"] != "microsoft.network/networkinterfaces"],
            one_vm_estate([allow(100, source="Storage")]),
            "SSH: not known, seen in the later one alone",
            id="one-side",
        ),
        pytest.param(
            [vm("vm-9", [])],
            one_vm_estate([allow(100, source="Storage")]),
            "SSH: no way in, now not known",
            id="none-before",
        ),
        pytest.param(
            one_vm_estate([allow(100, source="Storage")]),
            [],
            "SSH: not known, seen in the earlier one alone",
            id="other-side",
        ),
    ],
)
def test_table_says(old: Sequence[Row], new: Sequence[Row], told: str) -> None:
    assert [row[3] for row in ways_table(difference(old, new)).rows] == [told]


def test_same_rules_with_other_senders_are_said_to_decide() -> None:
    old = one_vm_estate([allow(100, name="r", source="203.0.113.0/28")])
    new = one_vm_estate([allow(100, name="r", source="203.0.113.0/24")])
    assert ways_table(difference_of_scans(old, new)).rows[0][-1] == "the same rules decide"


def test_way_in_that_came_without_a_trace_has_no_change_to_show() -> None:
    record = record_of(estate_of(OPEN))
    bare = replace(record, exposures=tuple(replace(e, trace=()) for e in record.exposures))
    empty = ScanRecord(None, subscriptions=record.subscriptions)
    assert ways_table(compare(empty, bare)).rows[0][-1] == "no change found on the way"


def test_summary_of_equal_scans_says_so() -> None:
    assert diff_summary(difference(OPEN, OPEN), NAMES) == (
        "From old to new.",
        "No way in differs.",
        "No finding differs.",
    )
