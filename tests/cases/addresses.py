"""Public addresses: SKUs, families, and how many senders make which reach.

Source: the notes on Azure's semantics, 1.2, 5.1 and 5.2; the design of the verdict, "Reach" and
the fine print.
"""

from __future__ import annotations

from typing import Final

from tests.cases.case import EXPOSED, NOT_EXPOSED, UNDETERMINED, Case
from tests.cases.order_and_sources import ALLOW_100, ALLOW_200, DENY_100
from tests.cases.sets import INTERNET, INTERNET_6, minus
from tests.rows import (
    Row,
    allow,
    deny,
    one_dual_stack_vm_estate,
    one_vm_estate,
)

STANDARD_DENY: Final = ("platform", "standard-default-deny")
BASIC_ALLOW: Final = ("platform", "basic-default-allow")

SKU_CASES: Final = [
    Case(
        "standard-v2-without-any-nsg",
        one_vm_estate(None, sku="StandardV2"),
        UNDETERMINED,
        certain=None,
        possible_tags=None,
    ),
    Case(
        "standard-v2-behind-an-open-nsg",
        one_vm_estate([allow(100)], sku="StandardV2"),
        EXPOSED,
        "internet",
        INTERNET,
        decided_by=ALLOW_100,
    ),
    Case("standard-v2-behind-default-rules", one_vm_estate([], sku="StandardV2"), NOT_EXPOSED),
    Case(
        "sku-missing-without-any-nsg",
        one_vm_estate(None, sku=None),
        EXPOSED,
        "internet",
        INTERNET,
        decided_by=BASIC_ALLOW,
    ),
    Case("sku-missing-behind-default-rules", one_vm_estate([], sku=None), NOT_EXPOSED),
    Case(
        "sku-in-lower-case-without-any-nsg",
        one_vm_estate(None, sku="standard"),
        NOT_EXPOSED,
        decided_by=STANDARD_DENY,
    ),
    Case(
        "standard-with-nsg-on-the-nic-alone",
        one_vm_estate(None, nic_rules=[allow(100)]),
        EXPOSED,
        "internet",
        INTERNET,
        decided_by=("nic-nsg", "allow-inbound-100"),
    ),
    Case(
        "basic-with-nsg-on-the-nic-alone",
        one_vm_estate(None, nic_rules=[], sku="Basic"),
        NOT_EXPOSED,
        decided_by=("nic-nsg", "DenyAllInBound"),
    ),
    Case(
        "both-nsgs-allow-different-halves",
        one_vm_estate(
            [allow(100, source="52.0.0.0/9")], nic_rules=[allow(100, source="52.64.0.0/10")]
        ),
        EXPOSED,
        "wide",
        ["52.64.0.0/10"],
        decided_by=("nic-nsg", "allow-inbound-100"),
    ),
    Case(
        "both-nsgs-allow-what-does-not-meet",
        one_vm_estate(
            [allow(100, source="52.0.0.0/9")], nic_rules=[allow(100, source="52.128.0.0/9")]
        ),
        NOT_EXPOSED,
    ),
]

_SIX: Final = "ipconfig6"

IPV6_CASES: Final = [
    Case(
        "ipv6-star-holds-both-families",
        one_dual_stack_vm_estate([allow(100)]),
        EXPOSED,
        "internet",
        INTERNET_6,
        ip_configuration=_SIX,
        decided_by=ALLOW_100,
    ),
    Case(
        "ipv6-any-holds-both-families",
        one_dual_stack_vm_estate([allow(100, source="Any")]),
        EXPOSED,
        "internet",
        INTERNET_6,
        ip_configuration=_SIX,
    ),
    Case(
        "ipv6-internet-holds-both-families",
        one_dual_stack_vm_estate([allow(100, source="Internet")]),
        EXPOSED,
        "internet",
        INTERNET_6,
        ip_configuration=_SIX,
    ),
    Case(
        "ipv6-deny-star",
        one_dual_stack_vm_estate([deny(100), allow(200)]),
        NOT_EXPOSED,
        ip_configuration=_SIX,
        decided_by=DENY_100,
    ),
    Case(
        "ipv6-deny-internet",
        one_dual_stack_vm_estate([deny(100, source="Internet"), allow(200)]),
        NOT_EXPOSED,
        ip_configuration=_SIX,
        decided_by=DENY_100,
    ),
    Case(
        "ipv6-zero-prefix-of-ipv4-allowed",
        one_dual_stack_vm_estate([allow(100, source="0.0.0.0/0")]),
        UNDETERMINED,
        None,
        [],
        None,
        ip_configuration=_SIX,
    ),
    Case(
        "ipv6-zero-prefix-of-ipv4-denied",
        one_dual_stack_vm_estate([deny(100, source="0.0.0.0/0"), allow(200)]),
        EXPOSED,
        "internet",
        INTERNET_6,
        ip_configuration=_SIX,
        decided_by=ALLOW_200,
    ),
    Case(
        "ipv6-all-in-an-ipv6-prefix",
        one_dual_stack_vm_estate([allow(100, source="::/0")]),
        EXPOSED,
        "internet",
        INTERNET_6,
        ip_configuration=_SIX,
    ),
    Case("ipv6-default-rules", one_dual_stack_vm_estate([]), NOT_EXPOSED, ip_configuration=_SIX),
    Case(
        "ipv6-standard-address-without-any-nsg",
        one_dual_stack_vm_estate(None),
        NOT_EXPOSED,
        ip_configuration=_SIX,
        decided_by=STANDARD_DENY,
    ),
    Case(
        "ipv6-own-public-space-is-not-the-internet",
        one_dual_stack_vm_estate(
            [allow(100)], space=["10.0.0.0/16", "fd00:db8::/48", "2a01:222::/48"]
        ),
        EXPOSED,
        "internet",
        minus(INTERNET_6, "2a01:222::/48"),
        ip_configuration=_SIX,
    ),
    Case(
        "ipv6-local-sources",
        one_dual_stack_vm_estate([allow(100, source="fc00::/7")]),
        NOT_EXPOSED,
        ip_configuration=_SIX,
    ),
    Case(
        "ipv4-beside-ipv6-rule",
        one_dual_stack_vm_estate(
            [allow(100, source=["2a02::/16", "203.0.113.0/24"])], ipv4_address="20.1.2.3"
        ),
        EXPOSED,
        "limited",
        ["203.0.113.0/24"],
        ip_configuration="ipconfig1",
    ),
]


def _limited_by(*sources: str) -> list[Row]:
    return one_vm_estate([allow(100, source=list(sources))])


def _limited_six_by(*sources: str) -> list[Row]:
    return one_dual_stack_vm_estate([allow(100, source=list(sources))])


REACH_CASES: Final = [
    Case(
        "reach-of-2-to-the-24-addresses",
        _limited_by("52.0.0.0/8"),
        EXPOSED,
        "internet",
        ["52.0.0.0/8"],
    ),
    Case(
        "reach-of-2-to-the-24-addresses-in-two-parts",
        _limited_by("52.0.0.0/9", "54.0.0.0/9"),
        EXPOSED,
        "internet",
        ["52.0.0.0/9", "54.0.0.0/9"],
    ),
    Case(
        "reach-of-one-less-than-2-to-the-24",
        one_vm_estate([deny(100, source="52.1.2.3"), allow(200, source="52.0.0.0/8")]),
        EXPOSED,
        "wide",
        minus(["52.0.0.0/8"], "52.1.2.3/32"),
    ),
    Case(
        "reach-of-one-more-than-2-to-the-16",
        _limited_by("52.1.0.0/16", "54.0.0.1"),
        EXPOSED,
        "wide",
        ["52.1.0.0/16", "54.0.0.1/32"],
    ),
    Case(
        "reach-of-2-to-the-16-addresses",
        _limited_by("52.1.0.0/16"),
        EXPOSED,
        "limited",
        ["52.1.0.0/16"],
    ),
    Case(
        "reach-of-an-ipv6-slash-16",
        _limited_six_by("2a01::/16"),
        EXPOSED,
        "internet",
        ["2a01::/16"],
        ip_configuration=_SIX,
    ),
    Case(
        "reach-of-an-ipv6-slash-16-less-one-address",
        one_dual_stack_vm_estate([deny(100, source="2a01::5"), allow(200, source="2a01::/16")]),
        EXPOSED,
        "wide",
        minus(["2a01::/16"], "2a01::5/128"),
        ip_configuration=_SIX,
    ),
    Case(
        "reach-of-an-ipv6-slash-48-and-one-address",
        _limited_six_by("2a01:5::/48", "2a02::1"),
        EXPOSED,
        "wide",
        ["2a01:5::/48", "2a02::1/128"],
        ip_configuration=_SIX,
    ),
    Case(
        "reach-of-an-ipv6-slash-48",
        _limited_six_by("2a01:5::/48"),
        EXPOSED,
        "limited",
        ["2a01:5::/48"],
        ip_configuration=_SIX,
    ),
]

ADDRESS_CASES: Final = [*SKU_CASES, *IPV6_CASES, *REACH_CASES]
