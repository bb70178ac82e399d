"""Ways in through addresses of interfaces: instances, models, and what could not be read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from tests.judging import scan
from tests.rows import (
    Row,
    allow,
    balancing_rule,
    ip_configuration,
    load_balancer,
    nat_pool,
    nat_pool_id,
    nic,
    nsg,
    one_vm_estate,
    pool,
    pool_id,
    public_ip,
    resource_id,
    scale_set,
    scale_set_instance,
    scale_set_nic,
    scale_set_nic_model,
    scale_set_public_ip,
    subnet,
    subnet_id,
    vm,
    vnet,
)


def doors(rows: Sequence[Row]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = scan(rows)["exposures"]
    return found


def without(rows: Sequence[Row], *names: str) -> list[Row]:
    return [row for row in rows if row["name"] not in names]


@pytest.mark.parametrize(
    ("rules", "verdict", "reasons"),
    [
        pytest.param(None, "undetermined", ["public-ip-unread"], id="no-security-group"),
        pytest.param([], "not-exposed", [], id="group-that-closes"),
        pytest.param([allow(100)], "exposed", [], id="group-that-opens"),
    ],
)
def test_unread_address_matters_where_its_default_would_decide(
    rules: list[Row] | None, verdict: str, reasons: list[str]
) -> None:
    (found,) = doors(without(one_vm_estate(rules), "pip-1"))
    assert (found["verdict"], [one["code"] for one in found["reasons"]]) == (verdict, reasons)
    assert (found["front_door"]["address"], found["front_door"]["sku"]) == (None, None)


def test_subnet_of_a_missing_network_leaves_the_verdict_open() -> None:
    (found,) = doors(without(one_vm_estate([allow(100)]), "vnet-1"))
    assert [one["code"] for one in found["reasons"]] == ["subnet-unread"]


def test_configuration_without_a_subnet_leaves_the_verdict_open() -> None:
    part = ip_configuration(public_ip="pip-1")
    del part["properties"]["subnet"]
    (found,) = doors([vm(), nic("nic-1", [part]), public_ip()])
    assert found["reasons"][0]["text"] == (
        "the subnet of ipconfig1 could not be read, so its filters are not known"
    )


def test_space_that_holds_the_whole_internet_leaves_nobody_outside() -> None:
    (found,) = doors(one_vm_estate([allow(100)], space=["0.0.0.0/0"]))
    assert (found["verdict"], found["sources"]["certain"]) == ("not-exposed", [])


def test_interface_of_no_machine_is_nobodys_door() -> None:
    rows = [nic("nic-1", [ip_configuration(public_ip="pip-1")], vm=None), public_ip(), vnet()]
    assert doors(rows) == []


def test_machine_without_a_row_is_known_by_its_interface() -> None:
    (found,) = doors(without(one_vm_estate([allow(100)]), "vm-1"))
    assert (found["vm"], found["latent"]) == (resource_id("vm", "vm-1"), False)


def test_interface_that_names_no_machine_is_known_by_the_one_that_lists_it() -> None:
    rows = [vm(), nic("nic-1", [ip_configuration(public_ip="pip-1")], vm=None), public_ip(), vnet()]
    assert [one["vm"] for one in doors(rows)] == [resource_id("vm", "vm-1")]


BALANCER = load_balancer(
    pools=[pool()], rules=[balancing_rule(front_port=2022)], nat_pools=[nat_pool()]
)
MODEL = scale_set_nic_model(subnet_id(), pools=[pool_id()], nat_pools=[nat_pool_id()])


def instances(*models: Row) -> list[Row]:
    """Put one uniform instance behind the rules that the models of its set name."""
    return [
        scale_set(nic_models=models),
        scale_set_instance(),
        scale_set_nic(subnet_id(), public=False),
        vnet(subnets=[subnet(nsg="nsg-1")]),
        nsg("nsg-1", [allow(100)]),
        public_ip("pip-lb", "20.7.7.7"),
        BALANCER,
    ]


def renamed(model: Row, name: str) -> Row:
    """Give the model with its only configuration under another name."""
    (configuration,) = model["properties"]["ipConfigurations"]
    members = model["properties"] | {"ipConfigurations": [configuration | {"name": name}]}
    return model | {"properties": members}


@pytest.mark.parametrize(
    ("models", "count"),
    [
        pytest.param([MODEL], 2, id="same-configuration"),
        pytest.param([renamed(MODEL, "IPCONFIG1")], 2, id="another-casing"),
        pytest.param([renamed(MODEL, "other"), MODEL], 2, id="second-interface"),
        pytest.param([renamed(MODEL, "other")], 0, id="another-configuration"),
        pytest.param([], 0, id="no-model"),
    ],
)
def test_instance_belongs_to_what_its_model_names(models: list[Row], count: int) -> None:
    assert len(doors(instances(*models))) == count


@pytest.mark.parametrize(
    ("rows", "machine"),
    [
        pytest.param([scale_set_instance()], "0", id="instance-read"),
        pytest.param([], "vmss-1", id="model-alone"),
    ],
)
def test_model_stands_in_until_an_instance_is_read(rows: list[Row], machine: str) -> None:
    estate = [
        scale_set(nic_models=[scale_set_nic_model(subnet_id(), public_ip_sku="Standard")]),
        vnet(subnets=[subnet(nsg="nsg-1")]),
        nsg("nsg-1", [allow(100)]),
        *([*rows, scale_set_nic(subnet_id()), scale_set_public_ip()] if rows else []),
    ]
    (found,) = doors(estate)
    assert found["vm"].rsplit("/", 1)[-1] == machine
    assert found["front_door"]["kind"] == "scale-set-public-ip"


def test_model_of_a_flexible_set_is_no_machine() -> None:
    model = scale_set_nic_model(subnet_id(), public_ip_sku="Standard")
    assert doors([scale_set(nic_models=[model], mode="Flexible"), vnet()]) == []


def test_model_without_a_public_address_is_no_way_in() -> None:
    estate = [
        scale_set(nic_models=[scale_set_nic_model(subnet_id(), public_ip_sku=None)]),
        vnet(subnets=[subnet(nsg="nsg-1")]),
        nsg("nsg-1", [allow(100)]),
    ]
    assert doors(estate) == []
