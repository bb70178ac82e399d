"""The whole verdict on one way in, by trying one packet of every kind that rules can tell apart.

Rules distinguish addresses only by the prefixes, ranges and tags that they name.  Cut at the first
and last address of each, the address space falls into pieces within which all packets share their
fate, so one packet a piece decides exactly; source ports likewise.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv6Address,
    collapse_addresses,
    summarize_address_range,
)
from itertools import combinations
from typing import Final

from tests.cases.sets import NOT_INTERNET
from tests.oracle.addresses import LARGEST, Span, holds, is_address, is_public, ports, span
from tests.oracle.decision import Decision
from tests.oracle.estate import inside
from tests.oracle.matching import ANY, KNOWN_TAGS, listed
from tests.oracle.path import Path, Sender
from tests.rows import Part

EXPOSED: Final = "exposed"
NOT_EXPOSED: Final = "not-exposed"
UNDETERMINED: Final = "undetermined"

INTERNET_SIZE: Final = {"ipv4": 2**24, "ipv6": 2**112}
LIMITED_SIZE: Final = {"ipv4": 2**16, "ipv6": 2**80}
AZURE: Final = "azurecloud"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What must be said of one way in.

    `verdicts` are the right ones (several where the documents leave a choice), `certain` the exact
    CIDR list, `possible` and `lessened` whether what is not known (unresolved tags, unread layers,
    what Azure leaves open) adds senders to it or takes some from it, `possible_ports` and
    `lessened_ports` whether it adds or takes at least packets from some source port, `unreadable`
    whether more than tags is not known, `reach` the class where the documents fix it.
    """

    verdicts: frozenset[str]
    certain: tuple[str, ...]
    possible: bool
    possible_ports: bool
    lessened: bool
    lessened_ports: bool
    unreadable: bool
    reach: str | None


@dataclass(frozen=True, slots=True)
class _Fates:
    """What happens to the senders of one piece of the address space, over all source ports."""

    certain: bool
    azure_wide: bool
    possible: bool
    possible_ports: bool
    lessened: bool
    lessened_ports: bool
    unreadable: bool


def judge(path: Path, trusted: Sequence[str] = ()) -> Judgement:
    """Return the verdict on a way in; `trusted` senders are taken out before."""
    rules = _rules_of(path)
    words = _words(path, rules)
    senders = _Senders(path, words, _port_representatives(path, rules))
    pieces = [
        (piece, senders.fates(piece[0]))
        for piece in _pieces([*senders.texts, *trusted], path.route.family)
        if _counts(path, trusted, piece[0])
    ]
    certain = [piece for piece, fates in pieces if fates.certain]
    fates = [one for _, one in pieces]
    return Judgement(
        verdicts=_verdicts(fates),
        certain=_cidrs(certain, path.route.family),
        possible=any(one.possible for one in fates),
        possible_ports=any(one.possible_ports for one in fates),
        lessened=any(one.lessened for one in fates),
        lessened_ports=any(one.lessened_ports for one in fates),
        unreadable=any(one.unreadable for one in fates),
        reach=_reach(path, certain, fates, words),
    )


def _counts(path: Path, trusted: Sequence[str], address: int) -> bool:
    family = path.route.family
    local = inside(path.around.space, family, address)
    return is_public(family, address) and not local and not inside(trusted, family, address)


def _rules_of(path: Path) -> list[Part]:
    groups = [path.estate.rows.get(group or "") for _, group in path.groups]
    return [
        rule["properties"]
        for group in groups
        if group is not None
        for rule in [
            *group["properties"]["securityRules"],
            *group["properties"]["defaultSecurityRules"],
        ]
        if rule["properties"]["direction"].lower() == "inbound"
    ]


def _words(path: Path, rules: Iterable[Part]) -> list[str]:
    by_groups = [
        word.lower()
        for rule in rules
        for word in listed(rule, "sourceAddressPrefix", "sourceAddressPrefixes")
    ]
    by_manager = [
        one["addressPrefix"].lower()
        for rule in path.admin_rules
        for one in rule["properties"]["sources"]
    ]
    return [*by_groups, *by_manager, *(word.lower() for word in path.route.clients or ())]


def _opaque_tags(path: Path, words: Iterable[str]) -> frozenset[str]:
    return frozenset(
        word
        for word in words
        if word not in ANY
        and word not in KNOWN_TAGS
        and not is_address(word)
        and word not in path.around.tags
    )


def _port_representatives(path: Path, rules: Iterable[Part]) -> list[int]:
    """Return one source port for each set of ranges that ports can be in."""
    texts = [text for one in path.admin_rules for text in one["properties"]["sourcePortRanges"]]
    for rule in rules:
        texts += listed(rule, "sourcePortRange", "sourcePortRanges")
    spans = [ports(text) for text in texts]
    starts = {0, *(first for first, _ in spans), *(last + 1 for _, last in spans)}
    return sorted(start for start in starts if start <= 65535)


def _pieces(texts: Iterable[str], family: str) -> list[Span]:
    starts = {0}
    for text in texts:
        family_of_text, (first, last) = span(text)
        if family_of_text == family:
            starts |= {first, last + 1}
    edges = sorted(start for start in starts if start <= LARGEST[family])
    return list(zip(edges, [*(edge - 1 for edge in edges[1:]), LARGEST[family]], strict=True))


class _Senders:
    """Tries every kind of packet from an address; addresses in the same texts are tried once."""

    def __init__(self, path: Path, words: list[str], source_ports: list[int]) -> None:
        known = path.around.tags
        self._path = path
        self._ports = source_ports
        self._opaque = _opaque_tags(path, words)
        self._resolved = {tag: known[tag] for tag in [*words, AZURE] if tag in known}
        listed_by_tags = [text for texts in self._resolved.values() for text in texts]
        named = [word for word in words if is_address(word)]
        self.texts = sorted(
            {*named, *listed_by_tags, *path.around.space, *NOT_INTERNET, "2000::/3"}
        )
        self._known: dict[tuple[bool, ...], _Fates] = {}

    def fates(self, address: int) -> _Fates:
        family = self._path.route.family
        kind = tuple(holds(text, family, address) for text in self.texts)
        if kind not in self._known:
            self._known[kind] = self._tried(address)
        return self._known[kind]

    def _tried(self, address: int) -> _Fates:
        by_tags = {one: self._by_port(address, one) for one in self._memberships(address)}
        least = by_tags[min(by_tags, key=len)]
        best = {one: _best(decisions) for one, decisions in by_tags.items()}
        pairs = [
            pair for decisions in by_tags.values() for pair in zip(least, decisions, strict=True)
        ]
        certain = _best(least) is Decision.ALLOWED
        return _Fates(
            certain=certain,
            azure_wide=any(best[one] is Decision.ALLOWED for one in best if _is_azure_wide(one)),
            possible=not certain and set(best.values()) != {Decision.BLOCKED},
            possible_ports=any(
                before is not Decision.ALLOWED and after is not Decision.BLOCKED
                for before, after in pairs
            ),
            lessened=certain and set(best.values()) != {Decision.ALLOWED},
            lessened_ports=any(
                before is Decision.ALLOWED and after is not Decision.ALLOWED
                for before, after in pairs
            ),
            unreadable=any(Decision.UNKNOWN in decisions for decisions in by_tags.values()),
        )

    def _by_port(self, address: int, tags: frozenset[str]) -> list[Decision]:
        return [self._path.fate(Sender(address, port, tags)) for port in self._ports]

    def _memberships(self, address: int) -> list[frozenset[str]]:
        """Return the sets of unresolved tags that may hold an address.

        AzureCloud holds its regions and the service tags, so no set has one of those without it,
        whether it is resolved or not.
        """
        family = self._path.route.family
        resolved = {tag for tag, texts in self._resolved.items() if inside(texts, family, address)}
        azure_is_known = AZURE in self._path.around.tags
        sets = [
            frozenset(chosen)
            for count in range(len(self._opaque) + 1)
            for chosen in combinations(sorted(self._opaque), count)
        ]
        return [
            one
            for one in sets
            if not (one | resolved) - {AZURE}
            or AZURE in one | resolved
            or not (azure_is_known or AZURE in self._opaque)
        ]


def _best(decisions: Iterable[Decision]) -> Decision:
    """Return what a sender gets who may pick any source port."""
    met = set(decisions)
    if Decision.ALLOWED in met:
        return Decision.ALLOWED
    return Decision.UNKNOWN if Decision.UNKNOWN in met else Decision.BLOCKED


def _is_azure_wide(tags: frozenset[str]) -> bool:
    """Whether an address in these tags may be any address of Azure, or any of one region."""
    regions = {one for one in tags if one.startswith(AZURE + ".")}
    return bool(tags) and tags <= {AZURE, *regions} and len(regions) <= 1


def _verdicts(fates: Sequence[_Fates]) -> frozenset[str]:
    if any(one.certain for one in fates):
        return frozenset({EXPOSED})
    if not any(one.possible for one in fates):
        return frozenset({NOT_EXPOSED})
    if all(one.azure_wide for one in fates):
        return frozenset({EXPOSED})
    if any(one.azure_wide for one in fates):
        return frozenset({EXPOSED, UNDETERMINED})
    return frozenset({UNDETERMINED})


def _reach(
    path: Path, certain: Sequence[Span], fates: Sequence[_Fates], words: Iterable[str]
) -> str | None:
    if any(word in path.around.tags for word in words):
        return None
    adds = any(one.possible for one in fates)
    if not certain:
        return "azure-tenants" if fates and all(one.azure_wide for one in fates) else None
    by_size = class_by_size(path.route.family, sum(last - first + 1 for first, last in certain))
    return by_size if not adds or by_size == "internet" else None


def class_by_size(family: str, count: int) -> str:
    """Return the reach of so many addresses let in by literal prefixes, `*` or Internet."""
    if count >= INTERNET_SIZE[family]:
        return "internet"
    return "wide" if count > LIMITED_SIZE[family] else "limited"


def _cidrs(spans: Iterable[Span], family: str) -> tuple[str, ...]:
    return _four(spans) if family == "ipv4" else _six(spans)


def _four(spans: Iterable[Span]) -> tuple[str, ...]:
    networks = [
        network
        for first, last in spans
        for network in summarize_address_range(IPv4Address(first), IPv4Address(last))
    ]
    return tuple(str(one) for one in collapse_addresses(networks))


def _six(spans: Iterable[Span]) -> tuple[str, ...]:
    networks = [
        network
        for first, last in spans
        for network in summarize_address_range(IPv6Address(first), IPv6Address(last))
    ]
    return tuple(str(one) for one in collapse_addresses(networks))
