"""What is known of resources that may be written, asked of the simulator."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shared.adapters.arm_endpoint import arm_endpoint
from shared.adapters.arm_reads import ArmReader
from shared.adapters.graph_client import GraphClient
from shared.adapters.identity import SimulatorCredential
from shared.adapters.subject_reads import SubjectReads, subject_reads
from shared.network.ids import ResourceId
from tests.door_estate import NIC, NSG, POLICY_GROUP, door_estate
from tests.fresh_azure import QuickClock, inventory_at
from tests.simulated_azure import (
    GROUP,
    SUBSCRIPTION,
    SimulatedAzure,
    simulated_azure,
)

LOCKS = "/providers/Microsoft.Authorization/locks"
RESOURCE_GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}"


def tagged(resource_id: str, **extra: object) -> Iterator[dict[str, object]]:
    """Give the estate with something more on one resource."""
    for one in door_estate():
        yield {**one, **extra} if one["id"] == resource_id else one


@pytest.fixture
def azure() -> Iterator[SimulatedAzure]:
    extra = {"tags": {"Managed-By": "terraform"}, "managedBy": "/subscriptions/x/keeper"}
    with simulated_azure(*tagged(NSG, **extra)) as running:
        yield running


def reads(azure: SimulatedAzure) -> SubjectReads:
    endpoint, credential = arm_endpoint(override=azure.url), SimulatorCredential()
    clock = QuickClock()
    return subject_reads(
        GraphClient(endpoint, credential),
        ArmReader(endpoint, credential, clock),
        inventory_at(azure.url, clock),
        clock,
        lambda: 0.0,
    )


def test_tags_and_keepers_are_told(azure: SimulatedAzure) -> None:
    group, nic = ResourceId(NSG.upper()), ResourceId(NIC)
    about = reads(azure).about([group, nic])
    assert about[group].circumstances.tags == {"Managed-By": "terraform"}
    assert about[group].circumstances.managed_by == ResourceId("/subscriptions/x/keeper")
    assert about[group].place.tags == {"Managed-By": "terraform"}
    assert about[nic].circumstances.managed_by is None


def test_part_of_a_policy_bears_the_tags_of_the_policy(azure: SimulatedAzure) -> None:
    policy = POLICY_GROUP.rpartition("/ruleCollectionGroups/")[0]
    azure.request("PATCH", policy, json={"tags": {"team": "hub"}}).raise_for_status()
    part = ResourceId(POLICY_GROUP)
    assert reads(azure).about([part])[part].place.tags == {"team": "hub"}


@pytest.mark.parametrize("scope", [NSG, RESOURCE_GROUP, f"/subscriptions/{SUBSCRIPTION}"])
def test_locks_above_a_resource_are_told_and_others_not(azure: SimulatedAzure, scope: str) -> None:
    azure.set(list_page_size=1)
    for place, name in ((scope, "mine"), (NIC, "other")):
        lock = f"{place}{LOCKS}/{name}"
        body = {"properties": {"level": "CanNotDelete"}}
        azure.request("PUT", lock, json=body).raise_for_status()
    group = ResourceId(NSG)
    assert reads(azure).about([group])[group].circumstances.locks == ("mine",)


def test_program_that_changed_a_resource_last_is_told(azure: SimulatedAzure) -> None:
    azure.set(client_type="Terraform")
    azure.request("PATCH", NIC, json={"tags": {"team": "web"}}).raise_for_status()
    nic = ResourceId(NIC)
    assert reads(azure).about([nic])[nic].circumstances.clients == ("Terraform",)


def test_nothing_is_asked_about_nothing(azure: SimulatedAzure) -> None:
    assert reads(azure).about([]) == {}
