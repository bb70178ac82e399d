"""Senders that are not the internet: own and peered networks, the platform, trusted sources.

Source: the notes on Azure's semantics, 3; the design of the verdict, "The internet" and the fine
print.
"""

from __future__ import annotations

from typing import Final

from tests.cases.case import EXPOSED, NOT_EXPOSED, UNDETERMINED, Case
from tests.cases.order_and_sources import ALLOW_100, DEFAULT_DENY, DENY_100
from tests.cases.sets import INTERNET, minus
from tests.rows import (
    allow,
    default_route,
    deny,
    one_vm_estate,
    peering,
    route,
    vnet,
)

_OFFICE: Final = "203.0.113.0/24"

VIRTUAL_NETWORK_CASES: Final = [
    Case(
        "own-public-space-is-not-the-internet",
        one_vm_estate(
            [allow(100)], private_ip="20.50.0.4", space=["20.50.0.0/16"], prefixes=["20.50.0.0/24"]
        ),
        EXPOSED,
        "internet",
        minus(INTERNET, "20.50.0.0/16"),
    ),
    Case(
        "own-public-space-in-the-tag",
        one_vm_estate(
            [allow(100, source="VirtualNetwork")],
            private_ip="20.50.0.4",
            space=["20.50.0.0/16"],
            prefixes=["20.50.0.0/24"],
        ),
        NOT_EXPOSED,
        decided_by=DEFAULT_DENY,
    ),
    Case(
        "own-public-space-by-literal-prefix",
        one_vm_estate(
            [allow(100, source="20.50.0.0/16")],
            private_ip="20.50.0.4",
            space=["20.50.0.0/16"],
            prefixes=["20.50.0.0/24"],
        ),
        NOT_EXPOSED,
        decided_by=DEFAULT_DENY,
    ),
    Case(
        "peered-public-space-is-not-the-internet",
        [
            *one_vm_estate([allow(100)], peerings=[peering("vnet-2", ["52.10.0.0/16"])]),
            vnet(
                "vnet-2",
                ["52.10.0.0/16"],
                subnets=[],
                peerings=[peering("vnet-1", ["10.0.0.0/16"])],
            ),
        ],
        EXPOSED,
        "internet",
        minus(INTERNET, "52.10.0.0/16"),
    ),
    Case(
        "peer-without-a-row-lends-its-space",
        one_vm_estate([allow(100)], peerings=[peering("vnet-2", ["52.10.0.0/16"])]),
        EXPOSED,
        "internet",
        minus(INTERNET, "52.10.0.0/16"),
    ),
    Case(
        "peering-that-the-other-side-lacks",
        [
            *one_vm_estate([allow(100)], peerings=[peering("vnet-2", ["52.10.0.0/16"])]),
            vnet("vnet-2", ["52.10.0.0/16"], subnets=[]),
        ],
        EXPOSED,
        "internet",
        INTERNET,
    ),
    Case(
        "peering-disconnected",
        one_vm_estate(
            [allow(100)], peerings=[peering("vnet-2", ["52.10.0.0/16"], state="Disconnected")]
        ),
        EXPOSED,
        "internet",
        INTERNET,
    ),
    Case(
        "peering-disconnected-on-the-other-side",
        [
            *one_vm_estate([allow(100)], peerings=[peering("vnet-2", ["52.10.0.0/16"])]),
            vnet(
                "vnet-2",
                ["52.10.0.0/16"],
                subnets=[],
                peerings=[peering("vnet-1", ["10.0.0.0/16"], state="Disconnected")],
            ),
        ],
        EXPOSED,
        "internet",
        INTERNET,
    ),
    Case(
        "peering-without-access",
        one_vm_estate([allow(100)], peerings=[peering("vnet-2", ["52.10.0.0/16"], access=False)]),
        EXPOSED,
        "internet",
        INTERNET,
    ),
    Case(
        "peered-space-in-the-tag",
        one_vm_estate(
            [allow(100, source="VirtualNetwork")], peerings=[peering("vnet-2", ["52.10.0.0/16"])]
        ),
        NOT_EXPOSED,
        decided_by=DEFAULT_DENY,
    ),
    Case(
        "platform-address-is-not-the-internet",
        one_vm_estate([allow(100, source="168.63.129.16")]),
        NOT_EXPOSED,
    ),
    Case(
        "default-route-to-a-gateway",
        one_vm_estate([], routes=[route("0.0.0.0/0", "VirtualNetworkGateway")]),
        UNDETERMINED,
        None,
        [],
        None,
        return_path="asymmetric",
    ),
    Case(
        "default-route-straight-to-the-internet",
        one_vm_estate([], routes=[route("0.0.0.0/0", "Internet")]),
        NOT_EXPOSED,
    ),
    Case(
        "default-route-behind-deny-of-everything",
        one_vm_estate([deny(100)], routes=[default_route()]),
        NOT_EXPOSED,
        return_path="asymmetric",
        decided_by=DENY_100,
    ),
    Case(
        "default-route-beside-a-literal-allow",
        one_vm_estate([allow(100, source=_OFFICE), deny(200)], routes=[default_route()]),
        EXPOSED,
        "limited",
        [_OFFICE],
        [],
        return_path="asymmetric",
        decided_by=ALLOW_100,
    ),
]

TRUSTED_CASES: Final = [
    Case(
        "trusted-sources-only",
        one_vm_estate([allow(100, source="203.0.113.7")]),
        NOT_EXPOSED,
        reason="trusted-only",
        trusted=(_OFFICE,),
    ),
    Case(
        "trusted-sources-are-taken-out",
        one_vm_estate([allow(100, source=_OFFICE)]),
        EXPOSED,
        "limited",
        ["203.0.113.128/25"],
        trusted=("203.0.113.0/25",),
    ),
    Case(
        "trusted-sources-lower-the-reach",
        one_vm_estate([allow(100, source="52.0.0.0/8")]),
        EXPOSED,
        "wide",
        minus(["52.0.0.0/8"], "52.9.0.0/24"),
        trusted=("52.9.0.0/24",),
    ),
    Case(
        "trusted-sources-leave-others",
        one_vm_estate([allow(100, source=_OFFICE)]),
        EXPOSED,
        "limited",
        [_OFFICE],
        trusted=("198.51.100.0/24",),
    ),
    Case(
        "trusted-sources-beside-an-unknown-tag",
        one_vm_estate([allow(100, source=_OFFICE), allow(110, source="Storage")]),
        UNDETERMINED,
        None,
        [],
        ["Storage"],
        trusted=(_OFFICE,),
    ),
]

OWN_NETWORK_CASES: Final = [*VIRTUAL_NETWORK_CASES, *TRUSTED_CASES]
