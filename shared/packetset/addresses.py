"""Sets of IP addresses, both families on one number line."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from shared.packetset.intervals import IntervalSet


class InvalidAddressError(ValueError):
    """A text that is no address, prefix or range of addresses."""

    def __init__(self, text: str) -> None:
        """Keep the refused text."""
        super().__init__(f"not an address, prefix or range: {text[:100]!r}")
        self.text = text


class Family(Enum):
    """An address family: its name in output, its width in bits, its place on the number line."""

    IPV4 = ("ipv4", 32, 0)
    IPV6 = ("ipv6", 128, 1 << 32)

    def __init__(self, label: str, bits: int, offset: int) -> None:
        """Take apart the tuple that defines the member."""
        self.label = label
        self.bits = bits
        self.offset = offset

    @classmethod
    def of(cls, number: int) -> Family:
        """Give the family that a number on the line belongs to."""
        return cls.IPV4 if number < cls.IPV6.offset else cls.IPV6


_OCTETS = {str(octet): octet for octet in range(256)}


def address_number(text: str) -> int:
    """Place one IPv4 or IPv6 address on the number line.

    Raises:
        InvalidAddressError: the text is no address.
    """
    try:
        # Nearly every text is this plain, and `ipaddress` takes four times as long.
        first, second, third, fourth = map(_OCTETS.__getitem__, text.split("."))
    except (KeyError, ValueError):
        return _address_number(text)
    return first << 24 | second << 16 | third << 8 | fourth


def _address_number(text: str) -> int:
    try:
        address = ipaddress.ip_address(text.strip())
    except ValueError as error:
        raise InvalidAddressError(text) from error
    return int(address) + (Family.IPV4 if address.version == 4 else Family.IPV6).offset  # noqa: PLR2004


def address_text(number: int) -> str:
    """Write a number of the line as an address."""
    family = Family.of(number)
    if family is Family.IPV4:
        return str(ipaddress.IPv4Address(number))
    return str(ipaddress.IPv6Address(number - family.offset))


@dataclass(frozen=True, slots=True)
class AddressSet:
    """A set of addresses: IPv4 at 0 to 2**32 - 1, IPv6 behind it, so one algebra serves both.

    Canonical as `IntervalSet` is, and under the same laws.
    """

    numbers: IntervalSet

    @classmethod
    def parse(cls, text: str) -> AddressSet:
        """Read a CIDR prefix, a bare address or a range `a-b` of one family.

        Bits behind the prefix length are ignored, as Azure ignores them.

        Raises:
            InvalidAddressError: the text is none of these.
        """
        return _parse(text)

    @classmethod
    def of(cls, texts: Iterable[str]) -> AddressSet:
        """Give the union of prefixes, addresses and ranges; empty for none."""
        parsed = [_parse(text) for text in texts]
        if len(parsed) == 1:
            return parsed[0]
        return cls(IntervalSet.of([span for one in parsed for span in one.numbers.spans]))

    def __bool__(self) -> bool:
        """Tell whether there is any member."""
        return bool(self.numbers.bounds)

    def __contains__(self, number: int) -> bool:
        """Tell whether the address at `number` is a member."""
        return number in self.numbers

    @property
    def count(self) -> int:
        """How many addresses there are."""
        return self.numbers.count

    @property
    def first(self) -> int:
        """The lowest address; ValueError when there is none."""
        return min(self.numbers.bounds)

    def union(self, other: AddressSet) -> AddressSet:
        """Give the addresses of either."""
        return self._become(self.numbers.union(other.numbers))

    def intersect(self, other: AddressSet) -> AddressSet:
        """Give the addresses of both."""
        return self._become(self.numbers.intersect(other.numbers))

    def subtract(self, other: AddressSet) -> AddressSet:
        """Give the addresses that `other` lacks."""
        return self._become(self.numbers.subtract(other.numbers))

    def _become(self, numbers: IntervalSet) -> AddressSet:
        """Give the set of these numbers, which most often is this one."""
        return self if numbers is self.numbers else AddressSet(numbers)

    def overlaps(self, other: AddressSet) -> bool:
        """Tell whether any address is common to both."""
        return self.numbers.overlaps(other.numbers)

    def is_subset(self, other: AddressSet) -> bool:
        """Tell whether every address is in `other`."""
        return self.numbers.is_subset(other.numbers)

    def prefixes(self) -> Iterator[str]:
        """Give the minimal list of CIDR prefixes, ascending, IPv4 before IPv6."""
        for family in Family:
            part = self.numbers.intersect(_FAMILY_NUMBERS[family])
            for first, last in part.spans:
                yield from _prefixes(family, first - family.offset, last - family.offset)


_FAMILY_NUMBERS = {
    family: IntervalSet.span(family.offset, family.offset + (1 << family.bits) - 1)
    for family in Family
}
FAMILY_ADDRESSES = {family: AddressSet(numbers) for family, numbers in _FAMILY_NUMBERS.items()}
NO_ADDRESSES = AddressSet(IntervalSet())
ALL_ADDRESSES = FAMILY_ADDRESSES[Family.IPV4].union(FAMILY_ADDRESSES[Family.IPV6])


@lru_cache(maxsize=8_192)
def _parse(text: str) -> AddressSet:
    if "-" in text:
        first, _, last = text.partition("-")
        begin, end = address_number(first), address_number(last)
        if begin > end or Family.of(begin) is not Family.of(end):
            raise InvalidAddressError(text)
        return AddressSet(IntervalSet.span(begin, end))
    head, slash, length_text = text.strip().partition("/")
    number = address_number(head)
    family = Family.of(number)
    if not slash:
        return AddressSet(IntervalSet.span(number, number))
    if not (length_text.isascii() and length_text.isdigit()) or int(length_text) > family.bits:
        raise InvalidAddressError(text)
    size = 1 << (family.bits - int(length_text))
    begin = (number - family.offset) // size * size + family.offset
    return AddressSet(IntervalSet.span(begin, begin + size - 1))


def _prefixes(family: Family, first: int, last: int) -> Iterator[str]:
    """Cut one span of raw addresses into its largest aligned blocks."""
    while first <= last:
        aligned = (first & -first).bit_length() - 1 if first else family.bits
        fitting = (last - first + 1).bit_length() - 1
        bits = min(aligned, fitting)
        yield f"{address_text(first + family.offset)}/{family.bits - bits}"
        first += 1 << bits
