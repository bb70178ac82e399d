"""The way of packets to one machine as text, layer by layer, with what decides each of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final, assert_never

from shared.checks.ssh_reachable import FROM, port_name
from shared.exposure.explanation import Barred, Explanation, Quiet, Stage
from shared.exposure.exposure import ReturnPath
from shared.exposure.front_door import FrontDoor, FrontDoorKind
from shared.exposure.layers import LayerKind, Reason, Step
from shared.exposure.remainder import Remainder
from shared.exposure.verdict import Exposed, NotExposed, Undetermined
from shared.network.ids import ResourceId
from shared.network.security_rule import Access
from shared.network.snapshot import Snapshot
from shared.network.topology import VirtualMachine
from shared.packetset.addresses import AddressSet, address_text
from shared.rendering.scan_summary import counted
from shared.rendering.visible_text import visible

LABEL_WIDTH: Final = 14
_TOP_LEVEL_SEGMENTS: Final = 3
"""Namespace, type and name: an id with more than these behind `providers` is of a child."""
_SHOWN_PREFIXES: Final = 4
_COUNTED_EXACTLY: Final = 10**15
_LAYERS: Final = {
    LayerKind.FRONT_DOOR: "door rule",
    LayerKind.ADMIN_RULES: "admin rules",
    LayerKind.SUBNET_NSG: "subnet NSG",
    LayerKind.NIC_NSG: "NIC NSG",
    LayerKind.PLATFORM: "Azure default",
}
_KINDS: Final = {
    FrontDoorKind.PUBLIC_IP: "public IP",
    FrontDoorKind.LOAD_BALANCER_NAT_RULE: "load balancer NAT rule",
    FrontDoorKind.LOAD_BALANCER_RULE: "load balancer rule",
    FrontDoorKind.SCALE_SET_PUBLIC_IP: "scale set public IP",
    FrontDoorKind.FIREWALL_DNAT: "firewall DNAT rule",
    FrontDoorKind.APPLICATION_GATEWAY: "application gateway",
}
_VERBS: Final = {
    Access.ALLOW: "allows",
    Access.DENY: "denies: the way ends here",
    Access.ALWAYS_ALLOW: "always allows: delivered past the security groups",
}


class Sign(Enum):
    """What happens to packets at a stop of the way."""

    PASSES = "packets pass"
    UNSURE = "packets perhaps pass"
    STOP = "the way ends here"
    ASIDE = "packets do not come here, or nothing stands here"


class Tone(Enum):
    """How a line is meant."""

    PLAIN = "plain"
    TITLE = "a title"
    OPEN = "somebody gets in"
    CLOSED = "nobody gets in"
    UNKNOWN = "not known"


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of an explanation; a stop of the way has a `label` and a `sign`."""

    text: str
    label: str = ""
    sign: Sign | None = None
    tone: Tone = Tone.PLAIN

    def __str__(self) -> str:
        """Give the line as plain text."""
        return f"  {self.label:<{LABEL_WIDTH}}{self.text}" if self.label else self.text


_ARRIVALS: Final = {Exposed: Sign.PASSES, Undetermined: Sign.UNSURE, NotExposed: Sign.ASIDE}
_TONES: Final = {
    Exposed: Tone.OPEN,
    Undetermined: Tone.UNKNOWN,
    NotExposed: Tone.CLOSED,
    Barred: Tone.CLOSED,
}


def explanation_text(
    snapshot: Snapshot,
    machine: ResourceId,
    ways: Sequence[Explanation],
    source: int | None = None,
) -> tuple[TextLine, ...]:
    """Give the lines about one machine: what it is, then every way in to it.

    With `source`, a number of the address line, the ways were explained for that address.
    """
    known = snapshot.virtual_machines.get(machine)
    lines = [TextLine(visible(machine.name), tone=Tone.TITLE)]
    about = [f"  {visible(machine.text)}", *_machine(known), *_unread_interfaces(snapshot, known)]
    if not ways:
        about += ["", *_no_door(snapshot, known)]
    lines += map(TextLine, about)
    for number, way in enumerate(ways, 1):
        lines += [TextLine(""), *_way(machine, known, way, f"{number} of {len(ways)}", source)]
    return tuple(lines)


def _machine(known: VirtualMachine | None) -> Iterator[str]:
    if known is None:
        yield "  No row tells of the machine itself, only its network interface does."
        return
    system = known.operating_system.value if known.operating_system else "system not known"
    power = visible(known.power_state) if known.power_state else "power state not known"
    nics = counted(len(known.network_interfaces), "network interface")
    yield f"  {system}, {power}, {nics}"


def _unread_interfaces(snapshot: Snapshot, known: VirtualMachine | None) -> Iterator[str]:
    for nic in known.network_interfaces if known else ():
        if nic not in snapshot.network_interfaces:
            yield f"  Not known: network interface {visible(nic.name)} could not be read."


def _no_door(snapshot: Snapshot, known: VirtualMachine | None) -> Iterator[str]:
    if any(_unread_interfaces(snapshot, known)):
        yield "No front door is known. What could not be read may hold one."
        return
    yield "No front door: no public address leads to it, so nobody on the internet reaches it."


def _way(
    machine: ResourceId,
    known: VirtualMachine | None,
    told: Explanation,
    number: str,
    source: int | None,
) -> Iterator[TextLine]:
    door, way = told.way.door, told.way
    title = f"Way in {number}: {port_name(way.port)} through {_door(door)}"
    yield TextLine(title, tone=Tone.TITLE)
    yield TextLine(_sender(told, source), "sender", Sign.PASSES)
    barred = isinstance(told.answer, Barred)
    yield TextLine(_dialled(door), "front door", Sign.STOP if barred else Sign.PASSES)
    if not barred:
        yield from _stops(told)
        sign = _ARRIVALS[type(told.answer)]
        yield TextLine(f"{visible(machine.name)}, {_arrival(told)}", "machine", sign)
    is_latent = known is not None and known.is_latent
    first, *rest = _answer(told, source, is_latent=is_latent)
    yield TextLine(first, tone=_TONES[type(told.answer)])
    yield from map(TextLine, rest)
    if not barred and told.return_path is ReturnPath.ASYMMETRIC:
        yield TextLine(
            "  Replies to the internet leave by a user-defined default route (asymmetric)."
        )


def _stops(told: Explanation) -> Iterator[TextLine]:
    """Tell the layers in order, the translation behind those of the door itself."""
    before = told.senders
    is_translated = False
    for stage in told.stages:
        if stage.kind is not LayerKind.FRONT_DOOR and not is_translated:
            yield TextLine(*_target(told), Sign.PASSES)
            is_translated = True
        text = f"{_stage(stage)}{_left(stage.left, before)}"
        yield TextLine(text, _LAYERS[stage.kind], _sign(stage))
        before = stage.left or before


def _sign(stage: Stage) -> Sign:
    match stage.outcome:
        case Step(access=Access.DENY):
            return Sign.STOP
        case Step(access=None) | Reason():
            return Sign.UNSURE
        case Quiet.ABSENT | Quiet.NOT_REACHED:
            return Sign.ASIDE
        case Step() | Quiet.PASSED:
            return Sign.PASSES
        case _ as unreachable:
            assert_never(unreachable)


def _left(left: Remainder | None, before: Remainder | None) -> str:
    """Say who is left where that changed, and where somebody is."""
    if not left or left == before:
        return ""
    parts = [f"{_count(left.addresses.count)}: {_first(left.addresses)}"] if left.addresses else []
    if left.tags:
        parts.append(f"members of {', '.join(visible(tag.name) for tag in left.tags)}")
    return f"; left: {' and '.join(parts)}"


def _door(door: FrontDoor) -> str:
    named = visible(door.rule or door.id.name)
    segments = door.id.text.rpartition("/providers/")[2].split("/")
    of = f" of {visible(segments[2])}" if len(segments) > _TOP_LEVEL_SEGMENTS else ""
    sku = f" ({door.sku})" if door.sku else ""
    return f"{_KINDS[door.kind]} {named}{of}{sku}"


def _sender(told: Explanation, source: int | None) -> str:
    if told.packet is not None:
        asked = "as asked" if source is not None else "for example"
        port = f"source port {told.packet.source_port}"
        return f"{address_text(told.packet.source)}, {port} ({asked})"
    if source is not None:
        return address_text(source)
    return "a member of a service tag whose addresses are not known"


def _dialled(door: FrontDoor) -> str:
    return _end(visible(door.address) if door.address else None, _ports(door))


def _ports(door: FrontDoor) -> str:
    if door.port_range is None:
        return str(door.port)
    return f"{door.port_range[0]}-{door.port_range[1]}"


def _target(told: Explanation) -> tuple[str, str]:
    """Tell where packets are sent on to; a floating IP keeps the address that was dialled."""
    target, way = told.way.target, told.way
    number = way.destination if way.keeps_destination else target.configuration.private_ip
    address = None if number is None else address_text(number)
    nic, configuration = target.interface.id.name, target.configuration.name
    place = f"{_end(address, str(way.port))} ({visible(nic)}, {visible(configuration)})"
    if told.translated is not None:
        place = f"{place}, from {address_text(told.translated.source)}"
    return place, "handed on to" if way.keeps_destination else "translated to"


def _end(address: str | None, ports: str) -> str:
    if address is None:
        return f"no address now, port {ports}"
    return f"[{address}]:{ports}" if ":" in address else f"{address}:{ports}"


def _stage(stage: Stage) -> str:
    name = f"{visible(stage.resource.name)}: " if stage.resource else ""
    if isinstance(stage.outcome, Step) and name == f"{visible(stage.outcome.rule or '')}: ":
        name = ""
    match stage.outcome:
        case Step(rule=str(rule), access=Access() as access, priority=priority):
            place = "" if priority is None else f" (priority {priority})"
            return f"{name}{visible(rule)}{place} {_VERBS[access]}"
        case Step():
            return f"{name}could not be read"
        case Reason() as reason:
            return f"not known: {visible(reason.text)}"
        case Quiet.ABSENT:
            return "none"
        case Quiet.PASSED:
            return f"{name}no rule matches"
        case Quiet.NOT_REACHED:
            return f"{name}not reached"
        case _ as unreachable:
            assert_never(unreachable)


def _arrival(told: Explanation) -> str:
    match told.answer:
        case Exposed():
            return f"reached on port {told.way.port}"
        case Undetermined():
            return "perhaps reached"
        case NotExposed() | Barred():
            return "not reached"
        case _ as unreachable:
            assert_never(unreachable)


def _answer(told: Explanation, source: int | None, *, is_latent: bool) -> Iterator[str]:
    answer = told.answer
    match answer:
        case Barred(reason=reason):
            yield f"  Not this way: {visible(reason.text)}."
        case Exposed() if source is not None:
            yield f"  Reachable: {address_text(source)} gets in."
        case Exposed():
            latent = " once it is started" if is_latent else ""
            yield f"  Reachable from {FROM[answer.reach]}{latent}."
            yield from _sources(answer)
        case NotExposed():
            who = "nobody untrusted on the internet" if source is None else address_text(source)
            verb = "gets" if source is None else "does not get"
            yield f"  Closed: {who} {verb} in."
        case Undetermined():
            yield "  Not known whether anybody gets in:"
        case _ as unreachable:
            assert_never(unreachable)
    if not isinstance(answer, Barred):
        yield from (f"    {visible(reason.text)}" for reason in answer.reasons)


def _sources(verdict: Exposed) -> Iterator[str]:
    if verdict.certain:
        yield f"    {_count(verdict.certain.count)}: {_first(verdict.certain)}"
    if verdict.less_tags:
        yield f"    less those of {', '.join(visible(tag.name) for tag in verdict.less_tags)}"
    if verdict.possible_tags:
        yield f"    and {', '.join(visible(tag.name) for tag in verdict.possible_tags)}"


def _count(addresses: int) -> str:
    if addresses <= _COUNTED_EXACTLY:
        return counted(addresses, "address", "addresses")
    return f"more than 10^{len(str(addresses)) - 1} addresses"


def _first(addresses: AddressSet) -> str:
    prefixes = tuple(addresses.prefixes())
    more = len(prefixes) - _SHOWN_PREFIXES
    shown = ", ".join(prefixes[:_SHOWN_PREFIXES])
    return f"{shown} and {counted(more, 'more prefix', 'more prefixes')}" if more > 0 else shown
