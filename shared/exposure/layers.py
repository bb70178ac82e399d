"""The layers of filters that a packet meets on its way to a machine, and how each one decides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Protocol as Interface

from shared.exposure.rule_match import (
    Assumption,
    Match,
    Origin,
    Perspective,
    is_doubtful,
    is_unclear,
    matched_sources,
    matches_everybody,
    may_match,
    unresolved_tags,
)
from shared.network.ids import ResourceId
from shared.network.security_rule import Access, SecurityRule, is_just_in_time
from shared.network.service_tags import VIRTUAL_NETWORK, ServiceTag
from shared.packetset.addresses import ALL_ADDRESSES, AddressSet
from shared.packetset.packets import PacketSet
from shared.packetset.protocols import ALL_PORTS


class LayerKind(StrEnum):
    """The layers, in the order in which packets meet them.

    Source: Microsoft Learn, "How network security groups filter network traffic" and "Security
    admin rules in Azure Virtual Network Manager".
    """

    FRONT_DOOR = "front-door"
    ADMIN_RULES = "admin-rules"
    SUBNET_NSG = "subnet-nsg"
    NIC_NSG = "nic-nsg"
    PLATFORM = "platform"


@dataclass(frozen=True, slots=True)
class Step:
    """One rule at work: what a trace is made of.

    Platform rules have no priority.  A filter that could not be read has neither rule nor access.
    """

    layer: LayerKind
    resource: ResourceId
    rule: str | None = None
    access: Access | None = None
    priority: int | None = None

    @property
    def is_just_in_time(self) -> bool:
        """Whether just-in-time access made the rule."""
        return is_just_in_time(self.rule or "")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a verdict is not plain: a stable code and a sentence for people."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Decision:
    """The packets that one rule decides; `step` is None where no rule is about them."""

    packets: PacketSet
    access: Access
    origin: Origin = Origin.ADDRESSES
    step: Step | None = None


class Layer(Interface):
    """One filter, seen from one perspective."""

    @property
    def kind(self) -> LayerKind:
        """Which layer it is."""

    @property
    def resource(self) -> ResourceId:
        """The resource that filters."""

    @property
    def unresolved(self) -> tuple[ServiceTag, ...]:
        """The unresolved tags that its decisions depend on."""

    @property
    def doubts(self) -> tuple[Reason, ...]:
        """What its decisions depend on and nobody can tell."""

    @property
    def is_closed(self) -> bool:
        """Whether it surely stops every packet, as far as a quick look tells."""

    @property
    def is_open(self) -> bool:
        """Whether it surely lets every packet through, as far as a quick look tells."""

    def decisions(self, assumption: Assumption, packets: PacketSet) -> Sequence[Decision]:
        """Split `packets` by what decides them: disjoint, and all of them unless said otherwise."""


@dataclass(frozen=True, slots=True)
class _Claim:
    """The packets that one rule matches, first or not; None is all there are."""

    packets: PacketSet | None
    access: Access
    origin: Origin
    step: Step


@dataclass(frozen=True, eq=False)
class RuleLayer:
    """Rules in priority order, each with its match on the destination; the first match decides.

    Packets that no rule matches pass on, which cannot happen behind an NSG's default rules.  With
    `always_allow_doubt`, whether an AlwaysAllow delivers past the other layers is not known.
    """

    kind: LayerKind
    resource: ResourceId
    rules: tuple[tuple[SecurityRule, Match], ...]
    perspective: Perspective
    always_allow_doubt: Reason | None = None

    @cached_property
    def unresolved(self) -> tuple[ServiceTag, ...]:
        """The unresolved tags among the sources of its rules."""
        seen = self.perspective
        found = {tag for rule, _ in self.rules for tag in unresolved_tags(rule.source, seen)}
        return tuple(sorted(found))

    @cached_property
    def doubts(self) -> tuple[Reason, ...]:
        """A reason for every rule whose matches are not known."""
        doubts = [
            _doubt(rule, match)
            for rule, match in self.rules
            if is_doubtful(rule, match, self.perspective)
        ]
        always = any(rule.access is Access.ALWAYS_ALLOW for rule, _ in self.rules)
        if always and self.always_allow_doubt:
            doubts.append(self.always_allow_doubt)
        return tuple(doubts)

    @cached_property
    def is_closed(self) -> bool:
        """Whether a rule that denies everything comes before all that let anybody in."""
        for rule, match in self.rules:
            if rule.access is Access.DENY:
                if match is Match.YES and matches_everybody(rule, self.perspective):
                    return True
            elif may_match(rule, self.perspective):
                return False
        return False

    @cached_property
    def is_open(self) -> bool:
        """Whether a rule that lets everybody in comes before all that deny anybody."""
        for rule, match in self.rules:
            if rule.access is Access.DENY:
                if may_match(rule, self.perspective):
                    return False
            elif match is Match.YES and matches_everybody(rule, self.perspective):
                return True
        return True

    def decisions(self, assumption: Assumption, packets: PacketSet) -> Sequence[Decision]:
        """Take from the packets, rule by rule, what each one matches first."""
        return tuple(self._decided(assumption, packets))

    def _decided(self, assumption: Assumption, packets: PacketSet) -> Iterator[Decision]:
        left = packets
        for claim in self._claims(assumption):
            if not left:
                return
            if claim.packets is None:
                yield Decision(left, claim.access, claim.origin, claim.step)
                return
            if taken := left.intersect(claim.packets):
                yield Decision(taken, claim.access, claim.origin, claim.step)
                left = left.subtract(taken)
        if left:
            yield Decision(left, Access.ALLOW)

    def _claims(self, assumption: Assumption) -> Sequence[_Claim]:
        """Give what each rule matches, up to one that matches everything; reckoned once."""
        known = self._known_claims.get(assumption)
        if known is None:
            known = self._known_claims[assumption] = tuple(self._reckoned_claims(assumption))
        return known

    @cached_property
    def _known_claims(self) -> dict[Assumption, Sequence[_Claim]]:
        return {}

    def _reckoned_claims(self, assumption: Assumption) -> Iterator[_Claim]:
        universe = self.perspective.universe
        for rule, match in self.rules:
            for origin, sources in matched_sources(rule, match, self.perspective, assumption):
                is_all = sources is universe and rule.source_ports == ALL_PORTS
                packets = None if is_all else PacketSet.of(sources, rule.source_ports)
                if is_all or packets:
                    access = self._access(rule, assumption)
                    yield _Claim(packets, access, origin, self._step(rule))
                if is_all:
                    return

    def _access(self, rule: SecurityRule, assumption: Assumption) -> Access:
        doubtful = rule.access is Access.ALWAYS_ALLOW and self.always_allow_doubt is not None
        return Access.ALLOW if doubtful and not assumption.generous else rule.access

    def _step(self, rule: SecurityRule) -> Step:
        return Step(self.kind, self.resource, rule.name, rule.access, rule.priority)


def _doubt(rule: SecurityRule, match: Match) -> Reason:
    if is_unclear(rule):
        return Reason(
            "rule-side-unstated",
            f"rule {rule.name} denies, and leaves a part of it empty; what Azure makes of that"
            " is not documented",
        )
    if match is Match.MAYBE:
        return Reason(
            "destination-unknown",
            f"whether rule {rule.name} is about this destination cannot be known",
        )
    if any(tag.key == VIRTUAL_NETWORK for tag in rule.source.tags):
        return Reason(
            "virtual-network-default-route",
            f"rule {rule.name} names VirtualNetwork, which may hold the prefixes of the subnet's"
            " user-defined routes",
        )
    if rule.source.unresolved:
        return Reason(
            "network-group-unresolved",
            f"rule {rule.name} names a network group, whose addresses are not known",
        )
    return Reason(
        "ipv4-any-on-ipv6",
        f"rule {rule.name} allows 0.0.0.0/0, which may or may not hold IPv6",
    )


@dataclass(frozen=True, eq=False, slots=True)
class UnknownLayer:
    """A filter that could not be read: it may let everything through (`at_best`), or nothing."""

    kind: LayerKind
    resource: ResourceId
    doubt: Reason
    at_best: Access = Access.ALLOW

    @property
    def unresolved(self) -> tuple[ServiceTag, ...]:
        """None."""
        return ()

    @property
    def doubts(self) -> tuple[Reason, ...]:
        """Why it is not known."""
        return (self.doubt,)

    @property
    def is_closed(self) -> bool:
        """False: it may let everything through."""
        return False

    @property
    def is_open(self) -> bool:
        """False: it may let nothing through."""
        return False

    def decisions(self, assumption: Assumption, packets: PacketSet) -> Sequence[Decision]:
        """Decide everything alike, for or against the sender."""
        access = self.at_best if assumption.generous else Access.DENY
        return (Decision(packets, access, step=Step(self.kind, self.resource)),)


@dataclass(frozen=True, eq=False, slots=True)
class FixedLayer:
    """A filter that decides every packet alike, by a default of the platform's."""

    resource: ResourceId
    rule: str
    access: Access
    kind: LayerKind = LayerKind.PLATFORM

    @property
    def unresolved(self) -> tuple[ServiceTag, ...]:
        """None."""
        return ()

    @property
    def doubts(self) -> tuple[Reason, ...]:
        """None."""
        return ()

    @property
    def is_closed(self) -> bool:
        """Whether it denies."""
        return self.access is Access.DENY

    @property
    def is_open(self) -> bool:
        """Whether it allows."""
        return not self.is_closed

    def decisions(self, assumption: Assumption, packets: PacketSet) -> Sequence[Decision]:
        """Decide everything alike, whatever is assumed."""
        del assumption
        step = Step(self.kind, self.resource, self.rule, self.access)
        return (Decision(packets, self.access, step=step),)


@dataclass(frozen=True, eq=False, slots=True)
class DoorLayer:
    """The rule of a front door: it takes the packets of `admitted` senders and no others.

    With a `doubt`, others may be admitted, too.
    """

    resource: ResourceId
    rule: str
    admitted: AddressSet = ALL_ADDRESSES
    doubt: Reason | None = None
    kind: LayerKind = LayerKind.FRONT_DOOR

    @property
    def unresolved(self) -> tuple[ServiceTag, ...]:
        """None."""
        return ()

    @property
    def doubts(self) -> tuple[Reason, ...]:
        """Why others may be admitted."""
        return (self.doubt,) if self.doubt else ()

    @property
    def is_closed(self) -> bool:
        """False: it is a way in for somebody."""
        return False

    @property
    def is_open(self) -> bool:
        """Whether it is a way in for everybody."""
        return self.admitted == ALL_ADDRESSES

    def decisions(self, assumption: Assumption, packets: PacketSet) -> Sequence[Decision]:
        """Take the admitted senders, and refuse the others."""
        doubtful = self.doubt is not None and assumption.generous
        taken = packets if doubtful else packets.intersect(PacketSet.of(self.admitted))
        parts = ((taken, Access.ALLOW), (packets.subtract(taken), Access.DENY))
        return tuple(
            Decision(part, access, step=Step(self.kind, self.resource, self.rule, access))
            for part, access in parts
            if part
        )
