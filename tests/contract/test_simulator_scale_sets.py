"""The simulator lists what instances of uniform scale sets have, for both ways of reading."""

from collections.abc import Iterator

import pytest
from azure.core.exceptions import ResourceNotFoundError

from tests.simulated_azure import (
    COMPUTE,
    GROUP,
    JsonObject,
    SimulatedAzure,
    resource,
    simulated_azure,
)

SET = f"{COMPUTE}/virtualMachineScaleSets/set"
CONFIGURATIONS = (
    "ComputeResources | where type endswith '/networkinterfaces'"
    " | project id, found = isnotnull(properties.ipConfigurations) | order by id asc"
)


def instance(number: int) -> tuple[JsonObject, ...]:
    own = f"{SET}/virtualMachines/{number}"
    configuration = f"{own}/networkInterfaces/nic/ipConfigurations/ipconfig1"
    public_ip = f"{configuration}/publicIPAddresses/pip"
    power = {"instanceView": {"powerState": {"code": "PowerState/running"}}}
    return (
        resource(own, latestModelApplied=True, extended=power),
        resource(
            f"{own}/networkInterfaces/nic",
            ipConfigurations=[
                {
                    "name": "ipconfig1",
                    "properties": {
                        "privateIPAddress": f"10.0.0.{number + 4}",
                        "publicIPAddress": {"id": public_ip},
                    },
                }
            ],
        ),
        resource(
            public_ip,
            ipAddress=f"198.51.100.{number}",
            ipConfiguration={"id": configuration},
        ),
    )


@pytest.fixture
def azure() -> Iterator[SimulatedAzure]:
    with simulated_azure(resource(SET), *instance(0), *instance(1)) as running:
        yield running


def test_interfaces_of_a_set_are_those_of_all_instances(azure: SimulatedAzure) -> None:
    listed = azure.network.network_interfaces.list_virtual_machine_scale_set_network_interfaces
    addresses = [
        nic.properties.ip_configurations[0].properties.private_ip_address
        for nic in listed(GROUP, "set")
    ]
    assert addresses == ["10.0.0.4", "10.0.0.5"]


def test_interfaces_of_an_instance_are_its_own(azure: SimulatedAzure) -> None:
    listed = azure.network.network_interfaces.list_virtual_machine_scale_set_vm_network_interfaces
    assert [nic.id for nic in listed(GROUP, "set", "1")] == [
        f"{SET}/virtualMachines/1/networkInterfaces/nic"
    ]


def test_addresses_of_a_set_are_those_of_all_instances(azure: SimulatedAzure) -> None:
    listed = azure.network.public_ip_addresses.list_virtual_machine_scale_set_public_ip_addresses
    addresses = [each.properties.ip_address for each in listed(GROUP, "SET")]
    assert addresses == ["198.51.100.0", "198.51.100.1"]


def test_addresses_of_a_configuration_are_its_own(azure: SimulatedAzure) -> None:
    listed = azure.network.public_ip_addresses.list_virtual_machine_scale_set_vm_public_ip_addresses
    addresses = [each.properties.ip_address for each in listed(GROUP, "set", 0, "nic", "ipconfig1")]
    assert addresses == ["198.51.100.0"]


def test_lists_are_read_page_by_page(azure: SimulatedAzure) -> None:
    azure.set(list_page_size=1)
    listed = azure.network.network_interfaces.list_virtual_machine_scale_set_network_interfaces
    assert len(list(listed(GROUP, "set"))) == 2


def test_set_that_is_not_there_is_not_found(azure: SimulatedAzure) -> None:
    listed = azure.network.network_interfaces.list_virtual_machine_scale_set_network_interfaces
    with pytest.raises(ResourceNotFoundError):
        list(listed(GROUP, "nobody"))


def test_instances_are_rows_of_compute_resources(azure: SimulatedAzure) -> None:
    rows = azure.rows("ComputeResources | summarize rows = count() by type | order by type asc")
    kinds = ("", "/networkinterfaces", "/networkinterfaces/ipconfigurations/publicipaddresses")
    base = "microsoft.compute/virtualmachinescalesets/virtualmachines"
    assert rows == [{"type": f"{base}{kind}", "rows": 2} for kind in kinds]


def test_instance_is_read_as_a_machine_is(azure: SimulatedAzure) -> None:
    params = {"api-version": "2024-07-01", "$expand": "instanceView"}
    path = f"{SET}/virtualMachines/0"
    shown = azure.request("GET", path, params=params).json()["properties"]
    assert shown["instanceView"]["statuses"][1]["code"] == "PowerState/running"
    assert "extended" not in shown


def test_index_can_lack_the_configurations_of_instances(azure: SimulatedAzure) -> None:
    whole = [row["found"] for row in azure.rows(CONFIGURATIONS)]
    azure.set(graph_instance_configurations=False)
    bare = [row["found"] for row in azure.rows(CONFIGURATIONS)]
    assert (whole, bare) == ([True, True], [False, False])


def test_index_without_configurations_leaves_the_lists_whole(azure: SimulatedAzure) -> None:
    azure.set(graph_instance_configurations=False)
    listed = azure.network.network_interfaces.list_virtual_machine_scale_set_network_interfaces
    assert all(nic.properties.ip_configurations for nic in listed(GROUP, "set"))
