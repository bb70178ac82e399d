"""How far a change reaches: from changed resources to the interfaces behind them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from shared.adapters.arm_resources import resource_type
from shared.adapters.back_references import Users
from shared.findings.resource_change import whole_resource
from shared.network.ids import ResourceId
from shared.network.snapshot import Snapshot

MACHINE: Final = "microsoft.compute/virtualmachines"
SCALE_SET: Final = "microsoft.compute/virtualmachinescalesets"
GROUP: Final = "microsoft.network/networksecuritygroups"
INTERFACE: Final = "microsoft.network/networkinterfaces"
NETWORK: Final = "microsoft.network/virtualnetworks"
BALANCER: Final = "microsoft.network/loadbalancers"
ADDRESS: Final = "microsoft.network/publicipaddresses"
ROUTE_TABLE: Final = "microsoft.network/routetables"

_FOLLOWED: Final = frozenset(
    {MACHINE, SCALE_SET, GROUP, INTERFACE, NETWORK, BALANCER, ADDRESS, ROUTE_TABLE}
)
_WIDE: Final = (
    "microsoft.network/applicationgateways",
    "microsoft.network/azurefirewalls",
    "microsoft.network/bastionhosts",
    "microsoft.network/firewallpolicies",
    "microsoft.network/ipgroups",
    "microsoft.network/networkmanagers",
)
"""Types that may concern every machine of a subscription, with what lies below them."""
_UNFOLLOWED_USERS: Final = ("/azurefirewalls/", "/applicationgateways/")
_USERS_OF_GROUPS: Final = frozenset({INTERFACE, NETWORK, SCALE_SET})
_HOLD_FINDINGS: Final = frozenset({MACHINE, SCALE_SET, GROUP})


def is_wide(resource: ResourceId) -> bool:
    """Tell whether a change may concern a subscription as a whole.

    Peerings decide whom a hub's firewall reaches, and diagnostic settings whether a Bastion
    records; a setting of anything else matters nowhere.
    """
    kind = resource_type(resource)
    if kind == "microsoft.insights/diagnosticsettings":
        return "/bastionhosts/" in resource.key
    return kind.startswith(_WIDE) or "/virtualnetworkpeerings/" in resource.key


def is_followed(resource: ResourceId) -> bool:
    """Tell whether a change, or one of a part, is followed to single machines."""
    is_setting = resource_type(resource).startswith("microsoft.insights/")
    return not is_setting and resource_type(whole_resource(resource)) in _FOLLOWED


class Reach:
    """What a change touches, as it is found out.

    `interfaces` lie behind what changed, their machines are touched; `subnets` and `networks` are
    those all of whose users are touched; `balancers` still have to be read; `holders` are wanted
    only to show that somebody uses a security group.  `loosens` tells whether something changed
    that may have used one before.
    """

    def __init__(self) -> None:
        """Begin with nothing touched."""
        self.touched: set[ResourceId] = set()
        self.gone: set[ResourceId] = set()
        self.wide: set[str] = set()
        self.interfaces: set[ResourceId] = set()
        self.machines: set[ResourceId] = set()
        self.scale_sets: set[ResourceId] = set()
        self.subnets: set[ResourceId] = set()
        self.networks: set[ResourceId] = set()
        self.balancers: set[ResourceId] = set()
        self.holders: set[ResourceId] = set()
        self.loosens = False

    def lose(self, resource: ResourceId) -> None:
        """Take in that a changed resource is not there any more.

        Who was behind a balancer or a route table, nothing tells any more.
        """
        self.gone.add(resource)
        self.loosens |= resource_type(resource) in _USERS_OF_GROUPS
        if resource_type(resource) in _HOLD_FINDINGS:
            self.touched.add(resource)
        elif resource_type(resource) in {BALANCER, ROUTE_TABLE, NETWORK}:
            self.wide.add(resource.subscription)

    def follow(
        self, resource: ResourceId, users: Users, seen: Snapshot, parts: Iterable[ResourceId]
    ) -> None:
        """Take in a changed resource that was read; `parts` of it changed, or all of it."""
        self.loosens |= resource_type(resource) in _USERS_OF_GROUPS
        match resource_type(resource):
            case "microsoft.compute/virtualmachines":
                machine = seen.virtual_machines.get(resource)
                self.machines.add(resource)
                self.interfaces.update(machine.network_interfaces if machine else ())
            case "microsoft.compute/virtualmachinescalesets":
                self.scale_sets.add(resource)
            case "microsoft.network/networkinterfaces":
                self.interfaces.add(resource)
            case "microsoft.network/virtualnetworks":
                within = {part for part in map(_subnet, parts) if part is not None}
                self.subnets.update(within if all(map(_subnet, parts)) else users.of_subnets)
            case "microsoft.network/networksecuritygroups":
                self.touched.add(resource)
                self.use(users.ids)
            case _:
                self.use(users.ids)
                balancer = seen.load_balancers.get(resource)
                for pool in balancer.pools if balancer else ():
                    listed = (entry.network for entry in pool.addresses)
                    self.networks.update(network for network in listed if network is not None)

    def use(self, users: Iterable[ResourceId]) -> None:
        """Take in who uses something that changed; users that lead to no machine are left out."""
        for user in users:
            if "/virtualmachinescalesets/" in user.key:
                self.scale_sets.add(whole_resource(user))
            elif "/networkinterfaces/" in user.key:
                self.interfaces.add(whole_resource(user))
            elif "/subnets/" in user.key:
                self.subnets.add(user)
            elif "/loadbalancers/" in user.key:
                self.balancers.add(whole_resource(user))
            elif any(mark in user.key for mark in _UNFOLLOWED_USERS):
                self.wide.add(user.subscription)

    @property
    def is_idle(self) -> bool:
        """Whether no machine is touched, as far as is known."""
        found = (self.interfaces, self.machines, self.scale_sets, self.subnets, self.networks)
        return not any(found)

    @property
    def is_empty(self) -> bool:
        """Whether nothing has to be read for what is touched."""
        return self.is_idle and not self.loosens and not self.touched - self.gone

    def widen(self) -> None:
        """Give single machines up: name the subscriptions of everything found so far instead."""
        found = (self.touched, self.interfaces, self.machines, self.scale_sets, self.subnets)
        self.wide.update(one.subscription for part in found for one in part)
        for part in (*found, self.networks):
            part.clear()
        self.touched.update(one for one in self.gone if resource_type(one) in _HOLD_FINDINGS)


def _subnet(part: ResourceId) -> ResourceId | None:
    """Give the subnet that a part of a network is, or lies in."""
    network = part.parent("subnets")
    if network is None:
        return None
    name = part.text[len(network.text) :].split("/")[2]
    return network.child("subnets", name)
