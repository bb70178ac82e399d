"""`portcullis verify` over the sample estate, whose filters another implementation works."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import requests

from shared.config import read_settings
from shared.exposure.assessment import Question
from shared.network.snapshot import Snapshot
from shared.usecases.verify import verify
from shared.wiring import Runtime, command_line_runtime
from simulator.initial_estate import Estate
from simulator.server import RunningSimulator
from simulator.server import start as start_simulator

COMMAND: Final = Path(sys.executable).with_name("portcullis")
SECONDS: Final = 120
AUTHORIZED: Final = {"Authorization": "Bearer test"}


@pytest.fixture(scope="module")
def running() -> Iterator[RunningSimulator]:
    with start_simulator(Estate.sample(), 0) as simulator:
        yield simulator


@pytest.fixture
def azure(running: RunningSimulator) -> RunningSimulator:
    """Give the simulator as it was at its start, and without a quota."""
    requests.post(f"{running.url}/simulator/reset", timeout=10).raise_for_status()
    set_up(running, quota_queries=None)
    return running


def set_up(azure: RunningSimulator, **settings: object) -> None:
    url = f"{azure.url}/simulator/settings"
    requests.patch(url, json=settings, timeout=10).raise_for_status()


def verified(azure: RunningSimulator, *arguments: str) -> tuple[int, str]:
    """Run the command and give its exit status and output."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    ended = subprocess.run(
        [str(COMMAND), "verify", *arguments],
        capture_output=True,
        env={**kept, "PORTCULLIS_ARM_ENDPOINT": azure.url},
        cwd=os.sep,
        timeout=SECONDS,
        check=False,
        text=True,
    )
    return ended.returncode, ended.stdout


def whole_estate(azure: RunningSimulator) -> tuple[Runtime, Snapshot]:
    runtime = command_line_runtime(read_settings({"PORTCULLIS_ARM_ENDPOINT": azure.url}))
    inventory = runtime.inventory_seen_by(lambda _row: None, (runtime.service_tag_reads,))
    listed = inventory.subscriptions(runtime.settings.scope)
    return runtime, inventory.read([one.id for one in listed])


def test_every_running_machine_agrees(azure: RunningSimulator) -> None:
    runtime, estate = whole_estate(azure)
    found = [
        verify(estate, Question((22, 3389)), machine, runtime.effective_rules)
        for machine in estate.virtual_machines
    ]
    assert [one.differences for one in found if not one.agrees] == []
    silent = {one.machine for one in found if one.unasked}
    assert silent == {
        one.id for one in estate.virtual_machines.values() if one.is_latent or one.scale_set
    }
    assert sum(one.flows for one in found) > 500


def test_command_says_that_both_agree(azure: RunningSimulator) -> None:
    status, output = verified(azure, "--vm", "vm-subnet-says-no")
    assert status == 0
    assert output.startswith("vm-subnet-says-no: Azure's account and ours agree (")


def test_change_that_resource_graph_does_not_show_yet_is_a_difference(
    azure: RunningSimulator,
) -> None:
    set_up(azure, index_lag_seconds=None)
    group = next(one["id"] for one in Estate.sample().resources if one["name"] == "nsg-every-port")
    close_to_all_but_the_office(azure, group)
    status, output = verified(azure, "--vm", "vm-every-port", "--format", "json")
    document: dict[str, Any] = json.loads(output)
    assert (status, document["agrees"], document["complete"]) == (1, False, True)
    assert {one["what"] for one in document["differences"]} == {"rule", "sources", "flow"}


def close_to_all_but_the_office(azure: RunningSimulator, group: str) -> None:
    """Replace the rule that lets everybody in, and deny the rest."""
    for name, priority, access, source in (
        ("allow-all-ports", 100, "Allow", "203.0.113.0/24"),
        ("shut", 200, "Deny", "*"),
    ):
        rule = {
            "priority": priority,
            "direction": "Inbound",
            "access": access,
            "protocol": "*",
            "sourceAddressPrefix": source,
            "sourcePortRange": "*",
            "destinationAddressPrefix": "*",
            "destinationPortRange": "*",
        }
        requests.put(
            f"{azure.url}{group}/securityRules/{name}",
            params={"api-version": "2025-05-01"},
            json={"properties": rule},
            headers=AUTHORIZED,
            timeout=10,
        ).raise_for_status()


def test_machine_that_is_off_could_not_be_asked_about(azure: RunningSimulator) -> None:
    status, output = verified(azure, "--vm", "vm-deallocated")
    assert status == 3
    assert "Not asked: vm-deallocated: Azure tells about running machines only" in output


def test_machine_that_nobody_knows_is_bad_usage(azure: RunningSimulator) -> None:
    assert verified(azure, "--vm", "vm-nobody")[0] == 2
