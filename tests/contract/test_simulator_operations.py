"""The simulator's writes are long-running operations, as Azure's are."""

from collections.abc import Iterator

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError

from tests.simulated_azure import (
    COMPUTE,
    GROUP,
    NETWORK,
    SimulatedAzure,
    rule,
    simulated_azure,
    small_estate,
)

GROUP_PATH = f"{NETWORK}/networkSecurityGroups/nsg"


@pytest.fixture
def azure() -> Iterator[SimulatedAzure]:
    with simulated_azure(*small_estate()) as running:
        yield running


def put_rule(azure: SimulatedAzure, name: str = "new", priority: int = 200) -> None:
    body = rule(priority)
    azure.network.security_rules.begin_create_or_update(GROUP, "nsg", name, body, polling=False)


def state(azure: SimulatedAzure) -> str:
    return str(azure.request("GET", GROUP_PATH).json()["properties"]["provisioningState"])


def test_put_answers_with_the_state_updating_and_an_operation(azure: SimulatedAzure) -> None:
    answer = azure.request("PUT", f"{GROUP_PATH}/securityRules/new", json=rule(200))
    assert answer.status_code == 201
    assert answer.json()["properties"]["provisioningState"] == "Updating"
    assert answer.headers["Azure-AsyncOperation"].startswith(azure.url)


def test_operation_succeeds_at_once_by_default(azure: SimulatedAzure) -> None:
    put_rule(azure)
    assert state(azure) == "Succeeded"


def test_operation_runs_for_as_many_polls_as_set(azure: SimulatedAzure) -> None:
    azure.set(operation_polls=2)
    answer = azure.request("PUT", f"{GROUP_PATH}/securityRules/new", json=rule(200))
    path = answer.headers["Azure-AsyncOperation"].removeprefix(azure.url)
    statuses = [azure.request("GET", path, params={}).json()["status"] for _ in range(3)]
    assert statuses == ["InProgress", "InProgress", "Succeeded"]


def test_operation_runs_for_as_long_as_set(azure: SimulatedAzure) -> None:
    azure.set(operation_seconds=30)
    put_rule(azure)
    azure.clock.advance(29)
    running = state(azure)
    azure.clock.advance(1)
    assert (running, state(azure)) == ("Updating", "Succeeded")


def test_poller_follows_an_operation_to_its_end(azure: SimulatedAzure) -> None:
    azure.set(operation_polls=3, retry_after_seconds=0)
    poller = azure.network.security_rules.begin_create_or_update(GROUP, "nsg", "new", rule(200))
    assert poller.result().provisioning_state == "Succeeded"


def test_delete_is_accepted_and_shows_the_state_deleting(azure: SimulatedAzure) -> None:
    azure.set(operation_seconds=30)
    answer = azure.request("DELETE", f"{COMPUTE}/virtualMachines/vm")
    machine = azure.request("GET", f"{COMPUTE}/virtualMachines/vm").json()
    assert (answer.status_code, machine["properties"]["provisioningState"]) == (202, "Deleting")


def test_result_address_gives_no_content_after_the_end(azure: SimulatedAzure) -> None:
    azure.set(operation_polls=1)
    answer = azure.request("DELETE", f"{GROUP_PATH}/securityRules/ssh")
    path = answer.headers["Location"].removeprefix(azure.url)
    statuses = [azure.request("GET", path, params={}).status_code for _ in range(2)]
    assert statuses == [202, 204]


def test_second_write_on_a_busy_group_is_retryable(azure: SimulatedAzure) -> None:
    azure.set(operation_seconds=30)
    put_rule(azure)
    answer = azure.request("PUT", f"{GROUP_PATH}/securityRules/more", json=rule(300))
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (429, "RetryableError")
    assert error["details"][0]["code"] == "RetryableErrorDueToAnotherOperation"


def test_second_write_on_a_busy_network_says_so(azure: SimulatedAzure) -> None:
    azure.set(operation_seconds=30)
    path = f"{NETWORK}/virtualNetworks/vnet/subnets/more"
    body = {"properties": {"addressPrefix": "10.0.1.0/24"}}
    azure.request("PUT", path, json=body)
    error = azure.request("PUT", path, json=body).json()["error"]
    assert error["code"] == "AnotherOperationInProgress"


def test_reference_to_a_busy_group_is_retryable(azure: SimulatedAzure) -> None:
    azure.request("PUT", f"{NETWORK}/networkSecurityGroups/new", json={"location": "westeurope"})
    azure.set(operation_seconds=30)
    azure.request("PUT", f"{NETWORK}/networkSecurityGroups/new", json={"location": "westeurope"})
    nic = azure.request("GET", f"{NETWORK}/networkInterfaces/nic").json()
    nic["properties"]["networkSecurityGroup"] = {"id": f"{NETWORK}/networkSecurityGroups/new"}
    answer = azure.request("PUT", f"{NETWORK}/networkInterfaces/nic", json=nic)
    detail = answer.json()["error"]["details"][0]["code"]
    assert (answer.status_code, detail) == (429, "ReferencedResourceNotProvisioned")


def test_write_after_the_operation_is_accepted(azure: SimulatedAzure) -> None:
    azure.set(operation_seconds=30)
    put_rule(azure)
    azure.clock.advance(30)
    put_rule(azure, "more", 300)
    assert state(azure) == "Updating"


def test_operation_that_fails_leaves_the_old_content(azure: SimulatedAzure) -> None:
    azure.break_with({"match": {"method": "PUT"}, "after_accept": True, "times": 1})
    poller = azure.network.security_rules.begin_create_or_update(GROUP, "nsg", "new", rule(200))
    with pytest.raises(HttpResponseError):
        poller.result()
    group = azure.network.network_security_groups.get(GROUP, "nsg")
    assert group.provisioning_state == "Failed"
    assert [each.name for each in group.security_rules or ()] == ["ssh"]


def test_operation_that_fails_tells_the_error_that_was_asked_for(azure: SimulatedAzure) -> None:
    body = {"code": "Canceled", "message": "superseded"}
    azure.break_with({"after_accept": True, "body": body, "match": {"method": "DELETE"}})
    answer = azure.request("DELETE", f"{GROUP_PATH}/securityRules/ssh")
    path = answer.headers["Azure-AsyncOperation"].removeprefix(azure.url)
    status = azure.request("GET", path, params={}).json()
    assert (status["status"], status["error"]) == ("Failed", body)


def test_creation_that_fails_leaves_a_failed_resource(azure: SimulatedAzure) -> None:
    azure.break_with({"after_accept": True, "times": 1})
    path = f"{NETWORK}/networkSecurityGroups/new"
    azure.request("PUT", path, json={"location": "westeurope"})
    found = azure.request("GET", path).json()
    assert found["properties"]["provisioningState"] == "Failed"


def test_deletion_takes_what_lies_within_along() -> None:
    machine = small_estate()[4]
    extension = {**machine, "id": machine["id"] + "/extensions/login", "name": "login"}
    with simulated_azure(machine, extension) as azure:
        azure.request("DELETE", machine["id"])
        answer = azure.request("GET", extension["id"])
    assert answer.status_code == 404


def test_unknown_operation_is_not_found(azure: SimulatedAzure) -> None:
    path = f"{NETWORK.split('/resourceGroups')[0]}/providers/Microsoft.Network/locations/x"
    assert azure.request("GET", f"{path}/operations/none").status_code == 404


def test_deleted_child_is_gone_for_its_own_path(azure: SimulatedAzure) -> None:
    azure.network.security_rules.begin_delete(GROUP, "nsg", "ssh").result()
    with pytest.raises(ResourceNotFoundError):
        azure.network.security_rules.get(GROUP, "nsg", "ssh")
