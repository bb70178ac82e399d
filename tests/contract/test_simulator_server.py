"""The simulator starts from the command line, on loopback only."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from simulator.__main__ import main
from simulator.initial_estate import Estate
from simulator.server import NotLoopback, start
from tests.simulated_azure import NETWORK, resource

EMPTY = Estate.from_resources([])


@contextmanager
def command(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "simulator", *arguments], stdout=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)


def estate_file(folder: Path, content: object) -> str:
    path = folder / "estate.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return str(path)


EVERY_ADDRESS = "0.0.0.0"  # noqa: S104 - to see it refused


@pytest.mark.parametrize("host", [EVERY_ADDRESS, "192.0.2.1", "::", "example.org"])
def test_reachable_address_is_refused(host: str) -> None:
    with pytest.raises(NotLoopback):
        start(EMPTY, host=host)


def test_name_of_loopback_is_accepted() -> None:
    with start(EMPTY, host="localhost") as running:
        assert running.url == f"http://127.0.0.1:{running.port}"


def test_port_is_free_after_the_stop() -> None:
    with start(EMPTY) as first:
        port = first.port
    with start(EMPTY, port) as second:
        assert second.port == port


def test_stop_does_not_wait_for_kept_connections() -> None:
    running = start(EMPTY)
    with requests.Session() as session:
        session.get(f"{running.url}/simulator/health", timeout=5)
        running.stop()
        with pytest.raises(requests.ConnectionError):
            session.get(f"{running.url}/simulator/health", timeout=5)


def test_command_prints_its_address_and_serves_a_file(tmp_path: Path) -> None:
    path = estate_file(tmp_path, [resource(f"{NETWORK}/networkSecurityGroups/nsg")])
    with command("--estate", path, "--port-file", str(tmp_path / "port")) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        health = requests.get(f"{url}/simulator/health", timeout=10).json()
        port = (tmp_path / "port").read_text(encoding="ascii")
    assert (health["resources"], url) == (1, f"http://127.0.0.1:{port.strip()}")
    assert process.returncode == 0


def test_estate_file_may_name_subscriptions(tmp_path: Path) -> None:
    content = {"resources": [], "subscriptions": [{"subscriptionId": "s1", "displayName": "One"}]}
    estate = Estate.from_file(Path(estate_file(tmp_path, content)))
    assert [each["displayName"] for each in estate.subscriptions] == ["One"]


@pytest.mark.parametrize("content", ["text", {"rows": []}])
def test_estate_file_of_another_kind_is_refused(
    tmp_path: Path, content: object, capsys: pytest.CaptureFixture[str]
) -> None:
    path = estate_file(tmp_path, content)
    assert main(["--estate", path]) == 2
    assert path in capsys.readouterr().err


def test_address_that_others_reach_is_refused_by_the_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = estate_file(tmp_path, [])
    assert main(["--estate", path, "--host", EVERY_ADDRESS]) == 2
    assert "loopback" in capsys.readouterr().err


def test_sample_estate_is_served() -> None:
    with start(Estate.sample()) as running:
        health = requests.get(f"{running.url}/simulator/health", timeout=10).json()
    assert (health["resources"] > 100, health["subscriptions"]) == (True, 5)
