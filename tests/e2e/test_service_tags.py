"""Service tags from Azure to the verdict: fetched by the app's timer, and by a live scan."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
import requests

from shared.adapters.arm_endpoint import Cloud
from shared.adapters.tables import TableStores
from simulator.initial_estate import Estate
from simulator.server import RunningSimulator
from simulator.server import start as start_simulator
from tests.e2e.functions_world import eventually, running_world
from tests.rows import service_tag_list

pytestmark = pytest.mark.slow

COMMAND: Final = Path(sys.executable).with_name("portcullis")
SECONDS: Final = 120


@pytest.fixture(scope="module")
def azure() -> Iterator[RunningSimulator]:
    with start_simulator(Estate.sample(), 0) as running:
        settings = {"quota_queries": None, "service_tags_change_number": 4711}
        url = f"{running.url}/simulator/settings"
        requests.patch(url, json=settings, timeout=10).raise_for_status()
        yield running


def scan(azure: RunningSimulator, *arguments: str) -> tuple[str, list[str]]:
    """Scan, and give the verdict on the machine that lets the tag Storage in, with its sources."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    ended = subprocess.run(
        [str(COMMAND), "scan", "--format", "json", *arguments],
        capture_output=True,
        env={**kept, "PORTCULLIS_ARM_ENDPOINT": azure.url},
        cwd=os.sep,
        timeout=SECONDS,
        check=False,
    )
    assert ended.returncode == 1, ended.stderr
    exposures = json.loads(ended.stdout)["exposures"]
    (found,) = (one for one in exposures if one["vm"].endswith("/vm-storage-tag"))
    return found["verdict"], found["sources"]["certain"]


def test_timer_stores_the_list_of_azure(tmp_path: Path) -> None:
    with running_world(tmp_path, PORTCULLIS_SERVICE_TAGS_SCHEDULE="0 0 0 1 1 *") as world:
        world.control("PATCH", "/simulator/settings", {"service_tags_change_number": 4711})
        store = TableStores.from_connection_string(world.storage).service_tags(Cloud.PUBLIC)
        with world.host("sweep_estate") as host:
            world.run(host, "refresh_service_tags")
            stored = eventually(store.load)
    assert stored.table.change_number == "4711"
    assert stored.table.resolve("storage.westeurope") is not None


def test_live_scan_resolves_tags_and_its_snapshot_keeps_the_list(
    azure: RunningSimulator, tmp_path: Path
) -> None:
    saved = str(tmp_path / "estate.jsonl.gz")
    verdict, sources = scan(azure, "--save-snapshot", saved)
    assert verdict == "exposed"
    assert "20.60.26.0/23" in sources
    assert scan(azure, "--snapshot", saved) == (verdict, sources)
    assert scan(azure, "--snapshot", saved, "--no-service-tags") == ("undetermined", [])


def test_list_in_a_file_wins_over_that_of_azure(azure: RunningSimulator, tmp_path: Path) -> None:
    listed = tmp_path / "tags.json"
    listed.write_text(json.dumps(service_tag_list({"Storage": ["20.99.0.0/16"]})))
    assert scan(azure, "--service-tags", str(listed)) == ("exposed", ["20.99.0.0/16"])


def test_tags_stay_unresolved_on_demand_and_where_azure_refuses(azure: RunningSimulator) -> None:
    assert scan(azure, "--no-service-tags")[0] == "undetermined"
    fault = {"match": {"path": "serviceTags"}, "status": 403, "body": {"error": {"code": "No"}}}
    url = f"{azure.url}/simulator/faults"
    requests.put(url, json={"faults": [fault]}, timeout=10).raise_for_status()
    assert scan(azure)[0] == "undetermined"
