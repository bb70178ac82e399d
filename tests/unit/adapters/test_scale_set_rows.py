"""Scale sets as Azure writes them: the model, and the rows of uniform instances."""

from __future__ import annotations

import pytest

from shared.network.ids import ResourceId
from shared.network.scale_set import ScaleSet
from shared.network.topology import OperatingSystem, Sku
from shared.packetset.addresses import Family
from tests.rows import (
    Part,
    Row,
    instance_id,
    instance_public_ip_id,
    nat_pool_id,
    pool_id,
    resource_id,
    scale_set,
    scale_set_instance,
    scale_set_nic,
    scale_set_nic_model,
    scale_set_public_ip,
    subnet_id,
)
from tests.unit.adapters.row_reading import only, snapshot_of, unread

MODEL = scale_set_nic_model(
    subnet_id(),
    nsg="nsg-1",
    public_ip_sku="Standard",
    asgs=["web"],
    pools=[pool_id()],
    nat_pools=[nat_pool_id()],
)


def set_of(row: Row) -> ScaleSet:
    return only(snapshot_of(row).scale_sets.values())


def model_without(*members: str) -> Part:
    """Give the model with these members of its configuration set to null."""
    model = scale_set_nic_model(subnet_id(), public_ip_sku="Standard")
    model["properties"]["ipConfigurations"][0]["properties"] |= dict.fromkeys(members)
    return model


def test_interface_of_the_model_belongs_to_the_set() -> None:
    interface = only(set_of(scale_set(nic_models=[MODEL])).interfaces)
    assert interface.virtual_machine == ResourceId(resource_id("vmss", "vmss-1"))
    assert interface.security_group == ResourceId(resource_id("nsg", "nsg-1"))
    assert not interface.forwards


def test_configuration_of_the_model_is_read_with_its_memberships() -> None:
    interface = only(set_of(scale_set(nic_models=[MODEL])).interfaces)
    configuration = only(interface.ip_configurations)
    assert (configuration.private_ip, configuration.subnet) == (None, ResourceId(subnet_id()))
    assert configuration.application_security_groups == (ResourceId(resource_id("asg", "web")),)
    assert configuration.balancer_pools == (ResourceId(pool_id()),)
    assert configuration.nat_pools == (ResourceId(nat_pool_id()),)


def test_public_address_of_the_model_is_the_one_that_its_configuration_names() -> None:
    found = set_of(scale_set(nic_models=[MODEL]))
    public = only(found.public_ips)
    assert only(only(found.interfaces).ip_configurations).public_ip == public.id
    assert (public.sku, public.address, public.family) == (Sku.STANDARD, None, Family.IPV4)


def test_model_without_a_public_address_has_none() -> None:
    found = set_of(scale_set(nic_models=[scale_set_nic_model(subnet_id())]))
    assert (only(only(found.interfaces).ip_configurations).public_ip, found.public_ips) == (
        None,
        (),
    )


def test_missing_sku_of_a_model_is_basic() -> None:
    model = model_without()
    configuration = model["properties"]["ipConfigurations"][0]["properties"]
    del configuration["publicIPAddressConfiguration"]["sku"]
    assert only(set_of(scale_set(nic_models=[model])).public_ips).sku is Sku.BASIC


def test_unknown_sku_of_a_model_is_unread() -> None:
    model = scale_set_nic_model(subnet_id(), public_ip_sku="Premium")
    assert list(unread(scale_set(nic_models=[model]))) == ["vmss-1"]


@pytest.mark.parametrize(("version", "family"), [("IPv6", Family.IPV6), (None, Family.IPV4)])
def test_family_of_a_model_is_ipv4_by_default(version: str | None, family: Family) -> None:
    model = model_without()
    model["properties"]["ipConfigurations"][0]["properties"]["privateIPAddressVersion"] = version
    assert only(
        only(set_of(scale_set(nic_models=[model])).interfaces).ip_configurations
    ).family is (family)


@pytest.mark.parametrize(
    ("mode", "uniform"),
    [("Uniform", True), ("UNIFORM", True), (None, True), ("", True), ("Flexible", False)],
)
def test_set_without_a_mode_is_uniform(mode: str | None, *, uniform: bool) -> None:
    assert set_of(scale_set(mode=mode)).uniform is uniform


@pytest.mark.parametrize(
    "profile",
    [
        None,
        {},
        {"networkProfile": None},
        {"networkProfile": {}},
        {"networkProfile": {"networkInterfaceConfigurations": [{"properties": {}}]}},
    ],
)
def test_set_with_less_of_a_profile_is_read(profile: Part | None) -> None:
    row = scale_set() | {"properties": {"virtualMachineProfile": profile}}
    found = set_of(row)
    assert (found.public_ips, found.operating_system) == ((), None)


def test_operating_system_of_a_set_is_that_of_its_model() -> None:
    assert set_of(scale_set()).operating_system is OperatingSystem.LINUX


def test_instance_is_a_machine_of_its_set() -> None:
    machine = only(snapshot_of(scale_set_instance(number=3)).virtual_machines.values())
    assert (machine.id, machine.scale_set) == (
        ResourceId(instance_id(number=3)),
        ResourceId(resource_id("vmss", "vmss-1")),
    )
    assert (machine.power_state, len(machine.network_interfaces)) == ("running", 1)


def test_interface_of_an_instance_belongs_to_it_whether_azure_says_so_or_not() -> None:
    row = scale_set_nic(subnet_id(), number=3)
    del row["properties"]["virtualMachine"]
    interface = only(snapshot_of(row).network_interfaces.values())
    assert interface.virtual_machine == ResourceId(instance_id(number=3))


def test_public_address_of_an_instance_joins_its_configuration() -> None:
    snapshot = snapshot_of(scale_set_nic(subnet_id()), scale_set_public_ip(sku=None))
    public = only(snapshot.public_ips.values())
    configuration = only(only(snapshot.network_interfaces.values()).ip_configurations)
    assert configuration.public_ip == public.id == ResourceId(instance_public_ip_id())
    assert public.sku is Sku.BASIC
