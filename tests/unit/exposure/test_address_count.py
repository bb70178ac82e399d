"""How many senders an exposure has: a number up to 2**53, decimal text above."""

from __future__ import annotations

import pytest

from tests.judging import scan
from tests.rows import Row, allow, one_dual_stack_vm_estate, one_vm_estate


@pytest.mark.parametrize(
    ("rows", "count"),
    [
        pytest.param(one_vm_estate([]), 0, id="nobody"),
        pytest.param(one_vm_estate([allow(100, source="203.0.113.0/24")]), 256, id="256"),
        pytest.param(one_dual_stack_vm_estate([allow(100, source="2a01::/75")]), 2**53, id="2**53"),
        pytest.param(
            one_dual_stack_vm_estate([allow(100, source=["2a01::/75", "2a02::1"])]),
            "9007199254740993",
            id="2**53+1",
        ),
        pytest.param(
            one_dual_stack_vm_estate([allow(100)]),
            "42535295865117307932921825928971026432",
            id="2**125",
        ),
    ],
)
def test_address_count_is_exact_in_json(rows: list[Row], count: int | str) -> None:
    (exposure,) = scan(rows)["exposures"]
    assert exposure["sources"]["address_count"] == count
