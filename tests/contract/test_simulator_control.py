"""The simulator's control interface: health, faults, settings, request log, reset."""

from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import pytest
import requests

from simulator.endpoints import ROUTES
from simulator.router import Route
from simulator.settings import Settings
from tests.simulated_azure import GROUP, NETWORK, SimulatedAzure, simulated_azure, small_estate

NIC = f"{NETWORK}/networkInterfaces/nic"
MANUAL = Path("simulator/README.md").read_text(encoding="utf-8")


@pytest.fixture
def azure() -> Iterator[SimulatedAzure]:
    with simulated_azure(*small_estate()) as running:
        yield running


def statuses(azure: SimulatedAzure, *methods: str) -> list[int]:
    return [azure.request(method, NIC).status_code for method in methods]


def test_health_counts_the_estate(azure: SimulatedAzure) -> None:
    health = azure.request("GET", "/simulator/health").json()
    assert health == {"status": "ok", "resources": 5, "subscriptions": 1}


def test_fault_strikes_as_often_as_told(azure: SimulatedAzure) -> None:
    azure.break_with({"match": {"path": "networkInterfaces"}, "status": 503, "times": 2})
    assert statuses(azure, "GET", "GET", "GET") == [503, 503, 200]


def test_fault_without_a_number_strikes_for_ever(azure: SimulatedAzure) -> None:
    azure.break_with({"status": 500})
    assert statuses(azure, *["GET"] * 5) == [500] * 5


def test_fault_strikes_only_what_it_matches(azure: SimulatedAzure) -> None:
    azure.break_with({"match": {"method": "PUT"}, "status": 500})
    assert statuses(azure, "GET") == [200]


def test_fault_answers_with_its_headers_and_body(azure: SimulatedAzure) -> None:
    azure.break_with({"status": 429, "headers": {"Retry-After": 7}, "body": {"error": {}}})
    answer = azure.request("GET", NIC)
    assert (answer.headers["Retry-After"], answer.json()) == ("7", {"error": {}})


def test_fault_can_close_the_connection(azure: SimulatedAzure) -> None:
    azure.break_with({"close_connection": True, "times": 1})
    with pytest.raises(requests.ConnectionError):
        azure.request("GET", NIC)


def test_fault_can_only_slow_a_request(azure: SimulatedAzure) -> None:
    azure.break_with({"delay_seconds": 0.05, "times": 1})
    began = perf_counter()
    assert statuses(azure, "GET") == [200]
    assert perf_counter() - began >= 0.05


def test_faults_show_the_uses_left(azure: SimulatedAzure) -> None:
    azure.break_with({"status": 500, "times": 3})
    azure.request("GET", NIC)
    assert azure.request("GET", "/simulator/faults").json() == {
        "faults": [{"status": 500, "times": 2}]
    }


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"status": 500, "sometimes": True}, id="unknown-member"),
        pytest.param({"match": {"path": "("}, "status": 500}, id="bad-pattern"),
        pytest.param({"match": {"path": "x"}}, id="no-effect"),
    ],
)
def test_fault_that_makes_no_sense_is_refused(
    azure: SimulatedAzure, fault: dict[str, object]
) -> None:
    answer = azure.request("PUT", "/simulator/faults", json={"faults": [fault]})
    assert answer.status_code == 400


def test_setting_changes_alone(azure: SimulatedAzure) -> None:
    azure.set(operation_polls=4)
    expected = {**Settings().as_json(), "operation_polls": 4, "unreadable_subscriptions": []}
    assert azure.request("GET", "/simulator/settings").json() == expected


@pytest.mark.parametrize(
    "settings",
    [{"colour": "red"}, {"operation_polls": "4"}, {"operation_polls": True}, {"changed_by": None}],
)
def test_impossible_setting_is_refused(azure: SimulatedAzure, settings: dict[str, object]) -> None:
    answer = azure.request("PATCH", "/simulator/settings", json=settings)
    assert answer.status_code == 400


def test_log_holds_method_path_status_and_time(azure: SimulatedAzure) -> None:
    azure.request("GET", NIC, params={"api-version": "1", "sig": "secret"})
    entry = azure.request("GET", "/simulator/requests").json()["requests"][0]
    del entry["duration_seconds"]
    assert entry == {
        "time": "2026-11-22T12:00:00+00:00",
        "method": "GET",
        "path": NIC,
        "status": 200,
    }


def test_log_can_be_cleared(azure: SimulatedAzure) -> None:
    azure.request("GET", NIC)
    azure.request("DELETE", "/simulator/requests")
    assert azure.request("GET", "/simulator/requests").json() == {"requests": []}


def test_reset_goes_back_to_the_start(azure: SimulatedAzure) -> None:
    azure.request("DELETE", f"{NETWORK}/networkSecurityGroups/nsg/securityRules/ssh")
    azure.break_with({"match": {"method": "GET"}, "status": 500})
    azure.request("POST", "/simulator/reset")
    group = azure.network.network_security_groups.get(GROUP, "nsg")
    assert [each.name for each in group.security_rules or ()] == ["ssh"]


def test_unknown_path_is_not_found(azure: SimulatedAzure) -> None:
    assert azure.request("GET", "/nothing").status_code == 404


def test_wrong_method_is_not_allowed(azure: SimulatedAzure) -> None:
    assert azure.request("PUT", "/simulator/health").status_code == 405


@pytest.mark.parametrize("setting", list(Settings().as_json()))
def test_manual_names_the_setting(setting: str) -> None:
    assert f"`{setting}`" in MANUAL


@pytest.mark.parametrize("route", [each for each in ROUTES if "/simulator/" in each.template])
def test_manual_names_the_control_endpoint(route: Route) -> None:
    assert f"`{route.method} {route.template}`" in MANUAL
