"""Addresses, prefixes and ranges as texts, and how they are written again."""

from __future__ import annotations

import pytest

from shared.packetset.addresses import (
    ALL_ADDRESSES,
    NO_ADDRESSES,
    AddressSet,
    Family,
    InvalidAddressError,
    address_number,
    address_text,
)


@pytest.mark.parametrize(
    ("text", "prefixes"),
    [
        pytest.param("203.0.113.7", ["203.0.113.7/32"], id="bare-ipv4"),
        pytest.param("2001:db8::7", ["2001:db8::7/128"], id="bare-ipv6"),
        pytest.param("10.0.0.0/8", ["10.0.0.0/8"], id="ipv4-prefix"),
        pytest.param("2000::/3", ["2000::/3"], id="ipv6-prefix"),
        pytest.param("10.1.2.3/8", ["10.0.0.0/8"], id="bits-behind-the-length-are-ignored"),
        pytest.param("0.0.0.0/0", ["0.0.0.0/0"], id="all-of-ipv4"),
        pytest.param("::/0", ["::/0"], id="all-of-ipv6"),
        pytest.param("  10.0.0.1  ", ["10.0.0.1/32"], id="blanks-around"),
        pytest.param("10.0.0.4-10.0.0.7", ["10.0.0.4/30"], id="range-that-is-a-block"),
        pytest.param("10.0.0.1-10.0.0.2", ["10.0.0.1/32", "10.0.0.2/32"], id="range-of-two-blocks"),
        pytest.param("10.0.0.1 - 10.0.0.1", ["10.0.0.1/32"], id="range-of-one"),
        pytest.param("::1-::2", ["::1/128", "::2/128"], id="ipv6-range"),
        pytest.param("255.255.255.255", ["255.255.255.255/32"], id="last-of-ipv4"),
        pytest.param("::", ["::/128"], id="first-of-ipv6"),
    ],
)
def test_text_is_read_as_its_addresses(text: str, prefixes: list[str]) -> None:
    assert list(AddressSet.parse(text).prefixes()) == prefixes


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "*",
        "Internet",
        "10.0.0",
        "10.0.0.256",
        "010.0.0.1",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/",
        "10.0.0.0/255.0.0.0",
        "10.0.0.0/²",
        "2000::/129",
        "10.0.0.9-10.0.0.1",
        "10.0.0.1-::1",
        "10.0.0.1-",
        "10.0.0.0/8-10.0.0.1",
        "1:2:3:4:5:6:7:8:9",
    ],
)
def test_impossible_text_is_refused_by_name(text: str) -> None:
    with pytest.raises(InvalidAddressError, match="not an address, prefix or range"):
        AddressSet.parse(text)


def test_refused_text_is_cut_in_the_message_and_kept_whole_in_the_error() -> None:
    with pytest.raises(InvalidAddressError) as refused:
        AddressSet.parse("x" * 5_000)
    assert refused.value.text == "x" * 5_000
    assert len(str(refused.value)) < 200


def test_families_stand_behind_each_other_on_one_line() -> None:
    assert address_number("255.255.255.255") + 1 == address_number("::")
    assert (Family.of(address_number("255.255.255.255")), Family.of(address_number("::"))) == (
        Family.IPV4,
        Family.IPV6,
    )


def test_prefixes_never_join_the_families() -> None:
    joined = AddressSet.of(["255.255.255.255", "::"])
    assert list(joined.prefixes()) == ["255.255.255.255/32", "::/128"]
    assert list(ALL_ADDRESSES.prefixes()) == ["0.0.0.0/0", "::/0"]


def test_halves_of_ipv4_are_all_of_ipv4() -> None:
    assert AddressSet.of(["128.0.0.0/1", "0.0.0.0/1"]) == AddressSet.parse("0.0.0.0/0")


def test_union_of_no_texts_is_empty() -> None:
    assert AddressSet.of([]) == NO_ADDRESSES
    assert not AddressSet.of([])


def test_first_of_no_addresses_is_an_error() -> None:
    with pytest.raises(ValueError, match="empty"):
        _ = NO_ADDRESSES.first


@pytest.mark.parametrize(
    ("text", "written"),
    [("010::1", "10::1"), ("::ffff:1.2.3.4", "::ffff:102:304"), ("1.2.3.4 ", "1.2.3.4")],
)
def test_address_is_written_in_its_short_form(text: str, written: str) -> None:
    assert address_text(address_number(text)) == written
