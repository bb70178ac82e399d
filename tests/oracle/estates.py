"""Random estates over a tiny alphabet, so that rules overlap, shadow and cut each other often."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from tests.rows import (
    Part,
    Row,
    asg,
    default_route,
    ip_configuration,
    ip_configuration_id,
    nic,
    nsg,
    peering,
    public_ip,
    route_table,
    rule,
    service_tag_list,
    subnet,
    subnet_id,
    vm,
    vnet,
)

MACHINES: Final = 8

FOURS: Final = (
    "0.0.0.0/0",
    "0.0.0.0/1",
    "128.0.0.0/1",
    "52.0.0.0/8",
    "52.1.0.0/16",
    "52.1.2.0/24",
    "52.1.2.3",
    "52.1.2.3-52.1.3.9",
    "20.50.0.0/16",
    "20.48.0.0/12",
    "10.0.0.0/8",
    "168.63.129.16",
    "100.0.0.0/8",
)
SIXES: Final = ("::/0", "2000::/3", "2a01::/16", "2a01:5::/48", "2a01:5::7", "fd00::/8")
TAGS: Final = (
    "Internet",
    "internet",
    "VirtualNetwork",
    "AzureLoadBalancer",
    "AzureCloud",
    "Storage",
    "AzureCloud.westeurope",
    "Sql",
)
PORTS: Final = ("22", "*", "20-25", "23-80", "0-65535", ("22", "80"), ("80", "443"), "3389")
SOURCE_PORTS: Final = ("*",) * 6 + ("1024-65535", "53", "0-49151", ("49152-65535", "53"))
PROTOCOLS: Final = ("Tcp", "Tcp", "*", "TCP", "Udp")
SPACES: Final = (("10.0.0.0/16",), ("10.0.0.0/16", "20.50.0.0/16"), ("20.50.0.0/16",))
PEERS: Final = ("52.1.0.0/16", "10.7.0.0/16")
SKUS: Final = ("Standard",) * 6 + ("Basic", "StandardV2", None)
POWERS: Final = ("running",) * 4 + ("deallocated", "starting", None)
TAG_LISTS: Final = (
    None,
    None,
    {
        "AzureCloud": ["52.0.0.0/9", "2a01::/20"],
        "AzureCloud.westeurope": ["52.1.0.0/16"],
        "Storage": ["52.1.2.0/23", "2a01:5::/48"],
        "Sql": ["52.1.2.3/32"],
    },
    {"AzureCloud": ["52.0.0.0/7"], "Storage": ["52.1.0.0/16", "53.0.0.0/24"]},
)
TRUSTED: Final = ((),) * 4 + (("52.1.2.0/24",), ("0.0.0.0/1",), ("52.0.0.0/8", "2a01::/16"))


@dataclass(frozen=True, slots=True)
class RandomEstate:
    """Rows of a few machines with public addresses, and the question asked about them."""

    seed: int
    rows: Sequence[Row]
    ports: tuple[int, ...]
    trusted: tuple[str, ...]
    service_tags: Part | None


def random_estate(seed: int) -> RandomEstate:
    """Return the estate of a seed; the same seed always gives the same estate."""
    random = Random(seed)
    space = random.choice(SPACES)
    prefix = "20.50.{}.0/24" if space == ("20.50.0.0/16",) else "10.0.{}.0/24"
    subnets: list[Part] = []
    rows: list[Row] = [asg("asg-a"), asg("asg-b"), route_table("rt-out", [default_route()])]
    for number in range(MACHINES):
        subnets.append(_subnet(random, number, prefix.format(number)))
        rows += _machine(random, number, prefix.format(number))
    peerings, peers = _peers(random)
    families = [*space, "fd00:db8::/48", *random.choice([[], ["2a01:5::/48"]])]
    rows += [vnet(space=families, subnets=subnets, peerings=peerings), *peers]
    random.shuffle(rows)
    listed = random.choice(TAG_LISTS)
    return RandomEstate(
        seed,
        rows,
        ports=random.choice([(22,), (22, 3389)]),
        trusted=random.choice(TRUSTED),
        service_tags=None if listed is None else service_tag_list(listed),
    )


def _subnet(random: Random, number: int, prefix: str) -> Part:
    return subnet(
        f"subnet-{number}",
        [prefix, f"fd00:db8:0:{number}::/64"],
        nsg=f"nsg-subnet-{number}" if random.random() < 0.9 else None,
        route_table="rt-out" if random.random() < 0.08 else None,
    )


def _machine(random: Random, number: int, prefix: str) -> list[Row]:
    address = prefix.replace(".0/24", ".4")
    sku = random.choice(SKUS)
    nic_name = f"nic-{number}"
    groups = random.choice([(), ("asg-a",), ("asg-a", "asg-b")])
    configurations = [_configuration("ipconfig1", address, number, f"pip-{number}", groups)]
    rows = [
        vm(f"vm-{number}", [nic_name], power=random.choice(POWERS)),
        public_ip(
            f"pip-{number}", f"20.1.2.{number}", sku=sku, owner=ip_configuration_id(nic_name)
        ),
    ]
    if random.random() < 0.3:
        six = f"fd00:db8:0:{number}::4"
        configurations.append(_configuration("ipconfig6", six, number, f"pip6-{number}", groups))
        rows.append(
            public_ip(
                f"pip6-{number}",
                f"2a01:111::{number}",
                sku=sku,
                family="IPv6",
                owner=ip_configuration_id(nic_name, "ipconfig6"),
            )
        )
    nic_nsg = f"nsg-nic-{number}" if random.random() < 0.6 else None
    rows.append(nic(nic_name, configurations, vm=f"vm-{number}", nsg=nic_nsg))
    return [
        *rows,
        *(
            nsg(f"nsg-{layer}-{number}", random_rules(random, prefix))
            for layer in ("subnet", "nic")
            if random.random() < 0.97
        ),
    ]


def _configuration(
    name: str, address: str, number: int, public: str, groups: Sequence[str]
) -> Part:
    return ip_configuration(
        name,
        address,
        public_ip=public,
        subnet=subnet_id("vnet-1", f"subnet-{number}"),
        asgs=groups,
        family="IPv6" if ":" in address else "IPv4",
        primary=name == "ipconfig1",
    )


def random_rules(random: Random, prefix: str) -> list[Part]:
    """Return up to five custom rules around a machine at .4 of this subnet prefix."""
    count = random.choice([0, 1, 2, 2, 3, 3, 4, 5])
    priorities = random.sample(range(100, 110), count)
    return [_rule(random, priority, prefix) for priority in priorities]


def _rule(random: Random, priority: int, prefix: str) -> Part:
    from_asg, to_asg = random.random() < 0.04, random.random() < 0.12
    asgs = random.choice([["asg-a"], ["asg-b"], ["asg-a", "asg-b"]])
    return rule(
        priority,
        random.choice(["Allow", "Allow", "Deny"]),
        source=None if from_asg else _source(random),
        source_asgs=asgs if from_asg else (),
        source_port=random.choice(SOURCE_PORTS),
        destination=None if to_asg else _destination(random, prefix),
        destination_asgs=asgs if to_asg else (),
        port=random.choice(PORTS),
        protocol=random.choice(PROTOCOLS),
        direction=random.choice(["Inbound"] * 9 + ["Outbound"]),
    )


def _source(random: Random) -> str | list[str]:
    kind = random.random()
    if kind < 0.2:
        return random.choice(["*", "Any"])
    if kind < 0.45:
        return random.choice(TAGS)
    if kind < 0.55:
        return random.choice(SIXES)
    if kind < 0.75:
        return random.choice(FOURS)
    return random.sample(random.choice([FOURS, FOURS, SIXES]), random.choice([2, 3]))


def _destination(random: Random, prefix: str) -> str | Sequence[str]:
    own = prefix.replace(".0/24", ".4")
    return random.choice(
        ["*"] * 8
        + [own, prefix, "VirtualNetwork", "10.0.0.0/8", "10.99.0.4", "Internet", [own, "10.99.0.4"]]
    )


def _peers(random: Random) -> tuple[list[Part], list[Row]]:
    """Return the peerings of `vnet-1`, and rows of peers, some of which lack the other side."""
    if random.random() < 0.5:
        return [], []
    space = [random.choice(PEERS)]
    here = random.choice(["Connected", "Connected", "Connected", "Disconnected"])
    there = random.choice(["Connected", "Connected", "Initiated"])
    access = random.random() < 0.9
    back = [peering("vnet-1", state=there, access=access)] if random.random() < 0.9 else []
    peer = vnet("vnet-2", space, subnets=[], peerings=back)
    return [peering("vnet-2", space, state=here)], [peer] if random.random() < 0.7 else []
