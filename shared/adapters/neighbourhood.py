"""What lies around changed resources: fresh ARM reads, and Resource Graph for the rest."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Final

from shared.adapters.arm_reads import Supplement
from shared.adapters.arm_resources import (
    ArmResources,
    Found,
    Gone,
    is_readable,
    resource_type,
)
from shared.adapters.estate_reading import IDS_PER_QUERY
from shared.adapters.far_reach import subscriptions_reached
from shared.adapters.fresh_reading import FreshReading, told_by
from shared.adapters.neighbourhood_queries import (
    DOOR_TYPES,
    around_query,
    children_query,
    instances_query,
)
from shared.adapters.paging import GraphPager
from shared.adapters.reach import Reach, is_followed, is_wide
from shared.adapters.references import missing_dependencies
from shared.findings.resource_change import whole_resource
from shared.network.ids import ResourceId
from shared.network.security_group import NetworkSecurityGroup
from shared.network.snapshot import Snapshot
from shared.network.topology import NetworkInterface, VirtualNetwork
from shared.usecases.interfaces import Clock, Neighbourhood

INTERFACES_FOLLOWED: Final = 200
"""A change with more interfaces behind it is left to a sweep of their subscriptions."""
NEAR_READS: Final = 3
"""How many resources beside the changed ones ARM is asked for rather than Resource Graph.

One fewer where others changed lately: that leaves a read for one of these.
"""
LATE_READS: Final = 40
"""How many resources ARM is asked for that Resource Graph does not know, or not yet."""
RECENT_READS: Final = 100
"""How many resources ARM is asked for because they changed lately; of others the index is taken."""
_ROUNDS: Final = 6
"""As far as references lead: interface, balancer, its policy, and each once more from ARM."""


class Neighbourhoods:
    """Reads the surroundings of changes."""

    def __init__(
        self,
        pager: GraphPager,
        arm: ArmResources,
        clock: Clock,
        queries: Callable[[], int],
        supplements: Sequence[Supplement] = (),
    ) -> None:
        """Take the ways to read; `queries` tells how many Resource Graph was sent so far."""
        self._pager = pager
        self._arm = arm
        self._clock = clock
        self._queries = queries
        self._supplements = supplements

    def around(
        self, changed: Sequence[ResourceId], recent: Collection[ResourceId] = ()
    ) -> Neighbourhood:
        """Read changed resources and what they touch, as `Inventory.around` says."""
        reads, queries = self._arm.reads, self._queries()
        began = self._clock.now()
        reading = FreshReading(self._pager, self._arm)
        reach = Reach()
        reach.wide.update(
            subscriptions_reached(self._arm, [one for one in changed if is_wide(one)])
        )
        survey = _Survey(reading, reach, recent)
        survey.look([one for one in changed if not is_wide(one)])
        reading.supplement(self._supplements)
        return Neighbourhood(
            reading.snapshot(began, survey.needless()),
            frozenset(reach.touched),
            frozenset(reach.gone),
            frozenset(reach.wide),
            frozenset(reading.loose if reach.loosens else ()),
            reading.fresh,
            reading.is_behind(map(whole_resource, changed)),
            self._arm.reads - reads,
            self._queries() - queries,
        )


class _Survey:
    """Finds out what one set of changes touches, and reads what its verdicts need."""

    def __init__(self, reading: FreshReading, reach: Reach, recent: Collection[ResourceId]) -> None:
        self._reading = reading
        self._reach = reach
        self._recent = frozenset(recent)
        self._changed: set[ResourceId] = set()
        self._near = NEAR_READS
        self._late = LATE_READS

    def look(self, changed: Sequence[ResourceId]) -> None:
        """Fill reading and reach.

        Raises:
            InventoryError: ARM or Resource Graph did not answer.
        """
        parts: dict[ResourceId, list[ResourceId]] = {}
        for one in changed:
            whole = whole_resource(one)
            if is_readable(whole) and is_followed(one):
                parts.setdefault(whole, []).append(one)
        self._changed.update(parts)
        self._near -= bool(self._recent - self._changed)
        self._follow(parts)
        self._follow({balancer: [balancer] for balancer in sorted(self._reach.balancers)})
        self._approach()
        steps = (
            self._query_surroundings,
            self._compare_with_former,
            self._renew_recent,
            self._complete,
        )
        for step in steps:
            if len(self._reach.interfaces) > INTERFACES_FOLLOWED:
                self._reach.widen()
            if self._reach.is_empty:
                return
            step()
        self._settle()

    def _follow(self, parts: dict[ResourceId, list[ResourceId]]) -> None:
        """Read resources from ARM, and take in who uses those that changed in some parts."""
        self._reading.read(parts)
        for resource, changed in parts.items():
            match self._reading.answers[resource]:
                case Gone():
                    self._reach.lose(resource)
                case Found():
                    users = self._reading.users[resource]
                    self._reach.follow(resource, users, self._reading.now, changed)

    def _approach(self) -> None:
        """Read the networks around what is touched, as far as ARM is asked for them."""
        reach, known = self._reach, self._reading.now.network_interfaces
        if reach.interfaces and not reach.subnets and reach.interfaces.isdisjoint(known):
            self._read_near(sorted(reach.interfaces)[:1])
        self._read_near(sorted(self._networks()))
        self._open_networks()
        self._read_near(sorted(self._owners()))

    def _read_near(self, resources: Sequence[ResourceId]) -> None:
        """Read as many resources from ARM as a change may cost."""
        wanted = [one for one in resources if one not in self._reading.answers][: self._near]
        self._near -= len(wanted)
        self._reading.read(wanted)

    def _networks(self) -> set[ResourceId]:
        """Name the networks of everything touched, as far as it is known."""
        networks = {subnet.parent("subnets") for subnet in self._subnets()}
        return {network for network in networks if network is not None} | self._reach.networks

    def _subnets(self) -> set[ResourceId]:
        """Name the subnets of everything touched, as far as it is known."""
        known, siblings = self._reading.now.network_interfaces, self._siblings()
        beside = (known[one] for one in siblings if one in known)
        interfaces = [*self._own_interfaces(), *beside, *self._models()]
        return {
            *self._reach.subnets,
            *(one.subnet for nic in interfaces for one in nic.ip_configurations if one.subnet),
        }

    def _own_interfaces(self) -> list[NetworkInterface]:
        """Give the interfaces whose machines are touched, as far as they are known."""
        known = self._reading.now.network_interfaces
        own = [known[one] for one in self._reach.interfaces if one in known]
        sets = self._reach.scale_sets
        instances = (n for n in known.values() if n.id.parent("virtualMachines") in sets)
        return [*own, *instances] if sets else own

    def _owners(self) -> set[ResourceId]:
        """Name the machines that are touched, as far as they are known."""
        owners = (nic.virtual_machine for nic in self._own_interfaces())
        return self._reach.machines.union(owner for owner in owners if owner is not None)

    def _siblings(self) -> set[ResourceId]:
        """Name all interfaces of the machines that are touched: they decide about these, too."""
        known = self._reading.now.virtual_machines
        machines = (known[one] for one in self._owners() if one in known)
        return {interface for machine in machines for interface in machine.network_interfaces}

    def _models(self) -> Iterator[NetworkInterface]:
        known = self._reading.now.scale_sets
        return (
            nic for one in self._reach.scale_sets & known.keys() for nic in known[one].interfaces
        )

    def _open_networks(self) -> None:
        """Take in who lies in the subnets that are touched, of networks that were read."""
        for network in self._networks() & self._reading.users.keys():
            whole = network in self._reach.networks
            for subnet, users in self._reading.users[network].of_subnets.items():
                if whole or subnet in self._reach.subnets:
                    self._reach.use(users)

    def _query_surroundings(self) -> None:
        """Ask Resource Graph for what is wanted as far as it is known, and for every door.

        A security group that nobody uses needs neither.
        """
        reading, reach, networks = self._reading, self._reach, self._networks()
        if reach.is_idle and not (networks or reach.loosens or self._application_groups()):
            return
        near = {*networks, *_peers(reading.now, networks)}
        wanted = sorted({*self._missing(), *self._changed, *near})
        about = (*wanted, *reach.touched, *reach.scale_sets)
        interfaces = sorted(reach.interfaces | self._siblings())[:IDS_PER_QUERY]
        first, rest = wanted[:IDS_PER_QUERY], wanted[IDS_PER_QUERY:]
        members, loosens = self._application_groups(), reach.loosens
        reading.asked.update(first)
        reading.query(around_query(first, interfaces, members, with_loose_groups=loosens), about)
        reading.ask(rest)
        near.update(self._networks())
        near.update(_peers(reading.now, near))
        reading.query(children_query(sorted(near)), (*about, *near))
        if reach.scale_sets:
            reading.query(instances_query(sorted(reach.scale_sets)), about)
        self._open_networks()

    def _application_groups(self) -> Sequence[ResourceId]:
        """Name the groups whose members a changed security group's rules are about."""
        known = self._reading.now.security_groups
        changed = (known[one] for one in self._changed if one in known)
        return sorted({named for group in changed for named in _members_named(group)})

    def _compare_with_former(self) -> None:
        """Take in what an index that lags behind shows of the time before the change."""
        before, now = self._reading.former, self._reading.now
        left: set[ResourceId | None] = set()
        for key in before.virtual_networks.keys() & self._changed:
            was, is_now = before.virtual_networks[key], now.virtual_networks.get(key)
            if is_now is not None:
                self._reach.wide.update(_subscriptions_concerned(was, is_now))
                left.update(subnet.security_group for subnet in was.subnets)
        for key in before.network_interfaces.keys() & self._changed:
            interface = before.network_interfaces[key]
            left.add(interface.security_group)
            if interface.virtual_machine is not None:
                self._reach.machines.add(interface.virtual_machine)
        self._look_at_groups({group for group in left if group is not None})

    def _look_at_groups(self, left: set[ResourceId]) -> None:
        """Read the security groups that something may have left, and who uses them still."""
        groups = sorted(left - self._reading.answers.keys() - self._groups_in_use())[: self._late]
        self._late -= len(groups)
        self._reading.read(groups)
        for group in groups:
            if isinstance(self._reading.answers[group], Found):
                first = self._reading.users[group].ids[:1]
                self._reach.holders.update(whole_resource(user) for user in first)
                self._reach.touched.add(group)

    def _groups_in_use(self) -> set[ResourceId]:
        """Name the security groups that the changed interfaces and networks name now."""
        now = self._reading.now
        networks = (
            now.virtual_networks[one] for one in self._changed & now.virtual_networks.keys()
        )
        interfaces = (
            now.network_interfaces[one] for one in self._changed & now.network_interfaces.keys()
        )
        named = (
            *(subnet.security_group for network in networks for subnet in network.subnets),
            *(interface.security_group for interface in interfaces),
        )
        return {group for group in named if group is not None}

    def _renew_recent(self) -> None:
        """Read what changed lately: the index may not show that yet, nor a new way in at all."""
        now = self._reading.now
        recent = [
            one
            for one in sorted(self._recent - self._reading.answers.keys())
            if is_readable(one) and (resource_type(one) in DOOR_TYPES or told_by(now, one))
        ]
        self._reading.read(recent[:RECENT_READS])
        self._open_networks()

    def _complete(self) -> None:
        """Read what the verdicts still lack, of ARM what Resource Graph does not know."""
        for _ in range(_ROUNDS):
            missing = self._missing() - self._reading.answers.keys()
            new = sorted(missing - self._reading.asked)
            late = self._unknown_to_the_index(missing)
            if not new and not late:
                return
            self._late -= len(late)
            self._reading.read(late)
            if len(new) <= self._near and all(map(is_readable, new)):
                self._read_near(new)
            else:
                self._reading.ask(new)
            self._open_networks()
            if len(self._reach.interfaces) > INTERFACES_FOLLOWED:
                self._reach.widen()

    def _unknown_to_the_index(self, missing: set[ResourceId]) -> Sequence[ResourceId]:
        """Choose what ARM is asked for instead; a peer's own half can be done without."""
        peers = _peers(self._reading.now, self._networks()) - self._networks()
        asked = sorted((missing & self._reading.asked) - peers)
        return [one for one in asked if is_readable(one)][: self._late]

    def _missing(self) -> set[ResourceId]:
        """Name what the verdicts need and nobody told of so far."""
        now, reach = self._reading.now, self._reach
        wanted: set[ResourceId | None] = {
            *self._lacking(needed=True),
            *(reach.interfaces - now.network_interfaces.keys()),
            *(reach.scale_sets - now.scale_sets.keys()),
            *(self._owners() - now.virtual_machines.keys()),
            *(self._siblings() - now.network_interfaces.keys()),
            *(self._networks() - now.virtual_networks.keys()),
            *(reach.holders - now.virtual_networks.keys() - now.network_interfaces.keys()),
            *(_peers(now, self._networks()) - now.virtual_networks.keys()),
            *(self._groups_in_use() - now.security_groups.keys()),
        }
        return {one for one in wanted if one is not None and one.subscription}

    def needless(self) -> Collection[ResourceId]:
        """Name what is referred to, but by nothing that is touched: by members of groups only."""
        return frozenset(self._lacking(needed=False)) - frozenset(self._lacking(needed=True))

    def _lacking(self, *, needed: bool) -> Iterator[ResourceId]:
        """Give what is referred to and not there: by what is touched, or else by other things."""
        now, subnets = self._reading.now, self._subnets()
        own = self._siblings().union(nic.id for nic in self._own_interfaces())
        for target, referrer in missing_dependencies(now):
            is_foreign = (referrer in now.network_interfaces and referrer not in own) or (
                referrer in now.subnets and referrer not in subnets
            )
            if is_foreign is not needed:
                yield target

    def _settle(self) -> None:
        """Name what can be judged by now: the machines behind the interfaces, and groups."""
        now, reach = self._reading.now, self._reach
        listed = {
            nic: machine.id
            for machine in now.virtual_machines.values()
            for nic in machine.network_interfaces
        }
        owners = {listed.get(nic.id, nic.virtual_machine) for nic in self._own_interfaces()}
        reach.touched.update(owner for owner in owners if owner is not None)
        reach.touched.update(reach.machines, reach.scale_sets)
        reach.touched.update(
            group
            for group in self._groups_in_use() & now.security_groups.keys()
            if not any(_members_named(now.security_groups[group]))
        )


def _peers(snapshot: Snapshot, networks: Collection[ResourceId]) -> set[ResourceId]:
    """Name the networks that some are peered with."""
    known = (snapshot.virtual_networks.get(network) for network in networks)
    return {peering.remote for one in known if one is not None for peering in one.peerings}


def _members_named(group: NetworkSecurityGroup) -> Iterator[ResourceId]:
    """Give the application security groups whose members decide what a group lets in."""
    for rule in group.inbound:
        yield from rule.destination.application_security_groups


def _subscriptions_concerned(before: VirtualNetwork, after: VirtualNetwork) -> set[str]:
    """Name the subscriptions in which a network's new space or peerings may change verdicts."""
    if (before.space, before.peerings) == (after.space, after.peerings):
        return set()
    remotes = (peering.remote for peering in (*before.peerings, *after.peerings))
    return {after.id.subscription, *(remote.subscription for remote in remotes)}
