"""The Resource Graph adapter, with the SDK's client, over HTTP against the simulated Azure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

import pytest

from shared.adapters.arm_endpoint import arm_endpoint
from shared.adapters.graph_client import GraphClient
from shared.adapters.graph_exchange import GraphExchange, QueryScope
from shared.adapters.graph_query import GraphQuery
from shared.adapters.identity import SimulatorCredential
from shared.adapters.paging import GraphPager
from shared.adapters.payloads import SnapshotBuilder
from shared.adapters.query_pacing import QueryPacer
from shared.adapters.resource_graph import ResourceGraph
from shared.network.ids import ResourceId
from shared.network.snapshot import Snapshot
from shared.usecases.interfaces import InventoryError, Scope, ThrottledError
from simulator.faults import FaultRule
from simulator.initial_estate import Estate
from simulator.server import RunningSimulator, start

START = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
NOWHERE = "00000000-0000-4000-8000-000000000000"
EVERYTHING = "{} | project id, type, location, tags, sku, identity, properties | order by id asc"


class SharedClock:
    """One time for the simulated Azure and the reader, which moves on when the reader waits."""

    def __init__(self) -> None:
        self.moment = START
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self.moment

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.moment += timedelta(seconds=seconds)


Row: TypeAlias = Mapping[str, Any]


class Azure:
    """A simulated Azure with a reader in front of it."""

    def __init__(self, simulator: RunningSimulator, clock: SharedClock) -> None:
        self.simulator = simulator
        self.clock = clock
        self.saved: list[Row] = []

    def pager(self, rows_per_page: int = 1000) -> GraphPager:
        client = GraphClient(arm_endpoint(override=self.simulator.url), SimulatorCredential())
        pacer = QueryPacer(self.clock, lambda: 0.0)
        return GraphPager(GraphExchange(client, self.clock, pacer), rows_per_page)

    def graph(self, rows_per_page: int = 1000) -> ResourceGraph:
        def save(row: bytes) -> None:
            self.saved.append(json.loads(row))

        return ResourceGraph(self.pager(rows_per_page), self.clock, save)

    def behave(self, **settings: object) -> None:
        simulation = self.simulator.simulation
        simulation.settings = simulation.settings.with_changes(settings)

    def fail(self, *rules: dict[str, object]) -> None:
        self.simulator.simulation.faults.rules = [FaultRule.from_json(rule) for rule in rules]

    @property
    def statuses(self) -> list[int]:
        return [entry.as_json()["status"] for entry in self.simulator.simulation.log]

    def subscriptions(self) -> list[str]:
        return [one.id for one in self.graph().subscriptions(Scope())]


@pytest.fixture(scope="module")
def estate() -> Estate:
    return Estate.sample()


@pytest.fixture
def azure(estate: Estate) -> Iterator[Azure]:
    clock = SharedClock()
    with start(estate, now=clock.now) as simulator:
        running = Azure(simulator, clock)
        running.behave(quota_queries=None)
        yield running


def parts_of(snapshot: Snapshot) -> dict[str, object]:
    """Give what a snapshot holds, but for its time and the count of foreign rows."""
    names = {field.name for field in fields(snapshot)} - {"observed_at", "ignored_rows"}
    return {name: getattr(snapshot, name) for name in sorted(names)}


def test_narrow_columns_give_the_snapshot_that_full_rows_give(azure: Azure) -> None:
    builder = SnapshotBuilder()
    tables = ("Resources", "ComputeResources", "NetworkResources", "AuthorizationResources")
    for table in (*tables, "ResourceContainers"):
        for row in azure.pager().rows(GraphQuery(table, table, EVERYTHING[3:]), QueryScope()):
            builder.add_json(row.text)
    full = builder.build(START)
    assert full.virtual_machines
    assert parts_of(azure.graph().read(azure.subscriptions())) == parts_of(full)


def test_subscriptions_are_listed_with_the_rows_that_a_read_takes(azure: Azure) -> None:
    listed = azure.graph().subscriptions(Scope())
    azure.graph().read([listed[1].id])
    uncounted = {"microsoft.resources", "microsoft.authorization"}
    own = [
        row
        for row in azure.saved
        if ResourceId(row["id"]).subscription == listed[1].id
        and row["type"].lower().partition("/")[0] not in uncounted
    ]
    assert listed[1].name
    assert listed[1].rows == len(own)


def test_named_subscription_that_is_not_there_is_not_listed(azure: Azure) -> None:
    known = azure.subscriptions()[0]
    listed = azure.graph().subscriptions(Scope(subscriptions=(known.upper(), NOWHERE)))
    assert [one.id for one in listed] == [known]


def test_management_group_is_a_scope(azure: Azure, estate: Estate) -> None:
    chain = estate.subscriptions[0]["managementGroupAncestorsChain"]
    group = chain[0]["name"]
    expected = sorted(
        one["subscriptionId"]
        for one in estate.subscriptions
        if group in {above["name"] for above in one["managementGroupAncestorsChain"]}
    )
    listed = azure.graph().subscriptions(Scope(management_group=group))
    assert [one.id for one in listed] == expected


@pytest.mark.parametrize(
    "mood",
    [
        pytest.param({"graph_page_size": 7}, id="short-pages"),
        pytest.param({"graph_page_size": 20, "graph_rows_repeated": 3}, id="repeated-rows"),
        pytest.param({"graph_page_size": 20, "graph_rows_dropped": 3}, id="dropped-rows"),
    ],
)
def test_pages_in_any_mood_give_the_same_snapshot(azure: Azure, mood: dict[str, object]) -> None:
    largest = max(azure.graph().subscriptions(Scope()), key=lambda one: one.rows).id
    calm = parts_of(azure.graph().read([largest]))
    azure.behave(**mood)
    assert parts_of(azure.graph().read([largest])) == calm


def test_unreadable_subscription_is_unread_and_the_others_are_read(azure: Azure) -> None:
    first, second, *_ = azure.subscriptions()
    azure.behave(unreadable_subscriptions=[second])
    snapshot = azure.graph().read([first, second, NOWHERE])
    assert {one.scope.text for one in snapshot.unread} == {
        f"/subscriptions/{second}",
        f"/subscriptions/{NOWHERE}",
    }
    assert {vm.subscription for vm in snapshot.virtual_machines} == {first}


def test_scope_of_unreadable_subscriptions_is_all_unread(azure: Azure) -> None:
    snapshot = azure.graph().read([NOWHERE])
    assert [one.scope.text for one in snapshot.unread] == [f"/subscriptions/{NOWHERE}"]
    assert azure.saved[0]["type"] == "portcullis/unread"


def test_peered_network_outside_of_the_scope_is_read_by_id(azure: Azure) -> None:
    everything = azure.graph().read(azure.subscriptions())
    spoke, peer = next(
        (network.id, peering.remote)
        for network in everything.virtual_networks.values()
        for peering in network.peerings
        if peering.remote.subscription != network.id.subscription
        and peering.remote in everything.virtual_networks
    )
    snapshot = azure.graph().read([spoke.subscription])
    assert snapshot.virtual_networks[peer] == everything.virtual_networks[peer]
    assert snapshot.complete


def test_quota_is_never_overdrawn(azure: Azure) -> None:
    subscriptions = azure.subscriptions()
    azure.behave(quota_queries=3, quota_window_seconds=5.0, graph_page_size=20)
    azure.graph().read(subscriptions)
    assert set(azure.statuses) == {200}
    assert azure.clock.slept
    assert set(azure.clock.slept) == {5.0}


@pytest.mark.parametrize("named", [False, True], ids=["quota-headers-only", "with-retry-after"])
def test_worker_that_others_left_no_room_waits_for_the_window(azure: Azure, *, named: bool) -> None:
    azure.behave(quota_queries=1, quota_retry_after=named)
    azure.graph().subscriptions(Scope())
    azure.clock.slept.clear()
    azure.graph().subscriptions(Scope())
    assert 429 in azure.statuses
    assert azure.clock.slept[0] == 5.0


@pytest.mark.parametrize(
    "rule",
    [
        pytest.param({"status": 502, "times": 2}, id="bad-gateway"),
        pytest.param({"status": 503, "times": 2, "headers": {"Retry-After": "2"}}, id="busy"),
        pytest.param({"close_connection": True, "times": 2}, id="connection-lost"),
        pytest.param({"status": 429, "times": 2}, id="throttled-without-a-word"),
    ],
)
def test_passing_trouble_is_outlasted(azure: Azure, rule: dict[str, object]) -> None:
    calm = azure.subscriptions()
    azure.fail({"match": {"path": "ResourceGraph"}, **rule})
    assert azure.subscriptions() == calm
    assert len(azure.clock.slept) == 2


def test_lasting_trouble_from_the_start_is_an_error(azure: Azure) -> None:
    azure.fail({"match": {"path": "ResourceGraph"}, "status": 500})
    with pytest.raises(InventoryError, match="answered 500"):
        azure.graph().read([NOWHERE])


def test_throttling_without_end_is_an_error(azure: Azure) -> None:
    azure.fail({"match": {"path": "ResourceGraph"}, "status": 429, "headers": {"Retry-After": "9"}})
    with pytest.raises(ThrottledError) as caught:
        azure.graph().subscriptions(Scope())
    assert caught.value.retry_after_seconds == 9


def test_trouble_half_way_leaves_the_rest_unread(azure: Azure) -> None:
    subscriptions = azure.subscriptions()
    azure.behave(graph_page_size=20)

    def break_later(row: bytes) -> None:
        azure.saved.append(json.loads(row))
        if len(azure.saved) == 50:
            azure.fail({"match": {"path": "ResourceGraph"}, "status": 500})

    snapshot = ResourceGraph(azure.pager(), azure.clock, break_later).read(subscriptions)
    unread = {one.scope.text for one in snapshot.unread}
    assert unread >= {f"/subscriptions/{one}" for one in subscriptions}
    assert snapshot.virtual_machines


def test_answer_over_sixteen_megabytes_is_read_in_smaller_pages() -> None:
    clock = SharedClock()
    with start(_heavy_estate(), now=clock.now) as simulator:
        azure = Azure(simulator, clock)
        azure.behave(quota_queries=None)
        snapshot = azure.graph(rows_per_page=4).read([HEAVY])
    assert len(snapshot.security_groups) == 4
    assert snapshot.complete
    assert 400 in azure.statuses


HEAVY = "9c0d2a55-0000-4000-8000-00000000c0de"


def _heavy_estate() -> Estate:
    """Make four security groups of 5 MiB each."""
    provider = f"/subscriptions/{HEAVY}/resourceGroups/rg/providers/Microsoft.Network"
    rules = [_long_rule(number) for number in range(1000)]
    return Estate.from_resources(
        [
            {
                "id": f"{provider}/networkSecurityGroups/nsg-{number}",
                "name": f"nsg-{number}",
                "type": "Microsoft.Network/networkSecurityGroups",
                "location": "westeurope",
                "properties": {"securityRules": rules},
            }
            for number in range(4)
        ]
    )


def _long_rule(number: int) -> Row:
    return {
        "name": f"rule-{number}",
        "properties": {
            "direction": "Inbound",
            "access": "Deny",
            "priority": 100 + number,
            "protocol": "*",
            "sourceAddressPrefix": "*",
            "sourcePortRange": "*",
            "destinationAddressPrefix": "*",
            "destinationPortRange": "22",
            "description": "x" * 5000,
        },
    }
