"""Machines as Azure writes them, with and without what only some of them have."""

from __future__ import annotations

from typing import Any

import pytest

from shared.network.ids import ResourceId
from shared.network.topology import OperatingSystem, VirtualMachine
from tests.rows import Part, Row, resource_id, vm
from tests.unit.adapters.row_reading import only, snapshot_of, unread


def machine_of(row: Row) -> VirtualMachine:
    return only(snapshot_of(row).virtual_machines.values())


def machine_with(**properties: Any) -> VirtualMachine:  # noqa: ANN401 - any JSON
    """Read a machine with these members, by their names in ARM."""
    return machine_of(vm(**properties))


def test_machine_is_read_with_every_interface() -> None:
    machine = machine_of(vm(nics=["nic-1", "nic-2"]))
    assert machine.network_interfaces == tuple(
        ResourceId(resource_id("nic", name)) for name in ("nic-1", "nic-2")
    )


@pytest.mark.parametrize(
    "profile",
    [
        None,
        {},
        {"networkInterfaces": None},
        {"networkInterfaces": []},
        {"networkInterfaces": [{"id": None}, {}]},
    ],
)
def test_machine_without_interfaces_is_read(profile: object) -> None:
    assert machine_with(networkProfile=profile).network_interfaces == ()


@pytest.mark.parametrize(
    ("extended", "state"),
    [
        ({"instanceView": {"powerState": {"code": "PowerState/running"}}}, "running"),
        ({"instanceView": {"powerState": {"code": "PowerState/Deallocated"}}}, "deallocated"),
        ({"instanceView": {"powerState": {"code": ""}}}, None),
        ({"instanceView": {"powerState": None}}, None),
        ({"instanceView": None}, None),
        ({}, None),
        (None, None),
    ],
)
def test_power_state_is_the_word_behind_the_slash(extended: object, state: str | None) -> None:
    assert machine_with(extended=extended).power_state == state


@pytest.mark.parametrize(
    ("storage", "profile", "system"),
    [
        pytest.param({"osDisk": {"osType": "Linux"}}, None, OperatingSystem.LINUX, id="disk"),
        pytest.param({"osDisk": {"osType": "windows"}}, None, OperatingSystem.WINDOWS, id="case"),
        pytest.param(
            {"osDisk": {"osType": "Windows"}},
            {"linuxConfiguration": {}},
            OperatingSystem.WINDOWS,
            id="disk-before-profile",
        ),
        pytest.param(
            {"osDisk": {"osType": None}},
            {"linuxConfiguration": {"disablePasswordAuthentication": True}},
            OperatingSystem.LINUX,
            id="provisioned-as-linux",
        ),
        pytest.param(None, {"linuxConfiguration": None}, None, id="profile-without-a-system"),
        pytest.param({"osDisk": None}, {"windowsConfiguration": {}}, None, id="not-linux"),
        pytest.param(None, None, None, id="specialised-disk"),
    ],
)
def test_operating_system_is_that_of_the_disk_else_what_was_provisioned(
    storage: object, profile: object, system: OperatingSystem | None
) -> None:
    assert machine_with(storageProfile=storage, osProfile=profile).operating_system is system


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"env": "prod", "owner": None}, {"env": "prod", "owner": ""}),
        ({}, {}),
        (None, {}),
        ("", {}),
    ],
)
def test_tags_are_texts(tags: object, expected: dict[str, str]) -> None:
    assert machine_of(vm() | {"tags": tags}).tags == expected


@pytest.mark.parametrize(
    "properties",
    [
        pytest.param(None, id="null"),
        pytest.param({"networkProfile": {"networkInterfaces": "nic-1"}}, id="other-type"),
        pytest.param({"networkProfile": {"networkInterfaces": [{"id": "nic-1"}]}}, id="no-id"),
    ],
)
def test_machine_that_cannot_be_understood_is_unread(properties: Part | None) -> None:
    assert list(unread(vm() | {"properties": properties})) == ["vm-1"]


@pytest.mark.parametrize(
    ("statuses", "state"),
    [
        ([{"code": "ProvisioningState/succeeded"}, {"code": "PowerState/running"}], "running"),
        ([{"code": "PowerState/deallocated"}], "deallocated"),
        ([{"code": "ProvisioningState/succeeded"}, {}], None),
        (None, None),
    ],
    ids=["running", "deallocated", "not-told", "no-statuses"],
)
def test_power_state_is_read_from_the_instance_view_too(
    statuses: list[dict[str, str]] | None, state: str | None
) -> None:
    machine = machine_with(power=None, instanceView={"statuses": statuses})
    assert machine.power_state == state
