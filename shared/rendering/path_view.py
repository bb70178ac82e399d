"""The way of packets to one machine as stops on a line, read from a stored exposure.

The document is an exposure of the scan's contract, `docs/scan-schema.json`.  One that
`portcullis explain --format json` wrote has `packet`, `senders` and `layers` besides; without
them the stops are those of the trace, and who is left behind each is not told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, assert_never

from shared.checks.result import Json
from shared.checks.ssh_reachable import FROM, port_name
from shared.exposure.layers import LayerKind
from shared.network.ids import InvalidResourceIdError, ResourceId
from shared.rendering.card_wording import resource_name
from shared.rendering.document_reading import number_in, object_in, objects_in, text_in, texts_in
from shared.rendering.visible_text import visible

_REACHES: Final = {reach.value: words for reach, words in FROM.items()}
_TOP_LEVEL_SEGMENTS: Final = 3
"""Namespace, type and name: an id with more than these behind `providers` is of a child."""
_DOORS: Final = {
    "public-ip": "public IP",
    "load-balancer-nat-rule": "load balancer NAT rule",
    "load-balancer-rule": "load balancer rule",
    "scale-set-public-ip": "scale set public IP",
    "firewall-dnat": "firewall DNAT rule",
    "application-gateway": "application gateway listener",
}
_LAYERS: Final = {
    LayerKind.ADMIN_RULES.value: "admin rules",
    LayerKind.SUBNET_NSG.value: "subnet NSG",
    LayerKind.NIC_NSG.value: "NIC NSG",
    LayerKind.PLATFORM.value: "Azure default",
}
_QUIET: Final = {
    "absent": "none",
    "passed": "no rule matches",
    "not-reached": "not reached",
    "unknown": "could not be read",
}


class Answer(StrEnum):
    """The verdict, by its name in the contract."""

    EXPOSED = "exposed"
    CLOSED = "not-exposed"
    UNKNOWN = "undetermined"


class StopKind(StrEnum):
    """What stands at a stop."""

    INTERNET = "internet"
    DOOR = "front door"
    TRANSLATION = "translation"
    FILTER = "filter"
    MACHINE = "machine"


class Flow(StrEnum):
    """Whether packets go on from a stop."""

    OPEN = "open"
    UNSURE = "unsure"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Left:
    """Who is left behind a stop: a number of addresses, their prefixes, and unresolved tags."""

    addresses: int
    prefixes: tuple[str, ...]
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop: a label, what is there in a line or two, and who goes on.

    `left` is None where it is not told; `decides` marks a rule that the verdict rests on.
    """

    kind: StopKind
    label: str
    head: str
    detail: str
    flow: Flow
    access: str = ""
    left: Left | None = None
    decides: bool = False


@dataclass(frozen=True, slots=True)
class PathView:
    """One way in: a title, the verdict in words, and the stops in order; all texts are safe."""

    title: str
    through: str
    answer: Answer
    verdict: str
    stops: tuple[Stop, ...]
    notes: tuple[str, ...]
    is_ipv6: bool = False


def path_view(document: Mapping[str, Json]) -> PathView:
    """Read one exposure; a member that is missing or misshapen is left out of the picture."""
    name = text_in(document, "verdict")
    answer = Answer(name) if name in set(Answer) else Answer.UNKNOWN
    reasons = [visible(text_in(reason, "text")) for reason in objects_in(document, "reasons")]
    return PathView(
        title=f"{port_name(number_in(document, 'port') or 0)} of {_machine(document)}",
        through=f"through {_door_name(object_in(document, 'front_door'))}",
        answer=answer,
        verdict=_verdict(document, answer),
        stops=tuple(_stops(document, answer)),
        notes=(*(reason for reason in reasons if reason), *_return_path(document)),
        is_ipv6=text_in(document, "family") == "ipv6",
    )


def _machine(document: Mapping[str, Json]) -> str:
    return _resource(document, "vm") or "a machine"


def _resource(entry: Mapping[str, Json], name: str) -> str:
    try:
        return visible(resource_name(ResourceId(text_in(entry, name))))
    except InvalidResourceIdError:
        return ""


def _verdict(document: Mapping[str, Json], answer: Answer) -> str:
    match answer:
        case Answer.EXPOSED:
            reach = text_in(document, "reach")
            latent = " once started" if document.get("latent") is True else ""
            return f"Reachable from {_REACHES.get(reach, visible(reach))}{latent}"
        case Answer.CLOSED:
            return "Closed"
        case Answer.UNKNOWN:
            return "Not known"
        case _ as unreachable:
            assert_never(unreachable)


def _return_path(document: Mapping[str, Json]) -> Iterator[str]:
    if text_in(document, "return_path") == "asymmetric":
        yield "Replies to the internet leave by a user-defined default route (asymmetric)."


def _stops(document: Mapping[str, Json], answer: Answer) -> Iterator[Stop]:
    layers = list(objects_in(document, "layers")) or list(objects_in(document, "trace"))
    of_door = [layer for layer in layers if text_in(layer, "layer") == LayerKind.FRONT_DOOR.value]
    yield _internet(document)
    door = _door(document, of_door[0] if of_door else {}, answer)
    yield door
    if "layers" in document and not document["layers"]:
        yield Stop(StopKind.MACHINE, "machine", _machine(document), "not this way", Flow.STOPPED)
        return
    flow = door.flow
    yield _translation(document, flow)
    blind = any(_outcome(layer) == "unknown" for layer in layers)
    for layer in layers:
        if layer not in of_door:
            stop = _filter(layer, answer, flow, blind=blind)
            flow = stop.flow
            yield stop
    yield _target(document, answer, flow)


def _internet(document: Mapping[str, Json]) -> Stop:
    packet = object_in(document, "packet") or object_in(document, "witness")
    source, port = text_in(packet, "source"), number_in(packet, "source_port")
    left = _left(document, "senders")
    alone = left is not None and left.addresses == 1
    detail = f"{visible(source)}, source port {port}" if source else ""
    detail = f"for example {detail}" if detail and not alone else detail
    return Stop(StopKind.INTERNET, "senders", "Internet", detail, Flow.OPEN, left=left)


def _door(document: Mapping[str, Json], layer: Mapping[str, Json], answer: Answer) -> Stop:
    door = object_in(document, "front_door")
    kind = text_in(door, "kind")
    unknown = bool(layer) and _outcome(layer) == "unknown"
    flow = _flow(layer, answer) if layer else Flow.OPEN
    if flow is Flow.UNSURE and not unknown:
        flow = Flow.OPEN
    return Stop(
        StopKind.DOOR,
        _DOORS.get(kind, visible(kind)),
        _end(text_in(door, "address"), _ports(door)),
        visible(text_in(layer, "reason")) if unknown else _named(door),
        flow,
        left=_left(layer, "left"),
        decides=unknown or flow is Flow.STOPPED,
    )


def _named(door: Mapping[str, Json]) -> str:
    identity = text_in(door, "id")
    name = visible(text_in(door, "rule") or identity.rpartition("/")[2])
    segments = identity.rpartition("/providers/")[2].split("/")
    owner = segments[2] if len(segments) > _TOP_LEVEL_SEGMENTS else ""
    sku = text_in(door, "sku")
    of = f" of {visible(owner)}" if owner and owner != name else ""
    return f"{name}{of} ({visible(sku)})" if sku else f"{name}{of}"


def _door_name(door: Mapping[str, Json]) -> str:
    kind = text_in(door, "kind")
    return f"{_DOORS.get(kind, visible(kind))} {_named(door)}"


def _ports(door: Mapping[str, Json]) -> str:
    ports = door.get("port_range")
    if isinstance(ports, list | tuple) and len(ports) > 1:
        return visible(f"{ports[0]}-{ports[-1]}")
    return str(number_in(door, "port") or "")


def _end(address: str, ports: str) -> str:
    if not address:
        return f"no address now, port {ports}"
    host = visible(address)
    return f"[{host}]:{ports}" if ":" in host else f"{host}:{ports}"


def _translation(document: Mapping[str, Json], flow: Flow) -> Stop:
    packet = object_in(document, "packet") or object_in(document, "witness")
    address = text_in(packet, "destination") or text_in(document, "private_ip")
    keeps = bool(address) and address != text_in(document, "private_ip")
    port = str(number_in(document, "port") or "")
    configuration = visible(text_in(document, "ip_configuration"))
    place = ", ".join(part for part in (_resource(document, "nic"), configuration) if part)
    source = visible(text_in(packet, "translated_source"))
    return Stop(
        StopKind.TRANSLATION,
        "handed on to" if keeps else "translated to",
        _end(address, port),
        f"{place}; the sender becomes {source}" if source else place,
        flow,
    )


def _outcome(layer: Mapping[str, Json]) -> str:
    """Give what a layer did; a step of a trace without a rule is of a filter that was not read."""
    return text_in(layer, "outcome") or ("rule" if text_in(layer, "rule") else "unknown")


def _filter(layer: Mapping[str, Json], answer: Answer, before: Flow, *, blind: bool) -> Stop:
    """Read one layer; with `blind`, some layer of the way was not read."""
    kind, outcome, rule = text_in(layer, "layer"), _outcome(layer), text_in(layer, "rule")
    priority, access = number_in(layer, "priority"), text_in(layer, "access")
    resource = _resource(layer, "resource")
    flow = Flow.STOPPED if before is Flow.STOPPED else _flow(layer, answer)
    if outcome == "absent":
        flow = before
    detail = resource if priority is None else f"{resource}, priority {priority}"
    if outcome == "unknown":
        detail = visible(text_in(layer, "reason")) or resource
    stops_here = flow is Flow.STOPPED and before is not Flow.STOPPED
    return Stop(
        StopKind.FILTER,
        _LAYERS.get(kind, visible(kind)),
        visible(rule) or (resource if outcome == "unknown" else _QUIET.get(outcome, "")),
        detail,
        flow,
        access=visible(access),
        left=None if outcome in {"absent", "not-reached"} else _left(layer, "left"),
        decides={
            Answer.EXPOSED: outcome == "rule" and access != "Deny",
            Answer.CLOSED: stops_here,
            Answer.UNKNOWN: outcome == ("unknown" if blind else "rule"),
        }[answer],
    )


def _flow(layer: Mapping[str, Json], answer: Answer) -> Flow:
    """Tell whether anybody goes on, by who is left where that is told, else by the rule."""
    left = _left(layer, "left")
    denied = text_in(layer, "access") == "Deny"
    if (left is None and denied) or (left is not None and not (left.addresses or left.tags)):
        return Flow.STOPPED
    return Flow.UNSURE if answer is Answer.UNKNOWN else Flow.OPEN


def _target(document: Mapping[str, Json], answer: Answer, flow: Flow) -> Stop:
    told = {
        Answer.EXPOSED: f"reached on port {number_in(document, 'port')}",
        Answer.CLOSED: "not reached",
        Answer.UNKNOWN: "perhaps reached",
    }
    detail = told[answer]
    if document.get("latent") is True and answer is not Answer.CLOSED:
        detail = f"{detail} once it is started"
    return Stop(StopKind.MACHINE, "machine", _machine(document), detail, flow)


def _left(entry: Mapping[str, Json], name: str) -> Left | None:
    left = object_in(entry, name)
    if not left:
        return None
    counted = left.get("address_count")
    if isinstance(counted, str) and counted.isascii() and counted.isdigit():
        counted = int(counted[:40])
    return Left(
        counted if isinstance(counted, int) and not isinstance(counted, bool) else 0,
        tuple(visible(prefix) for prefix in texts_in(left, "prefixes")),
        tuple(visible(tag) for tag in texts_in(left, "tags")),
    )
