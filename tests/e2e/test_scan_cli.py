"""The installed command, as a person and a pipeline use it."""

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pytest
import requests

from simulator.estate import sample_estate
from simulator.initial_estate import Estate
from simulator.server import RunningSimulator
from simulator.server import start as start_simulator

COMMAND: Final = Path(sys.executable).with_name("portcullis")
SECONDS: Final = 120
QUIET: Final = ("--fail-on", "critical")


@pytest.fixture(scope="module")
def simulator() -> Iterator[RunningSimulator]:
    with start_simulator(Estate.sample(), 0) as running:
        yield running


@pytest.fixture(scope="module")
def estate_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("estate") / "estate.jsonl"
    lines = (json.dumps(row) for row in sample_estate().resources)
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def portcullis(
    arguments: Sequence[str],
    *,
    settings: Mapping[str, str] | None = None,
    given: bytes = b"",
    folder: Path | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Run the command with these settings and nothing else of ours in its environment."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [str(COMMAND), *arguments],
        input=given,
        capture_output=True,
        env={**kept, **(settings or {})},
        cwd=folder or Path(os.sep),
        timeout=SECONDS,
        check=False,
    )


def findings(output: bytes) -> set[tuple[str, str]]:
    document: dict[str, Any] = json.loads(output)
    return {(one["fingerprint"], one["severity"]) for one in document["findings"]}


def test_file_and_standard_input_and_gzip_give_the_same(estate_file: Path, tmp_path: Path) -> None:
    packed = tmp_path / "packed"
    packed.write_bytes(gzip.compress(estate_file.read_bytes()))
    scan = ("scan", "--format", "json", "--at", "2026-03-01T00:00:00Z", "--snapshot")
    outputs = [
        portcullis((*scan, str(estate_file))).stdout,
        portcullis((*scan, str(packed))).stdout,
        portcullis((*scan, "-"), given=estate_file.read_bytes()).stdout,
    ]
    assert outputs[0]
    assert outputs == outputs[:1] * 3


@pytest.mark.parametrize("wrap", ["bare", "data"])
def test_output_of_az_graph_query_can_be_piped_in(estate_file: Path, wrap: str) -> None:
    rows: list[Any] = sample_estate().resources
    answer = rows if wrap == "bare" else {"count": len(rows), "data": rows, "total_records": 1}
    scan = ("scan", "--format", "json", "--snapshot")
    piped = portcullis((*scan, "-"), given=json.dumps(answer, indent=2).encode())
    assert findings(piped.stdout) == findings(portcullis((*scan, str(estate_file))).stdout)


def test_live_scan_finds_what_its_saved_snapshot_shows(
    simulator: RunningSimulator, tmp_path: Path
) -> None:
    kept = tmp_path / "kept.jsonl.gz"
    live = portcullis(
        ("scan", "--format", "json", "--save-snapshot", str(kept)),
        settings={"PORTCULLIS_ARM_ENDPOINT": simulator.url},
    )
    assert (live.returncode, live.stderr) == (1, b"")
    again = portcullis(("scan", "--format", "json", "--snapshot", str(kept)))
    assert findings(live.stdout) == findings(again.stdout)


def test_live_scan_tells_of_a_subscription_that_cannot_be_read(tmp_path: Path) -> None:
    with start_simulator(Estate.sample(), 0) as simulator:
        closed = sample_estate().subscriptions[3]["subscriptionId"]
        requests.patch(
            f"{simulator.url}/simulator/settings",
            json={"unreadable_subscriptions": [closed]},
            timeout=SECONDS,
        ).raise_for_status()
        wanted = [one["subscriptionId"] for one in sample_estate().subscriptions]
        named = [argument for one in wanted for argument in ("--subscription", one)]
        ended = portcullis(
            ("scan", "--format", "json", *named),
            settings={"PORTCULLIS_ARM_ENDPOINT": simulator.url},
            folder=tmp_path,
        )
    document = json.loads(ended.stdout)
    assert not document["complete"]
    assert f"/subscriptions/{closed}" in {gap["scope"] for gap in document["unread"]}


def test_gap_alone_ends_with_3(tmp_path: Path) -> None:
    unknown = "00000000-0000-4000-8000-000000000000"
    with start_simulator(Estate.sample(), 0) as simulator:
        ended = portcullis(
            ("scan", "--subscription", unknown),
            settings={"PORTCULLIS_ARM_ENDPOINT": simulator.url},
            folder=tmp_path,
        )
    assert ended.returncode == 3


def test_azure_that_does_not_answer_ends_with_3_and_one_line(tmp_path: Path) -> None:
    with start_simulator(Estate.sample(), 0) as simulator:
        gone = simulator.url
    ended = portcullis(("scan",), settings={"PORTCULLIS_ARM_ENDPOINT": gone}, folder=tmp_path)
    assert (ended.returncode, ended.stdout, ended.stderr.count(b"\n")) == (3, b"", 1)


def test_live_machine_is_explained_by_its_id(simulator: RunningSimulator) -> None:
    machine = next(one for one in sample_estate().story if one.vm == "vm-jit-window")
    ended = portcullis(
        ("explain", "--vm", machine.vm_id, "--from", "8.8.8.8"),
        settings={"PORTCULLIS_ARM_ENDPOINT": simulator.url},
    )
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert b"Closed: 8.8.8.8 does not get in." in ended.stdout


def test_reader_that_goes_away_is_no_traceback(estate_file: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    ended = subprocess.run(
        [str(COMMAND), "scan", "--format", "json", "--snapshot", str(estate_file)],
        stdout=writing,
        stderr=subprocess.PIPE,
        timeout=SECONDS,
        check=False,
    )
    os.close(writing)
    assert (ended.returncode, ended.stderr) == (141, b"")


def test_output_is_ascii_safe_where_the_terminal_is(estate_file: Path) -> None:
    ended = portcullis(
        ("scan", *QUIET, "--snapshot", str(estate_file)),
        settings={"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
    )
    assert (ended.returncode, ended.stderr) == (1, b"")
    assert ended.stdout.isascii()
