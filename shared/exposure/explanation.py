"""How packets travel each way in to one machine, layer by layer, and what decides them there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final, TypeAlias

from shared.exposure.assessment import Assessment, Question
from shared.exposure.exposure import Exposure, ReturnPath
from shared.exposure.judgement import judge
from shared.exposure.layers import LayerKind, Reason, Step, UnknownLayer
from shared.exposure.path import Path
from shared.exposure.remainder import Remainder, remainders
from shared.exposure.rule_match import Assumption
from shared.exposure.verdict import Exposed, NotExposed, Verdict
from shared.exposure.ways_in import WayIn
from shared.network.ids import ResourceId
from shared.network.security_rule import Access
from shared.network.snapshot import Snapshot
from shared.packetset.addresses import ALL_ADDRESSES, AddressSet, Family, address_text
from shared.packetset.intervals import IntervalSet
from shared.packetset.packets import FIRST_UNPRIVILEGED_PORT, Packet, PacketSet

_FAMILY_NAMES: Final = {Family.IPV4: "IPv4", Family.IPV6: "IPv6"}
_IN_FAVOUR: Final = Assumption(generous=True)


class Quiet(Enum):
    """What a layer did that leaves no step in a trace."""

    ABSENT = "no filter stands here"
    PASSED = "no rule matches, so packets pass on"
    NOT_REACHED = "packets do not come this far"


@dataclass(frozen=True, slots=True)
class Stage:
    """One layer and what it does: a rule at work, a reason why that is not known, or neither.

    `resource` is None where no filter stands.  `left` are the senders who get through this layer
    and all before it, None where no filter stands.
    """

    kind: LayerKind
    resource: ResourceId | None
    outcome: Step | Reason | Quiet
    left: Remainder | None = None


@dataclass(frozen=True, slots=True)
class Barred:
    """The sender asked about cannot come this way, whatever the filters say."""

    reason: Reason


Answer: TypeAlias = Verdict | Barred


@dataclass(frozen=True, slots=True)
class Explanation:
    """One way in to one machine: who sends, what each layer does, and the verdict.

    `exposure` is the way in as a scan tells it, with the verdict on the one sender that was asked
    about.  `senders` are those who set out, None where nobody can come this way.  `packet` is the
    witness of an exposed way, else a typical packet of the sender; None where only members of
    unresolved tags get in, or nobody can come this way.  `translated` is that packet behind a door
    that replaces its source address.
    """

    exposure: Exposure
    way: WayIn
    senders: Remainder | None
    packet: Packet | None
    translated: Packet | None
    stages: tuple[Stage, ...]
    answer: Answer

    @property
    def return_path(self) -> ReturnPath:
        """Whether replies take the way that requests came."""
        return self.exposure.return_path


def machines_called(snapshot: Snapshot, name: str) -> tuple[ResourceId, ...]:
    """Give the machines and scale sets of a name, or the one of an id, in any case, sorted.

    A machine that only a network interface tells of is among them; an instance of a scale set is
    called `set/instance`.
    """
    wanted = name.strip().rstrip("/").lower()
    interfaces = snapshot.network_interfaces.values()
    owners = (nic.virtual_machine for nic in interfaces if nic.virtual_machine is not None)
    known = {*owners, *snapshot.virtual_machines, *snapshot.scale_sets}
    return tuple(sorted(one for one in known if wanted in _names(one)))


def _names(machine: ResourceId) -> tuple[str, str]:
    scale_set = machine.parent("virtualMachines")
    if scale_set is not None and scale_set.parent("virtualMachineScaleSets") is not None:
        return machine.key, f"{scale_set.name}/{machine.name}".lower()
    return machine.key, machine.name.lower()


def explain(
    snapshot: Snapshot, question: Question, machine: ResourceId, source: int | None = None
) -> Iterator[Explanation]:
    """Explain every way in to a machine; with `source`, for that very address.

    `source` is a number of the address line; whether it is trusted does not matter then.  A
    machine without any front door gives nothing.
    """
    assessment = Assessment(snapshot, question.about(snapshot))
    trusted = question.trusted if source is None else _all_but(source)
    for way in assessment.ways_in():
        if assessment.owner(way) != machine:
            continue
        path = assessment.path(way)
        barred = _barred(way, path, source)
        verdict = NotExposed((), (barred.reason,)) if barred else judge(path, trusted)
        exposure = _exposure(snapshot, assessment, way, machine, verdict)
        if barred is not None:
            yield Explanation(exposure, way, None, None, None, (), barred)
        else:
            yield _explained(exposure, way, path, trusted, source)


def _exposure(
    snapshot: Snapshot, assessment: Assessment, way: WayIn, owner: ResourceId, verdict: Verdict
) -> Exposure:
    machine = snapshot.virtual_machines.get(owner)
    configuration = way.target.configuration
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
        return_path=assessment.return_path(way, verdict),
        direct_answers=assessment.direct_answers(way),
    )


def _all_but(source: int) -> AddressSet:
    return ALL_ADDRESSES.subtract(AddressSet(IntervalSet.span(source, source)))


def _barred(way: WayIn, path: Path, source: int | None) -> Barred | None:
    if source is None or source in path.perspective.universe:
        return None
    if Family.of(source) is not way.family:
        family = _FAMILY_NAMES[way.family]
        return Barred(Reason("other-family", f"this front door takes {family} only"))
    return Barred(
        Reason(
            "not-on-the-internet",
            f"{address_text(source)} is no address on the internet, seen from this subnet: it is"
            " reserved, private, or of this or a peered virtual network",
        )
    )


def _explained(
    exposure: Exposure, way: WayIn, path: Path, trusted: AddressSet, source: int | None
) -> Explanation:
    """Put together what the evaluation says.

    Where nobody gets in, what is not known is read in the sender's favour, so that the rule shows
    which stops them even so.
    """
    verdict = exposure.verdict
    packet = verdict.witness if isinstance(verdict, Exposed) else _typical(path, source)
    trace = verdict.trace
    if isinstance(verdict, NotExposed) and packet is not None:
        trace = path.trace(packet, _IN_FAVOUR)
        # That others, whom nobody asked about, get in is no reason here.
        verdict = verdict if source is None else NotExposed(trace)
    translated = path.translated(packet, _IN_FAVOUR) if packet is not None else None
    generous = not isinstance(verdict, Exposed)
    senders, *left = remainders(path, trusted, generous=generous)
    return Explanation(
        replace(exposure, verdict=verdict),
        way,
        senders,
        packet,
        translated,
        _with_absent(_stages(path, trace, left)),
        verdict,
    )


def _typical(path: Path, source: int | None) -> Packet | None:
    """Give a packet of the sender asked about, or an ordinary one; None without any sender."""
    if source is not None:
        return Packet(source, FIRST_UNPRIVILEGED_PORT)
    everybody = PacketSet.of(path.perspective.universe)
    return everybody.witness() if everybody else None


def _stages(path: Path, trace: Iterable[Step], left: Iterable[Remainder]) -> Iterator[Stage]:
    """Tell what each layer does, in order, up to the rule that ends the way."""
    steps = {(step.layer, step.resource): step for step in trace}
    ended = False
    for layer, remainder in zip(path.all_layers, left, strict=True):
        step = steps.get((layer.kind, layer.resource))
        outcome: Step | Reason | Quiet = step or Quiet.PASSED
        if ended:
            outcome = Quiet.NOT_REACHED
        elif isinstance(layer, UnknownLayer):
            outcome = layer.doubt
        elif step is not None:
            ended = step.access is not Access.ALLOW
        yield Stage(layer.kind, layer.resource, outcome, remainder)


def _with_absent(stages: Iterable[Stage]) -> tuple[Stage, ...]:
    """Name the security groups that are not there, in the place where they would stand."""
    present = tuple(stages)
    kinds = {stage.kind for stage in present}
    absent = (
        Stage(kind, None, Quiet.ABSENT)
        for kind in (LayerKind.SUBNET_NSG, LayerKind.NIC_NSG)
        if kind not in kinds
    )
    order = tuple(LayerKind)
    return tuple(sorted((*present, *absent), key=lambda stage: order.index(stage.kind)))
