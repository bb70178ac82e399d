"""Expected address sets, reckoned with `ipaddress` alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network
from typing import Final, TypeAlias

Network: TypeAlias = IPv4Network | IPv6Network

NOT_INTERNET: Final = (
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "168.63.129.16/32",
)
"""IPv4 addresses that are not the internet."""


def minus(prefixes: Sequence[str], *removed: str) -> tuple[str, ...]:
    """Return the addresses of `prefixes` that are in none of `removed`, as sorted minimal CIDRs."""
    left: list[Network] = [ip_network(one) for one in prefixes]
    for hole in map(ip_network, removed):
        left = [piece for network in left for piece in _cut(network, hole)]
    return _canonical(left)


def common(prefixes: Sequence[str], kept: Sequence[str]) -> tuple[str, ...]:
    """Return the addresses that are in both, as sorted minimal CIDRs."""
    pairs = [(ip_network(one), ip_network(two)) for one in prefixes for two in kept]
    nested = [
        max(pair, key=lambda network: network.prefixlen)
        for pair in pairs
        if pair[0].version == pair[1].version and pair[0].overlaps(pair[1])
    ]
    return _canonical(nested)


def size(prefixes: Iterable[str]) -> int:
    """Return how many addresses these disjoint prefixes hold."""
    return sum(ip_network(one).num_addresses for one in prefixes)


def _cut(network: Network, hole: Network) -> list[Network]:
    if network.version != hole.version or not network.overlaps(hole):
        return [network]
    if network.prefixlen >= hole.prefixlen:
        return []
    if isinstance(network, IPv4Network) and isinstance(hole, IPv4Network):
        return list(network.address_exclude(hole))
    assert isinstance(network, IPv6Network)
    assert isinstance(hole, IPv6Network)
    return list(network.address_exclude(hole))


def _canonical(networks: Iterable[Network]) -> tuple[str, ...]:
    several = list(networks)
    fours = collapse_addresses([one for one in several if isinstance(one, IPv4Network)])
    sixes = collapse_addresses([one for one in several if isinstance(one, IPv6Network)])
    return tuple(str(one) for one in [*fours, *sixes])


INTERNET: Final = minus(["0.0.0.0/0"], *NOT_INTERNET)
INTERNET_6: Final = ("2000::/3",)
