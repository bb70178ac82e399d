"""The benchmarks of changes run at small sizes; how fast they are is not held."""

from __future__ import annotations

import json
from typing import Any

import pytest

from benchmarks.__main__ import main

pytestmark = pytest.mark.slow


def figures(capsys: pytest.CaptureFixture[str], name: str, size: int) -> dict[str, Any]:
    assert main([name, "--size", str(size), "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)["figures"]
    return found


def test_change_to_card_times_every_change(capsys: pytest.CaptureFixture[str]) -> None:
    found = figures(capsys, "change-to-card", 2)
    assert 0 < found["p50_seconds"] <= found["p95_seconds"] <= found["slowest_seconds"]
    assert 0 < found["mean_arm_reads_count"] <= found["most_arm_reads_count"] <= 4


def test_burst_ends_as_a_clean_sweep_does(capsys: pytest.CaptureFixture[str]) -> None:
    found = figures(capsys, "burst", 30)
    assert found["deliveries_count"] == 60
    assert found["cards_count"] >= 1
    assert found["cards_told_twice_count"] == 0
    assert (found["findings_that_differ_count"], found["poison_messages_count"]) == (0, 0)
