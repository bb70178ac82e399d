"""The simulator switches virtual machines on and off."""

from collections.abc import Iterator

import pytest

from tests.simulated_azure import COMPUTE, SimulatedAzure, simulated_azure, small_estate

MACHINE = f"{COMPUTE}/virtualMachines/vm"
POWER = "properties.extended.instanceView.powerState.code"


@pytest.fixture
def azure() -> Iterator[SimulatedAzure]:
    with simulated_azure(*small_estate()) as running:
        yield running


def test_power_is_shown_only_where_it_is_asked_for(azure: SimulatedAzure) -> None:
    plain = azure.request("GET", MACHINE).json()["properties"]
    params = {"api-version": "2024-07-01", "$expand": "instanceView"}
    expanded = azure.request("GET", MACHINE, params=params).json()["properties"]
    assert "instanceView" not in plain
    assert expanded["instanceView"]["statuses"][1]["code"] == "PowerState/running"


@pytest.mark.parametrize(
    ("action", "code"),
    [
        ("deallocate", "PowerState/deallocated"),
        ("powerOff", "PowerState/stopped"),
        ("start", "PowerState/running"),
        ("restart", "PowerState/running"),
    ],
)
def test_action_changes_the_power_state(azure: SimulatedAzure, action: str, code: str) -> None:
    answer = azure.request("POST", f"{MACHINE}/{action}")
    statuses = azure.request("GET", f"{MACHINE}/instanceView").json()["statuses"]
    assert (answer.status_code, statuses[1]["code"]) == (202, code)


def test_action_reaches_resource_graph(azure: SimulatedAzure) -> None:
    azure.request("POST", f"{MACHINE}/deallocate")
    rows = azure.rows(f"Resources | where isnotempty({POWER}) | project power = {POWER}")
    assert rows == [{"power": "PowerState/deallocated"}]


def test_control_interface_sets_the_power_without_an_operation(azure: SimulatedAzure) -> None:
    azure.set(operation_seconds=60)
    body = {"id": MACHINE.upper(), "state": "deallocated"}
    answer = azure.request("POST", "/simulator/power", json=body)
    statuses = azure.request("GET", f"{MACHINE}/instanceView").json()["statuses"]
    assert (answer.status_code, statuses[1]["code"]) == (204, "PowerState/deallocated")


@pytest.mark.parametrize(
    "body", [{"id": MACHINE, "state": "asleep"}, {"id": MACHINE + "x", "state": "running"}]
)
def test_impossible_power_is_refused(azure: SimulatedAzure, body: dict[str, str]) -> None:
    assert azure.request("POST", "/simulator/power", json=body).status_code == 400


def test_power_survives_a_put(azure: SimulatedAzure) -> None:
    body = azure.request("GET", MACHINE).json()
    azure.request("PUT", MACHINE, json=body)
    statuses = azure.request("GET", f"{MACHINE}/instanceView").json()["statuses"]
    assert statuses[1]["code"] == "PowerState/running"
