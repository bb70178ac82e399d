from __future__ import annotations

from collections.abc import Sequence

import pytest

from shared.adapters.payloads import SnapshotBuilder
from shared.checks.model_lag import lagging_models
from shared.checks.result import Unjudged
from shared.network.ids import ResourceId
from tests.judging import scan
from tests.rows import (
    Part,
    Row,
    allow,
    nsg,
    resource_id,
    scale_set,
    scale_set_instance,
    scale_set_nic,
    scale_set_nic_model,
    scale_set_public_ip,
    subnet,
    subnet_id,
    vnet,
)

OPENED = scale_set_nic_model(subnet_id(), nsg="nsg-1", public_ip_sku="Standard")


def lagging(rows: Sequence[Row]) -> list[Unjudged]:
    builder = SnapshotBuilder()
    for row in rows:
        builder.add_row(row)
    return list(lagging_models(builder.so_far(), "some-check"))


def uniform(model: Part, *, latest: bool = False, nsg: str | None = "nsg-1") -> list[Row]:
    """Return a set of one instance that has an address and an NSG of its own."""
    return [
        scale_set(nic_models=[model]),
        scale_set_instance(latest_model=latest),
        scale_set_nic(subnet_id(), nsg=nsg),
    ]


@pytest.mark.parametrize(
    "model",
    [
        scale_set_nic_model(subnet_id(), nsg="nsg-2", public_ip_sku="Standard"),
        scale_set_nic_model(subnet_id(), public_ip_sku="Standard"),
        scale_set_nic_model(subnet_id(), nsg="nsg-1"),
        scale_set_nic_model(subnet_id(name="other"), nsg="nsg-1", public_ip_sku="Standard"),
        scale_set_nic_model(subnet_id(), nsg="nsg-1", public_ip_sku="Standard", asgs=["web"]),
    ],
    ids=["other-nsg", "no-nsg", "no-address", "other-subnet", "other-asg"],
)
def test_set_whose_model_differs_from_a_lagging_instance_is_named(model: Part) -> None:
    (named,) = lagging(uniform(model))
    assert named.check == "some-check"
    assert named.resource == ResourceId(resource_id("vmss", "vmss-1"))
    assert named.reason.startswith("instances 0 do not run its latest model")


@pytest.mark.parametrize(
    "rows",
    [
        uniform(OPENED),
        uniform(scale_set_nic_model(subnet_id()), latest=True),
        uniform(OPENED)[1:],
    ],
    ids=["model-with-the-same-network", "latest-model", "model-unread"],
)
def test_set_whose_instances_are_as_the_model_says_is_not_named(rows: list[Row]) -> None:
    assert lagging(rows) == []


def test_scan_judges_the_instance_and_notes_the_model() -> None:
    rows = [
        *uniform(scale_set_nic_model(subnet_id(), nsg="nsg-1")),
        scale_set_public_ip(),
        vnet(subnets=[subnet()]),
        nsg("nsg-1", [allow(100)]),
    ]
    document = scan(rows)
    assert [one["verdict"] for one in document["exposures"]] == ["exposed"]
    assert [(one["check"], one["resource"]) for one in document["undetermined"]] == [
        ("vm-ssh-reachable", resource_id("vmss", "vmss-1"))
    ]
