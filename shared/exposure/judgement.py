"""The verdict on one path: who surely gets in, who may, and how far both reach."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce

from shared.exposure.internet import Reach, reach_by_size, surely_holds_azure_tenants
from shared.exposure.layers import Reason, Step
from shared.exposure.path import Path
from shared.exposure.rule_match import Assumption, Origin
from shared.exposure.verdict import Exposed, NotExposed, Undetermined, Verdict
from shared.network.service_tags import ServiceTag
from shared.packetset.addresses import NO_ADDRESSES, AddressSet
from shared.packetset.packets import NO_PACKETS, PacketSet

_TAG_REACH = {
    Origin.AZURE_TENANTS: Reach.AZURE_TENANTS,
    Origin.SERVICE_RANGES: Reach.SERVICE_RANGES,
}
_NOBODY_OUTSIDE = Reason(
    "no-internet", "the networks around hold every address, so that nobody is outside of them"
)
_TRUSTED_ONLY = Reason("trusted-only", "only trusted sources get in")


def judge(path: Path, trusted: AddressSet = NO_ADDRESSES) -> Verdict:
    """Decide who of the perspective's universe gets in, `trusted` taken out."""
    return openness(path, trusted) or _not_exposed(path, trusted)


def openness(path: Path, trusted: AddressSet) -> Exposed | Undetermined | None:
    """Decide as `judge` does, with None for a path that surely lets no untrusted sender in.

    What is not known is read against the senders first: who gets in even so does so for certain.
    Only when nobody does it is read in their favour, to tell closed from undetermined.
    """
    if path.is_closed:
        return None
    strict = _read(path, trusted, generous=False)
    if strict.let_in or strict.tenants:
        return strict.exposed()
    doubts = tuple(doubt for layer in path.all_layers for doubt in layer.doubts)
    generous = _read(path, trusted, generous=True) if doubts else strict
    if generous.let_in or generous.gained:
        return generous.undetermined(doubts)
    return None


def _not_exposed(path: Path, trusted: AddressSet) -> NotExposed:
    """Give the verdict with what an ordinary packet of the universe meets."""
    everybody = PacketSet.of(path.perspective.universe)
    if not everybody:
        return NotExposed((), (_NOBODY_OUTSIDE,))
    packet = everybody.witness()
    only_trusted = bool(trusted) and bool(path.let_in(Assumption()))
    return NotExposed(path.trace(packet, Assumption()), (_TRUSTED_ONLY,) if only_trusted else ())


@dataclass(frozen=True, slots=True)
class _Membership:
    """What belonging to some unresolved tags changes: who gets in besides, and who no longer."""

    tags: tuple[ServiceTag, ...]
    assumption: Assumption
    gained: PacketSet
    lost: PacketSet

    @property
    def is_azure_wide(self) -> bool:
        """Whether the only tag is AzureCloud or one of its regions."""
        return len(self.tags) == 1 and self.tags[0].is_azure_wide


@dataclass(frozen=True, slots=True)
class _Reading:
    """One path under one reading of what is not known; trusted senders are left out."""

    path: Path
    assumption: Assumption
    let_in: Mapping[Origin, PacketSet]
    memberships: tuple[_Membership, ...]

    @property
    def tenants(self) -> tuple[_Membership, ...]:
        """The Azure-wide tags that surely hold somebody who gets in."""
        family = self.path.perspective.family
        return tuple(
            membership
            for membership in self.memberships
            if membership.is_azure_wide
            and surely_holds_azure_tenants(membership.gained.sources, family)
        )

    @property
    def gained(self) -> tuple[_Membership, ...]:
        """The smallest memberships that let somebody in."""
        return _smallest(m for m in self.memberships if m.gained)

    def exposed(self) -> Exposed:
        """Give the verdict that somebody gets in."""
        certain = _together(self.let_in)
        witness = certain.witness() if certain else None
        reaches = [self._reach(origin, packets) for origin, packets in self.let_in.items()]
        possible = _tags(self.gained)
        trace = self.path.trace(witness, self.assumption) if witness else self._possible_trace()
        timed = (_timed(step) for step in trace if step.is_just_in_time)
        return Exposed(
            reach=reduce(Reach.worse, reaches + [Reach.AZURE_TENANTS] * bool(self.tenants)),
            certain=certain.sources,
            witness=witness,
            trace=trace,
            less_tags=_tags(_smallest(m for m in self.memberships if m.lost)),
            possible_tags=possible,
            reasons=(*(_unresolved(tag) for tag in possible), *timed),
            arriving=self.path.translated(witness, self.assumption) if witness else None,
        )

    def undetermined(self, doubts: tuple[Reason, ...]) -> Undetermined:
        """Give the verdict that it cannot be known."""
        possible = _tags(self.gained)
        return Undetermined(
            trace=self._possible_trace(),
            reasons=(*(_unresolved(tag) for tag in possible), *dict.fromkeys(doubts)),
            possible_tags=possible,
        )

    def _possible_trace(self) -> tuple[Step, ...]:
        certain = _together(self.let_in)
        if certain:
            return self.path.trace(certain.witness(), self.assumption)
        membership = (self.tenants or self.gained)[0]
        return self.path.trace(membership.gained.witness(), membership.assumption)

    def _reach(self, origin: Origin, packets: PacketSet) -> Reach:
        size = reach_by_size(packets.sources, self.path.perspective.family)
        return size if origin is Origin.ADDRESSES else size.milder(_TAG_REACH[origin])


def _read(path: Path, trusted: AddressSet, *, generous: bool) -> _Reading:
    apart = PacketSet.of(trusted)
    assumption = Assumption(generous=generous)
    let_in = {
        origin: untrusted
        for origin, packets in path.let_in(assumption).items()
        if (untrusted := packets.subtract(apart))
    }
    before = _together(let_in)
    memberships = []
    for tags, keys in path.memberships():
        belonging = Assumption(keys, generous)
        now = _together(path.let_in(belonging)).subtract(apart)
        gained = now.subtract(before)
        lost = before.intersect(path.sent(belonging)).subtract(now)
        memberships.append(_Membership(tags, belonging, gained, lost))
    return _Reading(path, assumption, let_in, tuple(memberships))


def _together(by_origin: Mapping[Origin, PacketSet]) -> PacketSet:
    return reduce(PacketSet.union, by_origin.values(), NO_PACKETS)


def _smallest(memberships: Iterable[_Membership]) -> tuple[_Membership, ...]:
    """Leave out each membership that only adds tags to another one."""
    found = tuple(memberships)
    return tuple(
        one for one in found if not any(set(other.tags) < set(one.tags) for other in found)
    )


def _tags(memberships: tuple[_Membership, ...]) -> tuple[ServiceTag, ...]:
    return tuple(sorted({tag for membership in memberships for tag in membership.tags}))


def _timed(step: Step) -> Reason:
    return Reason(
        "just-in-time",
        f"rule {step.rule} is a window that Defender for Cloud opened on request and closes again",
    )


def _unresolved(tag: ServiceTag) -> Reason:
    return Reason(
        "service-tag-unresolved", f"the addresses of service tag {tag.name} are not known"
    )
