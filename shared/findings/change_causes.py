"""Which changes explain that a way in or a finding is not as it was."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from shared.checks.ssh_reachable import CHECK_ID
from shared.exposure.layers import LayerKind, Step
from shared.findings.estate_objects import objects_by_kind
from shared.findings.object_changes import ChangeKind, ObjectChange, object_changes
from shared.findings.scan_comparison import (
    Cause,
    Decision,
    ExposureDifference,
    FindingDifference,
    ScanComparison,
)
from shared.findings.scan_record import RecordedExposure
from shared.network.firewall import DnatRule
from shared.network.ids import ResourceId
from shared.network.load_balancer import BalancingRule, NatPool, NatRule
from shared.network.security_rule import Direction, SecurityRule
from shared.network.snapshot import Snapshot
from shared.packetset.addresses import NO_ADDRESSES, AddressSet
from shared.packetset.protocols import Protocol

_MACHINE_FIELDS: Final = frozenset({"power state", "network interface", "scale set"})
Place = tuple[str, ResourceId]
"""A collection of the snapshot, and an id in it."""


@dataclass(frozen=True, slots=True)
class Estates:
    """The estate before and after."""

    before: Snapshot
    after: Snapshot


def explained(comparison: ScanComparison, estates: Estates | None = None) -> ScanComparison:
    """Give every difference its causes.

    With both estates they are the changes of the objects that the way leads over; where none is
    found, and without estates, they are the rules that decide now in place of others.
    """
    exposures = tuple(
        replace(one, causes=tuple(_exposure_causes(one, estates))) for one in comparison.exposures
    )
    by_machine: defaultdict[ResourceId, list[ExposureDifference]] = defaultdict(list)
    for way in exposures:
        by_machine[way.seen.vm].append(way)
    findings = tuple(
        replace(one, causes=tuple(_finding_causes(one, by_machine[one.seen.resource], estates)))
        for one in comparison.findings
    )
    return replace(comparison, exposures=exposures, findings=findings)


def _exposure_causes(one: ExposureDifference, estates: Estates | None) -> Iterable[Cause]:
    if one.gap:
        return ()
    changes = tuple(_changes_on_the_way(one, estates)) if estates else ()
    return changes or tuple(_decisions(one))


def _changes_on_the_way(one: ExposureDifference, estates: Estates) -> Iterator[ObjectChange]:
    """Give the changes of the objects on the way; a machine that came or went is enough."""
    places: dict[Place, None] = {}
    for estate in (estates.before, estates.after):
        for side in (one.before, one.after):
            if side is not None:
                places |= dict.fromkeys(_places(estate, side))
    changes = [change for place in places for change in _changes_at(place, estates)]
    machine = [c for c in changes if c.resource == one.seen.vm and c.kind is not ChangeKind.CHANGED]
    relevant = [change for change in machine or changes if _bears_on(change, one)]
    named = _named_by_traces(one)
    yield from sorted(relevant, key=lambda change: _rule_name(change) not in named)


def _changes_at(place: Place, estates: Estates) -> Iterator[ObjectChange]:
    collection, resource = place
    before = objects_by_kind(estates.before)[collection].get(resource)
    after = objects_by_kind(estates.after)[collection].get(resource)
    if before is not None or after is not None:
        yield from object_changes(resource, before, after)


def _places(estate: Snapshot, exposure: RecordedExposure) -> Iterator[Place]:
    """Give the objects that one way leads over in one estate, the machine first."""
    yield "machines", exposure.vm
    yield from _door_places(estate, exposure)
    yield "interfaces", exposure.nic
    nic = estate.network_interfaces.get(exposure.nic)
    if nic is None:
        return
    if nic.security_group:
        yield "groups", nic.security_group
    for configuration in nic.ip_configurations:
        if configuration.name.lower() == exposure.ip_configuration.lower() and configuration.subnet:
            yield from _subnet_places(estate, configuration.subnet)


def _subnet_places(estate: Snapshot, subnet_id: ResourceId) -> Iterator[Place]:
    network = subnet_id.parent("subnets") or subnet_id
    yield "admin rules", network
    yield "subnets", subnet_id
    subnet = estate.subnets.get(subnet_id)
    if subnet and subnet.security_group:
        yield "groups", subnet.security_group
    if subnet and subnet.route_table:
        yield "routes", subnet.route_table
    yield "networks", network


def _door_places(estate: Snapshot, exposure: RecordedExposure) -> Iterator[Place]:
    door = exposure.front_door
    if door.public_ip is not None:
        yield "public IPs", door.public_ip
    owners = ("balancers", "firewalls", "policies", "rule collections", "gateways", "scale sets")
    for name in owners:
        for owner in _above(door.id):
            if owner in objects_by_kind(estate)[name]:
                yield name, owner
    group = estate.rule_collection_groups.get(door.id)
    rules = list(group.rules if group else ())
    for firewall in estate.firewalls.values():
        if door.public_ip in firewall.public_ips:
            yield "firewalls", firewall.id
            rules += firewall.rules
    for rule in rules:
        if rule.name == door.rule:
            yield from (("IP groups", one) for one in rule.source_groups)


def _above(resource: ResourceId) -> Iterator[ResourceId]:
    """Give an id and those of what it is a part of."""
    text = resource.text
    while text.count("/") > 1:
        yield ResourceId(text)
        text = text.rpartition("/")[0]


def _bears_on(change: ObjectChange, one: ExposureDifference) -> bool:
    """Tell whether a change can have to do with one way in."""
    if change.resource == one.seen.vm and change.kind is ChangeKind.CHANGED:
        return any(field.name in _MACHINE_FIELDS for field in change.fields)
    return any(_is_about(element, one) for element in change.elements)


def _is_about(element: object, one: ExposureDifference) -> bool:
    match element:
        case SecurityRule():
            changed = one.gained.union(one.lost)
            return _matches(element, one.seen.port, changed)
        case NatRule() | BalancingRule() | NatPool():
            return element.id == one.seen.front_door.id
        case DnatRule():
            return element.name == one.seen.front_door.rule
        case _:
            return True


def _matches(rule: SecurityRule, port: int, changed: AddressSet) -> bool:
    """Tell whether a rule is about the port, and about some sender whose lot has changed."""
    if rule.direction is not Direction.INBOUND or port not in rule.destination_ports:
        return False
    literal = not (rule.source.everywhere or rule.source.tags)
    apart = literal and bool(changed) and not rule.source.addresses.overlaps(changed)
    return rule.protocol.covers(Protocol.TCP) and not apart


def _named_by_traces(one: ExposureDifference) -> frozenset[str]:
    steps = (step for side in (one.before, one.after) if side for step in side.trace)
    return frozenset((step.rule or "").lower() for step in steps)


def _rule_name(change: ObjectChange) -> str:
    return change.part.rpartition("rule ")[2].lower() if "rule " in change.part else ""


def _decisions(one: ExposureDifference) -> Iterator[Decision]:
    """Tell, layer by layer, which rule decides now and which one did before."""
    before = {step.layer: step for step in one.before.trace} if one.before else {}
    after = {step.layer: step for step in one.after.trace} if one.after else {}
    for layer in LayerKind:
        old, new = before.get(layer), after.get(layer)
        step = new or old
        if step is not None and old != new:
            yield Decision(layer, _decided(old), _decided(new), step.resource)


def _decided(step: Step | None) -> str | None:
    if step is None:
        return None
    if step.rule is None:
        return "could not be read"
    priority = "" if step.priority is None else f" ({step.priority})"
    return f"{step.rule}{priority} {step.access or ''}".rstrip()


def _finding_causes(
    one: FindingDifference, exposures: Iterable[ExposureDifference], estates: Estates | None
) -> Iterator[Cause]:
    """Give the causes of a way in's finding, or what changed in the resource that it stands on."""
    if one.gap:
        return
    if one.seen.check == CHECK_ID:
        doors = set(_doors(one))
        told = (
            cause
            for exposure in exposures
            if exposure.seen.vm == one.seen.resource and exposure.seen.front_door.id.key in doors
            for cause in exposure.causes
        )
        yield from dict.fromkeys(told)
    elif estates is not None:
        both = (estates.before, estates.after)
        places = (place for side in both for place in _places_of_resource(side, one.seen.resource))
        port = one.seen.evidence.get("port")
        for place in dict.fromkeys(places):
            for change in _changes_at(place, estates):
                if not isinstance(port, int) or _concerns_port(change, port):
                    yield change


def _concerns_port(change: ObjectChange, port: int) -> bool:
    rules = [one for one in change.elements if isinstance(one, SecurityRule)]
    return not rules or any(_matches(rule, port, NO_ADDRESSES) for rule in rules)


def _doors(one: FindingDifference) -> Iterator[str]:
    """Give the ids of the front doors that the evidence names, in lower case."""
    ways = one.seen.evidence.get("exposures")
    for way in ways if isinstance(ways, list | tuple) else ():
        door = way.get("front_door") if isinstance(way, Mapping) else None
        identity = door.get("id") if isinstance(door, Mapping) else None
        if isinstance(identity, str):
            yield identity.lower()


def _places_of_resource(estate: Snapshot, resource: ResourceId) -> Iterator[Place]:
    """Give an object with what hangs on it: a machine's interfaces, a network's Bastions."""
    yield from ((name, resource) for name in objects_by_kind(estate))
    machine = estate.virtual_machines.get(resource)
    for interface in machine.network_interfaces if machine else ():
        yield "interfaces", interface
    for bastion in estate.bastions.values():
        if bastion.network == resource:
            yield "bastions", bastion.id
