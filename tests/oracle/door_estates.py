"""Random estates whose machines stand behind balancers, a firewall and security admin rules."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Final

from tests.oracle.estates import FOURS, RandomEstate, random_rules
from tests.rows import (
    FIREWALL_SUBNET,
    Part,
    Row,
    admin_rule,
    balancing_rule,
    classic_nat_collection,
    dnat_rule,
    effective_admin_rules,
    firewall,
    frontend_id,
    ip_configuration,
    ip_configuration_id,
    ip_group,
    load_balancer,
    nat_rule,
    nic,
    nsg,
    pool,
    pool_nat_rule,
    public_ip,
    subnet,
    subnet_id,
    vm,
    vnet,
)

MACHINES: Final = 4
FRONT_ADDRESS: Final = "20.7.7.7"
FIREWALL_ADDRESS: Final = "20.9.9.9"
FIREWALL_PREFIX: Final = "10.0.200.0/28"
FRONT_PORTS: Final = (22, 2222, 50001)
BACK_PORTS: Final = (22, 22, 2222, 80)
ADMIN_SOURCES: Final = (
    ("*",),
    ("Internet",),
    ("52.0.0.0/8",),
    ("52.1.0.0/16", "128.0.0.0/1"),
    ("10.0.200.0/28",),
    ("VirtualNetwork",),
)
ADMIN_PORTS: Final = (("22",), ("0-65535",), ("20-25", "80"), ("2222",))


def random_door_estate(seed: int) -> RandomEstate:
    """Return the estate of a seed; the same seed always gives the same estate."""
    random = Random(seed)
    numbers = range(MACHINES)
    subnets = [_subnet(random, number) for number in numbers]
    sku = random.choice(["Standard", "Standard", "Basic"])
    rows = [row for number in numbers for row in _machine(random, number, sku)]
    rows += [
        vnet(subnets=[*subnets, subnet(FIREWALL_SUBNET, [FIREWALL_PREFIX])]),
        *_balancer(random, sku),
        *_firewall(random),
        *_admin_rules(random),
    ]
    random.shuffle(rows)
    return RandomEstate(seed, rows, ports=(22,), trusted=(), service_tags=None)


def _subnet(random: Random, number: int) -> Part:
    group = f"nsg-subnet-{number}" if random.random() < 0.7 else None
    return subnet(f"subnet-{number}", [f"10.0.{number}.0/24"], nsg=group)


def _machine(random: Random, number: int, sku: str) -> list[Row]:
    name, address = f"nic-{number}", f"10.0.{number}.4"
    public = f"pip-{number}" if random.random() < 0.2 else None
    place = subnet_id("vnet-1", f"subnet-{number}")
    configuration = ip_configuration(private_ip=address, public_ip=public, subnet=place)
    group = f"nsg-nic-{number}" if random.random() < 0.4 else None
    rows = [
        vm(f"vm-{number}", [name]),
        nic(name, [configuration], vm=f"vm-{number}", nsg=group),
        nsg(f"nsg-subnet-{number}", _door_rules(random, number)),
        nsg(f"nsg-nic-{number}", _door_rules(random, number)),
    ]
    if public is None:
        return rows
    owner = ip_configuration_id(name)
    return [*rows, public_ip(public, f"20.1.2.{number}", sku=sku, owner=owner)]


def _door_rules(random: Random, number: int) -> list[Part]:
    """Return rules that often name what doors bring in: firewall sources, frontends, back ports."""
    rules = random_rules(random, f"10.0.{number}.0/24")
    for one in rules:
        if random.random() < 0.15:
            one["properties"]["destinationAddressPrefix"] = FRONT_ADDRESS
        if random.random() < 0.15:
            one["properties"]["sourceAddressPrefix"] = FIREWALL_PREFIX
        if random.random() < 0.2:
            one["properties"]["destinationPortRange"] = random.choice(["2222", "50001", "80"])
    return rules


def _balancer(random: Random, sku: str) -> list[Row]:
    members = [
        ip_configuration_id(f"nic-{number}") for number in _some(random, list(range(MACHINES)))
    ]
    addresses = [f"10.0.{number}.4" for number in _some(random, list(range(MACHINES)))]
    pools = [pool("pool", members), pool("by-address", addresses=addresses, vnet="vnet-1")]
    target = ip_configuration_id(f"nic-{random.randrange(MACHINES)}")
    return [
        public_ip("pip-lb", FRONT_ADDRESS, sku=sku, owner=frontend_id()),
        load_balancer(
            sku=sku,
            pools=pools,
            rules=[_balancing_rule(random, number) for number in range(random.randrange(3))],
            nat_rules=[
                nat_rule(
                    f"nat-{number}",
                    random.choice(FRONT_PORTS),
                    random.choice(BACK_PORTS),
                    target=target,
                    protocol=random.choice(["Tcp", "tcp", "Udp"]),
                    floating=random.random() < 0.2,
                )
                for number in range(random.randrange(2))
            ]
            + [pool_nat_rule("range", (50000, 50010), random.choice(BACK_PORTS))][
                : random.randrange(2)
            ],
        ),
    ]


def _balancing_rule(random: Random, number: int) -> Part:
    every_port = random.random() < 0.15
    return balancing_rule(
        f"rule-{number}",
        0 if every_port else random.choice(FRONT_PORTS),
        0 if every_port else random.choice(BACK_PORTS),
        pool=random.choice(["pool", "by-address"]),
        protocol="All" if every_port else random.choice(["Tcp", "Tcp", "Udp"]),
        floating=random.random() < 0.25,
    )


def _firewall(random: Random) -> list[Row]:
    rules = [_dnat_rule(random, number) for number in range(random.randrange(3))]
    return [
        public_ip("pip-fw", FIREWALL_ADDRESS),
        firewall(private_ip="10.0.200.4", nat_collections=[classic_nat_collection(rules=rules)]),
        ip_group("office", ["52.1.2.0/24", "128.0.0.0/1"]),
    ]


def _dnat_rule(random: Random, number: int) -> Part:
    sources = [one for one in random.sample(FOURS, 2) if "/" in one or "-" not in one]
    return dnat_rule(
        f"dnat-{number}",
        sources=random.choice([["*"], sources]),
        groups=random.choice([(), (), ("office",)]),
        destinations=[random.choice([FIREWALL_ADDRESS] * 4 + ["10.0.200.4"])],
        ports=[random.choice(["22", "2222", "50001"])],
        to=f"10.0.{random.randrange(MACHINES)}.4",
        to_port=str(random.choice(BACK_PORTS)),
        protocols=[random.choice(["TCP", "TCP", "UDP"])],
    )


def _admin_rules(random: Random) -> list[Row]:
    if random.random() < 0.4:
        return []
    rules = [
        admin_rule(
            priority,
            random.choice(["Allow", "AlwaysAllow", "Deny", "Deny"]),
            sources=random.choice(ADMIN_SOURCES),
            ports=random.choice(ADMIN_PORTS),
            destinations=random.choice([("*",), ("*",), ("10.0.1.0/24",)]),
            protocol=random.choice(["Tcp", "Any", "Udp"]),
            direction=random.choice(["Inbound", "Inbound", "Inbound", "Outbound"]),
        )
        for priority in random.sample(range(1, 20), random.choice([1, 2, 3]))
    ]
    return [effective_admin_rules(rules=rules)]


def _some(random: Random, values: Sequence[int]) -> list[int]:
    return sorted(random.sample(list(values), random.randrange(len(values) + 1)))
