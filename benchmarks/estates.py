"""Estates of any size, made up by chance and yet the same in every run."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from benchmarks.arm_rows import (
    Machine,
    Subnet,
    bastion_row,
    machine_rows,
    security_group_row,
    virtual_network_row,
)
from benchmarks.custom_rules import Neighbourhood, custom_rules
from benchmarks.places import Json, Place

MACHINES_PER_GROUP: Final = 5
MACHINES_PER_NETWORK: Final = 50
MACHINES_PER_SUBSCRIPTION: Final = 1_000
RULES_PER_GROUP: Final = 20
PUBLIC_ONE_IN: Final = 3
_MACHINES_PER_SUBNET: Final = 25
_APPLICATION_GROUPS: Final = 4


@dataclass(frozen=True, slots=True)
class Shape:
    """How large an estate is.

    Five machines share a security group of `rules` custom rules, 25 a subnet, of which every
    second has such a group, too, 50 a network, which is peered with its subscription's hub, and
    1,000 a subscription.  A Bastion stands in each hub.  A third of the machines has a public
    address.
    """

    machines: int
    rules: int = RULES_PER_GROUP


def estate_rows(shape: Shape) -> Iterator[Json]:
    """Give the rows of an estate, subscription by subscription."""
    for first in range(0, shape.machines, MACHINES_PER_SUBSCRIPTION):
        last = min(first + MACHINES_PER_SUBSCRIPTION, shape.machines)
        yield from _Subscription(first // MACHINES_PER_SUBSCRIPTION, shape).rows(first, last)


def security_group_rows(groups: int, rules: int = RULES_PER_GROUP) -> Iterator[Json]:
    """Give the rows of the security groups of an estate alone."""
    shape = Shape(groups * MACHINES_PER_GROUP, rules)
    wanted = "microsoft.network/networksecuritygroups"
    return (row for row in estate_rows(shape) if row["type"] == wanted)


def write_estate(shape: Shape, path: Path) -> None:
    """Write an estate as JSON lines."""
    encoder = msgspec.json.Encoder()
    with path.open("wb") as stream:
        for row in estate_rows(shape):
            stream.write(encoder.encode(row))
            stream.write(b"\n")


class _Subscription:
    """One subscription: a hub, and networks of machines around it."""

    def __init__(self, number: int, shape: Shape) -> None:
        self._chance = random.Random(f"subscription {number}")
        self._shape = shape
        self._octet = 16 + number % 200
        self._place = Place(f"5b7d0000-0000-4000-8000-{number:012x}", f"rg-app-{number:03}")
        self._partners = [self._public_prefix() for _ in range(400)]
        self._offices = [self._public_prefix() for _ in range(12)]
        self._application_groups = [
            self._place.network_id("applicationSecurityGroups", f"asg-tier-{tier}")
            for tier in range(_APPLICATION_GROUPS)
        ]
        self._hub = self._place.network_id("virtualNetworks", "vnet-hub")
        self._hub_space = f"10.{self._octet}.252.0/22"

    def rows(self, first: int, last: int) -> Iterator[Json]:
        """Give the rows with the machines from `first` to before `last`."""
        spokes = []
        for start in range(first, last, MACHINES_PER_NETWORK):
            number = (start - first) // MACHINES_PER_NETWORK
            spoke = self._place.network_id("virtualNetworks", f"vnet-spoke-{number:02}")
            spokes.append({"id": spoke, "space": self._space(number)})
            yield from self._network_rows(spoke, number, start, min(start + 50, last))
        gate = Subnet(f"{self._hub}/subnets/AzureBastionSubnet", f"10.{self._octet}.252.0/26")
        yield virtual_network_row(self._place, self._hub, self._hub_space, (gate,), spokes)
        yield bastion_row(self._place, "bas-hub", gate.id)
        for group in self._application_groups:
            row_type = "microsoft.network/applicationsecuritygroups"
            yield self._place.row(group, row_type, {"provisioningState": "Succeeded"})

    def _network_rows(self, network: str, number: int, first: int, last: int) -> Iterator[Json]:
        subnets: list[Subnet] = []
        for start in range(first, last, MACHINES_PER_GROUP):
            group = self._place.network_id("networkSecurityGroups", f"nsg-app-{start:06}")
            if (start - first) % _MACHINES_PER_SUBNET == 0:
                subnets.append(self._subnet(network, number, len(subnets), group))
            machines = [
                self._machine(n, n - first, group, subnets[-1])
                for n in range(start, min(start + MACHINES_PER_GROUP, last))
            ]
            rules = custom_rules(
                self._neighbourhood(number, subnets[-1]), self._shape.rules, self._chance
            )
            yield security_group_row(self._place, group, rules, machines)
            for machine in machines:
                yield from machine_rows(machine, self._chance)
        hub = {"id": self._hub, "space": self._hub_space}
        yield virtual_network_row(self._place, network, self._space(number), subnets, [hub])

    def _space(self, network: int) -> str:
        return f"10.{self._octet}.{network * 8}.0/21"

    def _subnet(self, network: str, number: int, index: int, group: str) -> Subnet:
        prefix = f"10.{self._octet}.{number * 8 + index}.0/24"
        return Subnet(f"{network}/subnets/snet-{index}", prefix, None if index % 2 else group)

    def _machine(self, number: int, offset: int, group: str, subnet: Subnet) -> Machine:
        host = offset % _MACHINES_PER_SUBNET + 4
        is_member = self._chance.random() < 1 / 2
        is_public = number % PUBLIC_ONE_IN == 0
        return Machine(
            number=number,
            place=self._place,
            address=subnet.prefix.replace(".0/24", f".{host}"),
            subnet=subnet.id,
            group=group,
            application_groups=self._chance.sample(self._application_groups, int(is_member)),
            public_address=self._public_address() if is_public else None,
        )

    def _neighbourhood(self, network: int, subnet: Subnet) -> Neighbourhood:
        return Neighbourhood(
            network=self._space(network),
            subnet=subnet.prefix,
            partners=self._partners,
            offices=self._offices,
            application_groups=self._application_groups,
        )

    def _public_address(self) -> str:
        return f"20.{self._byte()}.{self._byte()}.{self._byte()}"

    def _public_prefix(self) -> str:
        first: Sequence[int] = (5, 31, 62, 81, 93, 109, 141, 178, 185, 194, 212)
        length = self._chance.choice((24, 24, 27, 28, 29, 32))
        return f"{self._chance.choice(first)}.{self._byte()}.{self._byte()}.0/{length}"

    def _byte(self) -> int:
        return self._chance.randrange(256)
