"""Who is left of the senders behind each layer of a path."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import reduce

from shared.exposure.path import Path
from shared.exposure.rule_match import Assumption
from shared.network.service_tags import ServiceTag
from shared.packetset.addresses import AddressSet
from shared.packetset.packets import NO_PACKETS, PacketSet


@dataclass(frozen=True, slots=True)
class Remainder:
    """Senders that may still get in: addresses, and members of unresolved tags besides."""

    addresses: AddressSet
    tags: tuple[ServiceTag, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether anybody is left."""
        return bool(self.addresses or self.tags)


def remainders(path: Path, trusted: AddressSet, *, generous: bool) -> Iterator[Remainder]:
    """Give who sets out, and then who is left behind each of `path.all_layers`.

    `trusted` senders are taken out.  What an AlwaysAllow delivers past later layers stays.  With
    `generous`, what is not known is read in the senders' favour.  The last one of an exposed
    path, read without favour, is what its verdict calls certain.
    """
    for count in range(len(path.all_layers) + 1):
        yield _left(_first_layers(path, count), trusted, generous=generous)


def _first_layers(path: Path, count: int) -> Path:
    """Give the beginning of a path; a translation is part of it once a layer lies behind it."""
    behind = count - len(path.layers)
    if path.onward is None or behind <= 0:
        return Path(path.layers[:count], path.perspective)
    return replace(path, onward=_first_layers(path.onward, behind))


def _left(path: Path, trusted: AddressSet, *, generous: bool) -> Remainder:
    apart = PacketSet.of(trusted)
    let_in = _let_in(path, Assumption(generous=generous)).subtract(apart)
    tags: set[ServiceTag] = set()
    for members, keys in path.memberships():
        if tags.issuperset(members):
            continue
        gained = _let_in(path, Assumption(keys, generous)).subtract(apart).subtract(let_in)
        if gained:
            tags.update(members)
    return Remainder(let_in.sources, tuple(sorted(tags)))


def _let_in(path: Path, assumption: Assumption) -> PacketSet:
    return reduce(PacketSet.union, path.let_in(assumption).values(), NO_PACKETS)
