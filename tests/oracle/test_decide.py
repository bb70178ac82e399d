"""The oracle's answer to one packet."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.oracle.decision import Decision
from tests.oracle.path import decide
from tests.rows import Part, allow, deny, ip_configuration_id, one_vm_estate

OPEN, CLOSED, UNKNOWN = Decision.ALLOWED, Decision.BLOCKED, Decision.UNKNOWN
OFFICE, STRANGER = "203.0.113.7", "52.1.2.3"


@pytest.mark.parametrize(
    ("rules", "source", "source_port", "tags", "decision"),
    [
        pytest.param([allow(100, source=OFFICE)], OFFICE, 50000, set(), OPEN, id="named"),
        pytest.param([allow(100, source=OFFICE)], STRANGER, 50000, set(), CLOSED, id="not-named"),
        pytest.param(
            [deny(100, source_port="53"), allow(200)],
            OFFICE,
            53,
            set(),
            CLOSED,
            id="denied-source-port",
        ),
        pytest.param(
            [deny(100, source_port="53"), allow(200)],
            OFFICE,
            54,
            set(),
            OPEN,
            id="other-source-port",
        ),
        pytest.param(
            [allow(100, source="Storage")], STRANGER, 50000, {"storage"}, OPEN, id="in-the-tag"
        ),
        pytest.param(
            [allow(100, source="Storage")], STRANGER, 50000, set(), CLOSED, id="outside-the-tag"
        ),
        pytest.param(
            [allow(100, source="300.0.0.0/8")], STRANGER, 50000, set(), UNKNOWN, id="broken-rule"
        ),
    ],
)
def test_packet_meets_the_first_rule_that_matches(
    rules: Sequence[Part], source: str, source_port: int, tags: set[str], decision: Decision
) -> None:
    told = decide(
        one_vm_estate(rules),
        ip_configuration_id(),
        source_ip=source,
        source_port=source_port,
        port=22,
        tag_membership=frozenset(tags),
    )
    assert told is decision
