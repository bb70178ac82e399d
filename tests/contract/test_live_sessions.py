"""The SDK's clients and our adapter against the simulator: sessions that are open on Bastions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from shared.adapters.arm_endpoint import Cloud, arm_endpoint
from shared.adapters.arm_reads import ArmReader
from shared.adapters.bastion_list import bastion_list
from shared.adapters.identity import SimulatorCredential
from shared.adapters.live_sessions import LiveBastionReads
from shared.network.ids import ResourceId
from shared.usecases.interfaces import AccessDeniedError, InventoryError, Scope
from tests.recording_samples import SetClock
from tests.simulated_azure import (
    COMPUTE,
    GROUP,
    NETWORK,
    SUBSCRIPTION,
    SimulatedAzure,
    resource,
    simulated_azure,
)

HOST = f"{NETWORK}/bastionHosts/bas"
MACHINE = f"{COMPUTE}/virtualMachines/web"


@pytest.fixture
def azure() -> Iterator[SimulatedAzure]:
    with simulated_azure(resource(HOST)) as running:
        yield running


def opened(azure: SimulatedAzure, **members: object) -> str:
    body = {"bastion": HOST, "userName": "dana", "targetResourceId": MACHINE, "protocol": "SSH"}
    answer = azure.request("POST", "/simulator/bastion-sessions", json={**body, **members})
    answer.raise_for_status()
    return str(answer.json()["sessionId"])


def reads(azure: SimulatedAzure, scope: Scope | None = None) -> LiveBastionReads:
    endpoint, clock = arm_endpoint(Cloud.PUBLIC, azure.url), SetClock()
    credential = SimulatorCredential()
    listed = bastion_list(endpoint, credential, clock, lambda: 0.0, scope or Scope())
    return LiveBastionReads(ArmReader(endpoint, credential, clock), listed)


def test_sdk_lists_open_sessions_by_an_operation(azure: SimulatedAzure) -> None:
    session_id = opened(azure)
    azure.set(operation_polls=1, retry_after_seconds=0)
    azure.clock.advance(90)
    (found,) = azure.network.begin_get_active_sessions(GROUP, "bas").result()
    assert found.session_id == session_id
    assert found.target_resource_id == MACHINE
    assert found.session_duration_in_mins == 1.5


def test_sdk_is_told_what_became_of_each_session(azure: SimulatedAzure) -> None:
    session_id = opened(azure)
    states = azure.network.disconnect_active_sessions(
        GROUP, "bas", {"sessionIds": [session_id, "gone"]}
    )
    assert [(one.session_id, one.state) for one in states] == [
        (session_id, "Disconnected"),
        ("gone", "NotFound"),
    ]


def test_session_is_opened_on_a_bastion_that_exists_only(azure: SimulatedAzure) -> None:
    answer = azure.request("POST", "/simulator/bastion-sessions", json={"bastion": f"{HOST}2"})
    assert answer.status_code == 400


def test_bastions_in_scope_are_listed(azure: SimulatedAzure) -> None:
    assert reads(azure).bastions() == [ResourceId(HOST)]
    assert reads(azure, Scope((SUBSCRIPTION,))).bastions() == [ResourceId(HOST)]


def test_open_session_is_read_with_all_that_is_told(azure: SimulatedAzure) -> None:
    azure.set(retry_after_seconds=0)
    session_id = opened(azure, targetIpAddress="10.0.0.4", targetHostName="web")
    (session,) = reads(azure).sessions(ResourceId(HOST))
    assert session.id == session_id
    assert session.bastion == ResourceId(HOST)
    assert session.machine == ResourceId(MACHINE)
    assert (session.target_name, session.target_address) == ("web", "10.0.0.4")
    assert (session.user_name, session.protocol) == ("dana", "ssh")
    assert session.started == datetime(2026, 11, 22, 12, tzinfo=UTC)
    assert session.minutes == 0


def test_session_of_which_nothing_is_told_is_listed_all_the_same(azure: SimulatedAzure) -> None:
    azure.set(retry_after_seconds=0)
    nothing = dict.fromkeys(("userName", "targetResourceId", "protocol"))
    session_id = opened(azure, **nothing)
    (session,) = reads(azure).sessions(ResourceId(HOST))
    assert (session.id, session.machine, session.user_name) == (session_id, None, "")


def test_session_is_ended_once(azure: SimulatedAzure) -> None:
    azure.set(retry_after_seconds=0)
    opened(azure)
    here = reads(azure)
    (session,) = here.sessions(ResourceId(HOST))
    assert here.disconnect(session).state == "Disconnected"
    assert here.sessions(ResourceId(HOST)) == []
    assert here.disconnect(session).state == "NotFound"


def test_refusal_is_told_as_one(azure: SimulatedAzure) -> None:
    azure.set(unreadable_subscriptions=[SUBSCRIPTION])
    with pytest.raises(AccessDeniedError, match="sessions of bas"):
        reads(azure).sessions(ResourceId(HOST))


def test_operation_that_fails_is_told(azure: SimulatedAzure) -> None:
    azure.set(retry_after_seconds=0)
    azure.break_with({"match": {"path": "getActiveSessions"}, "after_accept": True})
    with pytest.raises(InventoryError, match="sessions of bas"):
        reads(azure).sessions(ResourceId(HOST))
