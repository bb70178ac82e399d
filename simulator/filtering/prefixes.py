"""What the words for addresses stand for at one network interface.

Source: Microsoft Learn, "Virtual network service tags" and "Diagnose a virtual machine network
traffic filter problem", where the tag Internet is spelt out.
"""

import ipaddress
from dataclasses import dataclass
from typing import Final

from simulator.filtering.service_tags import service_tag_prefixes
from simulator.filtering.surroundings import Surroundings

ANYWHERE: Final = "0.0.0.0/0"
_PLATFORM: Final = "168.63.129.16/32"
_NOT_PUBLIC: Final = (
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "224.0.0.0/3",
    _PLATFORM,
)
_SPELLINGS: Final = {
    "any": "*",
    "internet": "Internet",
    "virtualnetwork": "VirtualNetwork",
    "virtual_network": "VirtualNetwork",
    "azureloadbalancer": "AzureLoadBalancer",
    "azure_loadbalancer": "AzureLoadBalancer",
}

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a rule: `spelled` as a rule names it, `tags` what the tags in it stand for."""

    spelled: tuple[str, ...]
    tags: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def expanded(self) -> list[str]:
        """What the tags stand for, all together; empty where there is none."""
        return [prefix for _, prefixes in self.tags for prefix in prefixes]

    def holds(self, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
        """Tell whether an address is on this side."""
        named = {name for name, _ in self.tags}
        literal = [each for each in self.spelled if each not in named]
        if "*" in literal:
            return True
        return any(address in network_of(prefix) for prefix in (*literal, *self.expanded))


class Vocabulary:
    """The tags as they read at one network interface.

    `widened` puts every address into VirtualNetwork where a default route leads elsewhere.
    """

    def __init__(self, surroundings: Surroundings, *, widened: bool) -> None:
        space = surroundings.space()
        network = [*space, _PLATFORM]
        if widened and surroundings.has_default_route_to(
            "VirtualAppliance", "VirtualNetworkGateway"
        ):
            network.append(ANYWHERE)
        known = {
            **service_tag_prefixes(),
            "Internet": _public_space(space),
            "VirtualNetwork": tuple(network),
            "AzureLoadBalancer": (_PLATFORM,),
        }
        self._tags = {name.lower(): (name, prefixes) for name, prefixes in known.items()}

    def side(self, words: list[str]) -> Side:
        """Return one side of a rule; in a tag that nobody knows there is nothing."""
        spelled, tags = [], []
        for given in words:
            word = _SPELLINGS.get(given.lower(), given)
            if word == "*" or _is_prefix(word):
                spelled.append(word)
                continue
            name, prefixes = self._tags.get(word.lower(), (word, ()))
            spelled.append(name)
            tags.append((name, prefixes))
        return Side(tuple(spelled), tuple(tags))


def network_of(text: str) -> Network:
    """Return an address or a prefix as a network."""
    return ipaddress.ip_network(text, strict=False)


def _is_prefix(word: str) -> bool:
    try:
        network_of(word)
    except ValueError:
        return False
    return True


def _public_space(space: list[str]) -> tuple[str, ...]:
    left = [ipaddress.IPv4Network(ANYWHERE)]
    taken = [network_of(each) for each in (*_NOT_PUBLIC, *space)]
    for hole in taken:
        if isinstance(hole, ipaddress.IPv4Network):
            left = [part for each in left for part in _without(each, hole)]
    return tuple(str(each) for each in sorted(left))


def _without(
    network: ipaddress.IPv4Network, hole: ipaddress.IPv4Network
) -> list[ipaddress.IPv4Network]:
    if not network.overlaps(hole):
        return [network]
    if network.subnet_of(hole):
        return []
    return list(network.address_exclude(hole))
