"""The parts that the demo starts on this machine, each a process of its own, and their end."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

import requests

from shared.usecases.interfaces import PortcullisError

CHECKOUT: Final = Path(__file__).resolve().parent.parent
START_SECONDS: Final = 90.0
STOP_SECONDS: Final = 10.0
_POLL_SECONDS: Final = 0.05
_SHOWN_LOG_LINES: Final = 3

ACCOUNT: Final = "devstoreaccount1"
_ACCOUNT_KEY: Final = (
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
)
"""The emulator's well-known key.  Source: Azurite README, "Default Storage Account"."""
_LISTENING: Final = re.compile(
    r"Azurite (Blob|Queue|Table) service is successfully listening at (http://127\.0\.0\.1:\d+)"
)
_SERVICES: Final = 3

Value = TypeVar("Value")


class DemoError(PortcullisError):
    """The demo cannot go on."""


@dataclass(frozen=True, slots=True)
class Part:
    """One running process, whose output goes to a file."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def log_text(self) -> str:
        """Give what it has written so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def check_alive(self) -> None:
        """Raise DemoError, with the end of its output, when it has ended."""
        status = self.process.poll()
        if status is not None:
            last = " | ".join(self.log_text().splitlines()[-_SHOWN_LOG_LINES:])
            raise DemoError(f"{self.name} ended with status {status}: {last}")

    def stop(self) -> None:
        """End the process; kill it when it does not end by itself."""
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Parts:
    """The running parts; all of them are stopped when the `with` block of `stack` ends."""

    def __init__(self, stack: ExitStack, folder: Path) -> None:
        """Begin without any; `folder` takes their files."""
        self.folder = folder
        self._stack = stack
        self._running: list[Part] = []

    def start(self, name: str, command: Sequence[str]) -> Part:
        """Start a process without settings of Portcullis or storage from the environment.

        It has a session of its own, so that an interrupt reaches the demo alone, which then stops
        every part in order.
        """
        log = self.folder / f"{name.replace(' ', '-').lower()}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                command,
                cwd=self.folder,
                env=_plain_environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        part = Part(name, process, log)
        self._stack.callback(part.stop)
        self._running.append(part)
        return part

    def check_alive(self) -> None:
        """Raise DemoError when any part has ended."""
        for part in self._running:
            part.check_alive()

    def wait_for(self, what: str, look: Callable[[], Value | None], seconds: float) -> Value:
        """Look again and again until there is something to see, and every part is alive.

        Raises:
            DemoError: a part ended, or nothing was seen in time.
        """
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            seen = look()
            if seen is not None:
                return seen
            self.check_alive()
            time.sleep(_POLL_SECONDS)
        raise DemoError(f"{what} did not come within {seconds:.0f} seconds")


def azurite_command() -> Sequence[str]:
    """Give the command that starts the storage emulator on free ports, in memory.

    Raises:
        DemoError: Node.js or Azurite is missing.
    """
    if shutil.which("node") is None:
        raise DemoError("Node.js is missing, which runs Azurite: install version 20 or later")
    installed = CHECKOUT / "node_modules" / ".bin" / "azurite"
    command = str(installed) if installed.exists() else shutil.which("azurite")
    if command is None:
        raise DemoError("Azurite is missing: `python dev.py setup` installs it, or `npm ci`")
    ports = [f"--{service}Port=0" for service in ("blob", "queue", "table")]
    quiet = ("--silent", "--disableTelemetry", "--skipApiVersionCheck")
    return [command, "--inMemoryPersistence", *quiet, *ports]


def start_azurite(parts: Parts) -> str:
    """Start the storage emulator and give its connection string."""
    part = parts.start("Azurite", azurite_command())

    def listening() -> Mapping[str, str] | None:
        found = dict(_LISTENING.findall(part.log_text()))
        return found if len(found) == _SERVICES else None

    urls = parts.wait_for("Azurite", listening, START_SECONDS)
    endpoints = {f"{service}Endpoint": f"{url}/{ACCOUNT}" for service, url in urls.items()}
    members = {
        "DefaultEndpointsProtocol": "http",
        "AccountName": ACCOUNT,
        "AccountKey": _ACCOUNT_KEY,
        **endpoints,
    }
    return ";".join(f"{name}={value}" for name, value in members.items())


def start_simulator(parts: Parts) -> str:
    """Start the simulated Azure with its sample estate, and give its address."""
    return _start_server(parts, "Simulator", ["simulator"], "/simulator/health")


def start_host(parts: Parts, settings: Path) -> str:
    """Start the local Functions host with this app, and give its address."""
    module = ["functions_host", "--app-dir", str(CHECKOUT), "--settings", str(settings)]
    return _start_server(parts, "Functions host", module, "/admin/host/status")


def write_settings(path: Path, values: Mapping[str, str]) -> None:
    """Write a settings file as the Functions host reads it, for its owner alone."""
    path.touch(mode=0o600)
    path.write_text(json.dumps({"IsEncrypted": False, "Values": values}, indent=2))


def _start_server(parts: Parts, name: str, module: Sequence[str], health: str) -> str:
    port_file = parts.folder / f"{module[0]}.port"
    command = [sys.executable, "-m", *module, "--port", "0", "--port-file", str(port_file)]
    parts.start(name, command)

    def healthy() -> str | None:
        text = port_file.read_text().strip() if port_file.exists() else ""
        url = f"http://127.0.0.1:{text}"
        return url if text and _answers(f"{url}{health}") else None

    return parts.wait_for(name, healthy, START_SECONDS)


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=STOP_SECONDS).ok
    except requests.ConnectionError:
        return False


def _plain_environment() -> Mapping[str, str]:
    ours = ("PORTCULLIS_", "AzureWebJobs")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, "PYTHONUNBUFFERED": "1"}
