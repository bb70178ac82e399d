"""Security admin rules, which stand before the NSGs.

The number in a name is the row of the table "Tricky cases" in the notes on Azure's semantics;
the others come from its sections 6.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tests.cases.case import EXPOSED, NOT_EXPOSED, NOT_SAFE, UNDETERMINED, Case
from tests.cases.sets import INTERNET, minus
from tests.rows import (
    Part,
    Row,
    admin_rule,
    admin_rule_snapshot,
    allow,
    deny,
    effective_admin_rules,
    effective_configurations,
    nsg,
    one_vm_estate,
    subnet,
    vnet,
)

SUBNET: Final = "subnet-nsg"

_ADMIN: Final = "admin-rules"
_ALWAYS: Final = admin_rule(10, "AlwaysAllow", sources=["Internet"])
_STOP: Final = admin_rule(10, "Deny", sources=["Internet"])


def managed(rules: Sequence[Part] | None, *admin: Part) -> list[Row]:
    """Return `vm-1` with a public address in a network under these admin rules."""
    return [*one_vm_estate(rules), effective_admin_rules(rules=admin)]


_MANAGED_INSTANCE: Final = subnet(
    "sql",
    ["10.0.8.0/24"],
    delegations=[{"name": "mi", "properties": {"serviceName": "Microsoft.Sql/managedInstances"}}],
)

ADMIN_CASES: Final = [
    Case(
        "30-always-allow-skips-the-nsg",
        managed([deny(100)], _ALWAYS),
        EXPOSED,
        "internet",
        INTERNET,
        decided_by=(_ADMIN, "admin-alwaysallow-10"),
    ),
    Case(
        "31-admin-deny-stops-before-the-nsg",
        managed([allow(100)], _STOP),
        NOT_EXPOSED,
        decided_by=(_ADMIN, "admin-deny-10"),
    ),
    Case(
        "32-admin-allow-hands-over-to-the-nsg",
        managed([deny(100)], admin_rule(10, "Allow", sources=["Internet"])),
        NOT_EXPOSED,
        decided_by=(SUBNET, "deny-inbound-100"),
    ),
    Case(
        "33-earlier-admin-allow-shields-from-admin-deny",
        managed([allow(100)], _STOP, admin_rule(5, "Allow", sources=["Internet"])),
        EXPOSED,
        "internet",
        INTERNET,
        decided_by=(SUBNET, "allow-inbound-100"),
    ),
    Case(
        "34-admin-deny-on-a-network-with-a-managed-instance",
        [
            *one_vm_estate([allow(100)])[:3],
            vnet(subnets=[subnet(nsg="nsg-subnet"), _MANAGED_INSTANCE]),
            nsg("nsg-subnet", [allow(100)]),
            effective_admin_rules(rules=[_STOP]),
        ],
        NOT_SAFE,
        certain=None,
        possible_tags=None,
    ),
    Case(
        "admin-deny-of-one-prefix-leaves-a-hole",
        managed([allow(100)], admin_rule(10, "Deny", sources=["52.0.0.0/8"])),
        EXPOSED,
        "internet",
        minus(INTERNET, "52.0.0.0/8"),
    ),
    Case(
        "admin-deny-of-another-port",
        managed([allow(100)], admin_rule(10, "Deny", ports=["3389"])),
        EXPOSED,
        "internet",
        INTERNET,
    ),
    Case(
        "admin-deny-of-outbound-traffic",
        managed([allow(100)], admin_rule(10, "Deny", direction="Outbound")),
        EXPOSED,
        "internet",
        INTERNET,
    ),
    Case(
        "admin-deny-of-any-protocol",
        managed([allow(100)], admin_rule(10, "Deny", protocol="Any")),
        NOT_EXPOSED,
        decided_by=(_ADMIN, "admin-deny-10"),
    ),
    Case(
        "admin-always-allow-of-one-prefix-adds-to-the-nsg",
        managed(
            [allow(100, source="203.0.113.0/24")],
            admin_rule(10, "AlwaysAllow", sources=["198.51.100.0/24"]),
        ),
        EXPOSED,
        "limited",
        ["198.51.100.0/24", "203.0.113.0/24"],
    ),
    Case(
        "admin-always-allow-on-a-standard-address-without-any-nsg",
        managed(None, _ALWAYS),
        UNDETERMINED,
        certain=None,
        possible_tags=None,
    ),
    Case(
        "admin-always-allow-on-a-basic-address-without-any-nsg",
        [*one_vm_estate(None, sku="Basic"), effective_admin_rules(rules=[_ALWAYS])],
        EXPOSED,
        "internet",
        INTERNET,
    ),
    Case(
        "admin-deny-on-a-basic-address-without-any-nsg",
        [*one_vm_estate(None, sku="Basic"), effective_admin_rules(rules=[_STOP])],
        NOT_EXPOSED,
        decided_by=(_ADMIN, "admin-deny-10"),
    ),
    Case(
        "admin-rules-of-a-configuration-snapshot",
        [*one_vm_estate([allow(100)]), effective_configurations(), admin_rule_snapshot(_STOP)],
        NOT_EXPOSED,
        decided_by=(_ADMIN, "admin-deny-10"),
    ),
    Case(
        "admin-rules-of-a-configuration-snapshot-in-the-other-casing",
        [
            *one_vm_estate([allow(100)]),
            effective_configurations(pascal_case=True),
            admin_rule_snapshot(_STOP),
        ],
        NOT_EXPOSED,
        decided_by=(_ADMIN, "admin-deny-10"),
    ),
    Case(
        "admin-rules-of-an-older-snapshot-are-not-in-force",
        [
            *one_vm_estate([allow(100)]),
            effective_configurations(snapshots=[("config-1", 1)]),
            admin_rule_snapshot(_STOP, 0),
            admin_rule_snapshot(admin_rule(10, "Deny", ports=["3389"]), 1),
        ],
        EXPOSED,
        "internet",
        INTERNET,
    ),
]
