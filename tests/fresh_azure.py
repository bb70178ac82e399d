"""The inventory of the product before a simulated Azure, and writes that its index may not see."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from shared.adapters.arm_endpoint import arm_endpoint
from shared.adapters.arm_reads import ArmReader
from shared.adapters.arm_resources import ArmResources
from shared.adapters.graph_client import GraphClient
from shared.adapters.identity import SimulatorCredential
from shared.adapters.inventory import AzureInventory, azure_inventory
from tests.simulated_azure import JsonObject, SimulatedAzure

START = datetime(2026, 11, 22, 12, tzinfo=UTC)


class QuickClock:
    """A clock that moves on when it is waited on."""

    def __init__(self) -> None:
        self.moment = START

    def now(self) -> datetime:
        return self.moment

    def sleep(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


def inventory_at(url: str, clock: QuickClock | None = None) -> AzureInventory:
    """Connect to a simulated Azure."""
    endpoint, credential = arm_endpoint(override=url), SimulatorCredential()
    patient = clock or QuickClock()
    reader = ArmReader(endpoint, credential, patient)
    return azure_inventory(
        GraphClient(endpoint, credential),
        ArmResources(endpoint, credential, reader),
        patient,
        lambda: 0.0,
    )


def put(azure: SimulatedAzure, resource: JsonObject | str, body: Any = None) -> None:  # noqa: ANN401 - any JSON body
    """Write a resource, or the body of a part of one, through ARM."""
    target = resource if isinstance(resource, str) else resource["id"]
    answer = azure.request("PUT", target, json=body if isinstance(resource, str) else resource)
    answer.raise_for_status()


def delete(azure: SimulatedAzure, *targets: str) -> None:
    """Delete resources through ARM."""
    for target in targets:
        azure.request("DELETE", target).raise_for_status()
