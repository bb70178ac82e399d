from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from shared.adapters.estate_reading import IDS_PER_QUERY, SUBSCRIPTIONS_PER_QUERY
from shared.adapters.graph_exchange import Answer, SignInError
from shared.adapters.paging import GraphPager
from shared.adapters.resource_graph import ResourceGraph
from shared.network.snapshot import Snapshot
from shared.usecases.interfaces import InventoryError
from tests.rows.compute import vm
from tests.rows.envelope import SUBSCRIPTION, Row
from tests.rows.network import nic, peering, public_ip, vnet
from tests.unit.adapters.graph_fakes import (
    START,
    Body,
    ComputedEndpoint,
    FakeClock,
    exchange_with,
    page,
    refusal,
)

OTHER = "7d1a0c33-0000-4000-8000-000000000002"


class FakeAzure:
    """Resource Graph over a list of rows; tests change what it does by request."""

    def __init__(self, *rows: Body, subscriptions: tuple[str, ...] = (SUBSCRIPTION,)) -> None:
        self.rows = list(rows)
        self.subscriptions = list(subscriptions)
        self.moods: list[Callable[[Body], Answer | None]] = []
        self.endpoint = ComputedEndpoint(self._answer)

    def read(self, *subscriptions: str) -> Snapshot:
        clock = FakeClock()
        pager = GraphPager(exchange_with(self.endpoint, clock))
        return ResourceGraph(pager, clock).read(subscriptions or self.subscriptions)

    def _answer(self, request: Body) -> Answer:
        for mood in self.moods:
            if (answer := mood(request)) is not None:
                return answer
        if table_of(request) == "ResourceContainers":
            return page([{"id": f"/subscriptions/{one}"} for one in self._in_scope(request)])
        return page([row for row in self.rows if self._is_asked_for(row, request)])

    def _in_scope(self, request: Body) -> list[str]:
        return [one for one in self.subscriptions if one in request["subscriptions"]]

    def _is_asked_for(self, row: Body, request: Body) -> bool:
        wanted = asked_ids(request)
        types = re.search(r"where type in~ \(([^)]*)\)", request["query"])
        assert types is not None
        return (
            f"'{row['type'].lower()}'" in types[1]
            and row["subscriptionId"] in self._in_scope(request)
            and (not wanted or row["id"] in wanted)
        )


def table_of(request: Body) -> str:
    table: str = request["query"].partition("\n")[0]
    return table


def asked_ids(request: Body) -> list[str]:
    found = re.search(r"where id in~ \(([^)]*)\)", request["query"])
    return re.findall(r"'([^']+)'", found[1]) if found else []


def in_subscription(row: Row, subscription: str) -> Body:
    moved: Body = {
        **row,
        "id": row["id"].replace(SUBSCRIPTION, subscription),
        "subscriptionId": subscription,
    }
    return moved


def unread(snapshot: Snapshot) -> dict[str, str]:
    return {one.scope.text: one.reason for one in snapshot.unread}


def test_rows_of_all_tables_become_one_snapshot() -> None:
    snapshot = FakeAzure(vm(), nic(), vnet(), public_ip()).read()
    assert len(snapshot.virtual_machines) == len(snapshot.network_interfaces) == 1
    assert snapshot.complete


def test_snapshot_is_as_old_as_the_beginning_of_the_read() -> None:
    azure = FakeAzure(vm(), nic(), vnet())
    waits = iter([refusal(503)])
    azure.moods.append(lambda _: next(waits, None))
    assert azure.read().observed_at == START


def test_subscription_that_is_not_listed_is_unread() -> None:
    snapshot = FakeAzure(vm(), nic(), vnet()).read(SUBSCRIPTION, OTHER)
    assert unread(snapshot) == {f"/subscriptions/{OTHER}": "not there, or not readable"}


def test_subscription_that_vanishes_during_the_read_is_unread() -> None:
    azure = FakeAzure(vm(), nic(), vnet())

    def vanish(request: Body) -> None:
        if table_of(request) == "NetworkResources":
            azure.subscriptions.clear()

    azure.moods.append(vanish)
    snapshot = azure.read(SUBSCRIPTION)
    assert unread(snapshot) == {f"/subscriptions/{SUBSCRIPTION}": "went away while it was read"}


def test_rows_that_go_missing_make_only_their_subscription_unread() -> None:
    azure = FakeAzure(vm(), nic(), vnet(), subscriptions=(SUBSCRIPTION, OTHER))

    def lose_rows(request: Body) -> Answer | None:
        is_hit = table_of(request) == "ComputeResources" and OTHER in request["subscriptions"]
        return page(total=1) if is_hit else None

    azure.moods.append(lose_rows)
    snapshot = azure.read()
    assert list(unread(snapshot)) == [f"/subscriptions/{OTHER}"]
    assert "instances.kql: 1 rows were announced and 0 came" in unread(snapshot).popitem()[1]


def test_row_that_is_not_understood_is_unread() -> None:
    azure = FakeAzure(vm(), nic(), vnet(), {**vm("odd"), "tags": 7})
    assert list(unread(azure.read())) == [vm("odd")["id"]]


def test_table_that_may_not_be_read_makes_the_batch_unread() -> None:
    azure = FakeAzure(vm(), nic(), vnet())
    azure.moods.append(
        lambda request: refusal(403) if table_of(request) == "NetworkResources" else None
    )
    assert list(unread(azure.read())) == [f"/subscriptions/{SUBSCRIPTION}"]


@pytest.mark.parametrize(
    ("status", "error"), [(401, SignInError), (400, InventoryError)], ids=["401", "400"]
)
def test_refusal_from_the_start_is_an_error(status: int, error: type[InventoryError]) -> None:
    azure = FakeAzure()
    azure.moods.append(lambda _: refusal(status))
    with pytest.raises(error):
        azure.read()


def test_failure_after_a_first_batch_leaves_later_ones_unread() -> None:
    many = [f"00000000-0000-4000-8000-{n:012}" for n in range(SUBSCRIPTIONS_PER_QUERY)]
    azure = FakeAzure(
        *(in_subscription(row, many[0]) for row in (vm(nics=()), vnet())),
        subscriptions=(*many, OTHER),
    )
    azure.moods.append(lambda request: refusal(400) if OTHER in request["subscriptions"] else None)
    snapshot = azure.read()
    assert list(unread(snapshot)) == [f"/subscriptions/{OTHER}"]
    assert len(snapshot.virtual_machines) == 1


def test_peer_in_another_subscription_is_read_by_id() -> None:
    hub = in_subscription(vnet("hub"), OTHER)
    azure = FakeAzure(vnet(peerings=[peering(hub["id"])]), hub, subscriptions=(SUBSCRIPTION, OTHER))
    snapshot = azure.read(SUBSCRIPTION)
    assert {one.text for one in snapshot.virtual_networks} == {hub["id"], vnet()["id"]}
    assert [r["subscriptions"] for r in azure.endpoint.requests if asked_ids(r)] == [[OTHER]]


def test_peer_that_may_not_be_read_stays_a_reference() -> None:
    hub = in_subscription(vnet("hub"), OTHER)
    azure = FakeAzure(vnet(peerings=[peering(hub["id"])]))
    azure.moods.append(lambda request: refusal(403) if asked_ids(request) else None)
    assert [one.text for one in azure.read().virtual_networks] == [vnet()["id"]]


def test_peer_that_could_not_be_read_is_unread() -> None:
    hub = in_subscription(vnet("hub"), OTHER)
    azure = FakeAzure(vnet(peerings=[peering(hub["id"])]))
    azure.moods.append(lambda request: refusal(401) if asked_ids(request) else None)
    assert "answered 401" in unread(azure.read())[hub["id"]]


def test_peers_of_peers_are_not_read() -> None:
    far = in_subscription(vnet("far"), OTHER)
    hub = in_subscription(vnet("hub", peerings=[peering(far["id"])]), OTHER)
    azure = FakeAzure(vnet(peerings=[peering(hub["id"])]), hub, far)
    azure.subscriptions.append(OTHER)
    azure.read(SUBSCRIPTION)
    assert [asked_ids(r) for r in azure.endpoint.requests if asked_ids(r)] == [[hub["id"]]]


def test_references_of_references_are_read_and_asked_for_once() -> None:
    group = f"/subscriptions/{OTHER}/resourceGroups/g/providers/x/nsg/n"
    far = in_subscription(nic("far", [], vm=None, nsg=group), OTHER)
    gone = in_subscription(vnet("gone"), OTHER)
    azure = FakeAzure(vm(nics=[far["id"]]), vnet(peerings=[peering(gone["id"])]), far)
    azure.subscriptions.append(OTHER)
    azure.read(SUBSCRIPTION)
    assert [asked_ids(r) for r in azure.endpoint.requests if asked_ids(r)] == [
        [far["id"], gone["id"]],
        [group],
    ]


def test_many_references_go_in_batches() -> None:
    peers = [in_subscription(vnet(f"peer-{n}"), OTHER) for n in range(IDS_PER_QUERY + 1)]
    azure = FakeAzure(vnet(peerings=[peering(peer["id"]) for peer in peers]))
    azure.read()
    assert [len(asked_ids(r)) for r in azure.endpoint.requests if asked_ids(r)] == [
        IDS_PER_QUERY,
        1,
    ]
