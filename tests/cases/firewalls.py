"""Ways in through the DNAT rules of an Azure Firewall.

The number in a name is the row of the table "Tricky cases" in the notes on Azure's semantics;
the others come from its sections 2 and 5.6.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tests.cases.case import EXPOSED, NOT_EXPOSED, NOT_SAFE, UNDETERMINED, Case
from tests.cases.sets import INTERNET
from tests.rows import (
    FIREWALL_SUBNET,
    Part,
    Row,
    classic_nat_collection,
    deny,
    dnat_rule,
    firewall,
    firewall_policy,
    hub_firewall,
    ip_group,
    one_vm_behind,
    policy_nat_collection,
    public_ip,
    rule_collection_group,
    rule_collection_group_id,
    subnet,
)

SUBNET: Final = "subnet-nsg"

_FIREWALL_PREFIX: Final = "10.0.1.0/26"
_FIREWALL_IP: Final = public_ip("pip-fw", "20.9.9.9")


def firewalled(rules: Sequence[Part], *dnat: Part, nat_priority: int = 200) -> list[Row]:
    """Return `vm-1` behind the classic firewall `fw-1` (20.9.9.9) with these DNAT rules."""
    collection = classic_nat_collection(rules=dnat, priority=nat_priority)
    return one_vm_behind(
        firewall(nat_collections=[collection]),
        _FIREWALL_IP,
        rules=rules,
        subnets=[subnet(FIREWALL_SUBNET, [_FIREWALL_PREFIX])],
    )


def policed(*rows: Row) -> list[Row]:
    """Return `vm-1` behind `fw-1` that follows the policy `policy-1` described by `rows`."""
    return one_vm_behind(
        firewall(policy="policy-1"),
        _FIREWALL_IP,
        *rows,
        subnets=[subnet(FIREWALL_SUBNET, [_FIREWALL_PREFIX])],
    )


_DNAT: Final = "firewall-dnat"
_GROUP: Final = rule_collection_group(collections=[policy_nat_collection(rules=[dnat_rule()])])

FIREWALL_CASES: Final = [
    Case(
        "42-dnat-is-seen-by-the-nsg-as-the-firewall",
        firewalled([deny(100, source="Internet")], dnat_rule()),
        EXPOSED,
        "internet",
        INTERNET,
        door=_DNAT,
        decided_by=(SUBNET, "AllowVnetInBound"),
        front_door={"address": "20.9.9.9", "port": 2222, "rule": "dnat-ssh"},
    ),
    Case(
        "43-dnat-stopped-by-deny-of-the-firewall-subnet",
        firewalled([deny(100, source=_FIREWALL_PREFIX)], dnat_rule()),
        NOT_EXPOSED,
        door=_DNAT,
        decided_by=(SUBNET, "deny-inbound-100"),
    ),
    Case(
        "dnat-with-part-of-the-firewall-subnet-denied",
        firewalled([deny(100, source="10.0.1.0/27")], dnat_rule()),
        NOT_SAFE,
        certain=None,
        possible_tags=None,
        door=_DNAT,
    ),
    Case(
        "44-dnat-source-list-is-the-filter",
        firewalled([], dnat_rule(sources=["203.0.113.7/32"])),
        EXPOSED,
        "limited",
        ["203.0.113.7/32"],
        door=_DNAT,
    ),
    Case(
        "dnat-from-a-range-of-addresses",
        firewalled([], dnat_rule(sources=["203.0.113.8-203.0.113.11"])),
        EXPOSED,
        "limited",
        ["203.0.113.8/30"],
        door=_DNAT,
    ),
    Case(
        "dnat-from-private-sources-only",
        firewalled([], dnat_rule(sources=["10.0.0.0/8"])),
        NOT_EXPOSED,
        door=_DNAT,
    ),
    Case(
        "dnat-of-a-policy",
        policed(firewall_policy(), _GROUP),
        EXPOSED,
        "internet",
        INTERNET,
        door=_DNAT,
        front_door={"id": rule_collection_group_id(), "port": 2222, "rule": "dnat-ssh"},
    ),
    Case(
        "dnat-of-a-base-policy",
        policed(
            firewall_policy(base="policy-0"),
            firewall_policy("policy-0"),
            rule_collection_group(
                "policy-0", collections=[policy_nat_collection(rules=[dnat_rule()])]
            ),
        ),
        EXPOSED,
        "internet",
        INTERNET,
        door=_DNAT,
        front_door={"id": rule_collection_group_id("policy-0")},
    ),
    Case(
        "dnat-from-an-ip-group",
        policed(
            firewall_policy(),
            ip_group("office", ["203.0.113.0/25", "198.51.100.4"]),
            rule_collection_group(
                collections=[policy_nat_collection(rules=[dnat_rule(groups=["office"])])]
            ),
        ),
        EXPOSED,
        "limited",
        ["198.51.100.4/32", "203.0.113.0/25"],
        door=_DNAT,
    ),
    Case(
        "dnat-from-an-ip-group-without-a-row",
        policed(
            firewall_policy(),
            rule_collection_group(
                collections=[policy_nat_collection(rules=[dnat_rule(groups=["office"])])]
            ),
        ),
        UNDETERMINED,
        certain=None,
        possible_tags=None,
        door=_DNAT,
    ),
    Case(
        "dnat-of-a-hub",
        one_vm_behind(hub_firewall(), firewall_policy(), _GROUP),
        NOT_SAFE,
        certain=None,
        possible_tags=None,
        door=_DNAT,
    ),
]

FIREWALL_DOORLESS_ESTATES: Final = {
    "dnat-on-a-private-firewall-address": firewalled([], dnat_rule(destinations=["10.0.1.4"])),
    "dnat-to-another-port": firewalled([], dnat_rule(ports=["8080"], to_port="80")),
    "dnat-for-udp": firewalled([], dnat_rule(protocols=["UDP"])),
}
"""Estates behind a firewall that hold no way in to `vm-1`, by what they show."""
