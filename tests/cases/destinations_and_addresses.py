"""Tricky cases of destinations and addresses: a public address on a NIC, TCP 22.

The number in a name is the row of the table "Tricky cases" in the notes on Azure's semantics,
where each fact has its source.
"""

from __future__ import annotations

from typing import Final

from tests.cases.case import EXPOSED, NOT_EXPOSED, Case
from tests.cases.order_and_sources import ALLOW_100, ALLOW_200, DEFAULT_DENY, DENY_200
from tests.cases.sets import INTERNET, INTERNET_6
from tests.rows import (
    allow,
    asg,
    deny,
    ip_configuration,
    nic,
    one_dual_stack_vm_estate,
    one_vm_estate,
    vm,
)

_SECONDARY_ONLY: Final = [
    *one_vm_estate([allow(100, source="Internet", destination="10.0.0.5/32")])[:1],
    nic(
        "nic-1",
        [
            ip_configuration(public_ip="pip-1"),
            ip_configuration("ipconfig2", "10.0.0.5", primary=False),
        ],
    ),
    *one_vm_estate([allow(100, source="Internet", destination="10.0.0.5/32")])[2:],
]

_TWO_NICS: Final = [
    vm(nics=["nic-1", "nic-2"]),
    nic("nic-1", [ip_configuration()]),
    nic("nic-2", [ip_configuration(private_ip="10.0.0.6", public_ip="pip-1")]),
    *one_vm_estate([allow(100)])[2:],
]

DESTINATION_CASES: Final = [
    Case(
        "07-destination-that-is-the-public-address-matches-nothing",
        one_vm_estate([allow(100, source="Internet", destination="20.1.2.3")]),
        NOT_EXPOSED,
        decided_by=DEFAULT_DENY,
    ),
    Case(
        "08-destination-of-another-ip-configuration",
        _SECONDARY_ONLY,
        NOT_EXPOSED,
        decided_by=DEFAULT_DENY,
        ip_configuration="ipconfig1",
    ),
    Case(
        "18-udp-is-not-ssh",
        one_vm_estate([allow(100, source="Internet", protocol="Udp")]),
        NOT_EXPOSED,
        decided_by=DEFAULT_DENY,
    ),
    Case(
        "19-all-ports-as-a-range",
        one_vm_estate([allow(100, source="Internet", port="0-65535")]),
        EXPOSED,
        "internet",
        INTERNET,
        decided_by=ALLOW_100,
    ),
    Case(
        "19-all-ports-as-a-star",
        one_vm_estate([allow(100, source="Internet", port="*")]),
        EXPOSED,
        "internet",
        INTERNET,
        decided_by=ALLOW_100,
    ),
    Case(
        "20-plural-ports-beside-a-null-singular",
        one_vm_estate([allow(100, port=["20-25", "80"], fields={"destinationPortRange": None})]),
        EXPOSED,
        "internet",
        INTERNET,
        decided_by=ALLOW_100,
    ),
    Case(
        "27-destination-asg-without-this-nic",
        [*one_vm_estate([allow(100, source="Internet", destination_asgs=["asg-x"])]), asg("asg-x")],
        NOT_EXPOSED,
        decided_by=DEFAULT_DENY,
    ),
    Case(
        "28-deny-for-an-asg-without-this-nic",
        [
            *one_vm_estate(
                [
                    deny(100, source="Internet", destination_asgs=["asg-x"]),
                    allow(200, source="Internet"),
                ]
            ),
            asg("asg-x"),
        ],
        EXPOSED,
        "internet",
        INTERNET,
        decided_by=ALLOW_200,
    ),
    Case(
        "29-asg-as-source-holds-private-nics",
        one_vm_estate([allow(100, source_asgs=["asg-x"])], asgs=["asg-x"]),
        NOT_EXPOSED,
        decided_by=DEFAULT_DENY,
    ),
]

ADDRESS_CASES: Final = [
    Case(
        "11-standard-address-without-any-nsg-is-closed",
        one_vm_estate(None),
        NOT_EXPOSED,
        decided_by=("platform", "standard-default-deny"),
    ),
    Case(
        "12-basic-address-without-any-nsg-is-open",
        one_vm_estate(None, sku="Basic"),
        EXPOSED,
        "internet",
        INTERNET,
        decided_by=("platform", "basic-default-allow"),
    ),
    Case(
        "12-basic-address-without-any-nsg-is-open-on-every-port",
        one_vm_estate(None, sku="Basic"),
        EXPOSED,
        "internet",
        INTERNET,
        decided_by=("platform", "basic-default-allow"),
        ports=(22, 8443),
        port=8443,
    ),
    Case(
        "13-basic-address-behind-default-rules",
        one_vm_estate([], sku="Basic"),
        NOT_EXPOSED,
        decided_by=DEFAULT_DENY,
    ),
    Case(
        "35-ipv6-rule-opens-ipv6",
        one_dual_stack_vm_estate(
            [
                allow(100, source="::/0", destination="::/0"),
                deny(200, source="0.0.0.0/0"),
            ],
            ipv4_address="20.1.2.3",
        ),
        EXPOSED,
        "internet",
        INTERNET_6,
        ip_configuration="ipconfig6",
        decided_by=ALLOW_100,
    ),
    Case(
        "35-ipv6-rule-leaves-ipv4-closed",
        one_dual_stack_vm_estate(
            [
                allow(100, source="::/0", destination="::/0"),
                deny(200, source="0.0.0.0/0"),
            ],
            ipv4_address="20.1.2.3",
        ),
        NOT_EXPOSED,
        ip_configuration="ipconfig1",
        decided_by=DENY_200,
    ),
    Case(
        "36-ipv6-rule-without-ipv6-address",
        one_vm_estate([allow(100, source="::/0", destination="::/0")]),
        NOT_EXPOSED,
        decided_by=DEFAULT_DENY,
    ),
    Case(
        "48-deallocated-vm-keeps-its-verdict",
        one_vm_estate([allow(100)], sku="Basic", address=None, power="deallocated"),
        EXPOSED,
        "internet",
        INTERNET,
        latent=True,
        decided_by=ALLOW_100,
        front_door={"kind": "public-ip", "address": None},
    ),
    Case(
        "50-second-nic-counts",
        _TWO_NICS,
        EXPOSED,
        "internet",
        INTERNET,
        nic="nic-2",
        decided_by=ALLOW_100,
    ),
]

DESTINATION_AND_ADDRESS_CASES: Final = [*DESTINATION_CASES, *ADDRESS_CASES]
