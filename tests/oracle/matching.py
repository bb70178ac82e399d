"""Whether one security rule is about one packet.

Source: the notes on Azure's semantics, 1 to 4; the fine print of the design, "IPv6".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from tests.oracle.addresses import PLATFORM_ADDRESS, holds, is_address, is_public, ports
from tests.oracle.decision import Match, both, either
from tests.oracle.estate import inside, key
from tests.rows import Part

ANY: Final = {"*", "any"}
KNOWN_TAGS: Final = {
    "internet": "internet",
    "virtualnetwork": "virtualnetwork",
    "virtual_network": "virtualnetwork",
    "azureloadbalancer": "azureloadbalancer",
    "azure_loadbalancer": "azureloadbalancer",
}
TCP_WORDS: Final = {"tcp", "*", "any"}


@dataclass(frozen=True, slots=True)
class Packet:
    """One TCP packet as a filter at the VM sees it; addresses are integers of `family`.

    `tags` are the unresolved tags, in lower case, that hold the source.
    """

    family: str
    source: int
    source_port: int
    destination: int
    destination_port: int
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a rule's words mean where it stands.

    `space` is what VirtualNetwork holds; `diverted` says that a default route may be in it;
    `tags` are the prefixes of resolved tags; `asgs` are the groups of the IP configuration,
    `neighbour_asgs` those of the others on its NIC.
    """

    space: Sequence[str]
    diverted: bool
    tags: dict[str, Sequence[str]]
    asgs: frozenset[str] = frozenset()
    neighbour_asgs: frozenset[str] = frozenset()


def listed(properties: Part, singular: str, plural: str) -> list[str]:
    """Return what the singular and the plural member hold together."""
    one, many = properties.get(singular), properties.get(plural)
    return [*([one] if one else []), *(many or [])]


def in_ports(texts: Sequence[str], port: int) -> Match:
    """Return whether one of the ranges holds the port."""
    spans = [ports(text) for text in texts]
    return Match.YES if any(first <= port <= last for first, last in spans) else Match.NO


def rule_matches(rule: Part, packet: Packet, around: Surroundings) -> Match:
    """Return whether an inbound NSG rule is about the packet.

    Raises:
        ValueError: a port or prefix that cannot be.
    """
    said = rule["properties"]
    allows = said["access"].lower() == "allow"
    sources = listed(said, "sourceAddressPrefix", "sourceAddressPrefixes")
    targets = listed(said, "destinationAddressPrefix", "destinationAddressPrefixes")
    source_ports = listed(said, "sourcePortRange", "sourcePortRanges")
    target_ports = listed(said, "destinationPortRange", "destinationPortRanges")
    source_asgs = said.get("sourceApplicationSecurityGroups") or []
    target_asgs = said.get("destinationApplicationSecurityGroups") or []
    return both(
        [
            Match.YES if said["protocol"].lower() in TCP_WORDS else Match.NO,
            in_ports(target_ports, packet.destination_port),
            in_ports(source_ports, packet.source_port),
            _side(
                sources,
                source_asgs,
                Match.NO,
                lambda text: source_matches(text, packet, around, allows=allows),
            ),
            _side(
                targets,
                target_asgs,
                _membership(target_asgs, around, allows=allows),
                lambda text: _destination_matches(text, packet, around, allows=allows),
            ),
        ]
    )


def _side(
    texts: list[str], asgs: list[Part], by_asg: Match, by_text: Callable[[str], Match]
) -> Match:
    if not texts and not asgs:
        return Match.MAYBE
    return either([by_asg, *(by_text(text) for text in texts)])


def _membership(asgs: list[Part], around: Surroundings, *, allows: bool) -> Match:
    named = {key(one["id"]) for one in asgs}
    if named & around.asgs:
        return Match.YES
    return Match.MAYBE if allows and named & around.neighbour_asgs else Match.NO


def source_matches(text: str, packet: Packet, around: Surroundings, *, allows: bool) -> Match:
    """Return whether a source prefix, range or tag holds the packet's source."""
    word = text.lower()
    if word in ANY:
        return Match.YES
    if is_address(word):
        return _literal(word, packet.family, packet.source, allows=allows)
    return _tag_holds_source(KNOWN_TAGS.get(word, word), packet, around)


def _tag_holds_source(tag: str, packet: Packet, around: Surroundings) -> Match:
    local = inside(around.space, packet.family, packet.source)
    platform = holds(PLATFORM_ADDRESS, packet.family, packet.source)
    public = is_public(packet.family, packet.source) and not local
    if tag == "virtualnetwork":
        unsure = around.diverted and packet.family == "ipv4" and not (local or platform)
        return Match.MAYBE if unsure else _yes(local or platform)
    if tag == "azureloadbalancer":
        return _yes(platform)
    if tag == "internet":
        return _yes(public)
    if tag in around.tags:
        return _yes(inside(around.tags[tag], packet.family, packet.source))
    _refuse_broken_prefix(tag)
    return _yes(public and tag in packet.tags)


def _refuse_broken_prefix(word: str) -> None:
    if word[0].isdigit() or "/" in word or ":" in word:
        raise ValueError(word)


def _destination_matches(text: str, packet: Packet, around: Surroundings, *, allows: bool) -> Match:
    word = text.lower()
    if word in ANY:
        return Match.YES
    if is_address(word):
        return _literal(word, packet.family, packet.destination, allows=allows)
    tag = KNOWN_TAGS.get(word, word)
    local = inside(around.space, packet.family, packet.destination)
    if tag == "virtualnetwork":
        return _yes(local)
    return _yes(tag == "internet" and not local and is_public(packet.family, packet.destination))


def _literal(word: str, family: str, address: int, *, allows: bool) -> Match:
    if family == "ipv6" and word == "0.0.0.0/0":
        return Match.MAYBE if allows else Match.NO
    return _yes(holds(word, family, address))


def _yes(condition: bool) -> Match:  # noqa: FBT001 - a condition turned into a word
    return Match.YES if condition else Match.NO
