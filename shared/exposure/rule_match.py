"""Which packets one security rule matches, seen from one place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from shared.network.ids import ResourceId
from shared.network.security_rule import Access, Endpoint, SecurityRule
from shared.network.service_tags import (
    AZURE_LOAD_BALANCER,
    PLATFORM_ADDRESS,
    VIRTUAL_NETWORK,
    ServiceTag,
    ServiceTagTable,
)
from shared.network.service_tags import INTERNET as INTERNET_TAG
from shared.packetset.addresses import NO_ADDRESSES, AddressSet, Family
from shared.packetset.protocols import ALL_PORTS


class Origin(Enum):
    """By what a rule lets somebody in, from the worst to the mildest."""

    ADDRESSES = 0
    AZURE_TENANTS = 1
    SERVICE_RANGES = 2

    def milder(self, other: Origin) -> Origin:
        """Give the milder of both."""
        return self if self.value >= other.value else other


class Match(Enum):
    """Whether a rule is about a destination; `MAYBE` where that cannot be known."""

    NO = 0
    MAYBE = 1
    YES = 2


@dataclass(frozen=True, eq=False, slots=True)
class Perspective:
    """Where packets come from, and what tags mean there.  Compared by identity.

    `universe` holds the senders under judgement, all of `family`; the other sets are parts of it.
    `internet` is what the tag Internet holds, `virtual_network` what VirtualNetwork surely holds,
    `doubtful_virtual_network` what it may hold besides (prefixes of user-defined routes).

    Source: Microsoft Learn, "Virtual network service tags", VirtualNetwork.
    """

    family: Family
    universe: AddressSet
    internet: AddressSet
    virtual_network: AddressSet
    doubtful_virtual_network: AddressSet
    tags: ServiceTagTable
    private: bool = False


@dataclass(frozen=True, slots=True)
class Assumption:
    """How to read what is not known.

    `members` are the keys of unresolved tags that the senders belong to.  `generous` reads every
    doubtful match in the sender's favour, its opposite every one against.
    """

    members: frozenset[str] = frozenset()
    generous: bool = False


@dataclass(frozen=True, slots=True)
class Destination:
    """What packets are addressed to, as filters see it.

    `address` is a number of the address line, None while unknown.  Memberships of application
    security groups are kept for the interface and for the one configuration: Azure's documents
    speak of interfaces, its schema of configurations; an Allow is read by the wider and a Deny
    by the narrower.
    """

    address: int | None
    interface_groups: frozenset[ResourceId] = frozenset()
    configuration_groups: frozenset[ResourceId] = frozenset()
    in_virtual_network: bool = True


def match_destination(rule: SecurityRule, destination: Destination, family: Family) -> Match:
    """Tell whether a rule is about a destination.

    What a Deny with an empty side is about is not documented, so such a rule may be about any.

    Source: Microsoft Learn, "Network security groups": rules see the private address, after the
    translation of a public one; "Application security groups".
    """
    side, address = rule.destination, destination.address
    denies = rule.access is Access.DENY
    groups = destination.configuration_groups if denies else destination.interface_groups
    own_tag = VIRTUAL_NETWORK if destination.in_virtual_network else INTERNET_TAG
    if (
        side.everywhere
        or groups.intersection(side.application_security_groups)
        or any(tag.key == own_tag for tag in side.tags)
        or (address is not None and address in side.addresses)
    ):
        return Match.MAYBE if is_unclear(rule) else Match.YES
    unknown = address is None and bool(side.addresses)
    either_family = side.ipv4_everywhere and family is Family.IPV6 and not denies
    return Match.MAYBE if unknown or side.unresolved or either_family else Match.NO


def is_unclear(rule: SecurityRule) -> bool:
    """Tell whether a rule is a Deny and leaves a part of what it is about empty."""
    return rule.access is Access.DENY and rule.unstated


def is_doubtful(rule: SecurityRule, match: Match, perspective: Perspective) -> bool:
    """Tell whether what a rule matches depends on something that is not known."""
    return match is Match.MAYBE or bool(_doubtful_sources(rule, perspective))


def matched_sources(
    rule: SecurityRule, match: Match, perspective: Perspective, assumption: Assumption
) -> Iterator[tuple[Origin, AddressSet]]:
    """Give the senders of the universe that a rule matches, by what it names them.

    The parts may overlap; an earlier one is the better reason.
    """
    in_favour = (rule.access is not Access.DENY) is assumption.generous
    if match is Match.NO or (match is Match.MAYBE and not in_favour):
        return
    side, universe = rule.source, perspective.universe
    if side.everywhere:
        yield Origin.ADDRESSES, universe
        return
    if side.addresses:
        yield Origin.ADDRESSES, side.addresses.intersect(universe)
    if in_favour and (doubtful := _doubtful_sources(rule, perspective)):
        yield Origin.ADDRESSES, doubtful
    for tag in side.tags:
        if named := _tag_sources(tag, perspective, assumption):
            yield named


def matches_everybody(rule: SecurityRule, perspective: Perspective) -> bool:
    """Tell whether a rule names every sender, from every port; False says nothing."""
    side = rule.source
    whole = side.everywhere or (bool(side.tags) and _name_everybody(side.tags, perspective))
    return whole and rule.source_ports == ALL_PORTS


def _name_everybody(tags: Sequence[ServiceTag], perspective: Perspective) -> bool:
    held = {INTERNET_TAG: perspective.internet, VIRTUAL_NETWORK: perspective.virtual_network}
    return any(held.get(tag.key) == perspective.universe for tag in tags)


def may_match(rule: SecurityRule, perspective: Perspective) -> bool:
    """Tell whether a rule matches any sender under any assumption."""
    side = rule.source
    if side.everywhere or side.addresses.overlaps(perspective.universe):
        return True
    return bool(_doubtful_sources(rule, perspective)) or any(
        _may_hold_anybody(tag, perspective) for tag in side.tags
    )


def _may_hold_anybody(tag: ServiceTag, perspective: Perspective) -> bool:
    named = _tag_sources(tag, perspective, _membership(tag.key))
    return named is not None and bool(named[1])


@lru_cache(maxsize=4_096)
def _membership(key: str) -> Assumption:
    return Assumption(frozenset((key,)))


def _tag_sources(
    tag: ServiceTag, perspective: Perspective, assumption: Assumption
) -> tuple[Origin, AddressSet] | None:
    """Give the senders that a tag holds; None where that is assumed of nobody."""
    universe = perspective.universe
    if tag.key == INTERNET_TAG:
        return Origin.ADDRESSES, perspective.internet
    if tag.key == VIRTUAL_NETWORK:
        return Origin.ADDRESSES, perspective.virtual_network
    if tag.key == AZURE_LOAD_BALANCER:
        return Origin.ADDRESSES, PLATFORM_ADDRESS.intersect(universe)
    origin = Origin.AZURE_TENANTS if tag.is_azure_wide else Origin.SERVICE_RANGES
    listed = perspective.tags.resolve(tag.key)
    if listed is not None:
        return origin, listed.intersect(universe)
    belongs = tag.key in assumption.members and not perspective.private
    return (origin, universe) if belongs else None


def _doubtful_sources(rule: SecurityRule, perspective: Perspective) -> AddressSet:
    """Give the senders that a rule may or may not match.

    A literal `0.0.0.0/0` in an Allow may hold IPv6 as `*` does; in a Deny it is read as IPv4 only.
    A network group may hold any private sender: it is made of virtual networks.
    """
    side = rule.source
    if side.unresolved and perspective.private:
        return perspective.universe
    if (
        side.ipv4_everywhere
        and perspective.family is Family.IPV6
        and rule.access is not Access.DENY
    ):
        return perspective.universe
    if side.tags and any(tag.key == VIRTUAL_NETWORK for tag in side.tags):
        return perspective.doubtful_virtual_network
    return NO_ADDRESSES


def unresolved_tags(side: Endpoint, perspective: Perspective) -> Iterator[ServiceTag]:
    """Give the tags of one side whose addresses are not known and that senders may belong to."""
    fixed = {INTERNET_TAG, VIRTUAL_NETWORK, AZURE_LOAD_BALANCER}
    if perspective.private:
        return
    for tag in side.tags:
        if tag.key not in fixed and perspective.tags.resolve(tag.key) is None:
            yield tag
