"""Who changed a resource is learnt from the simulated Azure's record of changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from shared.adapters.arm_endpoint import arm_endpoint
from shared.adapters.change_log import RESOURCES_ASKED, ResourceChangeLog
from shared.adapters.graph_client import GraphClient
from shared.adapters.graph_exchange import GraphExchange
from shared.adapters.identity import SimulatorCredential
from shared.adapters.paging import GraphPager
from shared.adapters.query_pacing import QueryPacer
from shared.findings.finding import ActorKind
from shared.network.ids import ResourceId
from tests.recording_samples import SetClock
from tests.simulated_azure import NETWORK, SimulatedAzure, rule, simulated_azure, small_estate

NSG = ResourceId(f"{NETWORK}/networkSecurityGroups/nsg")
OTHER = ResourceId(f"{NETWORK}/networkSecurityGroups/other")


@pytest.fixture
def azure() -> Iterator[SimulatedAzure]:
    with simulated_azure(*small_estate()) as running:
        running.set(quota_queries=None)
        yield running


def log_of(azure: SimulatedAzure) -> ResourceChangeLog:
    client = GraphClient(arm_endpoint(override=azure.url), SimulatorCredential())
    clock = SetClock(azure.clock())
    pacer = QueryPacer(clock, lambda: 0.0)
    return ResourceChangeLog(GraphPager(GraphExchange(client, clock, pacer)))


def queries_of(azure: SimulatedAzure) -> int:
    entries = azure.request("GET", "/simulator/requests").json()["requests"]
    return sum("ResourceGraph" in entry["path"] for entry in entries)


def test_change_of_a_rule_is_its_groups(azure: SimulatedAzure) -> None:
    since = azure.clock()
    azure.request("PUT", f"{NSG}/securityRules/new", json=rule(200))
    actor = log_of(azure).actors([NSG, OTHER], since)[NSG]
    assert actor.name
    assert actor.kind is not ActorKind.UNKNOWN
    assert actor.operation.lower().endswith("write")
    assert actor.correlation_id


def test_change_of_before_is_not_told(azure: SimulatedAzure) -> None:
    azure.request("PUT", f"{NSG}/securityRules/new", json=rule(200))
    later = azure.clock() + timedelta(hours=1)
    assert log_of(azure).actors([NSG], later) == {}


def test_many_resources_take_one_query(azure: SimulatedAzure) -> None:
    azure.request("PUT", f"{NSG}/securityRules/new", json=rule(200))
    before = queries_of(azure)
    many = [ResourceId(f"{OTHER}-{number}") for number in range(RESOURCES_ASKED)]
    assert set(log_of(azure).actors([NSG, *many], azure.clock() - timedelta(days=1))) == {NSG}
    assert queries_of(azure) == before + 1


def test_refusal_is_no_error(azure: SimulatedAzure) -> None:
    azure.break_with({"match": {"path": "ResourceGraph"}, "status": 403})
    assert log_of(azure).actors([NSG], azure.clock()) == {}


def test_nothing_is_asked_about_nothing(azure: SimulatedAzure) -> None:
    before = queries_of(azure)
    assert log_of(azure).actors([], azure.clock()) == {}
    assert queries_of(azure) == before
