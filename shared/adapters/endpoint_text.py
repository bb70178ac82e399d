"""Security rules from Azure's texts: strict, so that nothing unreadable becomes a guess."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from sys import intern
from typing import TypeVar

from shared.adapters.wire import Reference, RuleBody
from shared.network.ids import resource_id
from shared.network.security_rule import Access, Direction, Endpoint, SecurityRule
from shared.network.service_tags import ServiceTag
from shared.packetset.addresses import AddressSet
from shared.packetset.intervals import IntervalSet
from shared.packetset.protocols import ALL_PORTS, Protocol, ports_of

Word = TypeVar("Word")

_LAST_PRIORITY = 4096
_TAG = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")
_ANYWHERE = frozenset({"*", "any"})
_DIGITS = frozenset(string.digits)
"""What most prefixes begin with, and no tag."""
DIRECTIONS = {member.lower(): member for member in Direction}
ACCESSES = {member.lower(): member for member in (Access.ALLOW, Access.DENY)}


def security_rule(name: str, body: RuleBody) -> SecurityRule:
    """Read one rule of a network security group.

    Raises:
        ValueError: a port, prefix, priority, protocol, access or direction is impossible; the
            message says which.
    """
    source = _side(
        body.source_address_prefix,
        body.source_address_prefixes,
        body.source_application_security_groups,
    )
    destination = _side(
        body.destination_address_prefix,
        body.destination_address_prefixes,
        body.destination_application_security_groups,
    )
    source_ports = _ports(body.source_port_range, body.source_port_ranges)
    destination_ports = _ports(body.destination_port_range, body.destination_port_ranges)
    is_whole = body.protocol and source_ports and destination_ports
    return SecurityRule(
        name=intern(name),
        priority=priority_of(body.priority, lowest=100),
        direction=_direction(body.direction),
        access=_access(body.access),
        protocol=_protocol(body.protocol or "*"),
        source=source,
        source_ports=source_ports or ALL_PORTS,
        destination=destination,
        destination_ports=destination_ports or ALL_PORTS,
        unstated=not is_whole or source.unstated or destination.unstated,
    )


def priority_of(priority: int | str | None, *, lowest: int) -> int:
    """Read the priority of a custom rule: from `lowest` to 4096.

    Raises:
        ValueError: it is missing, no number or outside of that.

    Source: Microsoft Learn, "Network security groups", priority.
    """
    number = int(priority if priority is not None else 0)
    if not lowest <= number <= _LAST_PRIORITY:
        raise ValueError(f"impossible priority {priority}")
    return number


@lru_cache(maxsize=64)
def _direction(text: str) -> Direction:
    return member(DIRECTIONS, text, "direction")


@lru_cache(maxsize=64)
def _protocol(text: str) -> Protocol:
    return Protocol.parse(text)


@lru_cache(maxsize=64)
def _access(text: str) -> Access:
    return member(ACCESSES, text, "access")


def member(known: Mapping[str, Word], text: str, what: str) -> Word:
    """Look up a word of a closed vocabulary in any case.

    Raises:
        ValueError: the vocabulary lacks it; `what` names the vocabulary.
    """
    try:
        return known[text.strip().lower()]
    except KeyError:
        message = f"unknown {what} {text[:40]!r}"
        raise ValueError(message) from None


def _side(
    singular: str | None, plural: Sequence[str] | None, groups: Sequence[Reference] | None
) -> Endpoint:
    texts = (singular, *plural) if plural else (singular,)
    if not groups:
        return _stated(texts)
    members = tuple(resource_id(group.id) for group in groups if group.id)
    if not members:
        return _stated(texts)
    return replace(_named(_not_blank(texts)), application_security_groups=members)


@lru_cache(maxsize=8_192)
def _stated(texts: tuple[str | None, ...]) -> Endpoint:
    """Read one side; cached, since an estate's rules repeat a few texts over and over."""
    return endpoint(_not_blank(texts))


def _not_blank(texts: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(text for text in texts if text and text.strip())


def endpoint(texts: tuple[str, ...]) -> Endpoint:
    """Read one side of a rule from all its prefix texts; none at all is read as everywhere.

    Raises:
        InvalidAddressError: a text is neither an address, a prefix, a range nor a tag's name.
    """
    return _named(texts) if texts else Endpoint(everywhere=True, unstated=True)


def _named(texts: tuple[str, ...]) -> Endpoint:
    literal: list[str] = []
    tags: list[ServiceTag] = []
    for text in map(str.strip, texts):
        if text[:1] in _DIGITS:
            literal.append(text)
        elif text.lower() in _ANYWHERE:
            return Endpoint(everywhere=True)
        elif _TAG.fullmatch(text):
            tags.append(ServiceTag.parse(text))
        else:
            literal.append(text)
    return Endpoint(
        addresses=AddressSet.of(literal),
        tags=tuple(tags),
        ipv4_everywhere="0.0.0.0/0" in literal,
    )


def _ports(singular: str | int | None, plural: Sequence[str | int] | None) -> IntervalSet:
    return _stated_ports((singular, *plural) if plural else (singular,))


@lru_cache(maxsize=4_096)
def _stated_ports(texts: tuple[str | int | None, ...]) -> IntervalSet:
    """Give the union of what is stated; nothing where nothing is."""
    named = [str(text) for text in texts if text not in (None, "")]
    return ports_of(named)
