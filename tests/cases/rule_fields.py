"""How the members of a security rule are read, whichever way Azure filled them.

Source: the notes on Azure's semantics, 1 ("NSG inbound evaluation"), 1.1 and 1.2.
"""

from __future__ import annotations

from typing import Final

from tests.cases.case import EXPOSED, NOT_EXPOSED, NOT_SAFE, UNDETERMINED, Case
from tests.cases.order_and_sources import ALLOW_100, ALLOW_200, DEFAULT_DENY, DENY_100, SUBNET
from tests.cases.sets import INTERNET, common, minus
from tests.rows import ABSENT, allow, deny, one_vm_estate

_OFFICE: Final = "203.0.113.0/24"
_BRANCH: Final = "198.51.100.0/24"

FIELD_CASES: Final = [
    Case(
        "singular-prefix-with-empty-plural",
        one_vm_estate([allow(100, source=_OFFICE)]),
        EXPOSED,
        "limited",
        [_OFFICE],
        decided_by=ALLOW_100,
    ),
    Case(
        "plural-prefixes-with-singular-left-out",
        one_vm_estate([allow(100, source=[_OFFICE, _BRANCH])]),
        EXPOSED,
        "limited",
        [_BRANCH, _OFFICE],
        decided_by=ALLOW_100,
    ),
    Case(
        "plural-prefixes-beside-null",
        one_vm_estate([allow(100, source=[_OFFICE], fields={"sourceAddressPrefix": None})]),
        EXPOSED,
        "limited",
        [_OFFICE],
    ),
    Case(
        "plural-prefixes-beside-empty-text",
        one_vm_estate([allow(100, source=[_OFFICE], fields={"sourceAddressPrefix": ""})]),
        EXPOSED,
        "limited",
        [_OFFICE],
    ),
    Case(
        "singular-and-plural-prefixes-are-united",
        one_vm_estate([allow(100, source=_OFFICE, fields={"sourceAddressPrefixes": [_BRANCH]})]),
        EXPOSED,
        "limited",
        [_BRANCH, _OFFICE],
    ),
    Case(
        "null-plural-beside-singular",
        one_vm_estate([allow(100, source=_OFFICE, fields={"sourceAddressPrefixes": None})]),
        EXPOSED,
        "limited",
        [_OFFICE],
    ),
    Case(
        "singular-and-plural-ports-are-united",
        one_vm_estate([allow(100, port="80", fields={"destinationPortRanges": ["22"]})]),
        EXPOSED,
        "internet",
        INTERNET,
    ),
    Case(
        "plural-ports-beside-empty-text",
        one_vm_estate([allow(100, port=["22"], fields={"destinationPortRange": ""})]),
        EXPOSED,
        "internet",
        INTERNET,
    ),
    Case(
        "plural-ports-without-this-port",
        one_vm_estate([allow(100, port=["21", "23-80"])]),
        NOT_EXPOSED,
        decided_by=DEFAULT_DENY,
    ),
    Case(
        "plural-destinations-hold-the-private-address",
        one_vm_estate([allow(100, destination=["10.0.7.0/24", "10.0.0.4"])]),
        EXPOSED,
        "internet",
        INTERNET,
    ),
    Case(
        "destination-prefix-beside-the-private-address",
        one_vm_estate([allow(100, destination="10.0.0.5")]),
        NOT_EXPOSED,
        decided_by=DEFAULT_DENY,
    ),
    Case(
        "destination-virtual-network-holds-the-private-address",
        one_vm_estate([allow(100, destination="VirtualNetwork")]),
        EXPOSED,
        "internet",
        INTERNET,
    ),
    Case(
        "destination-internet-holds-no-private-address",
        one_vm_estate([allow(100, destination="Internet")]),
        NOT_EXPOSED,
        decided_by=DEFAULT_DENY,
    ),
    Case(
        "deny-without-a-source-closes-nothing-for-sure",
        one_vm_estate([deny(100, fields={"sourceAddressPrefix": None}), allow(200)]),
        UNDETERMINED,
        certain=None,
        possible_tags=None,
        reason="rule-side-unstated",
    ),
    Case(
        "deny-without-a-destination-closes-nothing-for-sure",
        one_vm_estate([deny(100, fields={"destinationAddressPrefix": None}), allow(200)]),
        UNDETERMINED,
        certain=None,
        possible_tags=None,
        reason="rule-side-unstated",
    ),
    Case(
        "source-left-out-everywhere",
        one_vm_estate(
            [allow(100, fields={"sourceAddressPrefix": ABSENT, "sourceAddressPrefixes": ABSENT})]
        ),
        NOT_SAFE,
        certain=None,
        possible_tags=None,
    ),
    Case(
        "source-null-and-empty-list",
        one_vm_estate([allow(100, fields={"sourceAddressPrefix": None})]),
        NOT_SAFE,
        certain=None,
        possible_tags=None,
    ),
    Case(
        "source-empty-text-and-empty-list",
        one_vm_estate([allow(100, fields={"sourceAddressPrefix": ""})]),
        NOT_SAFE,
        certain=None,
        possible_tags=None,
    ),
    Case(
        "source-asgs-as-empty-list",
        one_vm_estate([allow(100, fields={"sourceApplicationSecurityGroups": []})]),
        EXPOSED,
        "internet",
        INTERNET,
    ),
    Case(
        "source-asg-beside-a-prefix",
        one_vm_estate([allow(100, source=_OFFICE, source_asgs=["asg-x"])], asgs=["asg-x"]),
        EXPOSED,
        "limited",
        [_OFFICE],
    ),
]

SPELLING_CASES: Final = [
    Case("source-any", one_vm_estate([allow(100, source="Any")]), EXPOSED, "internet", INTERNET),
    Case(
        "source-any-in-lower-case",
        one_vm_estate([allow(100, source="any")]),
        EXPOSED,
        "internet",
        INTERNET,
    ),
    Case(
        "source-zero-prefix",
        one_vm_estate([allow(100, source="0.0.0.0/0")]),
        EXPOSED,
        "internet",
        INTERNET,
    ),
    Case(
        "source-internet",
        one_vm_estate([allow(100, source="Internet")]),
        EXPOSED,
        "internet",
        INTERNET,
    ),
    Case(
        "source-classic-internet",
        one_vm_estate([deny(100, source="INTERNET"), allow(200)]),
        NOT_EXPOSED,
        decided_by=DENY_100,
    ),
    Case(
        "source-classic-virtual-network",
        one_vm_estate([allow(100, source="VIRTUAL_NETWORK")]),
        NOT_EXPOSED,
        decided_by=DEFAULT_DENY,
    ),
    Case(
        "source-classic-load-balancer",
        one_vm_estate([allow(100, source="AZURE_LOADBALANCER")]),
        NOT_EXPOSED,
        decided_by=DEFAULT_DENY,
    ),
    Case(
        "protocol-any-in-upper-case",
        one_vm_estate([allow(100, protocol="TCP")]),
        EXPOSED,
        "internet",
        INTERNET,
    ),
    Case("protocol-star", one_vm_estate([allow(100, protocol="*")]), EXPOSED, "internet", INTERNET),
    Case(
        "protocol-icmp",
        one_vm_estate([allow(100, protocol="Icmp")]),
        NOT_EXPOSED,
        decided_by=DEFAULT_DENY,
    ),
    Case(
        "protocol-esp",
        one_vm_estate([allow(100, protocol="Esp")]),
        NOT_EXPOSED,
        decided_by=DEFAULT_DENY,
    ),
    Case(
        "outbound-allow-opens-nothing",
        one_vm_estate([allow(100, direction="Outbound")]),
        NOT_EXPOSED,
        decided_by=DEFAULT_DENY,
    ),
    Case(
        "outbound-deny-closes-nothing",
        one_vm_estate([deny(100, direction="Outbound"), allow(200)]),
        EXPOSED,
        "internet",
        INTERNET,
        decided_by=ALLOW_200,
    ),
    Case(
        "rules-listed-out-of-order",
        one_vm_estate([allow(300), deny(100)]),
        NOT_EXPOSED,
        decided_by=DENY_100,
    ),
    Case(
        "bare-address",
        one_vm_estate([allow(100, source="203.0.113.7")]),
        EXPOSED,
        "limited",
        ["203.0.113.7/32"],
    ),
    Case(
        "prefix-with-host-bits",
        one_vm_estate([allow(100, source="203.0.113.77/24")]),
        EXPOSED,
        "limited",
        [_OFFICE],
    ),
    Case(
        "range-of-addresses",
        one_vm_estate([allow(100, source="203.0.113.7-203.0.113.10")]),
        EXPOSED,
        "limited",
        ["203.0.113.7/32", "203.0.113.8/31", "203.0.113.10/32"],
    ),
    Case(
        "tags-in-the-plural-list",
        one_vm_estate([allow(100, source=["VirtualNetwork", "Internet"])]),
        EXPOSED,
        "internet",
        INTERNET,
    ),
    Case(
        "adjacent-prefixes-become-one",
        one_vm_estate([allow(100, source=["203.0.112.0/24", _OFFICE])]),
        EXPOSED,
        "limited",
        ["203.0.112.0/23"],
    ),
    Case(
        "prefix-across-private-space",
        one_vm_estate([allow(100, source="8.0.0.0/5")]),
        EXPOSED,
        "internet",
        common(INTERNET, ["8.0.0.0/5"]),
    ),
    Case(
        "inner-deny-leaves-a-hole",
        one_vm_estate([deny(100, source=_OFFICE), allow(200)]),
        EXPOSED,
        "internet",
        minus(INTERNET, _OFFICE),
        decided_by=ALLOW_200,
    ),
]

PORT_CASES: Final = [
    Case(
        "port-range-ends-at-22",
        one_vm_estate([allow(100, port="20-22")]),
        EXPOSED,
        "internet",
        INTERNET,
    ),
    Case(
        "port-range-begins-at-22",
        one_vm_estate([allow(100, port="22-24")]),
        EXPOSED,
        "internet",
        INTERNET,
    ),
    Case("port-range-begins-after-22", one_vm_estate([allow(100, port="23-24")]), NOT_EXPOSED),
    Case("port-range-ends-before-22", one_vm_estate([allow(100, port="20-21")]), NOT_EXPOSED),
    Case(
        "second-management-port-open",
        one_vm_estate([allow(100, port="3389")]),
        EXPOSED,
        "internet",
        INTERNET,
        ports=(22, 3389),
        port=3389,
    ),
    Case(
        "second-management-port-leaves-22-closed",
        one_vm_estate([allow(100, port="3389")]),
        NOT_EXPOSED,
        ports=(22, 3389),
        port=22,
    ),
    Case(
        "source-ports-of-two-denies-leave-a-gap",
        one_vm_estate(
            [
                deny(100, source_port="0-49151"),
                deny(110, source_port="49153-65535"),
                allow(200),
            ]
        ),
        EXPOSED,
        "internet",
        INTERNET,
        decided_by=ALLOW_200,
    ),
    Case(
        "source-ports-of-two-denies-cover-all",
        one_vm_estate(
            [
                deny(100, source_port="0-49151"),
                deny(110, source_port="49152-65535"),
                allow(200),
            ]
        ),
        NOT_EXPOSED,
    ),
    Case(
        "source-ports-of-both-layers-do-not-meet",
        one_vm_estate(
            [allow(100, source_port="1024-2047")], nic_rules=[allow(100, source_port="2048-4095")]
        ),
        NOT_EXPOSED,
    ),
    Case(
        "source-ports-of-both-layers-meet-in-one",
        one_vm_estate(
            [allow(100, source_port=["53", "2048"])],
            nic_rules=[allow(100, source_port="2048-4095")],
        ),
        EXPOSED,
        "internet",
        INTERNET,
    ),
    Case(
        "source-port-zero",
        one_vm_estate([allow(100, source_port="0")]),
        EXPOSED,
        "internet",
        INTERNET,
    ),
]

BROKEN_CASES: Final = [
    Case(
        "impossible-port",
        one_vm_estate([allow(100, port="70000"), allow(200)]),
        UNDETERMINED,
        certain=None,
        possible_tags=None,
    ),
    Case(
        "impossible-prefix",
        one_vm_estate([deny(100, source="300.1.2.0/24"), allow(200)]),
        UNDETERMINED,
        certain=None,
        possible_tags=None,
    ),
    Case(
        "impossible-prefix-behind-a-layer-that-closes",
        one_vm_estate([], nic_rules=[allow(100, source="300.1.2.0/24")]),
        NOT_EXPOSED,
        decided_by=(SUBNET, "DenyAllInBound"),
    ),
]

RULE_FIELD_CASES: Final = [*FIELD_CASES, *SPELLING_CASES, *PORT_CASES, *BROKEN_CASES]
