"""The product's answers on an estate, put beside the oracle's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from ipaddress import ip_address
from typing import Any, Final, Protocol

from tests.cases.sets import size
from tests.judging import scan
from tests.oracle.addresses import holds
from tests.oracle.decision import Decision
from tests.oracle.doors import Door, doors
from tests.oracle.estate import Estate, key
from tests.oracle.judge import EXPOSED, UNDETERMINED, Judgement, class_by_size, judge
from tests.oracle.path import Path, Sender
from tests.rows import Part, Row

Exposure = Mapping[str, Any]
Name = tuple[str, str, str, str, int]

REACHES: Final = ("internet", "azure-tenants", "wide", "service-ranges", "limited")


class Asked(Protocol):
    """Rows, and the question that a scan answers about them."""

    @property
    def rows(self) -> Sequence[Row]: ...
    @property
    def ports(self) -> tuple[int, ...]: ...
    @property
    def trusted(self) -> tuple[str, ...]: ...
    @property
    def service_tags(self) -> Part | None: ...


def disagreements(estate: Asked) -> list[str]:
    """Return a line for every point on which product and oracle differ; empty when they agree."""
    report = scan(
        list(estate.rows),
        ports=estate.ports,
        trusted=estate.trusted,
        service_tags=estate.service_tags,
    )
    known = Estate.with_tag_list(estate.rows, estate.service_tags)
    told = {_name_of_exposure(one): one for one in report["exposures"]}
    expected = {_name_of_door(one): one for one in doors(known, estate.ports)}
    lines = [f"{_spoken(name)}: only the scan has this" for name in told.keys() - expected.keys()]
    lines += [f"{_spoken(name)}: the scan lacks this" for name in expected.keys() - told.keys()]
    if len(told) < len(report["exposures"]):
        lines.append("the scan has the same door twice")
    for name in sorted(told.keys() & expected.keys()):
        path = Path(known, expected[name].route)
        judgement = judge(path, estate.trusted)
        points = _points(told[name], path, judgement)
        lines += [f"{_spoken(name)}: {point}" for point in points]
    return lines


def _name_of_exposure(exposure: Exposure) -> Name:
    door = exposure["front_door"]
    configuration = f"{exposure['nic']}/ipConfigurations/{exposure['ip_configuration']}"
    rule = door.get("rule") if door["kind"] == "firewall-dnat" else None
    return key(configuration), door["kind"], key(door["id"]), rule or "", exposure["port"]


def _name_of_door(door: Door) -> Name:
    rule = door.route.front_rule if door.kind == "firewall-dnat" else ""
    return door.route.configuration, door.kind, door.opened_by, rule, door.route.port


def _spoken(name: Name) -> str:
    configuration, kind, door, rule, port = name
    interface, _, ip_configuration = configuration.rsplit("/", 2)
    opened_by = "/".join([door.rsplit("/", 1)[-1], *([rule] if rule else [])])
    return f"{interface.rsplit('/', 1)[-1]}/{ip_configuration} port {port} by {kind} {opened_by}"


def _points(exposure: Exposure, path: Path, expected: Judgement) -> Iterator[str]:
    sources = exposure["sources"]
    certain = sources["certain"]
    facts: dict[str, tuple[object, object]] = {
        "certain": (certain, list(expected.certain)),
        "address_count": (int(sources["address_count"]), size(expected.certain)),
        "latent": (exposure["latent"], _is_latent(path)),
        "return_path": (exposure["return_path"], _return_path(path)),
        "reach": (exposure["reach"], expected.reach or exposure["reach"]),
        "witness": (exposure["witness"] is None, not certain),
        "trace": (bool(exposure["trace"]), True),
        "reasons": (bool(exposure["reasons"]) or exposure["verdict"] != UNDETERMINED, True),
    }
    if exposure["verdict"] not in expected.verdicts:
        yield f"verdict is {exposure['verdict']}, not one of {sorted(expected.verdicts)}"
    for fact, (told, right) in facts.items():
        if told != right:
            yield f"{fact} is {told}, not {right}"
    yield from _points_on_tags(exposure, expected)
    yield from _points_on_reach(exposure, path, expected)
    yield from _points_on_witness(exposure, path, expected)


def _points_on_tags(exposure: Exposure, expected: Judgement) -> Iterator[str]:
    """Compare what unresolved tags do.

    Tags that add or take no sender but only some of a sender's source ports may be named or not;
    gaps other than tags are told by reasons, so a possible part need not name a tag then.
    """
    adds, takes = bool(exposure["sources"]["possible_tags"]), bool(exposure["sources"]["less_tags"])
    if adds and not expected.possible_ports:
        yield f"possible_tags is {exposure['sources']['possible_tags']} though they add nobody"
    if not adds and expected.possible and not expected.unreadable:
        yield "possible_tags is empty though tags may add senders"
    if takes and not expected.lessened_ports:
        yield f"less_tags is {exposure['sources']['less_tags']} though nobody is taken out"
    if not takes and expected.lessened and not expected.unreadable:
        yield "less_tags is empty though tags take senders out"


def _is_latent(path: Path) -> bool:
    interface, _ = path.estate.configurations[path.route.configuration]
    machine = path.estate.machine_of(interface)
    state = None if machine is None else machine["properties"].get("extended")
    if state is None:
        return False
    code = state["instanceView"]["powerState"]["code"]
    return code not in {"PowerState/running", "PowerState/starting"}


def _return_path(path: Path) -> str:
    through_firewall = path.route.clients is not None
    diverted = path.around.diverted and path.route.family == "ipv4" and not through_firewall
    return "asymmetric" if diverted else "direct"


def _points_on_reach(exposure: Exposure, path: Path, expected: Judgement) -> Iterator[str]:
    reach = exposure["reach"]
    if (reach is None) == (exposure["verdict"] == EXPOSED):
        yield f"reach is {reach} although {exposure['verdict']}"
    if reach in {"internet", "wide"}:
        by_size = class_by_size(path.route.family, size(expected.certain))
        if REACHES.index(reach) < REACHES.index(by_size):
            yield f"reach is {reach} although so few addresses make it {by_size}"


def _points_on_witness(exposure: Exposure, path: Path, expected: Judgement) -> Iterator[str]:
    witness = exposure["witness"]
    if witness is None:
        return
    sender = Sender(int(ip_address(witness["source"])), witness["source_port"])
    steps = path.steps(sender)
    if path.fate(sender) is not Decision.ALLOWED:
        yield f"witness {witness} is stopped by {steps[-1]}"
    if not any(holds(one, path.route.family, sender.address) for one in expected.certain):
        yield f"witness {witness} is not among the certain senders"
    told = [(one["layer"], one["rule"]) for one in exposure["trace"]]
    if told != [(one.layer, one.rule) for one in steps]:
        yield f"trace is {told}, not {steps}"
