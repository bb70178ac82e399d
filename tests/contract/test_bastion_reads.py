"""Diagnostic settings, shareable links and inherited roles, read from Azure on the wire."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import pytest
import requests

from shared.adapters.arm_endpoint import arm_endpoint
from shared.adapters.arm_reads import ArmReader
from shared.adapters.bastion_reads import BastionReads
from shared.adapters.identity import SimulatorCredential
from shared.adapters.payloads import SnapshotBuilder
from shared.adapters.resource_graph import resource_graph
from shared.network.bastion import DiagnosticSettings, ShareableLinks
from shared.network.ids import ResourceId
from shared.network.snapshot import Snapshot
from simulator.estate.company import DEVELOPMENT, HUB_NETWORK, PLATFORM, QUAY_NETWORK
from simulator.initial_estate import Estate
from simulator.server import RunningSimulator
from simulator.server import start as start_simulator
from tests.rows import Part
from tests.unit.adapters.graph_fakes import FakeClock

HUB: Final = ResourceId(HUB_NETWORK.place.network_id("bastionHosts", "bas-hub"))
QUAY: Final = ResourceId(QUAY_NETWORK.place.network_id("bastionHosts", "bas-quay"))
CREW: Final = ResourceId(QUAY_NETWORK.place.machine_id("vm-quay-crew"))
SETTINGS_PATH: Final = "diagnosticSettings"
LINKS_PATH: Final = "getShareableLinks"


@pytest.fixture(scope="module")
def running() -> Iterator[RunningSimulator]:
    with start_simulator(Estate.sample(), 0) as simulator:
        yield simulator


@pytest.fixture
def azure(running: RunningSimulator) -> RunningSimulator:
    """Give the simulator as it was at its start."""
    requests.post(f"{running.url}/simulator/reset", timeout=10).raise_for_status()
    return running


def read(azure: RunningSimulator, *subscriptions: str) -> Snapshot:
    """Read some subscriptions with the supplement."""
    endpoint, clock = arm_endpoint(override=azure.url), FakeClock()
    graph = resource_graph(endpoint, SimulatorCredential(), clock, lambda: 0.0)
    reads = BastionReads(ArmReader(endpoint, SimulatorCredential(), clock))
    return graph.supplemented(reads).read(subscriptions)


def break_with(azure: RunningSimulator, path: str, status: int, **more: object) -> None:
    body: Part = {"error": {"code": "Broken", "message": "So it is."}}
    fault = {"match": {"path": path}, "status": status, "body": body, **more}
    url = f"{azure.url}/simulator/faults"
    requests.put(url, json={"faults": [fault]}, timeout=10).raise_for_status()


def asked(azure: RunningSimulator, path: str) -> int:
    found = requests.get(f"{azure.url}/simulator/requests", timeout=10).json()
    return sum(path in one["path"] for one in found["requests"])


def test_settings_and_links_are_read_by_one_call_each(azure: RunningSimulator) -> None:
    snapshot = read(azure, DEVELOPMENT.subscription_id)
    assert snapshot.complete
    assert snapshot.diagnostic_settings[QUAY] == DiagnosticSettings()
    assert snapshot.diagnostic_settings[HUB].sent == {"bastionauditlogs"}
    assert snapshot.shareable_links[QUAY] == ShareableLinks((CREW,))
    assert snapshot.shareable_links[HUB] == ShareableLinks()
    assert (asked(azure, SETTINGS_PATH), asked(azure, LINKS_PATH)) == (3, 2)


def test_setting_that_somebody_writes_is_read(azure: RunningSimulator) -> None:
    logs = [{"category": "BastionAuditLogs", "enabled": True}]
    requests.put(
        f"{azure.url}{QUAY}/providers/Microsoft.Insights/diagnosticSettings/audit",
        params={"api-version": "2021-05-01-preview"},
        json={"properties": {"workspaceId": "/w", "logs": logs}},
        headers={"Authorization": "Bearer test"},
        timeout=10,
    ).raise_for_status()
    settings = read(azure, DEVELOPMENT.subscription_id).diagnostic_settings
    assert settings[QUAY].sent == {"bastionauditlogs"}


def test_address_of_a_link_is_kept_nowhere(azure: RunningSimulator) -> None:
    reader = ArmReader(arm_endpoint(override=azure.url), SimulatorCredential(), FakeClock())
    known = read(azure, DEVELOPMENT.subscription_id)
    anew = replace(known, diagnostic_settings={}, shareable_links={})
    rows = b"".join(BastionReads(reader)(anew, ()))
    assert CREW.text.encode() in rows
    assert b"shareable-url" not in rows


def test_what_a_snapshot_has_is_not_asked_for_again(azure: RunningSimulator) -> None:
    reader = ArmReader(arm_endpoint(override=azure.url), SimulatorCredential(), FakeClock())
    assert list(BastionReads(reader)(read(azure, DEVELOPMENT.subscription_id), ())) == []


@pytest.mark.parametrize(
    ("path", "part"),
    [(SETTINGS_PATH, "diagnostic_settings"), (LINKS_PATH, "shareable_links")],
)
@pytest.mark.parametrize("status", [403, 500])
def test_what_cannot_be_read_is_not_there_and_the_estate_stays_complete(
    azure: RunningSimulator, path: str, part: str, status: int
) -> None:
    break_with(azure, path, status)
    snapshot = read(azure, DEVELOPMENT.subscription_id)
    assert getattr(snapshot, part) == {}
    assert snapshot.complete


def test_subscription_that_refuses_is_not_asked_again(azure: RunningSimulator) -> None:
    break_with(azure, SETTINGS_PATH, 403)
    read(azure, DEVELOPMENT.subscription_id)
    assert asked(azure, SETTINGS_PATH) == 2, "once for each subscription with a Bastion"


def test_answer_that_is_no_list_is_no_setting(azure: RunningSimulator) -> None:
    break_with(azure, SETTINGS_PATH, 200)
    assert read(azure, DEVELOPMENT.subscription_id).diagnostic_settings == {}


def test_bastion_of_a_hub_outside_of_the_scope_is_read_with_its_roles(
    azure: RunningSimulator,
) -> None:
    snapshot = read(azure, DEVELOPMENT.subscription_id)
    hub = ResourceId(f"/subscriptions/{PLATFORM.subscription_id}")
    scopes = {one.scope for one in snapshot.role_assignments.values()}
    assert snapshot.bastions[HUB].succeeded
    assert hub.key in scopes
    assert snapshot.management_groups[hub] == {"larkspur", "larkspur-platform"}


def test_roles_of_a_hub_that_may_not_be_read_are_left_out_whole(azure: RunningSimulator) -> None:
    closed = [PLATFORM.subscription_id]
    url = f"{azure.url}/simulator/settings"
    requests.patch(url, json={"unreadable_subscriptions": closed}, timeout=10).raise_for_status()
    snapshot = read(azure, DEVELOPMENT.subscription_id)
    scopes = {one.scope for one in snapshot.role_assignments.values()}
    assert HUB not in snapshot.bastions
    assert f"/subscriptions/{PLATFORM.subscription_id}" not in scopes


def test_inherited_roles_are_read_and_narrowed_to_what_is_above(azure: RunningSimulator) -> None:
    scopes = {
        one.scope for one in read(azure, DEVELOPMENT.subscription_id).role_assignments.values()
    }
    assert "/providers/microsoft.management/managementgroups/larkspur" in scopes


def test_resource_graph_shows_inherited_roles_to_those_who_ask(azure: RunningSimulator) -> None:
    def rows(**options: str) -> int:
        body = {
            "query": "AuthorizationResources | where id contains 'managementGroups'",
            "subscriptions": [DEVELOPMENT.subscription_id],
            "options": {"resultFormat": "objectArray", **options},
        }
        answer = requests.post(
            f"{azure.url}/providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01",
            json=body,
            headers={"Authorization": "Bearer test"},
            timeout=10,
        )
        return int(answer.json().get("count", answer.status_code))

    assert rows() == 0
    assert rows(authorizationScopeFilter="AtScopeAboveAndBelow") == 1
    assert rows(authorizationScopeFilter="Everywhere") == 400


def test_rows_of_one_read_are_those_of_a_saved_snapshot(azure: RunningSimulator) -> None:
    kept: list[bytes] = []
    endpoint, clock = arm_endpoint(override=azure.url), FakeClock()
    graph = resource_graph(endpoint, SimulatorCredential(), clock, lambda: 0.0, kept.append)
    reads = BastionReads(ArmReader(endpoint, SimulatorCredential(), clock))
    live = graph.supplemented(reads).read([DEVELOPMENT.subscription_id])
    builder = SnapshotBuilder()
    for row in kept:
        builder.add_json(row)
    assert builder.build(live.observed_at) == live
