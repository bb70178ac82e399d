"""A simulated tenant with a made-up estate, and storage: each a process of its own."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import requests

from benchmarks.estates import Shape, estate_rows
from benchmarks.places import Json
from cli.demo_parts import START_SECONDS, Parts, start_azurite
from shared.config import read_settings
from shared.wiring import Runtime, command_line_runtime

_KEPT: Final = ("id", "name", "location", "sku", "zones", "identity", "tags", "properties")
_QUERY_PATH: Final = "/providers/Microsoft.ResourceGraph/resources"
_PATIENCE_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class Tenant:
    """A running tenant: the product's parts that look at it, and its own account of what it saw."""

    runtime: Runtime
    url: str
    resources: int

    def queries(self) -> int:
        """Count the Resource Graph queries so far, those that it refused too."""
        logged = self._control("/simulator/requests")["requests"]
        return sum(one["path"] == _QUERY_PATH for one in logged)

    def quota(self) -> tuple[int, float]:
        """Give how many queries one principal has in a window, and the window's seconds."""
        settings = self._control("/simulator/settings")
        return settings["quota_queries"], settings["quota_window_seconds"]

    def _control(self, path: str) -> dict[str, Any]:
        answer = requests.get(f"{self.url}{path}", timeout=_PATIENCE_SECONDS)
        answer.raise_for_status()
        document: dict[str, Any] = answer.json()
        return document


@contextmanager
def running_tenant(shape: Shape) -> Iterator[Tenant]:
    """Serve an estate, with Azurite beside it, until the context ends."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        parts = Parts(stack, folder)
        resources = [_resource(row) for row in estate_rows(shape)]
        estate, port_file = folder / "estate.json", folder / "port"
        estate.write_text(json.dumps(resources), encoding="utf-8")
        serve = [sys.executable, "-m", "simulator", "--estate", str(estate)]
        parts.start("Simulator", [*serve, "--port-file", str(port_file)])
        storage = start_azurite(parts)

        def port() -> str | None:
            return port_file.read_text(encoding="ascii").strip() if port_file.exists() else None

        url = f"http://127.0.0.1:{parts.wait_for('Simulator', port, START_SECONDS)}"
        settings = {"AzureWebJobsStorage": storage, "PORTCULLIS_ARM_ENDPOINT": url}
        yield Tenant(command_line_runtime(read_settings(settings)), url, len(resources))


def _resource(row: Json) -> Json:
    """Give the resource behind a row, as Azure Resource Manager has it."""
    kept = {member: row[member] for member in _KEPT if row[member] is not None}
    provider, *segments = row["id"].rpartition("/providers/")[2].split("/")
    return kept | {"type": "/".join((provider, *segments[::2]))}
