"""Random balancers, firewalls and admin rules: the product agrees with the oracle on every packet.

The companion of `test_verdict_against_oracle.py` for ways in that translate addresses or stand
before the NSGs.
"""

from __future__ import annotations

import pytest

from tests.oracle.comparison import disagreements
from tests.oracle.door_estates import random_door_estate

SEEDS = range(2_000)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_door_agrees_with_the_oracle(seed: int) -> None:
    assert disagreements(random_door_estate(seed)) == []
