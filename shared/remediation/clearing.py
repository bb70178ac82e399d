"""The smallest change to a rule after which it lets in nobody whom it should not."""

from __future__ import annotations

from itertools import takewhile
from typing import Final

from shared.exposure.assessment import Question
from shared.exposure.internet import INTERNET
from shared.exposure.layers import Reason
from shared.network.security_group import NetworkSecurityGroup
from shared.network.security_rule import Access, Endpoint, SecurityRule
from shared.network.service_tags import (
    AZURE_LOAD_BALANCER,
    PLATFORM_ADDRESS,
    VIRTUAL_NETWORK,
)
from shared.network.service_tags import INTERNET as INTERNET_TAG
from shared.packetset.addresses import (
    ALL_ADDRESSES,
    FAMILY_ADDRESSES,
    NO_ADDRESSES,
    AddressSet,
    Family,
)
from shared.packetset.protocols import ALL_PORTS, Protocol, ports_of
from shared.remediation.edit import NarrowRule, RemoveRule

ANYONE: Final = INTERNET[Family.IPV4].union(INTERNET[Family.IPV6])
"""Everybody on the internet, whatever networks are around."""

_PRIVATE_TAGS = frozenset({VIRTUAL_NETWORK, AZURE_LOAD_BALANCER})
_PRIVATE = AddressSet.of(
    ("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
).union(PLATFORM_ADDRESS)
"""Whoever may send within a virtual network, whatever its address space.

Source: RFC 1918, RFC 6598, RFC 4193; Microsoft Learn, "What is IP address 168.63.129.16?".
"""


def clearing(
    group: NetworkSecurityGroup, rule: SecurityRule, question: Question, own: AddressSet
) -> RemoveRule | NarrowRule | Reason:
    """Remove a rule or leave it its trusted and private sources; a reason where neither will do.

    `own` is the address space of the networks behind the group.  A rule about other ports stays as
    it is, for others may live by it.  Private sources need not be kept where rules behind it, the
    default rules among them, let the virtual network in anyway.
    """
    watched = ports_of(map(str, question.ports))
    if not rule.destination_ports.is_subset(watched):
        return Reason("serves-other-ports", f"rule {rule.name} is about other ports, too")
    opaque = [tag for tag in rule.source.tags if _is_opaque(tag.key, question)]
    if opaque and question.trusted:
        text = f"whether trusted sources are in {opaque[0].name}, which rule {rule.name} lets in"
        return Reason("opaque-tag", f"{text}, is not known")
    inside = _PRIVATE.union(own)
    kept = _letting_in(rule.source, question).intersect(question.trusted).intersect(ANYONE)
    if not all(_lets_network_in(group, rule, port, inside) for port in question.ports):
        if _is_private_beyond_prefixes(rule.source):
            return Reason("private-sources", f"rule {rule.name} lets private sources in, too")
        kept = kept.union(rule.source.addresses.intersect(inside))
    return _left_with(group, rule, kept)


def _left_with(
    group: NetworkSecurityGroup, rule: SecurityRule, kept: AddressSet
) -> RemoveRule | NarrowRule | Reason:
    if not kept:
        return RemoveRule(group.id, rule.name)
    if all(kept.overlaps(addresses) for addresses in FAMILY_ADDRESSES.values()):
        text = f"one rule cannot name the IPv4 and IPv6 sources that rule {rule.name} must keep"
        return Reason("both-families", text)
    if rule.source == Endpoint(addresses=kept):
        text = f"rule {rule.name} lets in nobody but trusted sources and own networks"
        return Reason("own-networks", text)
    return NarrowRule(group.id, rule.name, kept)


def _is_opaque(tag: str, question: Question) -> bool:
    fixed = {INTERNET_TAG, *_PRIVATE_TAGS}
    return tag not in fixed and question.tags.resolve(tag) is None


def _letting_in(source: Endpoint, question: Question) -> AddressSet:
    """Give all public addresses that a source names, as far as they are known."""
    if source.everywhere or any(tag.key == INTERNET_TAG for tag in source.tags):
        return ALL_ADDRESSES
    named = source.addresses
    for tag in source.tags:
        named = named.union(question.tags.resolve(tag.key) or NO_ADDRESSES)
    return named


def _is_private_beyond_prefixes(source: Endpoint) -> bool:
    """Tell whether a source holds private senders, and not only such as it names by prefixes."""
    return (
        source.everywhere
        or bool(source.application_security_groups)
        or any(tag.key in _PRIVATE_TAGS for tag in source.tags)
    )


def _lets_network_in(
    group: NetworkSecurityGroup, rule: SecurityRule, port: int, inside: AddressSet
) -> bool:
    """Tell whether rules behind one surely let in whoever of the network it does.

    A Deny before the first rule that lets in all of VirtualNetwork may stop them; the default
    rules have such a rule, so that there is always one.
    """
    if port not in rule.destination_ports:
        return True
    ordered = group.inbound
    behind = (
        other
        for other in ordered[ordered.index(rule) + 1 :]
        if port in other.destination_ports and other.protocol.covers(Protocol.TCP)
    )
    ahead = takewhile(lambda other: not _lets_all_of_network(other), behind)
    return not any(
        other.access is Access.DENY and _may_concern(other.source, rule.source, inside)
        for other in ahead
    )


def _may_concern(denied: Endpoint, let_in: Endpoint, inside: AddressSet) -> bool:
    """Tell whether a Deny may stop a private sender whom a rule before it lets in."""
    if _is_private_beyond_prefixes(denied):
        return _is_private_beyond_prefixes(let_in) or let_in.addresses.overlaps(inside)
    stopped = denied.addresses.intersect(inside)
    return bool(stopped) and (
        _is_private_beyond_prefixes(let_in) or let_in.addresses.overlaps(stopped)
    )


def _lets_all_of_network(rule: SecurityRule) -> bool:
    """Tell whether a rule allows everybody of the network, to everything in it."""
    sides = (rule.source, rule.destination)
    return (
        rule.access is Access.ALLOW
        and rule.source_ports == ALL_PORTS
        and all(
            side.everywhere or any(tag.key == VIRTUAL_NETWORK for tag in side.tags)
            for side in sides
        )
    )
