"""What changed between two states of one network object, field by field and rule by rule."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum, StrEnum
from typing import Final

from shared.network.admin_rules import AdminRule
from shared.network.ids import ResourceId
from shared.network.security_rule import Endpoint
from shared.network.service_tags import ServiceTag
from shared.packetset.addresses import AddressSet, address_text
from shared.packetset.intervals import IntervalSet
from shared.packetset.protocols import ALL_PORTS

_SHOWN: Final = 4
_ADDRESS_FIELDS: Final = frozenset(
    {
        "address",
        "addresses",
        "hub_addresses",
        "private_address",
        "private_ip",
        "translated_address",
    }
)
"""Fields whose whole numbers are places on the address line."""
_RANGE: Final = "front_ports"
"""The field that holds the first and last of a range."""
_UNTOLD: Final = frozenset({"id", "name", "tags", "manager", "subnets", "has_latest_model"})
"""Identities, labels without effect, and subnets, which are objects of their own."""
_NAMES: Final = {
    "security_group": "NSG",
    "rules": "rule",
    "nat_rules": "NAT rule",
    "nat_pools": "NAT pool",
    "nat_rule": "NAT rule",
    "ip_configurations": "IP configuration",
    "network_interfaces": "network interface",
    "application_security_groups": "application security group",
    "balancer_pools": "backend pool",
    "pools": "backend pool",
    "frontends": "frontend",
    "listeners": "listener",
    "peerings": "peering with",
    "routes": "route",
    "public_ip": "public IP",
    "public_ips": "public IP",
    "private_ip": "private address",
    "source_groups": "IP group",
    "groups": "rule collection group",
    "space": "address space",
    "sku": "SKU",
    "configurations": "member",
}


class ChangeKind(StrEnum):
    """What became of an object or a part of it."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field: its text before and after, None where it named nothing.

    Of a list, `before` is what was taken out and `after` what was put in.
    """

    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class ObjectChange:
    """One change of an object, or of a part of it that has a name of its own.

    `part` is empty for the object itself, else `rule allow-ssh` for example; `elements` are that
    part before and after, as far as it was there.
    """

    resource: ResourceId
    part: str
    kind: ChangeKind
    fields: tuple[FieldChange, ...] = ()
    elements: tuple[object, ...] = ()


def object_changes(
    resource: ResourceId, before: object | None, after: object | None, part: str = ""
) -> Iterator[ObjectChange]:
    """Compare two states of an object; one that is not there was removed or added whole."""
    if before is None or after is None:
        there = before if after is None else after
        if there is not None:
            kind = ChangeKind.REMOVED if after is None else ChangeKind.ADDED
            yield ObjectChange(resource, part, kind, _described(there, kind, part), (there,))
        return
    changed: list[FieldChange] = []
    for name, old, new in _differing(before, after):
        if _is_named(old) or _is_named(new):
            yield from _parts(resource, f"{part}, " if part else "", name, old, new)
        else:
            changed.append(_field(name, old, new))
    if changed:
        yield ObjectChange(resource, part, ChangeKind.CHANGED, tuple(changed), (before, after))


def _differing(before: object, after: object) -> Iterator[tuple[str, object, object]]:
    """Give the fields that differ; those of a part without a name stand for themselves."""
    for name in _field_names(after):
        old, new = getattr(before, name), getattr(after, name)
        if old == new or name in _UNTOLD:
            continue
        if _is_compound(old) and _is_compound(new):
            yield from _differing(old, new)
        else:
            yield name, old, new


def _field_names(value: object) -> tuple[str, ...]:
    return tuple(field.name for field in fields(value)) if is_dataclass(value) else ()


def _is_compound(value: object) -> bool:
    """Tell whether a value is a part without a name, such as a machine's way to sign in."""
    plain = (ResourceId, AddressSet, IntervalSet, Endpoint, ServiceTag)
    return is_dataclass(value) and not isinstance(value, plain)


def _is_named(values: object) -> bool:
    """Tell whether a field holds parts with names of their own."""
    if not isinstance(values, tuple) or not values:
        return False
    return all(_is_compound(value) and _name(value) for value in values)


def _name(part: object) -> str:
    """Give the name of a part: its own, its id's, or that of what it leads to."""
    name = getattr(part, "name", None)
    if isinstance(name, str):
        return name
    for identity in ("id", "remote"):
        value = getattr(part, identity, None)
        if isinstance(value, ResourceId):
            return value.name
    return ""


def _parts(
    resource: ResourceId, within: str, name: str, before: object, after: object
) -> Iterator[ObjectChange]:
    old, new = _by_name(before), _by_name(after)
    for key in dict.fromkeys((*old, *new)):
        there = new.get(key) or old.get(key)
        kind = "security admin rule" if isinstance(there, AdminRule) else _label(name)
        states = (_unwrapped(old.get(key)), _unwrapped(new.get(key)))
        yield from object_changes(resource, *states, f"{within}{kind} {_name(there)}")


def _unwrapped(part: object | None) -> object | None:
    """Give a part itself; of a security admin rule, the rule without its manager."""
    return part.rule if isinstance(part, AdminRule) else part


def _by_name(parts: object) -> Mapping[str, object]:
    return {_name(part).lower(): part for part in parts} if isinstance(parts, tuple) else {}


def _described(there: object, kind: ChangeKind, part: str) -> tuple[FieldChange, ...]:
    """Tell the fields of a part that came or went; a whole object is told by its name alone."""
    if not part:
        return ()
    told = []
    for name in _field_names(there):
        value = getattr(there, name)
        text = None if name in _UNTOLD or value is False else _text(name, value)
        if text is not None:
            gone = kind is ChangeKind.REMOVED
            told.append(FieldChange(_label(name), text if gone else None, None if gone else text))
    return tuple(told)


def _field(name: str, before: object, after: object) -> FieldChange:
    lists = (tuple, frozenset)
    if name != _RANGE and isinstance(before, lists) and isinstance(after, lists):
        gone = [value for value in before if value not in after]
        come = [value for value in after if value not in before]
        if gone or come:
            return FieldChange(_label(name), _text(name, tuple(gone)), _text(name, tuple(come)))
    return FieldChange(_label(name), _text(name, before), _text(name, after))


def _label(name: str) -> str:
    return _NAMES.get(name, name.replace("_", " "))


def _text(name: str, value: object) -> str | None:
    """Write a value for people; None for what names nothing."""
    match value:
        case None | "" | ():
            return None
        case bool():
            return "yes" if value else "no"
        case int() if name in _ADDRESS_FIELDS:
            return address_text(value)
        case (int(first), int(last)) if name == _RANGE:
            return f"{first}" if first == last else f"{first}-{last}"
        case tuple() | frozenset():
            return _listed(sorted(text for one in value if (text := _text(name, one)))) or None
        case _:
            return _plain(value)


def _plain(value: object) -> str | None:
    match value:
        case Enum():
            return str(value.value)
        case ResourceId() | ServiceTag():
            return value.name
        case AddressSet():
            return _listed(value.prefixes()) or None
        case IntervalSet():
            return "any" if value == ALL_PORTS else _ports(value)
        case Endpoint():
            return _endpoint(value)
        case _:
            held = ((name, getattr(value, name)) for name in _field_names(value))
            texts = (_text(name, part) for name, part in held if part is not False)
            return ", ".join(text for text in texts if text) or str(value)


def _ports(ports: IntervalSet) -> str:
    return ", ".join(f"{a}" if a == b else f"{a}-{b}" for a, b in ports.spans)


def _endpoint(side: Endpoint) -> str:
    if side.everywhere:
        return "*"
    named = [tag.name for tag in side.tags]
    named += [group.name for group in side.application_security_groups]
    named += ["a network group"] if side.unresolved else []
    if side.addresses:
        named.append(_listed(side.addresses.prefixes()))
    return ", ".join(named) or "nothing"


def _listed(texts: Collection[str] | Iterator[str]) -> str:
    found = list(texts)
    more = len(found) - _SHOWN
    shown = ", ".join(found[:_SHOWN])
    return f"{shown} and {more} more" if more > 0 else shown
