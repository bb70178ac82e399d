"""Single resources read from ARM, over HTTP against the simulated Azure."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shared.adapters.arm_endpoint import arm_endpoint
from shared.adapters.arm_reads import ArmReader
from shared.adapters.arm_resources import (
    FAILURES_BORNE,
    ArmResources,
    Found,
    Gone,
    Unknown,
    is_readable,
)
from shared.adapters.identity import SimulatorCredential
from shared.adapters.payloads import SnapshotBuilder
from shared.network.ids import ResourceId
from shared.network.snapshot import Snapshot
from shared.usecases.interfaces import AccessDeniedError, ThrottledError
from tests.fresh_azure import START, QuickClock
from tests.simulated_azure import COMPUTE, NETWORK, SimulatedAzure, simulated_azure, small_estate

VM, NSG = (
    ResourceId(f"{COMPUTE}/virtualMachines/vm"),
    ResourceId(f"{NETWORK}/networkSecurityGroups/nsg"),
)
ABSENT = ResourceId(f"{NETWORK}/networkInterfaces/nobody")


@pytest.fixture
def azure() -> Iterator[SimulatedAzure]:
    with simulated_azure(*small_estate()) as running:
        yield running


def arm(azure: SimulatedAzure) -> ArmResources:
    endpoint, credential = arm_endpoint(override=azure.url), SimulatorCredential()
    return ArmResources(endpoint, credential, ArmReader(endpoint, credential, QuickClock()))


def read(azure: SimulatedAzure, *resources: ResourceId) -> Snapshot:
    builder = SnapshotBuilder()
    for answer in arm(azure).read(resources).values():
        assert isinstance(answer, Found)
        builder.add_json(answer.text)
    return builder.build(START)


@pytest.mark.parametrize("state", ["running", "deallocated"])
def test_machine_is_read_with_its_power_state(azure: SimulatedAzure, state: str) -> None:
    azure.request("POST", "/simulator/power", json={"id": VM.text, "state": state})
    assert read(azure, VM).virtual_machines[VM].power_state == state


def test_security_group_is_read_with_its_rules(azure: SimulatedAzure) -> None:
    assert [rule.name for rule in read(azure, NSG).security_groups[NSG].rules] == ["ssh"]


def test_id_in_another_spelling_reads_the_same(azure: SimulatedAzure) -> None:
    shouted = ResourceId(NSG.text.upper())
    assert read(azure, shouted).security_groups[NSG].id.text == NSG.text


def test_resource_that_is_not_there_is_gone(azure: SimulatedAzure) -> None:
    assert arm(azure).read([ABSENT]) == {ABSENT: Gone()}


@pytest.mark.parametrize("code", ["SubscriptionNotFound", "InvalidResourceType", ""])
def test_other_404_is_no_proof_that_it_is_gone(azure: SimulatedAzure, code: str) -> None:
    body = {"error": {"code": code, "message": "no"}} if code else None
    azure.break_with({"match": {"path": "networkSecurityGroups"}, "status": 404, "body": body})
    assert isinstance(arm(azure).read([NSG])[NSG], Unknown)


def test_refusal_is_told_apart_from_trouble(azure: SimulatedAzure) -> None:
    azure.break_with(
        {"match": {"path": "networkSecurityGroups"}, "status": 403},
        {"match": {"path": "virtualMachines"}, "status": 503},
    )
    answers = arm(azure).read([NSG, VM])
    refused, failed = answers[NSG], answers[VM]
    assert isinstance(refused, Unknown)
    assert isinstance(failed, Unknown)
    assert (type(refused.error), refused.is_refused) == (AccessDeniedError, True)
    assert (type(failed.error), failed.is_refused) == (ThrottledError, False)


def test_passing_trouble_is_outlasted(azure: SimulatedAzure) -> None:
    azure.break_with({"match": {"path": "networkSecurityGroups"}, "status": 500, "times": 2})
    assert isinstance(arm(azure).read([NSG])[NSG], Found)


def test_answer_that_is_no_resource_is_unknown(azure: SimulatedAzure) -> None:
    azure.break_with({"match": {"path": "networkSecurityGroups"}, "status": 200, "body": "<html>"})
    assert isinstance(arm(azure).read([NSG])[NSG], Unknown)


def test_reads_are_counted_and_repeats_asked_once(azure: SimulatedAzure) -> None:
    reader = arm(azure)
    reader.read([NSG, VM, NSG])
    assert reader.reads == 2


def test_arm_that_is_unwell_is_not_asked_for_everything(azure: SimulatedAzure) -> None:
    azure.break_with({"match": {"path": "networkInterfaces"}, "status": 500})
    many = [ResourceId(f"{NETWORK}/networkInterfaces/nic-{number}") for number in range(100)]
    reader = arm(azure)
    answers = reader.read(many)
    assert len(answers) == 100
    assert reader.reads <= 3 * FAILURES_BORNE


@pytest.mark.parametrize(
    "text",
    [
        "/subscriptions/s",
        f"{NETWORK}/networkSecurityGroups/../../../../secrets",
        f"{NETWORK}/networkSecurityGroups/.",
        f"{NETWORK}/networkSecurityGroups",
        f"{NETWORK}/dnsZones/zone",
        "/providers/Microsoft.Network/networkSecurityGroups/nsg",
    ],
)
def test_strange_id_is_not_asked_for(text: str) -> None:
    assert not is_readable(ResourceId(text))


def test_name_is_sent_as_a_name(azure: SimulatedAzure) -> None:
    odd = ResourceId(f"{NETWORK}/networkSecurityGroups/nsg?api-version=1#x")
    assert arm(azure).read([odd]) == {odd: Gone()}
