"""The internet as a set of addresses, and how much of it a set holds."""

from __future__ import annotations

import pytest

from shared.exposure.internet import INTERNET, Reach, reach_by_size, surely_holds_azure_tenants
from shared.packetset.addresses import AddressSet, Family, address_number


@pytest.mark.parametrize(
    ("address", "member"),
    [
        ("0.255.255.255", False),
        ("1.0.0.0", True),
        ("9.255.255.255", True),
        ("10.0.0.0", False),
        ("11.0.0.0", True),
        ("100.63.255.255", True),
        ("100.64.0.0", False),
        ("100.127.255.255", False),
        ("100.128.0.0", True),
        ("127.0.0.1", False),
        ("168.63.129.15", True),
        ("168.63.129.16", False),
        ("168.63.129.17", True),
        ("169.254.169.254", False),
        ("172.15.255.255", True),
        ("172.16.0.0", False),
        ("172.31.255.255", False),
        ("172.32.0.0", True),
        ("192.168.1.1", False),
        ("223.255.255.255", True),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("1fff::", False),
        ("2000::", True),
        ("3fff:ffff::", True),
        ("4000::", False),
        ("fd00::1", False),
        ("fe80::1", False),
        ("::1", False),
    ],
)
def test_internet_is_without_private_and_special_addresses(address: str, *, member: bool) -> None:
    number = address_number(address)
    assert (number in INTERNET[Family.of(number)]) is member


@pytest.mark.parametrize(
    ("prefixes", "reach"),
    [
        pytest.param(["20.0.0.0/8"], Reach.INTERNET, id="slash-8"),
        pytest.param(["20.0.0.0/9", "21.0.0.0/9"], Reach.INTERNET, id="a-slash-8-in-pieces"),
        pytest.param(["20.0.0.0/9"], Reach.WIDE, id="slash-9"),
        pytest.param(["20.0.0.0/16", "21.0.0.0"], Reach.WIDE, id="one-more-than-a-slash-16"),
        pytest.param(["20.0.0.0/16"], Reach.LIMITED, id="slash-16"),
        pytest.param(["20.0.0.1"], Reach.LIMITED, id="one"),
    ],
)
def test_ipv4_is_rated_by_size(prefixes: list[str], reach: Reach) -> None:
    assert reach_by_size(AddressSet.of(prefixes), Family.IPV4) is reach


@pytest.mark.parametrize(
    ("prefixes", "reach"),
    [
        pytest.param(["2a00::/16"], Reach.INTERNET, id="slash-16"),
        pytest.param(["2a00::/17"], Reach.WIDE, id="slash-17"),
        pytest.param(["2a00::/48", "2b00::1"], Reach.WIDE, id="one-more-than-a-slash-48"),
        pytest.param(["2a00::/48"], Reach.LIMITED, id="slash-48"),
    ],
)
def test_ipv6_is_rated_by_size(prefixes: list[str], reach: Reach) -> None:
    assert reach_by_size(AddressSet.of(prefixes), Family.IPV6) is reach


def test_reaches_are_ordered_from_the_worst_to_the_mildest() -> None:
    assert [reach.value for reach in Reach] == [
        "internet",
        "azure-tenants",
        "wide",
        "service-ranges",
        "limited",
    ]


@pytest.mark.parametrize(
    ("one", "other", "worse", "milder"),
    [
        (Reach.INTERNET, Reach.LIMITED, Reach.INTERNET, Reach.LIMITED),
        (Reach.SERVICE_RANGES, Reach.WIDE, Reach.WIDE, Reach.SERVICE_RANGES),
        (Reach.WIDE, Reach.WIDE, Reach.WIDE, Reach.WIDE),
    ],
)
def test_worse_and_milder_pick_by_that_order(
    one: Reach, other: Reach, worse: Reach, milder: Reach
) -> None:
    assert (one.worse(other), one.milder(other)) == (worse, milder)


@pytest.mark.parametrize(
    ("prefix", "family", "surely"),
    [
        ("64.0.0.0/2", Family.IPV4, True),
        ("64.0.0.0/3", Family.IPV4, False),
        ("2000::/5", Family.IPV6, True),
        ("2000::/6", Family.IPV6, False),
    ],
)
def test_tenants_are_surely_in_a_quarter_of_the_space(
    prefix: str, family: Family, *, surely: bool
) -> None:
    assert surely_holds_azure_tenants(AddressSet.parse(prefix), family) is surely
