"""The command `python -m functions_host`, run as its own process."""

import contextlib
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.conftest import PATIENCE_SECONDS, write_app

CHECKOUT = Path(__file__).resolve().parent.parent.parent
APP = """
import os
import time
@app.route(route="settings")
def settings(req: func.HttpRequest) -> str:
    return f"{os.environ['FROM_FILE']} {os.environ['FROM_BOTH']}"

@app.route(route="slow")
def slow(req: func.HttpRequest) -> str:
    open("began", "w").close()
    time.sleep(1)
    return "slow but whole"

@app.route(route="stuck")
def stuck(req: func.HttpRequest) -> str:
    open("stuck", "w").close()
    time.sleep(60)
    return "never"

@app.route(route="broken")
def broken(req: func.HttpRequest) -> str:
    raise LookupError("no such thing")
"""


@contextmanager
def command(directory: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "functions_host", "--app-dir", str(directory), *arguments],
        cwd=directory,
        env={"PYTHONPATH": str(CHECKOUT), "FROM_BOTH": "environment"},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@contextmanager
def serving(directory: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    port_file = directory / "port"
    with command(directory, "--port", "0", "--port-file", str(port_file)) as process:
        wait_for(port_file)
        yield process, f"http://127.0.0.1:{int(port_file.read_text(encoding='ascii'))}"


def wait_for(path: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not path.exists():
        assert time.monotonic() < deadline, f"{path} did not appear"


@pytest.fixture
def app_dir(tmp_path: Path) -> Path:
    write_app(tmp_path, APP)
    values = {"FROM_FILE": "file", "FROM_BOTH": "file"}
    document = {"IsEncrypted": False, "Values": values}
    (tmp_path / "local.settings.json").write_text(json.dumps(document), encoding="utf-8")
    return tmp_path


def test_settings_come_from_the_file_unless_the_environment_has_them(app_dir: Path) -> None:
    with serving(app_dir) as (_, url):
        assert requests.get(f"{url}/api/settings", timeout=10).text == "file environment"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_ends_the_host_with_status_zero(app_dir: Path, number: signal.Signals) -> None:
    with serving(app_dir) as (process, _):
        process.send_signal(number)
        assert process.wait(PATIENCE_SECONDS) == 0


def test_signal_lets_a_request_end(app_dir: Path) -> None:
    with serving(app_dir) as (process, url):
        session = subprocess.Popen(
            [
                sys.executable,
                "-c",
                f"import urllib.request as u; print(u.urlopen('{url}/api/slow').read())",
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        wait_for(app_dir / "began")
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_SECONDS) == 0
        assert session.communicate(timeout=PATIENCE_SECONDS)[0] == "b'slow but whole'\n"


def test_second_signal_cuts_off_what_still_runs(app_dir: Path) -> None:
    with serving(app_dir) as (process, url):
        body = {"input": ""}
        assert requests.post(f"{url}/admin/functions/stuck", json=body, timeout=10).ok
        wait_for(app_dir / "stuck")
        process.send_signal(signal.SIGINT)
        began = time.monotonic()
        while process.poll() is None:
            process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=0.3)
        assert process.returncode == 0
        assert time.monotonic() - began < 9


def test_each_invocation_is_one_line_and_a_failure_has_its_traceback(app_dir: Path) -> None:
    with serving(app_dir) as (process, url):
        requests.get(f"{url}/api/settings", timeout=10)
        requests.get(f"{url}/api/broken", timeout=10)
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=PATIENCE_SECONDS)
    invocations = [line for line in log.splitlines() if "functions_host.invocation:" in line]
    assert [line.split(": ", 1)[1].split(" ")[0] for line in invocations] == ["settings", "broken"]
    assert " succeeded in " in invocations[0]
    assert " failed in " in invocations[1]
    assert "LookupError: no such thing" in log


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["--address", "192.0.2.1"], "no loopback address", id="open-address"),
        pytest.param(["--settings", "absent.json"], "absent.json", id="no-settings-file"),
    ],
)
def test_command_that_cannot_serve_says_why(
    app_dir: Path, arguments: list[str], message: str
) -> None:
    with command(app_dir, "--port", "0", *arguments) as process:
        _, log = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 2
    assert message in log


def test_app_that_raises_on_import_shows_its_traceback(app_dir: Path) -> None:
    write_app(app_dir, "import nothing_of_that_name")
    with command(app_dir, "--port", "0") as process:
        _, log = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 2
    assert "Traceback" in log
    assert "nothing_of_that_name" in log.splitlines()[-1]
