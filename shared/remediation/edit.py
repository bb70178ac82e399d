"""Edits: the few changes that a plan is made of, each to one resource."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, TypeAlias

from shared.network.ids import ResourceId
from shared.network.security_rule import EVERYWHERE, Access, Direction, Endpoint, SecurityRule
from shared.network.service_tags import INTERNET, ServiceTag
from shared.packetset.addresses import AddressSet
from shared.packetset.intervals import IntervalSet
from shared.packetset.protocols import ALL_PORTS, Protocol

OWN_PREFIX: Final = "portcullis-"
"""How the names of all rules begin that Portcullis makes."""
FIRST_PRIORITY: Final = 100
LAST_PRIORITY: Final = 4096
"""The priorities that custom rules may have.

Source: Microsoft Learn, "Network security groups", security rules, priority.
"""
MOST_PREFIXES: Final = 4_000
"""How many addresses and ranges the rules of one group may name as sources.

Source: Microsoft Learn, "Azure subscription limits", networking limits.
"""
MOST_RULES: Final = 1_000
"""How many rules a group may have; source as above."""

_RULE_NAME: Final = re.compile(r"[A-Za-z0-9](?:[\w.-]{0,78}\w)?", re.ASCII)


class InvalidEditError(ValueError):
    """An edit that Azure would refuse, or that is not Portcullis's to make."""


@dataclass(frozen=True, slots=True)
class RemoveRule:
    """Take one rule out of a network security group."""

    group: ResourceId
    rule: str

    @property
    def target(self) -> ResourceId:
        """The rule."""
        return self.group.child("securityRules", self.rule)

    @property
    def subject(self) -> ResourceId:
        """The group."""
        return self.group


@dataclass(frozen=True, slots=True)
class NarrowRule:
    """Leave a rule nothing but these sources, all of one address family."""

    group: ResourceId
    rule: str
    sources: AddressSet

    def __post_init__(self) -> None:
        """Refuse sources that one rule cannot name."""
        _refuse_unless_nameable(self.sources)

    @property
    def target(self) -> ResourceId:
        """The rule."""
        return self.group.child("securityRules", self.rule)

    @property
    def subject(self) -> ResourceId:
        """The group."""
        return self.group


@dataclass(frozen=True, slots=True)
class MoveRule:
    """Give a rule another priority, which must be free when the edit is made."""

    group: ResourceId
    rule: str
    priority: int

    def __post_init__(self) -> None:
        """Refuse a priority that no custom rule can have."""
        _refuse_priority(self.priority)

    @property
    def target(self) -> ResourceId:
        """The rule."""
        return self.group.child("securityRules", self.rule)

    @property
    def subject(self) -> ResourceId:
        """The group."""
        return self.group


@dataclass(frozen=True, slots=True)
class AddRule:
    """Put a Deny into a group: inbound TCP from the internet or from prefixes, to any address."""

    group: ResourceId
    rule: SecurityRule

    def __post_init__(self) -> None:
        """Refuse any other rule than `deny_rule` makes, and a name that Azure would refuse."""
        rule = self.rule
        _refuse_priority(rule.priority)
        if not rule.name.startswith(OWN_PREFIX) or not _RULE_NAME.fullmatch(rule.name):
            raise InvalidEditError(f"not a name for a rule of Portcullis: {rule.name[:100]!r}")
        sources = None if rule.source == _INTERNET else rule.source.addresses
        if rule != deny_rule(rule.name, rule.priority, sources, rule.destination_ports):
            raise InvalidEditError(f"rule {rule.name} is no Deny of Portcullis")

    @property
    def target(self) -> ResourceId:
        """The rule."""
        return self.group.child("securityRules", self.rule.name)

    @property
    def subject(self) -> ResourceId:
        """The group."""
        return self.group


@dataclass(frozen=True, slots=True)
class DissociatePublicIp:
    """Take the public address off one IP configuration; the address itself stays."""

    interface: ResourceId
    configuration: str
    public_ip: ResourceId

    @property
    def target(self) -> ResourceId:
        """The interface."""
        return self.interface

    @property
    def subject(self) -> ResourceId:
        """The interface."""
        return self.interface


@dataclass(frozen=True, slots=True)
class DetachNatRule:
    """Let an IP configuration give up its reference to a NAT rule of version 1."""

    interface: ResourceId
    configuration: str
    nat_rule: ResourceId

    @property
    def target(self) -> ResourceId:
        """The interface."""
        return self.interface

    @property
    def subject(self) -> ResourceId:
        """The interface."""
        return self.interface


@dataclass(frozen=True, slots=True)
class RemoveNatRule:
    """Take an inbound NAT rule out of a load balancer."""

    balancer: ResourceId
    rule: str

    @property
    def target(self) -> ResourceId:
        """The rule."""
        return self.balancer.child("inboundNatRules", self.rule)

    @property
    def subject(self) -> ResourceId:
        """The load balancer."""
        return self.balancer


@dataclass(frozen=True, slots=True)
class RemoveDnatRule:
    """Take one DNAT rule out of a firewall or of a rule collection group of a policy.

    `holder` is the firewall or the group.  `collection` is the id of the collection in a firewall;
    in a policy it is the group itself, and the one DNAT rule of that name in it is meant.
    """

    holder: ResourceId
    collection: ResourceId
    rule: str

    @property
    def target(self) -> ResourceId:
        """The firewall or the group: its rules are members of it."""
        return self.holder

    @property
    def subject(self) -> ResourceId:
        """The same."""
        return self.holder


RuleEdit: TypeAlias = RemoveRule | NarrowRule | MoveRule | AddRule
"""A change to one rule of a network security group."""

DoorEdit: TypeAlias = DissociatePublicIp | DetachNatRule | RemoveNatRule | RemoveDnatRule
"""A change that takes a front door away."""

Edit: TypeAlias = RuleEdit | DoorEdit
"""One change.  `target` is what is written, `subject` the whole resource that is locked for it."""

_INTERNET: Final = Endpoint(tags=(ServiceTag(INTERNET, "Internet"),))


def deny_rule(
    name: str, priority: int, sources: AddressSet | None, ports: IntervalSet
) -> SecurityRule:
    """Give an inbound Deny of TCP to some ports, from the tag Internet where `sources` is None.

    Raises:
        InvalidEditError: one rule cannot name these sources.
    """
    if sources is not None:
        _refuse_unless_nameable(sources)
    return SecurityRule(
        name=name,
        priority=priority,
        direction=Direction.INBOUND,
        access=Access.DENY,
        protocol=Protocol.TCP,
        source=_INTERNET if sources is None else Endpoint(addresses=sources),
        source_ports=ALL_PORTS,
        destination=EVERYWHERE,
        destination_ports=ports,
    )


def _refuse_priority(priority: int) -> None:
    if not FIRST_PRIORITY <= priority <= LAST_PRIORITY:
        raise InvalidEditError(f"not a priority of a custom rule: {priority}")


def _refuse_unless_nameable(sources: AddressSet) -> None:
    """Refuse no source at all, and sources of both families.

    Source: Microsoft Learn, "IPv6 for Azure Virtual Network", security groups.
    """
    families = {":" in prefix for prefix in sources.prefixes()}
    if len(families) != 1:
        raise InvalidEditError("the sources of one rule are some, and of one address family")
