"""The three answers about one way in, each with its evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from shared.exposure.internet import Reach
from shared.exposure.layers import Reason, Step
from shared.network.service_tags import ServiceTag
from shared.packetset.addresses import NO_ADDRESSES, AddressSet
from shared.packetset.packets import Packet


@dataclass(frozen=True, slots=True)
class Exposed:
    """Somebody on the internet surely gets in.

    `certain` are the addresses that do, less those of `less_tags`, whose addresses are not known
    and which a Deny takes first; members of `possible_tags` may get in besides.  `witness` is a
    packet that the evaluation lets in, None when only unresolved tags let anyone in;
    `arriving` is that packet after a translation of its source, where there is one.
    """

    reach: Reach
    certain: AddressSet
    witness: Packet | None
    trace: tuple[Step, ...]
    less_tags: tuple[ServiceTag, ...] = ()
    possible_tags: tuple[ServiceTag, ...] = ()
    reasons: tuple[Reason, ...] = ()
    arriving: Packet | None = None


@dataclass(frozen=True, slots=True)
class NotExposed:
    """Nobody untrusted on the internet gets in; `trace` is what a typical packet meets."""

    trace: tuple[Step, ...]
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Undetermined:
    """Whether anybody gets in depends on something that is not known; `reasons` says on what."""

    trace: tuple[Step, ...]
    reasons: tuple[Reason, ...]
    possible_tags: tuple[ServiceTag, ...] = ()
    certain: AddressSet = NO_ADDRESSES


Verdict: TypeAlias = Exposed | NotExposed | Undetermined
