"""The Functions app at work: the local host serves it over Azurite and the simulator."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

import requests

from functions_host.host import RunningHost
from functions_host.host import start as start_host
from shared.config import read_settings
from shared.findings.comparison import Stored
from shared.usecases.interfaces import EventState, OutboxEvent, Sweep
from shared.wiring import Runtime, command_line_runtime
from simulator.estate import one_change
from simulator.initial_estate import Estate
from simulator.server import RunningSimulator
from simulator.server import start as start_simulator
from tests.azurite import running_azurite

ROOT: Final = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS: Final = 60.0
LEASE: Final = timedelta(seconds=2)
NEVER: Final = "0 0 0 1 1 *"

Value = TypeVar("Value")


class Host(Protocol):
    """A host that serves somewhere."""

    url: str


@dataclass(frozen=True)
class World:
    """Storage, Azure and Teams, and the app's settings; hosts come and go."""

    simulator: RunningSimulator
    storage: str
    app_dir: Path
    extra_settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def settings(self) -> dict[str, str]:
        """The app settings of a host; its timers run by hand alone."""
        return {
            "AzureWebJobsStorage": self.storage,
            "PORTCULLIS_ARM_ENDPOINT": self.simulator.url,
            "PORTCULLIS_TEAMS_WEBHOOK_URL": f"{self.simulator.url}/teams/security?sig=s3cret",
            "PORTCULLIS_SWEEP_SCHEDULE": NEVER,
            "AzureWebJobs.tell_pending.Disabled": "true",
            **self.extra_settings,
        }

    @property
    def runtime(self) -> Runtime:
        """The product's own view of what is stored."""
        return command_line_runtime(read_settings(self.settings))

    @contextmanager
    def host(self, *without: str) -> Iterator[RunningHost]:
        """Serve the app, some of its functions switched off, until the context ends."""
        off = {f"AzureWebJobs.{name}.Disabled": "true" for name in without}
        with start_host(self.app_dir, {**self.settings, **off}, lease=LEASE) as host:
            yield host

    def run(self, host: Host, function: str, text: str = "") -> None:
        """Start a function by hand, as an operator would."""
        address = f"{host.url}/admin/functions/{function}"
        answer = requests.post(address, json={"input": text}, timeout=PATIENCE_SECONDS)
        assert answer.status_code == HTTPStatus.ACCEPTED

    def sweep(self, host: Host) -> Sweep:
        """Have the estate swept; give the sweep once it is closed and its news is told."""
        known = {one.id for one in self.sweeps()}
        self.run(host, "sweep_estate")
        return eventually(lambda: self.told_sweep(known))

    def told_sweep(self, known: Collection[str]) -> Sweep | None:
        """Give a sweep that is not yet known, once it is closed and its news is told."""
        is_over = not self.messages_in("portcullis-notifications")
        new = [one for one in self.sweeps() if one.id not in known and one.announced]
        pending = [one for one in self.outbox() if one.state is EventState.PENDING]
        return new[0] if new and is_over and not pending else None

    def sweeps(self) -> Sequence[Sweep]:
        """Every sweep, newest first."""
        return self.runtime.sweeps.latest(100)

    def findings(self) -> list[Stored]:
        """Every recorded finding."""
        store = self.runtime.findings
        return [
            one for subscription in store.subscriptions() for one in store.findings(subscription)
        ]

    def outbox(self) -> list[OutboxEvent]:
        """Everything that is still to be told, or was refused."""
        store = self.runtime.findings
        return [one for subscription in store.subscriptions() for one in store.events(subscription)]

    def states(self) -> dict[str, tuple[str, str]]:
        """State and severity of every finding by its fingerprint."""
        return {
            one.record.finding.fingerprint: (one.record.state, one.record.finding.severity)
            for one in self.findings()
        }

    def messages_in(self, queue: str) -> list[str]:
        """The decoded messages that lie in a queue, without taking them."""
        from azure.core.exceptions import ResourceNotFoundError
        from azure.storage.queue import QueueClient, TextBase64DecodePolicy

        client = QueueClient.from_connection_string(
            self.storage, queue, message_decode_policy=TextBase64DecodePolicy()
        )
        try:
            return [str(message.content) for message in client.peek_messages(max_messages=32)]
        except ResourceNotFoundError:
            return []

    def put_in(self, queue: str, text: str) -> None:
        """Put a message on a queue, as somebody else's program might."""
        from azure.storage.queue import QueueClient, TextBase64EncodePolicy

        QueueClient.from_connection_string(
            self.storage, queue, message_encode_policy=TextBase64EncodePolicy()
        ).send_message(text)

    def cards(self) -> list[dict[str, Any]]:
        """The cards that reached Teams, oldest first."""
        messages = self.simulator.simulation.messages
        return [one["payload"]["attachments"][0]["content"] for one in messages]

    def control(self, method: str, path: str, body: object = None) -> None:
        """Turn one of the simulator's knobs."""
        answer = requests.request(
            method,
            f"{self.simulator.url}{path}",
            json=body,
            headers={"Authorization": "Bearer operator"},
            timeout=PATIENCE_SECONDS,
        )
        answer.raise_for_status()

    def fail(self, *faults: Mapping[str, object]) -> None:
        """Put faults in force in the place of those before."""
        self.control("PUT", "/simulator/faults", {"faults": list(faults)})

    def make_the_one_change(self) -> None:
        """Make the change of the sample estate's story."""
        change = one_change()
        self.control(change.method, f"{change.path}?api-version=2024-05-01", change.body)


@contextmanager
def running_world(directory: Path, **extra_settings: str) -> Iterator[World]:
    """Start Azurite and the simulator, without its quota, and lay out the app in `directory`.

    The app is the checkout's; only `host.json` differs: what fails is tried again at once.
    """
    with running_azurite() as azurite, start_simulator(Estate.sample()) as simulator:
        (directory / "function_app.py").write_bytes((ROOT / "function_app.py").read_bytes())
        host_json = json.loads((ROOT / "host.json").read_text(encoding="utf-8"))
        queues = {"visibilityTimeout": "00:00:00", "maxPollingInterval": "00:00:00.200"}
        host_json["extensions"]["queues"].update(queues)
        (directory / "host.json").write_text(json.dumps(host_json), encoding="utf-8")
        world = World(simulator, azurite.connection_string, directory, extra_settings)
        world.control("PATCH", "/simulator/settings", {"quota_queries": None})
        yield world


def eventually(look: Callable[[], Value | None]) -> Value:
    """Look until there is something to see, and give that; fail after a minute."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if seen := look():
            return seen
        time.sleep(0.1)
    raise AssertionError(f"nothing came within {PATIENCE_SECONDS:.0f} s")
