"""Machines behind an address: power states, several configurations, and what cannot be read.

Source: the notes on Azure's semantics, 4, 5.1 and 5.2; the notes on resource shapes, 0; the fine
print of the design.
"""

from __future__ import annotations

from typing import Final

from tests.cases.case import EXPOSED, NOT_EXPOSED, NOT_SAFE, UNDETERMINED, Case
from tests.cases.order_and_sources import ALLOW_100, DENY_100
from tests.cases.sets import INTERNET
from tests.rows import (
    allow,
    deny,
    ip_configuration,
    ip_configuration_id,
    nic,
    nsg,
    one_vm_estate,
    public_ip,
    resource_id,
    row,
    subnet,
    vm,
    vnet,
)

_UNALLOCATED: Final = {"address": None, "port": 22}

POWER_CASES: Final = [
    Case("power-running", one_vm_estate([allow(100)]), EXPOSED, "internet", INTERNET),
    Case(
        "power-starting",
        one_vm_estate([allow(100)], power="starting"),
        EXPOSED,
        "internet",
        INTERNET,
    ),
    Case("power-unknown", one_vm_estate([allow(100)], power=None), EXPOSED, "internet", INTERNET),
    Case(
        "power-stopped",
        one_vm_estate([allow(100)], power="stopped"),
        EXPOSED,
        "internet",
        INTERNET,
        latent=True,
    ),
    Case(
        "power-deallocating",
        one_vm_estate([allow(100)], power="deallocating"),
        EXPOSED,
        "internet",
        INTERNET,
        latent=True,
    ),
    Case(
        "power-deallocated-and-closed",
        one_vm_estate([], power="deallocated"),
        NOT_EXPOSED,
        latent=True,
    ),
    Case(
        "address-not-allocated-while-running",
        one_vm_estate([allow(100)], address=None),
        EXPOSED,
        "internet",
        INTERNET,
        front_door=_UNALLOCATED,
    ),
    Case(
        "front-door-names-the-address",
        one_vm_estate([allow(100)]),
        EXPOSED,
        "internet",
        INTERNET,
        front_door={
            "kind": "public-ip",
            "id": resource_id("pip", "pip-1"),
            "address": "20.1.2.3",
            "port": 22,
            "sku": "Standard",
        },
    ),
]

_SECOND_CONFIGURATION: Final = [
    vm(),
    nic(
        "nic-1",
        [
            ip_configuration(),
            ip_configuration("ipconfig2", "10.0.0.5", public_ip="pip-1", primary=False),
        ],
    ),
    public_ip(owner=ip_configuration_id("nic-1", "ipconfig2")),
    vnet(subnets=[subnet(nsg="nsg-subnet")]),
]

_MEMBER_BESIDE_THE_DOOR: Final = [
    vm(),
    nic(
        "nic-1",
        [
            ip_configuration(asgs=["asg-x"]),
            ip_configuration("ipconfig2", "10.0.0.5", public_ip="pip-1", primary=False),
        ],
    ),
    public_ip(owner=ip_configuration_id("nic-1", "ipconfig2")),
    vnet(subnets=[subnet(nsg="nsg-subnet")]),
]

CONFIGURATION_CASES: Final = [
    Case(
        "second-configuration-is-a-door",
        [*_SECOND_CONFIGURATION, nsg("nsg-subnet", [allow(100, destination="10.0.0.5")])],
        EXPOSED,
        "internet",
        INTERNET,
        ip_configuration="ipconfig2",
    ),
    Case(
        "second-configuration-behind-a-rule-for-the-first",
        [*_SECOND_CONFIGURATION, nsg("nsg-subnet", [allow(100, destination="10.0.0.4")])],
        NOT_EXPOSED,
        ip_configuration="ipconfig2",
    ),
    Case(
        "allow-for-an-asg-of-the-other-configuration",
        [*_MEMBER_BESIDE_THE_DOOR, nsg("nsg-subnet", [allow(100, destination_asgs=["asg-x"])])],
        NOT_SAFE,
        certain=None,
        possible_tags=None,
    ),
    Case(
        "deny-for-an-asg-of-the-other-configuration",
        [
            *_MEMBER_BESIDE_THE_DOOR,
            nsg("nsg-subnet", [deny(100, destination_asgs=["asg-x"]), allow(200)]),
        ],
        NOT_SAFE,
        certain=None,
        possible_tags=None,
    ),
    Case(
        "allow-for-an-asg-of-this-configuration",
        one_vm_estate([allow(100, destination_asgs=["asg-x"])], asgs=["asg-x"]),
        EXPOSED,
        "internet",
        INTERNET,
        decided_by=ALLOW_100,
    ),
    Case(
        "allow-for-two-asgs-with-one-of-them",
        one_vm_estate([allow(100, destination_asgs=["asg-x", "asg-y"])], asgs=["asg-y"]),
        EXPOSED,
        "internet",
        INTERNET,
        decided_by=ALLOW_100,
    ),
    Case(
        "deny-for-an-asg-of-this-configuration",
        one_vm_estate([deny(100, destination_asgs=["asg-x"]), allow(200)], asgs=["asg-x"]),
        NOT_EXPOSED,
        decided_by=DENY_100,
    ),
]

_OTHER_CASING: Final = [
    vm(nics=[resource_id("nic", "nic-1").upper()]),
    nic("nic-1", [ip_configuration(public_ip=resource_id("pip", "PIP-1").lower())], vm=None),
    *one_vm_estate([allow(100)])[2:],
]

UNREADABLE_CASES: Final = [
    Case(
        "subnet-nsg-without-a-row",
        one_vm_estate([allow(100)])[:-1],
        UNDETERMINED,
        certain=[],
        possible_tags=None,
    ),
    Case(
        "nic-nsg-without-a-row",
        one_vm_estate([allow(100)], nic_rules=[allow(100)])[:-1],
        UNDETERMINED,
        certain=[],
        possible_tags=None,
    ),
    Case(
        "subnet-nsg-without-a-row-beside-a-closed-nic",
        [one for one in one_vm_estate([], nic_rules=[]) if one["name"] != "nsg-subnet"],
        NOT_EXPOSED,
    ),
    Case(
        "nic-nsg-without-a-row-beside-a-closed-subnet",
        one_vm_estate([], nic_rules=[])[:-1],
        NOT_EXPOSED,
    ),
    Case(
        "virtual-network-without-a-row",
        [one for one in one_vm_estate(None, nic_rules=[allow(100)]) if one["name"] != "vnet-1"],
        UNDETERMINED,
        certain=None,
        possible_tags=None,
    ),
    Case(
        "nsg-in-another-subscription-without-a-row",
        [
            *one_vm_estate([allow(100)])[:3],
            vnet(
                subnets=[
                    subnet(
                        nsg="/subscriptions/2f9d4a10-6b3c-4e57-8f21-0c9b7ae55d99/"
                        "resourceGroups/rg-other/providers/Microsoft.Network/"
                        "networkSecurityGroups/nsg-far"
                    )
                ]
            ),
        ],
        UNDETERMINED,
        certain=[],
        possible_tags=None,
    ),
    Case(
        "references-in-other-casings-join",
        _OTHER_CASING,
        EXPOSED,
        "internet",
        INTERNET,
        decided_by=ALLOW_100,
    ),
]

NO_DOOR_ESTATES: Final = {
    "nic-of-a-private-endpoint": [
        nic(
            "nic-1",
            [ip_configuration(public_ip="pip-1")],
            vm=None,
            privateEndpoint={
                "id": row(
                    "/subscriptions/s/resourceGroups/g/providers/"
                    "Microsoft.Network/privateEndpoints/pe-1",
                    {},
                )["id"]
            },
        ),
        *one_vm_estate([allow(100)])[2:],
    ],
    "nic-without-a-vm": [
        nic("nic-1", [ip_configuration(public_ip="pip-1")], vm=None),
        *one_vm_estate([allow(100)])[2:],
    ],
    "49-address-that-is-attached-to-nothing": [
        *one_vm_estate([allow(100)])[:1],
        nic(),
        *one_vm_estate([allow(100)])[3:],
        public_ip(),
    ],
    "vm-without-a-public-address": [vm(), nic(), vnet()],
}
"""Estates that hold no way in to a VM, by what they show."""

MACHINE_CASES: Final = [*POWER_CASES, *CONFIGURATION_CASES, *UNREADABLE_CASES]
