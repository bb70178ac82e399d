"""findings-page: how long a page of the list takes the server, with many findings stored."""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Final
from uuid import UUID

import requests
from azure.data.tables import TableServiceClient

from benchmarks.benchmark import Benchmark, Figures
from cli.demo_parts import START_SECONDS, Part, Parts, start_azurite, write_settings
from shared.adapters.storage_account import PATIENCE
from shared.adapters.table_account import TableAccount
from shared.adapters.table_keys import FINDINGS_TABLE
from shared.adapters.table_limits import Value
from shared.adapters.table_rows import record_row, watermark_row
from shared.checks import CHECKS
from shared.checks.result import CheckResult, Severity
from shared.findings.finding import FindingRecord, FindingState, finding_of
from shared.network.ids import ResourceId

_CHECKOUT: Final = Path(__file__).resolve().parent.parent
_SUBSCRIPTIONS: Final = 50
_REQUESTS: Final = 15
_BATCH: Final = 99
_ANSWER_SECONDS: Final = 600.0
_SEVERITIES: Final[Mapping[Severity, int]] = {
    Severity.CRITICAL: 2,
    Severity.HIGH: 8,
    Severity.MEDIUM: 40,
    Severity.LOW: 30,
    Severity.INFO: 20,
}
"""How many of a hundred findings have a severity."""
_PAGES: Final = {
    "list": "/findings",
    "rare_filter": "/findings?severity=critical&check=bastion-missing&state=resolved",
    "text": "/findings?q=vm-77",
    "overview": "/",
}


def _measure(size: int) -> Figures:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="findings-page-")))
        parts = Parts(stack, folder)
        storage = start_azurite(parts)
        _fill(storage, size)
        host, url = _start_host(parts, storage)
        began = time.perf_counter()
        _get(f"{url}/")
        counting = time.perf_counter() - began
        pages = {name: _median_milliseconds(f"{url}{path}") for name, path in _PAGES.items()}
        return {
            **{f"{name}_median_milliseconds": one for name, one in pages.items()},
            "tenth_page_milliseconds": _tenth_page(url),
            "first_count_seconds": round(counting, 1),
            "peak_mib": _peak_mib(host),
        }


def _fill(storage: str, size: int) -> None:
    """Record findings of made-up machines, spread over subscriptions."""
    account = TableAccount(TableServiceClient.from_connection_string(storage, **PATIENCE))
    account.table(FINDINGS_TABLE)
    chance = random.Random("findings-page")
    now = datetime.now(UTC)
    partitions: defaultdict[str, list[dict[str, Value]]] = defaultdict(list)
    for number in range(size):
        row = record_row(_record(number, chance, now))
        partitions[str(row["PartitionKey"])].append(row)

    def write(rows: list[dict[str, Value]]) -> None:
        home = [watermark_row(str(rows[0]["PartitionKey"]), now), *rows]
        for start in range(0, len(home), _BATCH):
            batch = home[start : start + _BATCH]
            account.submit(FINDINGS_TABLE, [("upsert", row) for row in batch])

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(write, partitions.values()))


def _record(number: int, chance: random.Random, now: datetime) -> FindingRecord:
    subscription = UUID(int=1 + number % _SUBSCRIPTIONS)
    (severity,) = chance.choices(list(_SEVERITIES), weights=list(_SEVERITIES.values()))
    machine = ResourceId(
        f"/subscriptions/{subscription}/resourceGroups/rg-{number % 300}"
        f"/providers/Microsoft.Compute/virtualMachines/vm-{number}"
    )
    evidence = {"exposures": [{"vm": machine.text, "note": "x" * 1_500}]}
    result = CheckResult(
        chance.choice(CHECKS).id,
        machine,
        severity,
        f"SSH (port 22) of vm-{number} is reachable from the internet",
        evidence=evidence,
    )
    first = now - timedelta(hours=chance.randrange(1_000))
    state = FindingState.OPEN if chance.random() < 0.8 else FindingState.RESOLVED  # noqa: PLR2004 - four in five
    return FindingRecord(finding_of(result), state, now, first, now)


def _start_host(parts: Parts, storage: str) -> tuple[Part, str]:
    """Serve the app; nothing listens where its simulated Azure would, which no page asks."""
    settings, port_file = parts.folder / "local.settings.json", parts.folder / "host.port"
    values = {
        "AzureWebJobsStorage": storage,
        "PORTCULLIS_ARM_ENDPOINT": "http://127.0.0.1:9",
        "PORTCULLIS_SWEEP_SCHEDULE": "0 0 0 1 1 *",
        "AzureWebJobs.count_findings.Disabled": "true",
    }
    write_settings(settings, values)
    command = [sys.executable, "-m", "functions_host", "--app-dir", str(_CHECKOUT)]
    part = parts.start(
        "Functions host",
        [*command, "--settings", str(settings), "--port", "0", "--port-file", str(port_file)],
    )

    def port() -> str | None:
        text = port_file.read_text(encoding="ascii").strip() if port_file.exists() else ""
        return text or None

    return part, f"http://127.0.0.1:{parts.wait_for('Functions host', port, START_SECONDS)}"


def _median_milliseconds(url: str) -> float:
    """Give the median of some requests after a first one."""
    _get(url)
    return round(1000 * median(_get(url)[0] for _ in range(_REQUESTS)), 1)


def _tenth_page(url: str) -> float:
    """Follow the list's `next` to its tenth page, and give how long that one took."""
    path = "/api/v1/findings"
    seconds = 0.0
    for _ in range(10):
        seconds, answer = _get(f"{url}{path}")
        path = answer.json()["next"] or "/api/v1/findings"
    return round(1000 * seconds, 1)


def _get(url: str) -> tuple[float, requests.Response]:
    began = time.perf_counter()
    answer = requests.get(url, timeout=_ANSWER_SECONDS)
    seconds = time.perf_counter() - began
    answer.raise_for_status()
    return seconds, answer


def _peak_mib(part: Part) -> float | None:
    """Give the most memory that a process held; Linux alone tells."""
    status = Path(f"/proc/{part.process.pid}/status")
    if not status.exists():
        return None
    lines = status.read_text(encoding="ascii").splitlines()
    peak = next(line for line in lines if line.startswith("VmHWM:"))
    return round(int(peak.split()[1]) / 1024, 1)


FINDINGS_PAGE: Final = Benchmark(
    "findings-page", "findings", small=2_000, usual=50_000, measure=_measure
)
