"""Fixtures that every tier of the tests may ask for."""

import gc
import json
import queue
import sys
import textwrap
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import pytest

from tests.azurite import Azurite, running_azurite

if TYPE_CHECKING:
    from functions_host.host import RunningHost

PATIENCE_SECONDS: Final = 20.0
_PRELUDE: Final = """\
import queue
import typing
import azure.functions as func
SEEN = queue.Queue()
app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)
"""


def pytest_unconfigure() -> None:
    """Give the collector back what reading snapshot files hid from it, before Python ends.

    DuckDB complains at great length about its own modules where they are not collected.
    """
    gc.unfreeze()


@pytest.fixture(scope="session")
def azurite() -> Iterator[Azurite]:
    """Give one Azurite for the whole run; tests keep apart by the names that they make up."""
    with running_azurite() as running:
        yield running


@dataclass(frozen=True, slots=True)
class ServedApp:
    """A small Functions app in service, and what its functions put into `SEEN`."""

    host: "RunningHost"
    seen: "queue.Queue[Any]"

    @property
    def url(self) -> str:
        return self.host.url

    def next_seen(self) -> Any:  # noqa: ANN401  # whatever the test's own function put there
        """Wait for the next thing that a function saw."""
        return self.seen.get(timeout=PATIENCE_SECONDS)


class ServeApp(Protocol):
    """Serves an app from the source of its functions; `app`, `func` and `SEEN` are at hand."""

    def __call__(
        self,
        source: str,
        *,
        host_json: Mapping[str, object] | None = None,
        settings: Mapping[str, str] | None = None,
        lease: timedelta = timedelta(seconds=60),
    ) -> ServedApp: ...


@pytest.fixture
def serve_app(tmp_path: Path) -> Iterator[ServeApp]:
    """Give a way to serve a small app with the local Functions host until the test ends."""
    from functions_host.host import start

    with ExitStack() as hosts:

        def serve(
            source: str,
            *,
            host_json: Mapping[str, object] | None = None,
            settings: Mapping[str, str] | None = None,
            lease: timedelta = timedelta(seconds=60),
        ) -> ServedApp:
            write_app(tmp_path, source, host_json)
            host = hosts.enter_context(start(tmp_path, settings or {}, lease=lease))
            return ServedApp(host, sys.modules["function_app"].SEEN)

        yield serve


def write_app(directory: Path, source: str, host_json: Mapping[str, object] | None = None) -> None:
    """Write the files of a small app: the given functions after the prelude, and `host.json`."""
    functions = _PRELUDE + textwrap.dedent(source)
    (directory / "function_app.py").write_text(functions, encoding="utf-8")
    document = {"version": "2.0", **(host_json or {})}
    (directory / "host.json").write_text(json.dumps(document), encoding="utf-8")
