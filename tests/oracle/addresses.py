"""Addresses and ports as rules write them, asked one address and one port at a time."""

from __future__ import annotations

from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Final, TypeAlias

from tests.cases.sets import NOT_INTERNET

Span: TypeAlias = tuple[int, int]

FAMILY_OF_VERSION: Final = {4: "ipv4", 6: "ipv6"}
LARGEST: Final = {"ipv4": 2**32 - 1, "ipv6": 2**128 - 1}
PLATFORM_ADDRESS: Final = "168.63.129.16"


@cache
def span(text: str) -> tuple[str, Span]:
    """Return family, first and last address of `10.0.0.0/8`, `10.0.0.1` or `10.0.0.1-10.0.0.9`.

    Raises:
        ValueError: the text is neither.
    """
    first, dash, last = text.partition("-")
    if dash:
        low, high = ip_address(first.strip()), ip_address(last.strip())
        return FAMILY_OF_VERSION[low.version], (int(low), int(high))
    network: IPv4Network | IPv6Network = ip_network(text, strict=False)
    edges = int(network.network_address), int(network.broadcast_address)
    return FAMILY_OF_VERSION[network.version], edges


@cache
def holds(text: str, family: str, address: int) -> bool:
    """Whether a prefix, a bare address or a range holds this address of this family."""
    family_of_text, (first, last) = span(text)
    return family_of_text == family and first <= address <= last


@cache
def is_address(text: str) -> bool:
    """Whether the text is a prefix, an address or a range, and not a name."""
    try:
        span(text)
    except ValueError:
        return False
    return True


@cache
def ports(text: str) -> Span:
    """Return first and last port of `22`, `20-25` or `*`.

    Raises:
        ValueError: a port above 65535, or no port at all.
    """
    if text == "*":
        return 0, 65535
    first, _, last = text.partition("-")
    low, high = int(first), int(last or first)
    if not 0 <= low <= high <= 65535:
        raise ValueError(text)
    return low, high


@cache
def is_public(family: str, address: int) -> bool:
    """Whether an address belongs to the internet, whichever network asks."""
    if family == "ipv6":
        return holds("2000::/3", family, address)
    return not any(holds(text, family, address) for text in NOT_INTERNET)
