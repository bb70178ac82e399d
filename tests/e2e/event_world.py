"""The Functions app as Event Grid tells it of changes in the simulated estate."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import requests

from shared.usecases.interfaces import EventState, Queue
from simulator.estate import sample_estate
from tests.e2e.functions_world import Host, World, eventually

VERSION: Final = "2024-05-01"
FUNCTION: Final = "on_resource_event"
GRAPH: Final = "/providers/Microsoft.ResourceGraph/resources"
ANA: Final = "ana@contoso.example"
SUBSCRIPTIONS: Final = tuple(one["subscriptionId"] for one in sample_estate().subscriptions)
SECONDS: Final = 30.0


@dataclass(frozen=True)
class Changes:
    """Makes changes in a world that an app on a host is to notice, and knows when it has."""

    world: World
    host: Host

    def subscribe(self, schema: str = "EventGridSchema") -> None:
        """Have Event Grid tell the app, in one form, from now on."""
        subscription = {"url": self.host.url, "function": FUNCTION, "schema": schema}
        body = {"subscriptions": [subscription]}
        self.world.control("PUT", "/simulator/event-subscriptions", body)

    def disturb(self, **settings: object) -> None:
        """Change how Event Grid delivers, or how far the index lags."""
        self.world.control("PATCH", "/simulator/settings", settings)

    def send(self, method: str, path: str, body: object = None, correlation: str = "") -> None:
        """Send one request to Azure, by Ana."""
        answer = requests.request(
            method,
            f"{self.world.simulator.url}{path}",
            params={"api-version": VERSION},
            json=body,
            headers={
                "Authorization": "Bearer operator",
                "x-simulated-actor": json.dumps({"upn": ANA, "appid": "deployer"}),
                "x-ms-correlation-request-id": correlation or str(uuid.uuid4()),
            },
            timeout=SECONDS,
        )
        answer.raise_for_status()

    def open_ssh(self, nsg: str, correlation: str = "") -> None:
        """Let the internet in to port 22, above every other rule but one."""
        self.send("PUT", rule_of(nsg), rule(), correlation)

    def close_ssh(self, nsg: str, correlation: str = "") -> None:
        """Take that rule away."""
        self.send("DELETE", rule_of(nsg), None, correlation)

    def post(self, *events: object) -> None:
        """Post events to the app as Event Grid does, each by itself."""
        for event in events:
            requests.post(
                f"{self.host.url}/runtime/webhooks/EventGrid?functionName={FUNCTION}",
                json=[event],
                headers={"aeg-event-type": "Notification"},
                timeout=SECONDS,
            ).raise_for_status()

    def settle(self) -> None:
        """Wait until what was sent has ended, and each event of it was delivered, judged, told."""
        self.world.control("GET", "/simulator/health")
        eventually(self.is_settled)

    def is_settled(self) -> bool:
        """Tell whether nothing is on its way or waits to be worked on, whoever holds it."""
        deliveries = self.world.simulator.simulation.events.deliveries()
        if any(one["state"] == "waiting" for one in deliveries):
            return False
        if queue_length(self.world, Queue.CHANGES) or queue_length(self.world, Queue.SHARDS):
            return False
        marks = self.world.runtime.changes
        marked = any(marks.marks(subscription, 1) for subscription in SUBSCRIPTIONS)
        pending = any(one.state is EventState.PENDING for one in self.world.outbox())
        return not marked and not pending

    def asked(self) -> tuple[int, int]:
        """Count the reads of Azure Resource Manager and the queries since `forget`."""
        log = self.world.simulator.simulation.log
        reads = sum(one.method == "GET" and "/subscriptions/" in one.path for one in log)
        return reads, sum(one.path == GRAPH for one in log)

    def forget(self) -> None:
        """Begin to count anew."""
        self.world.simulator.simulation.log.clear()

    def poisoned(self) -> Sequence[str]:
        """Give what lies in poison queues."""
        return [text for queue in Queue for text in self.world.messages_in(f"{queue}-poison")]


@contextmanager
def told_by_events(world: World) -> Iterator[Changes]:
    """Serve the app, sweep once, and then have Event Grid tell it of every change."""
    with world.host() as host:
        changes = Changes(world, host)
        world.sweep(host)
        changes.subscribe()
        yield changes


def rule_of(nsg: str) -> str:
    """Give the path of the rule that tests write."""
    return f"{nsg}/securityRules/opened-by-test"


def rule(priority: int = 101, port: int = 22) -> dict[str, Any]:
    """Give the body of a rule that lets the internet in to a port."""
    return {
        "properties": {
            "direction": "Inbound",
            "access": "Allow",
            "priority": priority,
            "protocol": "Tcp",
            "sourceAddressPrefix": "Internet",
            "sourcePortRange": "*",
            "destinationAddressPrefix": "*",
            "destinationPortRange": str(port),
        }
    }


def queue_length(world: World, queue: Queue) -> int:
    """Count the messages of a queue, those at work included."""
    from azure.core.exceptions import ResourceNotFoundError
    from azure.storage.queue import QueueClient

    client = QueueClient.from_connection_string(world.storage, queue.value)
    try:
        return client.get_queue_properties().approximate_message_count or 0
    except ResourceNotFoundError:
        return 0
