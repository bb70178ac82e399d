"""Ways in through a load balancer: NAT rules, pools of NAT rules, balancing rules.

The number in a name is the row of the table "Tricky cases" in the notes on Azure's semantics;
the others come from its sections 2 and 5.3.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from tests.cases.case import EXPOSED, NOT_EXPOSED, Case
from tests.cases.sets import INTERNET
from tests.rows import (
    Part,
    Row,
    allow,
    balancing_rule,
    balancing_rule_id,
    frontend,
    frontend_id,
    ip_configuration,
    ip_configuration_id,
    load_balancer,
    nat_gateway,
    nat_rule,
    nat_rule_id,
    nic,
    nsg,
    one_vm_behind,
    outbound_rule,
    pool,
    pool_nat_rule,
    port_mapping,
    public_ip,
    subnet,
    subnet_id,
    vm,
    vnet,
)

SUBNET: Final = "subnet-nsg"
MEMBER: Final = ip_configuration_id()

_FRONT: Final = public_ip("pip-lb", "20.7.7.7", owner=frontend_id())


def balanced(
    rules: Sequence[Part] | None,
    /,
    *,
    sku: str = "Standard",
    **parts: Any,  # noqa: ANN401 - passed on to `load_balancer`
) -> list[Row]:
    """Return `vm-1` behind the public load balancer `lb-1` (20.7.7.7)."""
    front = public_ip("pip-lb", "20.7.7.7", sku=sku, owner=frontend_id())
    return one_vm_behind(front, load_balancer(sku=sku, **parts), rules=rules)


_ONE_MEMBER: Final = [pool(members=[MEMBER])]
_NAT: Final = "load-balancer-nat-rule"
_BALANCED: Final = "load-balancer-rule"

NAT_RULE_CASES: Final = [
    Case(
        "14-nat-rule-with-nsg-open-on-the-front-port-only",
        balanced([allow(100, port="50001")], nat_rules=[nat_rule(target=MEMBER)]),
        NOT_EXPOSED,
        door=_NAT,
        decided_by=(SUBNET, "DenyAllInBound"),
    ),
    Case(
        "15-nat-rule-with-nsg-open-on-the-port-behind",
        balanced([allow(100, source="Internet")], nat_rules=[nat_rule(target=MEMBER)]),
        EXPOSED,
        "internet",
        INTERNET,
        door=_NAT,
        decided_by=(SUBNET, "allow-inbound-100"),
        front_door={"id": nat_rule_id(), "address": "20.7.7.7", "port": 50001},
    ),
    Case(
        "16-nat-rule-from-22-to-another-port",
        balanced(
            [allow(100, port="2222")],
            nat_rules=[nat_rule(front_port=22, back_port=2222, target=MEMBER)],
        ),
        EXPOSED,
        "internet",
        INTERNET,
        door=_NAT,
        port=2222,
        front_door={"address": "20.7.7.7", "port": 22},
    ),
    Case(
        "17-nat-rule-on-a-pool-with-known-mapping",
        balanced(
            [allow(100)],
            nat_rules=[pool_nat_rule()],
            pools=[pool(members=[MEMBER], mappings=[port_mapping("nat-ssh", 50003)])],
        ),
        EXPOSED,
        "internet",
        INTERNET,
        door=_NAT,
        front_door={"port": 50003},
    ),
    Case(
        "17-nat-rule-on-a-pool-without-mapping",
        balanced([allow(100)], nat_rules=[pool_nat_rule()], pools=_ONE_MEMBER),
        EXPOSED,
        "internet",
        INTERNET,
        door=_NAT,
        front_door={"port": 50000, "port_range": [50000, 50100]},
    ),
    Case(
        "nat-rule-for-udp-is-no-ssh",
        balanced(
            [allow(100, protocol="*"), allow(110)],
            nat_rules=[nat_rule("udp", protocol="Udp", target=MEMBER), nat_rule(target=MEMBER)],
        ),
        EXPOSED,
        "internet",
        INTERNET,
        door=_NAT,
    ),
    Case(
        "nat-rule-behind-a-basic-balancer-without-any-nsg",
        balanced(None, sku="Basic", nat_rules=[nat_rule(target=MEMBER)]),
        EXPOSED,
        "internet",
        INTERNET,
        door=_NAT,
        decided_by=("platform", "basic-default-allow"),
    ),
    Case(
        "nat-rule-behind-a-standard-balancer-without-any-nsg",
        balanced(None, nat_rules=[nat_rule(target=MEMBER)]),
        NOT_EXPOSED,
        door=_NAT,
        decided_by=("platform", "standard-default-deny"),
    ),
]

BALANCING_CASES: Final = [
    Case(
        "balancing-rule-on-22",
        balanced([allow(100)], rules=[balancing_rule()], pools=_ONE_MEMBER),
        EXPOSED,
        "internet",
        INTERNET,
        door=_BALANCED,
        front_door={"id": balancing_rule_id(), "address": "20.7.7.7", "port": 22},
    ),
    Case(
        "balancing-rule-keeps-the-client-address",
        balanced([allow(100, source="203.0.113.7")], rules=[balancing_rule()], pools=_ONE_MEMBER),
        EXPOSED,
        "limited",
        ["203.0.113.7/32"],
        door=_BALANCED,
    ),
    Case(
        "balancing-rule-is-not-the-load-balancer-tag",
        balanced([], rules=[balancing_rule()], pools=_ONE_MEMBER),
        NOT_EXPOSED,
        door=_BALANCED,
        decided_by=(SUBNET, "DenyAllInBound"),
    ),
    Case(
        "pool-of-addresses-resolves-in-its-network",
        balanced(
            [allow(100)],
            rules=[balancing_rule()],
            pools=[pool(addresses=["10.0.0.4"], vnet="vnet-1")],
        ),
        EXPOSED,
        "internet",
        INTERNET,
        door=_BALANCED,
    ),
    Case(
        "39-floating-address-with-nsg-for-the-frontend",
        balanced(
            [allow(100, destination="20.7.7.7")],
            rules=[balancing_rule(floating=True)],
            pools=_ONE_MEMBER,
        ),
        EXPOSED,
        "internet",
        INTERNET,
        door=_BALANCED,
    ),
    Case(
        "all-ports-rule-holds-22",
        balanced(
            [allow(100)], rules=[balancing_rule("all", 0, 0, protocol="All")], pools=_ONE_MEMBER
        ),
        EXPOSED,
        "internet",
        INTERNET,
        door=_BALANCED,
    ),
]

_TWO_MACHINES: Final = [
    vm(),
    nic(),
    vm("vm-2", ["nic-2"]),
    nic("nic-2", [ip_configuration(private_ip="10.0.0.5")], vm="vm-2"),
    vnet(subnets=[subnet(nsg="nsg-subnet")]),
    nsg("nsg-subnet", [allow(100)]),
    _FRONT,
    load_balancer(
        nat_rules=[pool_nat_rule()], pools=[pool(members=[MEMBER, ip_configuration_id("nic-2")])]
    ),
]

MEMBER_CASES: Final = [
    Case(
        f"17-nat-rule-on-a-pool-is-a-door-of-{name}",
        _TWO_MACHINES,
        EXPOSED,
        "internet",
        INTERNET,
        door=_NAT,
        vm=name,
    )
    for name in ("vm-1", "vm-2")
]

BALANCER_CASES: Final = [*NAT_RULE_CASES, *BALANCING_CASES, *MEMBER_CASES]

_INTERNAL: Final = frontend(private_ip="10.0.0.9", subnet=subnet_id())

DOORLESS_ESTATES: Final = {
    "40-outbound-rule-lets-nothing-in": balanced(
        [allow(100)], outbound_rules=[outbound_rule()], pools=_ONE_MEMBER
    ),
    "40-nat-gateway-lets-nothing-in": [
        vm(),
        nic(),
        vnet(subnets=[subnet(nsg="nsg-subnet", nat_gateway="natgw-1")]),
        nat_gateway("natgw-1", ["pip-out"]),
        public_ip("pip-out", "20.8.8.8"),
        nsg("nsg-subnet", [allow(100)]),
    ],
    "41-internal-balancer-is-not-the-internet": one_vm_behind(
        load_balancer(frontends=[_INTERNAL], rules=[balancing_rule()], pools=_ONE_MEMBER),
        rules=[allow(100)],
    ),
    "nat-rule-without-a-target": balanced([allow(100)], nat_rules=[nat_rule()]),
    "pool-address-of-another-network": balanced(
        [allow(100)], rules=[balancing_rule()], pools=[pool(addresses=["10.0.0.4"], vnet="vnet-2")]
    ),
    "udp-balancing-rule": balanced(
        [allow(100, protocol="*")], rules=[balancing_rule(protocol="Udp")], pools=_ONE_MEMBER
    ),
}
"""Estates of `vm-1` that hold no way in from the internet, by what they show."""
