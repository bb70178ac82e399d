"""Bastion hosts, what ARM says of them, and roles, as they are read from rows."""

from __future__ import annotations

import pytest

from shared.adapters.references import missing_neighbours
from shared.network.authorization import Permission, PrincipalType
from shared.network.bastion import BastionSku
from shared.network.ids import ResourceId
from tests.rows import (
    Row,
    bastion,
    bastion_subnet,
    child_configuration,
    nsg,
    resource_id,
    subnet,
    subnet_id,
    vnet,
)
from tests.rows.authorization import READER, ROOT, role_assignment, role_definition, subscription
from tests.unit.adapters.row_reading import only, snapshot_of, unread

HOST = resource_id("bastion", "bas-1")


def test_dedicated_host_serves_the_network_of_its_subnet() -> None:
    host = only(snapshot_of(bastion(enablePrivateOnlyBastion=True)).bastions.values())
    assert str(host.subnet) == subnet_id("vnet-1", "AzureBastionSubnet")
    assert (str(host.network), host.sku, host.succeeded, host.private_only) == (
        resource_id("vnet", "vnet-1"),
        BastionSku.STANDARD,
        True,
        True,
    )


def test_developer_host_names_its_network() -> None:
    host = only(snapshot_of(bastion(sku="developer", vnet="vnet-2")).bastions.values())
    assert host.sku is BastionSku.DEVELOPER
    developer = only(snapshot_of(bastion(sku="Developer", vnet="vnet-2")).bastions.values())
    assert (str(developer.network), developer.subnet) == (resource_id("vnet", "vnet-2"), None)


def test_sku_may_be_a_text_and_an_unknown_one_is_unread() -> None:
    plain = bastion() | {"sku": "premium"}
    assert only(snapshot_of(plain).bastions.values()).sku is BastionSku.PREMIUM
    assert "bas-1" in unread(bastion(sku="Galactic"))


@pytest.mark.parametrize(
    ("name", "listed", "host"),
    [
        ("AzureBastionSubnet", [child_configuration(HOST)], HOST),
        ("azurebastionsubnet", [child_configuration(HOST).upper()], HOST.upper()),
        ("AzureBastionSubnet", [], None),
        ("AzureBastionSubnet", None, None),
        ("AzureBastionSubnet", [resource_id("nic", "n") + "/ipConfigurations/i"], None),
        ("default", [child_configuration(HOST)], None),
    ],
)
def test_subnet_of_that_name_tells_which_host_lives_in_it(
    name: str, listed: list[str] | None, host: str | None
) -> None:
    part = subnet(name)
    references = None if listed is None else [{"id": one} for one in listed]
    part["properties"]["ipConfigurations"] = references
    read = only(snapshot_of(vnet(subnets=[part])).subnets.values())
    assert (read.bastion and read.bastion.text) == host


def test_host_and_group_of_a_bastion_subnet_are_worth_a_read() -> None:
    part = bastion_subnet(nsg="nsg-bas")
    part["properties"]["ipConfigurations"] = [{"id": child_configuration(HOST)}]
    network = vnet(subnets=[part])
    assert list(missing_neighbours(snapshot_of(network))) == [
        ResourceId(HOST),
        ResourceId(resource_id("nsg", "nsg-bas")),
    ]
    assert list(missing_neighbours(snapshot_of(network, bastion(), nsg("nsg-bas")))) == []


def test_assignment_is_read_with_principal_role_and_scope() -> None:
    row = role_assignment("ann", READER.upper(), "/subscriptions/S/", kind="group")
    one = only(snapshot_of(row).role_assignments.values())
    assert (one.principal, one.principal_type, one.role, one.scope) == (
        "ann",
        PrincipalType.GROUP,
        READER,
        "/subscriptions/s",
    )


@pytest.mark.parametrize("kind", [None, "", "Robot"])
def test_principal_of_a_kind_that_nobody_knows_is_untold_and_not_unread(kind: str | None) -> None:
    snapshot = snapshot_of(role_assignment("x", READER, ROOT, kind=kind))
    assert only(snapshot.role_assignments.values()).principal_type is PrincipalType.UNTOLD
    assert snapshot.complete


def test_assignment_without_a_principal_is_unread() -> None:
    row = role_assignment("ann", READER)
    del row["properties"]["principalId"]
    assert row["name"] in unread(row)


def test_definition_is_read_in_lower_case_with_its_title() -> None:
    role = only(
        snapshot_of(
            role_definition("ABC", actions=["A/Read"], data_actions=["B/*"], title="Watch")
        ).role_definitions.values()
    )
    assert (role.name, role.title) == ("abc", "Watch")
    assert role.permissions == (Permission(("a/read",), (), ("b/*",), ()),)


def test_definition_without_permissions_permits_nothing() -> None:
    row = role_definition("abc")
    row["properties"] = {}
    role = only(snapshot_of(row).role_definitions.values())
    assert not role.permits("a/read", is_data=False)


@pytest.mark.parametrize(
    ("row", "groups"),
    [
        (subscription(groups=["Team", "root"]), {"team", "root"}),
        (subscription(groups=None), set()),
        (subscription() | {"properties": None}, set()),
        (subscription() | {"properties": ""}, set()),
    ],
)
def test_subscription_tells_its_management_groups(row: Row, groups: set[str]) -> None:
    assert only(snapshot_of(row).management_groups.values()) == groups
