"""Fresh ARM reads laid over a snapshot, and sweeps confirmed by them, on the simulated Azure."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shared.findings.finding import FindingState
from shared.network.ids import ResourceId
from shared.network.snapshot import Snapshot
from shared.usecases.interfaces import Scope
from shared.usecases.sweep import Surroundings, assess_shard, plan_sweep
from tests.fresh_azure import QuickClock, delete, inventory_at, put
from tests.lagging_azure import judged
from tests.memory_store import MemoryFindingStore, MemoryQueue, MemorySweepStore
from tests.simulated_azure import (
    COMPUTE,
    NETWORK,
    SUBSCRIPTION,
    SimulatedAzure,
    resource,
    rule,
    simulated_azure,
    small_estate,
)

VM = ResourceId(f"{COMPUTE}/virtualMachines/vm")
NIC = ResourceId(f"{NETWORK}/networkInterfaces/nic")
NSG = ResourceId(f"{NETWORK}/networkSecurityGroups/nsg")
VNET = ResourceId(f"{NETWORK}/virtualNetworks/vnet")
SSH_RULE = f"{NSG.text}/securityRules/ssh"


@pytest.fixture
def azure() -> Iterator[SimulatedAzure]:
    with simulated_azure(*small_estate()) as running:
        running.set(quota_queries=None)
        yield running


def lagging(azure: SimulatedAzure) -> Snapshot:
    """Read the estate; from now on the index stands still."""
    snapshot = inventory_at(azure.url).read([SUBSCRIPTION])
    azure.set(index_lag_seconds=None)
    return snapshot


def refreshed(azure: SimulatedAzure, snapshot: Snapshot, *resources: ResourceId) -> Snapshot:
    return inventory_at(azure.url).refreshed(snapshot, resources)


def test_fresh_reads_of_an_unchanged_estate_change_nothing(azure: SimulatedAzure) -> None:
    snapshot = lagging(azure)
    known = (*snapshot.virtual_machines, *snapshot.network_interfaces, *snapshot.public_ips)
    networks = (*snapshot.virtual_networks, *snapshot.security_groups)
    assert refreshed(azure, snapshot, *known, *networks) == snapshot


def test_what_arm_says_is_laid_over_what_the_index_showed(azure: SimulatedAzure) -> None:
    snapshot = lagging(azure)
    put(azure, SSH_RULE, rule(access="Deny"))
    put(azure, f"{VNET.text}/subnets/more", {"properties": {"addressPrefix": "10.0.1.0/24"}})
    fresh = refreshed(azure, snapshot, NSG, VNET)
    assert [one.access.value for one in fresh.security_groups[NSG].rules] == ["Deny"]
    assert {one.name for one in fresh.subnets} == {"default", "more"}
    assert fresh.observed_at == snapshot.observed_at


def test_what_arm_does_not_know_is_taken_out(azure: SimulatedAzure) -> None:
    snapshot = lagging(azure)
    delete(azure, VM.text)
    fresh = refreshed(azure, snapshot, VM)
    assert fresh.virtual_machines == {}
    assert fresh.network_interfaces[NIC].virtual_machine is None


@pytest.mark.parametrize("status", [403, 500])
def test_failed_read_leaves_what_was_there_and_is_unread(
    azure: SimulatedAzure, status: int
) -> None:
    snapshot = lagging(azure)
    put(azure, SSH_RULE, rule(access="Deny"))
    azure.break_with({"match": {"path": "networkSecurityGroups"}, "status": status})
    fresh = refreshed(azure, snapshot, NSG, NIC)
    assert fresh.security_groups == snapshot.security_groups
    assert [gap.scope for gap in fresh.unread] == [NSG]


def test_what_fresh_reads_refer_to_is_read_too(azure: SimulatedAzure) -> None:
    snapshot = lagging(azure)
    newer = f"{NETWORK}/networkSecurityGroups/newer"
    put(azure, resource(newer, securityRules=[]))
    interface = small_estate()[3]
    properties = {**interface["properties"], "networkSecurityGroup": {"id": newer}}
    put(azure, {**interface, "properties": properties})
    fresh = refreshed(azure, snapshot, NIC)
    assert ResourceId(newer) in fresh.security_groups
    assert fresh.complete


def test_type_that_arm_is_not_asked_about_is_left_alone(azure: SimulatedAzure) -> None:
    snapshot = lagging(azure)
    inventory = inventory_at(azure.url)
    odd = ResourceId(f"{NETWORK}/dnsZones/zone")
    assert inventory.refreshed(snapshot, [odd]) == snapshot
    assert inventory.arm_reads == 0


class Sweeper:
    """Sweeps the simulated Azure into stores in memory."""

    def __init__(self, azure: SimulatedAzure) -> None:
        self._clock = QuickClock()
        self.findings = MemoryFindingStore()
        self.inventory = inventory_at(azure.url, self._clock)
        self._surroundings = Surroundings(
            self.inventory, self.findings, MemorySweepStore(), MemoryQueue(), self._clock
        )

    def sweep(self) -> None:
        self._clock.sleep(3600)
        planned = plan_sweep(self._surroundings, Scope())
        for shard in planned.shards:
            assess_shard(self._surroundings, judged, planned.id, shard.number)

    @property
    def open(self) -> set[str]:
        return {
            stored.record.finding.check
            for stored in self.findings.findings(SUBSCRIPTION)
            if stored.record.state is FindingState.OPEN
        }

    @property
    def steps(self) -> int:
        return len(list(self.findings.events(SUBSCRIPTION)))


ALL = {"vm-ssh-reachable", "vm-public-ip", "nsg-ssh-open"}


def test_lag_over_a_closed_rule_tells_nothing_false_and_nothing_twice(
    azure: SimulatedAzure,
) -> None:
    sweeper = Sweeper(azure)
    sweeper.sweep()
    azure.set(index_lag_seconds=30)
    put(azure, SSH_RULE, rule(access="Deny"))
    sweeper.sweep()
    assert sweeper.open == ALL, "the index does not show it yet, and nobody told"
    azure.clock.advance(31)
    sweeper.sweep()
    sweeper.sweep()
    assert (sweeper.open, sweeper.steps) == ({"vm-public-ip"}, 5)


def test_lag_over_a_rule_closed_and_opened_again_resolves_nothing(azure: SimulatedAzure) -> None:
    sweeper = Sweeper(azure)
    sweeper.sweep()
    put(azure, SSH_RULE, rule(access="Deny"))
    azure.request("POST", "/simulator/index/catch-up")
    azure.set(index_lag_seconds=30)
    put(azure, SSH_RULE, rule())
    sweeper.sweep()
    azure.clock.advance(31)
    sweeper.sweep()
    assert (sweeper.open, sweeper.steps) == (ALL, 3)


def test_lag_over_a_rule_opened_and_closed_again_opens_nothing(azure: SimulatedAzure) -> None:
    put(azure, SSH_RULE, rule(access="Deny"))
    sweeper = Sweeper(azure)
    sweeper.sweep()
    put(azure, SSH_RULE, rule())
    azure.request("POST", "/simulator/index/catch-up")
    azure.set(index_lag_seconds=30)
    put(azure, SSH_RULE, rule(access="Deny"))
    sweeper.sweep()
    azure.clock.advance(31)
    sweeper.sweep()
    assert (sweeper.open, sweeper.steps) == ({"vm-public-ip"}, 1)


def test_nothing_is_resolved_while_arm_fails(azure: SimulatedAzure) -> None:
    sweeper = Sweeper(azure)
    sweeper.sweep()
    put(azure, SSH_RULE, rule(access="Deny"))
    azure.break_with({"match": {"path": "providers/Microsoft.Network"}, "status": 503})
    sweeper.sweep()
    assert (sweeper.open, sweeper.steps) == (ALL, 3)
    azure.break_with()
    sweeper.sweep()
    assert sweeper.open == {"vm-public-ip"}


def test_sweep_without_news_reads_nothing_from_arm(azure: SimulatedAzure) -> None:
    sweeper = Sweeper(azure)
    sweeper.sweep()
    read = sweeper.inventory.arm_reads
    sweeper.sweep()
    assert read == 5
    assert sweeper.inventory.arm_reads == read


@pytest.mark.parametrize("asked", [NSG, ResourceId(f"{NETWORK}/networkSecurityGroups/newer")])
def test_who_uses_a_group_is_read_where_the_index_tells_otherwise(
    azure: SimulatedAzure, asked: ResourceId
) -> None:
    newer = f"{NETWORK}/networkSecurityGroups/newer"
    put(azure, resource(newer, securityRules=[]))
    network = small_estate()[1]
    subnet = {"name": "default", "properties": {"addressPrefix": "10.0.0.0/24"}}
    bare = {**network["properties"], "subnets": [subnet]}
    put(azure, {**network, "properties": bare})
    snapshot = lagging(azure)
    interface = small_estate()[3]
    properties = {**interface["properties"], "networkSecurityGroup": {"id": newer}}
    put(azure, {**interface, "properties": properties})
    fresh = refreshed(azure, snapshot, asked)
    assert fresh.network_interfaces[NIC].security_group == ResourceId(newer)


def test_users_that_arm_and_the_index_agree_on_are_not_read(azure: SimulatedAzure) -> None:
    snapshot = lagging(azure)
    inventory = inventory_at(azure.url)
    inventory.refreshed(snapshot, [NSG])
    assert inventory.arm_reads == 1
