"""Laws of sets of addresses of both families, and their agreement with the ipaddress module."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    collapse_addresses,
    ip_address,
    ip_network,
    summarize_address_range,
)

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shared.packetset.addresses import (
    ALL_ADDRESSES,
    FAMILY_ADDRESSES,
    NO_ADDRESSES,
    AddressSet,
    Family,
    InvalidAddressError,
    address_number,
    address_text,
)
from tests.property.strategies import BORDER, address_sets, prefixes, ranges

sets = address_sets()
lists_of_prefixes = st.lists(prefixes(), max_size=5)


def members(addresses: AddressSet) -> frozenset[int]:
    """List the members one by one, around the border between the families."""
    return frozenset(number for number in BORDER if number in addresses)


def collapsed(texts: Iterable[str]) -> list[str]:
    """Give the minimal list of prefixes, IPv4 first, as the standard library reckons it."""
    networks = [ip_network(text, strict=False) for text in texts]
    fours = collapse_addresses(one for one in networks if isinstance(one, IPv4Network))
    sixes = collapse_addresses(one for one in networks if isinstance(one, IPv6Network))
    return [str(one) for one in (*fours, *sixes)]


def summarized(first: str, last: str) -> Iterator[IPv4Network] | Iterator[IPv6Network]:
    """Give the prefixes of a range, as the standard library reckons them."""
    begin, end = ip_address(first), ip_address(last)
    if isinstance(begin, IPv4Address) and isinstance(end, IPv4Address):
        return summarize_address_range(begin, end)
    assert isinstance(begin, IPv6Address)
    assert isinstance(end, IPv6Address)
    return summarize_address_range(begin, end)


@given(sets, sets)
def test_algebra_is_that_of_the_members(a: AddressSet, b: AddressSet) -> None:
    assert members(a.union(b)) == members(a) | members(b)
    assert members(a.intersect(b)) == members(a) & members(b)
    assert members(a.subtract(b)) == members(a) - members(b)
    assert a.is_subset(b) == (members(a) <= members(b))


@given(sets, sets)
def test_equal_members_have_equal_form_and_hash(a: AddressSet, b: AddressSet) -> None:
    assert (a == b) == (members(a) == members(b))
    assert a != b or (hash(a), list(a.prefixes())) == (hash(b), list(b.prefixes()))


@given(sets)
def test_first_is_the_lowest_member_and_count_their_number(a: AddressSet) -> None:
    assume(a)
    assert (a.first, a.count) == (min(members(a)), len(members(a)))


@given(sets)
def test_families_are_a_partition_of_the_line(a: AddressSet) -> None:
    four, six = (a.intersect(FAMILY_ADDRESSES[family]) for family in Family)
    assert four.union(six) == a
    assert not four.intersect(six)
    assert a.is_subset(ALL_ADDRESSES)


@given(sets)
def test_family_of_a_number_is_the_family_that_holds_it(a: AddressSet) -> None:
    assert all(number in FAMILY_ADDRESSES[Family.of(number)] for number in members(a))


@given(lists_of_prefixes)
def test_prefixes_are_the_minimal_list_of_the_standard_library(texts: list[str]) -> None:
    assert list(AddressSet.of(texts).prefixes()) == collapsed(texts)


@given(sets)
def test_prefixes_are_minimal_at_the_border_of_the_families(a: AddressSet) -> None:
    singles = [address_text(number) for number in members(a)]
    assert list(a.prefixes()) == collapsed(singles)


@given(lists_of_prefixes)
def test_prefixes_round_trip_through_parse(texts: list[str]) -> None:
    addresses = AddressSet.of(texts)
    assert AddressSet.of(addresses.prefixes()) == addresses


@given(lists_of_prefixes)
def test_count_is_that_of_the_disjoint_prefixes(texts: list[str]) -> None:
    sizes = (ip_network(text).num_addresses for text in collapsed(texts))
    assert AddressSet.of(texts).count == sum(sizes)


@given(prefixes())
def test_parsed_prefix_is_the_network_of_the_standard_library(text: str) -> None:
    network = ip_network(text, strict=False)
    parsed = AddressSet.parse(text)
    assert (parsed.count, address_text(parsed.first)) == (
        network.num_addresses,
        str(network.network_address),
    )
    assert address_number(str(network.broadcast_address)) in parsed


@given(ranges())
def test_parsed_range_is_the_summary_of_the_standard_library(ends: tuple[str, str]) -> None:
    parsed = AddressSet.parse("-".join(ends))
    assert list(parsed.prefixes()) == [str(one) for one in summarized(*ends)]


@given(ranges())
def test_turned_range_is_refused(ends: tuple[str, str]) -> None:
    first, last = ends
    assume(first != last)
    with pytest.raises(InvalidAddressError):
        AddressSet.parse(f"{last}-{first}")


@given(prefixes())
def test_address_text_is_that_of_the_standard_library(text: str) -> None:
    address = text.partition("/")[0]
    assert address_text(address_number(address)) == str(ip_address(address))


@given(st.text(alphabet="0123456789abcdf.:/- *", max_size=24))
def test_any_text_is_read_as_addresses_or_refused(text: str) -> None:
    with suppress(InvalidAddressError):
        parsed = AddressSet.parse(text)
        assert parsed
        assert parsed.is_subset(ALL_ADDRESSES)


@given(sets)
def test_no_addresses_are_neutral(a: AddressSet) -> None:
    assert (a.union(NO_ADDRESSES), a.intersect(NO_ADDRESSES)) == (a, NO_ADDRESSES)
    assert ALL_ADDRESSES.subtract(a).intersect(a) == NO_ADDRESSES
