"""Run Azurite, Microsoft's emulator of Azure Storage, on free loopback ports.

Source: Azurite README, "Command Line Options" (port 0 takes a free port, which the start-up lines
then name) and "Default Storage Account" (the public, well-known account and key).
"""

import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

ACCOUNT: Final = "devstoreaccount1"
ACCOUNT_KEY: Final = (
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
)
START_SECONDS: Final = 60.0
STOP_SECONDS: Final = 10.0
_SERVICES: Final = ("Blob", "Queue", "Table")
_CHECKOUT: Final = Path(__file__).resolve().parent.parent
_LISTENING: Final = re.compile(
    r"Azurite (Blob|Queue|Table) service is successfully listening at http://127\.0\.0\.1:(\d+)"
)


@dataclass(frozen=True, slots=True)
class Azurite:
    """One running emulator with empty storage, gone when its context ends."""

    connection_string: str
    blob_port: int
    queue_port: int
    table_port: int


@contextmanager
def running_azurite() -> Iterator[Azurite]:
    """Start Azurite with its storage in memory, and stop it when the context ends.

    Raises:
        FileNotFoundError: Azurite is neither in the checkout's `node_modules` nor on the path.
        RuntimeError: it ended, or named no ports within `START_SECONDS`.
    """
    process = subprocess.Popen(
        [
            _executable(),
            "--inMemoryPersistence",
            "--skipApiVersionCheck",
            "--disableTelemetry",
            "--silent",
            "--blobPort=0",
            "--queuePort=0",
            "--tablePort=0",
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield _await_start(process, process.stdout)
    finally:
        _stop(process)


def _executable() -> str:
    installed = _CHECKOUT / "node_modules" / ".bin" / "azurite"
    found = str(installed) if installed.exists() else shutil.which("azurite")
    if found is None:
        message = f"Azurite is missing: {installed} (python dev.py setup installs it)"
        raise FileNotFoundError(message)
    return found


def _await_start(process: subprocess.Popen[str], output: IO[str]) -> Azurite:
    watchdog = threading.Timer(START_SECONDS, process.kill)
    watchdog.daemon = True
    watchdog.start()
    lines: list[str] = []
    ports: dict[str, int] = {}
    for line in output:
        lines.append(line)
        if listening := _LISTENING.search(line):
            ports[listening[1]] = int(listening[2])
        if len(ports) == len(_SERVICES):
            break
    watchdog.cancel()
    if len(ports) != len(_SERVICES):
        message = "Azurite did not start:\n" + "".join(lines)
        raise RuntimeError(message)
    threading.Thread(target=_drain, args=(output,), daemon=True).start()
    return _azurite(ports["Blob"], ports["Queue"], ports["Table"])


def _azurite(blob_port: int, queue_port: int, table_port: int) -> Azurite:
    endpoints = {"Blob": blob_port, "Queue": queue_port, "Table": table_port}
    connection = {
        "DefaultEndpointsProtocol": "http",
        "AccountName": ACCOUNT,
        "AccountKey": ACCOUNT_KEY,
        **{
            f"{service}Endpoint": f"http://127.0.0.1:{port}/{ACCOUNT}"
            for service, port in endpoints.items()
        },
    }
    return Azurite(
        connection_string=";".join(f"{name}={value}" for name, value in connection.items()),
        blob_port=blob_port,
        queue_port=queue_port,
        table_port=table_port,
    )


def _drain(output: IO[str]) -> None:
    """Read on until the emulator ends, so that it never waits for room in the pipe."""
    with output:
        for _ in output:
            pass


def _stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
