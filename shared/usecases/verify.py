"""Check our verdict on one machine against Azure's own account of its filters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from shared.exposure.assessment import Question
from shared.exposure.effective import Bounds, RuleList, Standpoints, bounds
from shared.exposure.layers import LayerKind
from shared.exposure.verification import Difference, Matter, Unasked, Verification
from shared.network.ids import ResourceId
from shared.network.security_rule import Access, Direction, SecurityRule
from shared.network.snapshot import Snapshot
from shared.network.topology import IpConfiguration, NetworkInterface, VirtualMachine
from shared.packetset.addresses import AddressSet, Family, address_text
from shared.packetset.packets import FIRST_UNPRIVILEGED_PORT, Packet, PacketSet
from shared.usecases.interfaces import InventoryError

FLOWS_PER_PORT: Final = 8
_SPANS_TRIED: Final = 2
_PREFIXES_TOLD: Final = 4
_NOTHING: Final = "nothing"


@dataclass(frozen=True, slots=True)
class Flow:
    """One flow of TCP to a machine, addresses as numbers of the address line."""

    source: int
    source_port: int
    destination: int
    port: int


class FilterAccount(Protocol):
    """Azure's own account of what lets packets in; it knows running machines only.

    Both methods raise InventoryError when Azure refuses or has no answer.
    """

    def rule_lists(self, interface: ResourceId) -> Sequence[RuleList]:
        """Give the effective rules before a network interface."""

    def access(self, machine: ResourceId, interface: ResourceId, flow: Flow) -> Access:
        """Tell whether one flow of IPv4 is let in to an interface of a machine."""


@dataclass(slots=True)
class _Tally:
    """What was compared so far, by its matter, and what came of it."""

    compared: Counter[Matter] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)
    unasked: list[Unasked] = field(default_factory=list)

    def result(self, machine: ResourceId) -> Verification:
        return Verification(
            machine,
            rules=self.compared[Matter.RULE],
            sources=self.compared[Matter.SOURCES],
            flows=self.compared[Matter.FLOW],
            differences=tuple(self.differences),
            unasked=tuple(self.unasked),
        )


def verify(
    snapshot: Snapshot, question: Question, machine: ResourceId, azure: FilterAccount
) -> Verification:
    """Compare security groups and admin rules before a machine with what Azure makes of them.

    Front doors are left out, and so are trusted sources: Azure knows of neither here.
    """
    tally = _Tally()
    silence = _silence(snapshot.virtual_machines.get(machine))
    interfaces = _interfaces(snapshot, machine)
    if not interfaces and not silence:
        silence = "none of its network interfaces could be read"
    if silence:
        tally.unasked.append(Unasked(machine.name, silence))
        return tally.result(machine)
    standpoints = Standpoints(snapshot, question.about(snapshot).tags)
    for interface in interfaces:
        _Comparison(tally, standpoints, azure, machine, interface).run(question.ports)
    return tally.result(machine)


def _silence(known: VirtualMachine | None) -> str:
    """Say why Azure has nothing to tell about a machine; empty where it has."""
    if known is not None and known.scale_set is not None:
        return "Azure does not tell about instances of uniform scale sets"
    if known is not None and known.is_latent:
        return f"Azure tells about running machines only, and this one is {known.power_state}"
    return ""


def _interfaces(snapshot: Snapshot, machine: ResourceId) -> Sequence[NetworkInterface]:
    known = snapshot.virtual_machines.get(machine)
    listed = known.network_interfaces if known is not None else ()
    return [
        interface
        for interface in snapshot.network_interfaces.values()
        if interface.virtual_machine == machine or interface.id in listed
    ]


class _Comparison:
    """Compares everything about one interface."""

    def __init__(
        self,
        tally: _Tally,
        standpoints: Standpoints,
        azure: FilterAccount,
        machine: ResourceId,
        interface: NetworkInterface,
    ) -> None:
        self._tally = tally
        self._standpoints = standpoints
        self._azure = azure
        self._machine = machine
        self._interface = interface

    def run(self, ports: Sequence[int]) -> None:
        """Compare rules, then who gets in to each port of each configuration."""
        name = self._interface.id.name
        try:
            account = self._azure.rule_lists(self._interface.id)
        except InventoryError as error:
            self._tally.unasked.append(Unasked(f"effective rules of {name}", str(error)))
        else:
            self._compare_rules(account)
            for configuration in self._interface.ip_configurations:
                for port in ports:
                    self._compare_sources(account, configuration, port)
        try:
            for configuration in self._interface.ip_configurations:
                for port in ports:
                    self._compare_flows(configuration, port)
        except InventoryError as error:
            self._tally.unasked.append(Unasked(f"IP flow verify to {name}", str(error)))

    def _compare_rules(self, account: Sequence[RuleList]) -> None:
        lists = self._standpoints.rule_lists(self._interface)
        uncertain = {one.kind for one in lists if one.some}
        ours = _by_name(lists)
        theirs = _by_name(account)
        for place in sorted({*ours, *theirs}):
            own, other = ours.get(place, []), theirs.get(place, [])
            if not other and (place[0] in uncertain or all(map(_may_be_left_out, own))):
                continue
            self._tally.compared[Matter.RULE] += 1
            if _told(own) != _told(other):
                kind, direction, name = place
                what = f"{kind.value} {direction.value.lower()} rule {name}"
                self._differ(Matter.RULE, what, _told(own), _told(other))

    def _compare_sources(
        self, account: Sequence[RuleList], configuration: IpConfiguration, port: int
    ) -> None:
        interface = self._interface
        ours = bounds(self._standpoints.ours(interface, configuration, port))
        theirs = bounds(self._standpoints.azures(account, interface, configuration, port))
        self._tally.compared[Matter.SOURCES] += 1
        place = f"{_place(interface, configuration)} port {port}"
        if only_ours := ours.surely.subtract(theirs.possibly):
            told = f"lets in {_prefixes(only_ours.sources)}"
            self._differ(Matter.SOURCES, place, told, "keeps them out")
        if only_theirs := theirs.surely.subtract(ours.possibly):
            told = f"lets in {_prefixes(only_theirs.sources)}"
            self._differ(Matter.SOURCES, place, "keeps them out", told)

    def _compare_flows(self, configuration: IpConfiguration, port: int) -> None:
        destination = configuration.private_ip
        if configuration.family is not Family.IPV4 or destination is None:
            return
        path = self._standpoints.ours(self._interface, configuration, port)
        if not path.layers:
            return
        known = bounds(path)
        machine, interface = self._machine, self._interface
        for packet in _telling_packets(known, path.perspective.universe):
            expected = _expected(known, packet)
            if expected is None:
                continue
            flow = Flow(packet.source, packet.source_port, destination, port)
            access = self._azure.access(machine, interface.id, flow)
            self._tally.compared[Matter.FLOW] += 1
            if access is not expected:
                sender = f"from {address_text(packet.source)} source port {packet.source_port}"
                place = f"{_place(interface, configuration)} port {port} {sender}"
                self._differ(Matter.FLOW, place, expected.value, access.value)

    def _differ(self, matter: Matter, place: str, ours: str, azure: str) -> None:
        self._tally.differences.append(Difference(matter, place, ours, azure))


def _by_name(
    lists: Sequence[RuleList],
) -> Mapping[tuple[LayerKind, Direction, str], list[SecurityRule]]:
    """Sort rules by filter, direction and name, which may come twice among admin rules."""
    found: dict[tuple[LayerKind, Direction, str], list[SecurityRule]] = {}
    for one in lists:
        for rule in one.rules:
            found.setdefault((one.kind, rule.direction, rule.name.lower()), []).append(rule)
    return found


def _told(rules: Sequence[SecurityRule]) -> str:
    """Say rules as they are compared; an AlwaysAllow may be shown as an Allow."""
    shown = {Access.ALWAYS_ALLOW: Access.ALLOW}
    told = sorted(
        f"{shown.get(rule.access, rule.access).value} at priority {rule.priority}" for rule in rules
    )
    return " and ".join(told) or _NOTHING


def _may_be_left_out(rule: SecurityRule) -> bool:
    """Tell whether Azure may not list a rule here: one for groups that this interface is not in."""
    sides = (rule.source, rule.destination)
    return any(side.application_security_groups for side in sides)


def _telling_packets(known: Bounds, universe: AddressSet) -> Sequence[Packet]:
    """Pick the witness, and senders on both sides of the edges of what is let in."""
    found = dict.fromkeys(_edges(known, universe))
    return list(found)[:FLOWS_PER_PORT]


def _edges(known: Bounds, universe: AddressSet) -> Iterator[Packet]:
    if not known.surely:
        yield PacketSet.of(universe).witness()
        spans = list(universe.numbers.spans)
        yield Packet(spans[-1][1], FIRST_UNPRIVILEGED_PORT)
        return
    witness = known.surely.witness()
    yield witness
    spans = list(known.surely.sources.numbers.spans)
    for first, last in (*spans[:_SPANS_TRIED], *spans[-_SPANS_TRIED:]):
        for source in (first, last, first - 1, last + 1):
            if source in universe:
                yield Packet(source, witness.source_port)


def _expected(known: Bounds, packet: Packet) -> Access | None:
    if packet in known.surely:
        return Access.ALLOW
    return None if packet in known.possibly else Access.DENY


def _place(interface: NetworkInterface, configuration: IpConfiguration) -> str:
    return f"{interface.id.name}/{configuration.name}"


def _prefixes(addresses: AddressSet) -> str:
    told = list(addresses.prefixes())
    more = len(told) - _PREFIXES_TOLD
    return ", ".join(told[:_PREFIXES_TOLD]) + (f" and {more} more prefixes" if more > 0 else "")
