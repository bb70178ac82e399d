"""The internet as a set of addresses, and how much of it a set holds."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from shared.packetset.addresses import FAMILY_ADDRESSES, AddressSet, Family

INTERNET: Final = {
    Family.IPV4: FAMILY_ADDRESSES[Family.IPV4].subtract(
        AddressSet.of(
            (
                "0.0.0.0/8",
                "10.0.0.0/8",
                "100.64.0.0/10",
                "127.0.0.0/8",
                "168.63.129.16",
                "169.254.0.0/16",
                "172.16.0.0/12",
                "192.168.0.0/16",
                "224.0.0.0/4",
                "240.0.0.0/4",
            )
        )
    ),
    Family.IPV6: AddressSet.parse("2000::/3"),
}
"""The addresses that packets from the internet come from, by family.

Source: RFC 6890, special-purpose address registries; Microsoft Learn, "What is IP address
168.63.129.16?".  The address space of the target's own and peered networks is taken out besides.
"""


class Reach(StrEnum):
    """Who gets in, from the worst to the mildest."""

    INTERNET = "internet"
    AZURE_TENANTS = "azure-tenants"
    WIDE = "wide"
    SERVICE_RANGES = "service-ranges"
    LIMITED = "limited"

    def milder(self, other: Reach) -> Reach:
        """Give the milder of both."""
        order = tuple(Reach)
        return max(self, other, key=order.index)

    def worse(self, other: Reach) -> Reach:
        """Give the worse of both."""
        order = tuple(Reach)
        return min(self, other, key=order.index)


_INTERNET_COUNT: Final = {Family.IPV4: 1 << (32 - 8), Family.IPV6: 1 << (128 - 16)}
_WIDE_COUNT: Final = {Family.IPV4: 1 << (32 - 16), Family.IPV6: 1 << (128 - 48)}
_QUARTER: Final = {Family.IPV4: 1 << (32 - 2), Family.IPV6: 1 << (128 - 5)}


def reach_by_size(sources: AddressSet, family: Family) -> Reach:
    """Rate a set of one family: from a /8 (IPv6: /16) `internet`, over a /16 (/48) `wide`."""
    if sources.count >= _INTERNET_COUNT[family]:
        return Reach.INTERNET
    return Reach.WIDE if sources.count > _WIDE_COUNT[family] else Reach.LIMITED


def surely_holds_azure_tenants(sources: AddressSet, family: Family) -> bool:
    """Tell whether machines rented in Azure surely have an address in the set.

    They do in a quarter of the address space (IPv4: 2**30 addresses); in a smaller part, cut out
    by other rules, none of Azure's ranges may lie.
    """
    return sources.count >= _QUARTER[family]
