"""Ways in to instances of scale sets.

Row 47 of the table "Tricky cases" in the notes on Azure's semantics, and its section 5.5.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tests.cases.case import EXPOSED, NOT_EXPOSED, NOT_SAFE, Case
from tests.cases.sets import INTERNET
from tests.rows import (
    Part,
    Row,
    allow,
    frontend_id,
    instance_id,
    instance_public_ip_id,
    load_balancer,
    nat_pool,
    nat_pool_id,
    nat_rule,
    nat_rule_id,
    nsg,
    one_vm_estate,
    public_ip,
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

SUBNET: Final = "subnet-nsg"


def uniform(
    rules: Sequence[Part],
    *,
    power: str = "running",
    sku: str | None = "Standard",
    instance: bool = True,
) -> list[Row]:
    """Return the uniform set `vmss-1` with one instance that has a public address.

    `instance` False leaves out the rows of the instance, as a tenant without them shows it.
    """
    model = scale_set_nic_model(subnet_id(), public_ip_sku=sku)
    estate = [
        scale_set(nic_models=[model]),
        vnet(subnets=[subnet(nsg="nsg-subnet")]),
        nsg("nsg-subnet", rules),
    ]
    instances = [
        scale_set_instance(power=power),
        scale_set_nic(subnet_id()),
        scale_set_public_ip(sku=sku),
    ]
    return [*estate, *instances] if instance else estate


def behind_a_nat_pool(rules: Sequence[Part], *, generated: bool) -> list[Row]:
    """Return one uniform instance behind a NAT pool of a balancer.

    `generated` adds the NAT rule that Azure writes for each instance of a set with a NAT pool.
    """
    nic_id = f"{instance_id()}/networkInterfaces/nic-model"
    target = f"{nic_id}/ipConfigurations/ipconfig1"
    written = [nat_rule("nat-pool.0", 50004, target=target)] if generated else []
    known = [nat_rule_id("lb-1", "nat-pool.0")] if generated else []
    return [
        scale_set(nic_models=[scale_set_nic_model(subnet_id(), nat_pools=[nat_pool_id()])]),
        scale_set_instance(),
        scale_set_nic(subnet_id(), public=False, nat_rules=known),
        vnet(subnets=[subnet(nsg="nsg-subnet")]),
        nsg("nsg-subnet", rules),
        public_ip("pip-lb", "20.7.7.7", owner=frontend_id()),
        load_balancer(nat_pools=[nat_pool()], nat_rules=written),
    ]


_INSTANCE_IP: Final = "scale-set-public-ip"

SCALE_SET_CASES: Final = [
    Case(
        "47-instance-address-of-a-uniform-set",
        uniform([allow(100)]),
        EXPOSED,
        "internet",
        INTERNET,
        door=_INSTANCE_IP,
        decided_by=(SUBNET, "allow-inbound-100"),
        front_door={"id": instance_public_ip_id(), "address": "20.1.2.50", "port": 22},
    ),
    Case(
        "47-instance-address-behind-default-rules",
        uniform([]),
        NOT_EXPOSED,
        door=_INSTANCE_IP,
        decided_by=(SUBNET, "DenyAllInBound"),
    ),
    Case(
        "47-instance-that-is-deallocated",
        uniform([allow(100)], power="deallocated"),
        EXPOSED,
        "internet",
        INTERNET,
        door=_INSTANCE_IP,
        latent=True,
    ),
    Case(
        "47-model-alone-without-rows-of-instances",
        uniform([allow(100)], instance=False),
        NOT_SAFE,
        certain=None,
        possible_tags=None,
        door=_INSTANCE_IP,
        vm="vmss-1",
    ),
    Case(
        "nat-pool-opens-its-range-to-an-instance",
        behind_a_nat_pool([allow(100)], generated=False),
        EXPOSED,
        "internet",
        INTERNET,
        door="load-balancer-nat-rule",
        front_door={"address": "20.7.7.7", "port": 50000, "port_range": [50000, 50100]},
    ),
    Case(
        "nat-pool-and-its-generated-rule-are-one-door",
        behind_a_nat_pool([allow(100)], generated=True),
        EXPOSED,
        "internet",
        INTERNET,
        door="load-balancer-nat-rule",
        front_door={"address": "20.7.7.7", "port": 50004},
    ),
    Case(
        "nat-pool-behind-default-rules",
        behind_a_nat_pool([], generated=False),
        NOT_EXPOSED,
        door="load-balancer-nat-rule",
        decided_by=(SUBNET, "DenyAllInBound"),
    ),
    Case(
        "member-of-a-flexible-set-is-an-ordinary-vm",
        [scale_set(mode="Flexible"), vm(scale_set="vmss-1"), *one_vm_estate([allow(100)])[1:]],
        EXPOSED,
        "internet",
        INTERNET,
        door="public-ip",
        vm="vm-1",
    ),
]

SCALE_SET_DOORLESS_ESTATES: Final = {
    "47-uniform-set-without-instance-addresses": [
        scale_set(nic_models=[scale_set_nic_model(subnet_id())]),
        scale_set_instance(),
        scale_set_nic(subnet_id(), public=False),
        vnet(subnets=[subnet(nsg="nsg-subnet")]),
        nsg("nsg-subnet", [allow(100)]),
    ],
}
"""Estates of scale sets that hold no way in, by what they show."""
