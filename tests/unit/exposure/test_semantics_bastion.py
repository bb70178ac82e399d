"""Whether a Bastion reaches a VM: rows 53 to 56 of the tricky cases, and section 9 of the notes."""

from __future__ import annotations

from typing import Final

import pytest

from tests.judging import scan
from tests.rows import (
    BASTION_PREFIX,
    Part,
    Row,
    admin_rule,
    allow,
    bastion,
    bastion_subnet,
    deny,
    effective_admin_rules,
    nic,
    nsg,
    one_vm_behind,
    peering,
    subnet,
    vm,
    vnet,
)

REACH_CHECKS: Final = {"bastion-missing", "bastion-blocked"}
BLOCKED: Final = {("bastion-blocked", "vm-1")}
MISSING: Final = {("bastion-missing", "vnet-1")}
REACHED: Final[set[tuple[str, str]]] = set()


def beside_a_bastion(
    *rules: Part, sku: str = "Standard", bastion_nsg: str | None = None
) -> list[Row]:
    """Return `vm-1` under these rules in a network with a Bastion of its own."""
    dedicated = [] if sku == "Developer" else [bastion_subnet(nsg=bastion_nsg)]
    return one_vm_behind(bastion(sku=sku), rules=rules, subnets=dedicated)


def peered_with_a_hub(
    *, here: str = "Connected", there: str = "Connected", sku: str = "Standard"
) -> list[Row]:
    """Return `vm-1` in `vnet-1`, peered with `vnet-hub` that has a Bastion."""
    return [
        vm(),
        nic(),
        vnet(peerings=[peering("vnet-hub", ["10.9.0.0/16"], state=here)]),
        vnet(
            "vnet-hub",
            ["10.9.0.0/16"],
            subnets=[bastion_subnet(["10.9.255.0/26"])],
            peerings=[peering("vnet-1", ["10.0.0.0/16"], state=there)],
        ),
        bastion(sku=sku, vnet="vnet-hub"),
    ]


def windows(*rules: Part) -> list[Row]:
    """Return a Windows VM under these rules in a network with a Bastion of its own."""
    return [vm(os="Windows"), *beside_a_bastion(*rules)[1:]]


def out(priority: int, access: str, port: str) -> Part:
    """Return an outbound rule of the Bastion's subnet towards the network."""
    make = {"Allow": allow, "Deny": deny}[access]
    return make(
        priority, direction="Outbound", destination="VirtualNetwork", port=port, protocol="*"
    )


OUTBOUND_STOPPED: Final = [
    *beside_a_bastion(bastion_nsg="nsg-bastion"),
    nsg("nsg-bastion", [out(100, "Deny", "*")]),
]
OUTBOUND_OPEN: Final = [
    *beside_a_bastion(bastion_nsg="nsg-bastion"),
    nsg("nsg-bastion", [out(100, "Allow", "22"), out(110, "Deny", "*")]),
]


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        pytest.param(beside_a_bastion(deny(4096)), BLOCKED, id="53-late-deny-without-an-allow"),
        pytest.param(
            beside_a_bastion(allow(100, source=BASTION_PREFIX), deny(200)),
            REACHED,
            id="54-bastion-prefix-allowed-before-deny",
        ),
        pytest.param(
            beside_a_bastion(deny(100, source="VirtualNetwork"), sku="Developer"),
            BLOCKED,
            id="55-developer-comes-from-inside-virtual-network",
        ),
        pytest.param(peered_with_a_hub(here="Disconnected"), MISSING, id="56-peering-disconnected"),
        pytest.param(
            peered_with_a_hub(there="Disconnected"),
            MISSING,
            id="56-peering-disconnected-on-the-other-side",
        ),
        pytest.param(peered_with_a_hub(), REACHED, id="host-in-a-peered-network"),
        pytest.param(peered_with_a_hub(sku="Basic"), REACHED, id="basic-reaches-over-peering"),
        pytest.param(peered_with_a_hub(sku="Developer"), MISSING, id="developer-stays-at-home"),
        pytest.param(beside_a_bastion(), REACHED, id="default-rules-let-the-bastion-in"),
        pytest.param(beside_a_bastion(sku="Developer"), REACHED, id="default-rules-and-developer"),
        pytest.param(
            beside_a_bastion(deny(100, source="168.63.129.16"), sku="Developer"),
            BLOCKED,
            id="developer-denied-by-its-address",
        ),
        pytest.param(
            beside_a_bastion(deny(100, source="168.63.129.16")),
            REACHED,
            id="platform-address-is-not-the-dedicated-host",
        ),
        pytest.param(
            beside_a_bastion(deny(100, source="10.0.255.0/27")),
            BLOCKED,
            id="half-of-the-bastion-subnet-denied",
        ),
        pytest.param(
            beside_a_bastion(deny(100, source="Internet")),
            REACHED,
            id="deny-internet-leaves-the-bastion",
        ),
        pytest.param(beside_a_bastion(deny(100, port="3389")), REACHED, id="linux-needs-no-3389"),
        pytest.param(windows(deny(100, port="3389")), BLOCKED, id="windows-needs-3389"),
        pytest.param(windows(deny(100, port="22")), REACHED, id="windows-needs-no-22"),
        pytest.param(
            [*beside_a_bastion(), effective_admin_rules(rules=[admin_rule(10, "Deny")])],
            BLOCKED,
            id="admin-deny-stops-the-bastion-too",
        ),
        pytest.param(OUTBOUND_STOPPED, BLOCKED, id="bastion-subnet-stops-its-own-way-out"),
        pytest.param(OUTBOUND_OPEN, REACHED, id="bastion-subnet-lets-22-out"),
        pytest.param(
            [*one_vm_behind(subnets=[bastion_subnet()]), bastion(state="Failed")],
            MISSING,
            id="failed-host-is-no-host",
        ),
        pytest.param([vm(), nic(), vnet(subnets=[subnet()])], MISSING, id="no-host-at-all"),
    ],
)
def test_bastion_reach_is_judged_by_effect(rows: list[Row], found: set[tuple[str, str]]) -> None:
    findings = scan(rows)["findings"]
    reach = {(one["check"], one["resource"].rsplit("/", 1)[-1]) for one in findings}
    assert {one for one in reach if one[0] in REACH_CHECKS} == found


def test_peer_without_a_row_leaves_the_missing_bastion_undetermined() -> None:
    rows = [vm(), nic(), vnet(peerings=[peering("vnet-hub", ["10.9.0.0/16"])])]
    report = scan(rows)
    unknown = [one["check"] for one in report["undetermined"]]
    assert "bastion-missing" in unknown
    assert "bastion-missing" not in [one["check"] for one in report["findings"]]
