"""Every exposure of a snapshot, whatever its verdict."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from shared.exposure.admin_filter import AdminFilter
from shared.exposure.balancer_ways import BalancerWays
from shared.exposure.bastion_flows import BastionFlows
from shared.exposure.bastion_reach import BastionReach
from shared.exposure.bastion_service import BastionService
from shared.exposure.exposure import Exposure, ReturnPath
from shared.exposure.filters import Filters, platform_default
from shared.exposure.firewall_ways import FirewallWays
from shared.exposure.gateway_ways import gateway_ways
from shared.exposure.group_exposure import GroupExposure
from shared.exposure.judgement import judge, openness
from shared.exposure.layers import Layer
from shared.exposure.path import Path
from shared.exposure.rule_match import Destination, Perspective
from shared.exposure.surroundings import Surroundings
from shared.exposure.targets import Targets
from shared.exposure.verdict import Exposed, NotExposed, Undetermined, Verdict
from shared.exposure.ways_in import WayIn, public_ip_ways
from shared.network.ids import ResourceId
from shared.network.security_group import NetworkSecurityGroup
from shared.network.service_tags import NO_SERVICE_TAGS, ServiceTagTable
from shared.network.snapshot import Snapshot
from shared.network.topology import NetworkInterface
from shared.packetset.addresses import NO_ADDRESSES, AddressSet

SSH_PORT = 22


@dataclass(frozen=True, slots=True)
class Question:
    """What to judge: the management ports, the trusted sources, and the list of service tags."""

    ports: tuple[int, ...] = (SSH_PORT,)
    trusted: AddressSet = NO_ADDRESSES
    tags: ServiceTagTable = NO_SERVICE_TAGS

    def about(self, snapshot: Snapshot) -> Question:
        """Give the question as it is asked of one snapshot: without a list, by that one's own."""
        return self if self.tags.prefixes else replace(self, tags=snapshot.service_tags)


class Assessment:
    """Judges the ways in of one snapshot; equal paths are judged once."""

    def __init__(self, snapshot: Snapshot, question: Question) -> None:
        """Prepare to judge one snapshot."""
        self._snapshot = snapshot
        self._question = question
        self._surroundings = Surroundings(snapshot, question.tags)
        self._filters = Filters(snapshot)
        self._admin = AdminFilter(snapshot)
        self._groups = GroupExposure(snapshot, self._surroundings, self._filters)
        self._verdicts: dict[Path, Verdict] = {}
        targets = Targets(snapshot)
        self.targets = targets
        self._balancers = BalancerWays(snapshot, targets, question.ports)
        self.firewalls = FirewallWays(
            snapshot, targets, self._balancers, self._surroundings, question.ports
        )
        self.bastion_service = BastionService(snapshot)
        self.bastion_reach = BastionReach(
            snapshot, self._surroundings, self._filters, self._admin, question.tags
        )
        self.bastion_flows = BastionFlows(question.tags)
        self._owners = {
            nic: machine.id
            for machine in snapshot.virtual_machines.values()
            for nic in machine.network_interfaces
        }

    def ways_in(self) -> Iterator[WayIn]:
        """Give every front door with every target that it leads to."""
        yield from public_ip_ways(self._snapshot, self.targets, self._question.ports)
        yield from self._balancers.ways()
        yield from self.firewalls.ways()
        yield from gateway_ways(
            self._snapshot, self.targets, self._surroundings, self._question.ports
        )

    def exposures(self) -> Iterator[Exposure]:
        """Give one exposure for every way in that leads to a machine."""
        for way in self.ways_in():
            owner = self.owner(way)
            if owner is not None:
                yield self._exposure(way, owner)

    def group_verdict(
        self, group: NetworkSecurityGroup, port: int
    ) -> Exposed | Undetermined | None:
        """Give the worst that one security group alone lets in; None when it is closed."""
        return self._groups.verdict(group, port, self._openness)

    def owner(self, way: WayIn) -> ResourceId | None:
        """Give the machine behind a way in: the one that lists the interface, or is named by it."""
        return self.owner_of(way.target.interface)

    def owner_of(self, interface: NetworkInterface) -> ResourceId | None:
        """Give the machine of an interface; None for one of nothing, or of a service."""
        return self._owners.get(interface.id) or interface.virtual_machine

    def space(self, network: ResourceId | None) -> AddressSet:
        """Give the address space of a network and of those it is peered with."""
        return self._surroundings.space(network)

    def path(self, way: WayIn) -> Path:
        """Give the filters that packets meet on one way in."""
        clients = self.clients(way)
        if way.translation is None:
            return Path((*way.layers, *self._filters_before(way, clients)), clients)
        seen = self._surroundings.translated(way.translation)
        return Path(way.layers, clients, onward=Path(self._filters_before(way, seen), seen))

    def clients(self, way: WayIn) -> Perspective:
        """Give the internet as the senders towards a front door."""
        subnet = way.clients_from if way.translation else way.target.configuration.subnet
        return self._surroundings.internet(subnet, way.family)

    def return_path(self, way: WayIn, verdict: Verdict) -> ReturnPath:
        """Tell whether replies leave by the front door; a translated source always draws them."""
        return _return_path(self.direct_answers(way), verdict)

    def direct_answers(self, way: WayIn) -> AddressSet | None:
        """Give who is answered directly where a default route sends other replies elsewhere."""
        if way.translation is not None:
            return None
        return self._surroundings.direct_answers(way.target.configuration.subnet, way.family)

    def _filters_before(self, way: WayIn, perspective: Perspective) -> tuple[Layer, ...]:
        interface, configuration = way.target.interface, way.target.configuration
        destination = Destination(
            way.destination if way.keeps_destination else configuration.private_ip,
            interface.application_security_groups,
            frozenset(configuration.application_security_groups),
            in_virtual_network=not way.keeps_destination,
        )
        groups = self._filters.in_front_of(
            interface, configuration, destination, way.port, perspective
        )
        closing = () if groups or way.translation else (platform_default(way.door, way.sku),)
        admin = self._admin.in_front_of(
            way.target.network, destination, way.port, perspective, closed_by_default=bool(closing)
        )
        return (*admin, *groups, *closing)

    def _exposure(self, way: WayIn, owner: ResourceId) -> Exposure:
        configuration = way.target.configuration
        machine = self._snapshot.virtual_machines.get(owner)
        verdict, direct = self._verdict(way), self.direct_answers(way)
        return Exposure(
            vm=machine.id if machine else owner,
            nic=way.target.interface.id,
            ip_configuration=configuration.name,
            private_ip=configuration.private_ip,
            destination=way.destination if way.keeps_destination else configuration.private_ip,
            front_door=way.door,
            port=way.port,
            family=way.family,
            verdict=verdict,
            latent=machine is not None and machine.is_latent,
            return_path=_return_path(direct, verdict),
            direct_answers=direct,
        )

    def _verdict(self, way: WayIn) -> Verdict:
        """Judge a way in, once for all that meet the same filters.

        Layers of shared security groups are one object, so that equal paths are found equal.
        """
        path = self.path(way)
        verdict = self._verdicts.get(path)
        if verdict is None:
            verdict = judge(path, self._question.trusted)
            self._verdicts[path] = verdict
        return verdict

    def _openness(self, path: Path) -> Exposed | Undetermined | None:
        """Judge a path that need not lead to a machine; one that does may have been judged."""
        known = self._verdicts.get(path)
        if known is None:
            return openness(path, self._question.trusted)
        return None if isinstance(known, NotExposed) else known


def _return_path(direct: AddressSet | None, verdict: Verdict) -> ReturnPath:
    """Tell how replies go, `direct` being whom they reach in spite of a default route."""
    if direct is None:
        return ReturnPath.DIRECT
    whole = isinstance(verdict, Exposed) and verdict.certain and verdict.certain.is_subset(direct)
    return ReturnPath.DIRECT if whole else ReturnPath.ASYMMETRIC
