"""Random estates: the product agrees with a slow oracle on every kind of packet.

The oracle decides one packet at a time and was written from Azure's documents; see
`tests/oracle/judge.py` for why its comparison is exact.  `python -m tests.longrun` goes on where
these seeds end.
"""

from __future__ import annotations

import pytest

from tests.cases.addresses import ADDRESS_CASES
from tests.cases.case import Case, table
from tests.cases.destinations_and_addresses import DESTINATION_AND_ADDRESS_CASES
from tests.cases.machines import MACHINE_CASES
from tests.cases.order_and_sources import ORDER_AND_SOURCE_CASES
from tests.cases.own_networks import OWN_NETWORK_CASES
from tests.cases.rule_fields import RULE_FIELD_CASES
from tests.cases.tags import TAG_CASES
from tests.oracle.comparison import disagreements
from tests.oracle.estates import MACHINES, random_estate

PAIRS_OF_GROUPS = 2_000
SEEDS = range(PAIRS_OF_GROUPS // MACHINES)
DOCUMENTED_CASES = [
    *ORDER_AND_SOURCE_CASES,
    *DESTINATION_AND_ADDRESS_CASES,
    *RULE_FIELD_CASES,
    *TAG_CASES,
    *OWN_NETWORK_CASES,
    *ADDRESS_CASES,
    *MACHINE_CASES,
]


@pytest.mark.parametrize("seed", SEEDS)
def test_verdict_agrees_with_the_oracle(seed: int) -> None:
    assert disagreements(random_estate(seed)) == []


@table([case for case in DOCUMENTED_CASES if len(case.verdicts) == 1])
def test_witness_and_trace_of_documented_cases_agree_with_the_oracle(case: Case) -> None:
    assert disagreements(case) == []
