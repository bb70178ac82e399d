"""A simulated tenant whose changes Event Grid tells to the app, served by the local host."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import requests
from azure.core.exceptions import ResourceNotFoundError
from azure.storage.queue import QueueClient

from benchmarks.estates import Shape
from benchmarks.simulated import Tenant, running_tenant
from cli.demo_parts import Parts, start_host, write_settings
from shared.config import KeyStorage
from shared.findings.finding import FindingState
from shared.usecases.interfaces import EventState, Queue

_FUNCTION: Final = "on_resource_event"
_GRAPH: Final = "/providers/Microsoft.ResourceGraph/resources"
_PRIORITY: Final = 101
_PATIENCE_SECONDS: Final = 3_600.0
_ANSWER_SECONDS: Final = 120.0
_LOOK_SECONDS: Final = 0.2


@dataclass(frozen=True, slots=True)
class Noticed:
    """What Azure and Teams saw of one change: when it was asked for and told, and what it cost.

    `repeated_cards` counts those that say what another one said already.
    """

    asked_at: datetime
    told_at: Sequence[datetime]
    repeated_cards: int
    arm_reads: int
    queries: int


class App:
    """The app at work in a tenant, seen from outside."""

    def __init__(self, tenant: Tenant, host: str, storage: str) -> None:
        """Take what runs; nobody tells the app of events yet."""
        self._tenant = tenant
        self._host = host
        self._storage = storage
        self._session = requests.Session()
        self._session.headers["Authorization"] = "Bearer benchmark"

    def sweep(self) -> None:
        """Have the estate swept, and wait until that is told."""
        known = {one.id for one in self._tenant.runtime.sweeps.latest(1)}
        self._call("POST", f"{self._host}/admin/functions/sweep_estate", json={})

        def is_over() -> bool:
            latest = self._tenant.runtime.sweeps.latest(1)
            return bool(latest and latest[0].id not in known and latest[0].announced)

        _wait_for(is_over)
        self.settle()

    def subscribe(self, **settings: object) -> None:
        """Let Event Grid tell the app of every change, in the way that settings say."""
        self._call("PATCH", f"{self._tenant.url}/simulator/settings", json=settings)
        subscription = {"url": self._host, "function": _FUNCTION, "schema": "EventGridSchema"}
        self._call(
            "PUT",
            f"{self._tenant.url}/simulator/event-subscriptions",
            json={"subscriptions": [subscription]},
        )

    def open_ssh(self, group: str, correlation: str) -> None:
        """Let the internet in to port 22 through a security group."""
        self._write("PUT", group, correlation, {"properties": _RULE})

    def close_ssh(self, group: str, correlation: str) -> None:
        """Take that rule away again."""
        self._write("DELETE", group, correlation, None)

    def closed_groups(self) -> Sequence[str]:
        """Give the security groups that machines use and that let nobody in so far."""
        store = self._tenant.runtime.findings
        records = [entry.record for one in store.subscriptions() for entry in store.findings(one)]
        opened = {
            one.finding.resource.key
            for one in records
            if one.finding.check == "nsg-ssh-open" and one.state is FindingState.OPEN
        }
        listed = self._tenant.runtime.inventory.read(store.subscriptions()).security_groups
        return sorted(group.text for group in listed if group.key not in opened)

    def states(self) -> Mapping[str, tuple[str, str]]:
        """Give state and severity of every recorded finding."""
        store = self._tenant.runtime.findings
        return {
            entry.record.finding.fingerprint: (entry.record.state, entry.record.finding.severity)
            for one in store.subscriptions()
            for entry in store.findings(one)
        }

    def forget(self) -> None:
        """Let Azure and Teams forget what they saw so far."""
        for path in ("requests", "teams", "events"):
            self._call("DELETE", f"{self._tenant.url}/simulator/{path}")

    def noticed(self) -> Noticed:
        """Give what Azure and Teams saw since they forgot."""
        log = self._shown("requests", "requests")
        cards = self._shown("teams", "messages")
        told = [datetime.fromisoformat(one["received_at"]) for one in cards]
        said = {json.dumps(one["payload"], sort_keys=True) for one in cards}
        writes = [one for one in log if one["method"] in {"PUT", "DELETE"}]
        return Noticed(
            asked_at=min(datetime.fromisoformat(one["time"]) for one in writes),
            told_at=told,
            repeated_cards=len(cards) - len(said),
            arm_reads=sum(one["method"] == "GET" for one in log),
            queries=sum(one["path"] == _GRAPH for one in log),
        )

    def await_card(self) -> None:
        """Wait until a card has come since Azure and Teams forgot."""
        _wait_for(lambda: bool(self._shown("teams", "messages")))

    def settle(self) -> None:
        """Wait until every event was delivered, assessed and told."""
        _wait_for(self._is_settled)

    def poisoned(self) -> int:
        """Count the messages in poison queues."""
        return sum(self._length(f"{queue}-poison") for queue in Queue)

    def _is_settled(self) -> bool:
        if any(self._length(queue.value) for queue in Queue):
            return False
        if self._shown("events?state=waiting", "events"):
            return False
        runtime = self._tenant.runtime
        subscriptions = runtime.findings.subscriptions()
        if any(runtime.changes.marks(one, 1) for one in subscriptions):
            return False
        return not any(
            event.state is EventState.PENDING
            for one in subscriptions
            for event in runtime.findings.events(one)
        )

    def _write(self, method: str, group: str, correlation: str, body: object) -> None:
        self._call(
            method,
            f"{self._tenant.url}{group}/securityRules/opened-by-benchmark",
            params={"api-version": "2024-05-01"},
            headers={"x-ms-correlation-request-id": correlation},
            json=body,
        )

    def _shown(self, path: str, member: str) -> list[dict[str, Any]]:
        answer = self._call("GET", f"{self._tenant.url}/simulator/{path}")
        found: list[dict[str, Any]] = answer.json()[member]
        return found

    def _call(self, method: str, url: str, **options: Any) -> requests.Response:  # noqa: ANN401
        answer = self._session.request(method, url, timeout=_ANSWER_SECONDS, **options)
        answer.raise_for_status()
        return answer

    def _length(self, queue: str) -> int:
        """Count the messages of a queue, those at work included."""
        client = QueueClient.from_connection_string(self._storage, queue)
        try:
            return client.get_queue_properties().approximate_message_count or 0
        except ResourceNotFoundError:
            return 0


@contextmanager
def running_app(shape: Shape) -> Iterator[App]:
    """Serve an estate and the app, until the context ends."""
    with (
        running_tenant(shape) as tenant,
        tempfile.TemporaryDirectory() as name,
        ExitStack() as stack,
    ):
        storage = tenant.runtime.settings.storage
        if not isinstance(storage, KeyStorage):
            raise TypeError("the emulator is reached by its key")
        folder = Path(name)
        values = {
            "FUNCTIONS_WORKER_RUNTIME": "python",
            "AzureWebJobsStorage": storage.connection_string.text,
            "PORTCULLIS_ARM_ENDPOINT": tenant.url,
            "PORTCULLIS_TEAMS_WEBHOOK_URL": f"{tenant.url}/teams/benchmark?sig=none",
            "PORTCULLIS_SWEEP_SCHEDULE": "0 0 0 1 1 *",
        }
        write_settings(folder / "settings.json", values)
        host = start_host(Parts(stack, folder), folder / "settings.json")
        yield App(tenant, host, storage.connection_string.text)


_RULE: Final = {
    "direction": "Inbound",
    "access": "Allow",
    "priority": _PRIORITY,
    "protocol": "Tcp",
    "sourceAddressPrefix": "Internet",
    "sourcePortRange": "*",
    "destinationAddressPrefix": "*",
    "destinationPortRange": "22",
}


def _wait_for(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not is_so():
        if time.monotonic() > deadline:
            raise TimeoutError(f"the app did not settle in {_PATIENCE_SECONDS:.0f} seconds")
        time.sleep(_LOOK_SECONDS)
